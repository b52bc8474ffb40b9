# SPDX-License-Identifier: BSD-2-Clause
"""Mutations that rung validate does not catch, and rules that no mutation exercises, each
with the reason."""

MISSES = {}

UNEXERCISED = {
    "H13": "of servers only: files in a folder have no Content-Type; a unit test serves it",
    "L4": "says what was left out on request (--sample), which is no fault of a presentation",
    "L5": "of files given one by one, without a presentation around them; unit and end-to-end tests give them",
}
