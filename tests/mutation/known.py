# SPDX-License-Identifier: BSD-2-Clause
"""Mutations that rung validate does not catch, each with the reason."""

MISSES = {}
