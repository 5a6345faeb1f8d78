#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the text of src/ and tests/: no file over 500 lines, a licence line first in each source.

    test-tree.py SOURCE_DIR
"""

import os
import sys
import tempfile

from tap import Tap

MAX_LINES = 500
LICENCE = 'SPDX-License-Identifier: GPL-3.0-or-later'
# The line on how to run a script, or on what XML this is, must come before the licence.
BEFORE_LICENCE = ('#!', '<?xml')
LICENSED = ('.c', '.css', '.h', '.py', '.ui')


def find_texts(top, folders):
    """Yields the path below top, the name and the lines of each text file in the folders."""
    for folder in folders:
        for place, inner, names in os.walk(os.path.join(top, folder)):
            inner[:] = sorted(name for name in inner if name != '__pycache__')
            for name in sorted(names):
                path = os.path.join(place, name)
                try:
                    with open(path, encoding='utf-8') as file:
                        yield os.path.relpath(path, top), file.read().splitlines()
                except UnicodeDecodeError:
                    pass


def find_long(texts):
    return [f'{path} has {len(lines)} lines; does it have one subject?'
            for path, lines in texts if len(lines) > MAX_LINES]


def find_unlicensed(texts):
    wrong = []
    for path, lines in texts:
        own = [line for line in lines[:2] if not line.startswith(BEFORE_LICENCE)]
        if path.endswith(LICENSED) and not (own and LICENCE in own[0]):
            wrong.append(f'{path} does not begin with {LICENCE}')
    return wrong


def find_planted():
    """Returns what is missed of two wrong files, planted in a folder with a right one."""
    with tempfile.TemporaryDirectory() as top:
        for name, text in {'right.c': f'/* {LICENCE} */\n', 'long.txt': 'line\n' * 501,
                           'bare.c': 'int bare;\n'}.items():
            with open(os.path.join(top, name), 'w', encoding='utf-8') as file:
                file.write(text)
        texts = list(find_texts(top, ['.']))
        found = [line.split()[0] for line in find_long(texts) + find_unlicensed(texts)]
    return [] if found == ['long.txt', 'bare.c'] else [f'found {found}']


def main():
    tap = Tap()
    texts = list(find_texts(sys.argv[1], ['src', 'tests']))
    tap.report('/tree/at-most-500-lines', find_long(texts))
    tap.report('/tree/licence-line-first', find_unlicensed(texts))
    tap.report('/tree/planted', find_planted())
    tap.end()


main()
