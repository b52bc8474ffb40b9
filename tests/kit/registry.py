# SPDX-License-Identifier: BSD-2-Clause
"""The list of end-to-end tests, and where their clips are."""
import os
from collections import namedtuple

Test = namedtuple("Test", "name function short")
tests = []


class Skip(Exception):
    """Raised by a test whose needs are not there; says what is missing."""


def test(function=None, *, name=None, short=False):
    """Registers a test; its name is a claim."""
    def register(function):
        tests.append(Test(name or function.__name__, function, short))
        return function
    return register(function) if function else register


def clips_folder():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.environ.get("RUNG_CLIPS_DIR") or os.path.join(root, "build", "clips")


def clip(name):
    return os.path.join(clips_folder(), name)
