# SPDX-License-Identifier: GPL-3.0-or-later
"""The Test Anything Protocol, as GLib's test programs speak it: one line a test."""

import sys


class Tap:
    """Prints results as they come, and the plan at the end."""

    def __init__(self):
        self.n_tests = 0
        self.n_failed = 0

    def report(self, name, problems, skip=None):
        """Reports the test name, which passed if there are no problems (a list of lines)."""
        self.n_tests += 1
        self.n_failed += bool(problems)
        directive = f' # SKIP {skip}' if skip else ''
        print(f'{"not ok" if problems else "ok"} {self.n_tests} {name}{directive}')
        for problem in problems:
            print(f'# {problem}')

    def end(self):
        """Prints the plan and exits."""
        print(f'1..{self.n_tests}')
        sys.exit(1 if self.n_failed else 0)
