#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks build-aux/tally, which says whether the tests passed: what it counts, and its exit status.

    test-tally.py TALLY
"""

import json
import os
import subprocess
import sys
import tempfile

from tap import Tap

# By name: the programs of a log as (result, status, output), and the last line and status wanted.
CASES = {
    'passed': ([('OK', 0, 'TAP version 13\n# random seed: R02S\n1..2\nok 1 /a/b\nok 2 /a/c\n')],
               '2 passed, 0 failed', 0),
    'failed': ([('FAIL', 1, '1..2\nok 1 /a\nnot ok 2 /b - ERROR:x.c:1:b: assertion failed\n')],
               '1 passed, 1 failed', 1),
    'hash-sign': ([('FAIL', 1, 'not ok 1 /a - ERROR: ("#fff" == "#000")\n'
                                'ok 2 /b # SKIP\nok 3 /c\n')],
                  '1 passed, 1 failed, 1 skipped', 1),
    'crashed': ([('ERROR', -11, '1..3\nok 1 /a\n')], '1 passed, 1 failed', 1),
    'leaked': ([('ERROR', 1, '1..1\nok 1 /a\n')], '1 passed, 1 failed', 1),
    'aborted': ([('ERROR', -6, '1..2\nnot ok 1 /a - ERROR:x.c\nBail out! ERROR:x.c\n')],
                '0 passed, 1 failed', 1),
    'timed-out': ([('TIMEOUT', -15, '1..3\n')], '0 passed, 1 failed', 1),
    'skipped': ([('OK', 0, '1..2\nok 1 /a # SKIP no bus\nok 2 /b\n')],
                '1 passed, 0 failed, 1 skipped', 0),
    'skipped-all': ([('SKIP', 0, '1..0 # SKIP no display\n'), ('OK', 0, '1..1\nok 1 /a\n')],
                    '1 passed, 0 failed, 1 skipped', 0),
    'no-tap': ([('OK', 0, 'all is well\n')], '1 passed, 0 failed', 0),
    'nothing': ([], '0 passed, 0 failed', 1),
}


def tally(command, path):
    """Returns the last line and the exit status for the log at path, and the output."""
    run = subprocess.run([command, path], capture_output=True, text=True)
    return run.stdout.splitlines()[-1], run.returncode, run.stdout


def main():
    command = sys.argv[1]
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        for name, (programs, line, status) in CASES.items():
            path = os.path.join(folder, f'{name}.json')
            with open(path, 'w', encoding='utf-8') as log:
                for result, code, output in programs:
                    log.write(json.dumps({'name': f'thimble:room / {name}', 'result': result,
                                          'returncode': code, 'stdout': output}) + '\n')
            found = tally(command, path)
            tap.report(f'/tally/{name}', [] if found[:2] == (line, status) else [f'found {found}'])
        found = tally(command, os.path.join(folder, 'none.json'))
        tap.report('/tally/no-log',
                   [] if found[:2] == ('0 passed, 1 failed', 1) else [f'found {found}'])
        found = tally(command, os.path.join(folder, 'skipped-all.json'))
        tap.report('/tally/reason', [] if 'skipped-all: no display\n' in found[2] else [found[2]])
    tap.end()


main()
