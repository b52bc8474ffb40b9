# SPDX-License-Identifier: BSD-2-Clause
"""Findings: a rule's id, where, and what is wrong. Ids are those of the validator's
rule tables; R1 and R2 are this product's own promises about its folder."""


class Report:
    def __init__(self):
        self.findings = []
        self.checked = 0

    def check(self, is_good, rule, where, message):
        """One assertion; answers whether it held."""
        self.checked += 1
        if not is_good:
            self.findings.append((rule, where, message() if callable(message) else message))
        return is_good

    def fail(self, rule, where, message):
        self.check(False, rule, where, message)

    def broken(self, where, error):
        """A Broken exception, whose text starts with the rule."""
        rule, _, message = str(error).partition(" ")
        self.fail(rule, where, message)
