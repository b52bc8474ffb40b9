# SPDX-License-Identifier: BSD-2-Clause
"""The list of checks. A check is a function of the rig that raises on failure."""
tests = []


class Skip(Exception):
    """Raised by a check whose needs are not there; says what is missing."""


def test(name):
    def register(function):
        tests.append((name, function))
        return function
    return register
