#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that a program in the build tree speaks the user's language, and JSON none.

    test-programs.py SOURCE_DIR THIMBLE-CLI
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'arrows'))

from tap import Tap  # noqa: E402  (after its place is known)
import catalogue  # noqa: E402

top, cli = sys.argv[1:]
with open(os.path.join(top, 'po', 'LINGUAS'), encoding='utf-8') as linguas:
    LANGUAGES = [line.strip() for line in linguas if line.strip() and not line.startswith('#')]


def run(language, *words):
    # The locale C.UTF-8 takes its language from LANGUAGE; C alone would not.
    environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': language}
    return subprocess.run([cli, *words], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False, timeout=60)


def translate(language, text):
    with open(os.path.join(top, 'po', language + '.po'), encoding='utf-8') as file:
        return next(message.translations[0] for message in catalogue.read(file.read())
                    if message.text == text)


def check_help(language):
    wanted = translate(language, 'Redo what is up to date')
    shown = run(language, '--help').stdout
    return [] if wanted in shown else [f'“{wanted}” is not in the help of options']


def check_complaint(language):
    ran = run(language, '--fit', 'sideways', 'x')
    wanted = translate(language, '“%s” is no fit. Say inside, cover, contain or fill.')
    problems = [] if wanted % 'sideways' in ran.stderr else [f'{ran.stderr!r} and not “{wanted}”']
    return problems + ([] if ran.returncode == 2 else [f'the status is {ran.returncode}'])


def make(language, folder):
    """Returns the status, the lines of JSON without their times, and what was said to people."""
    broken = os.path.join(folder, 'broken.png')
    with open(broken, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n and no more')
    ran = run(language, '--json', '-', '-o', os.path.join(folder, 'out-' + language), broken)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    for line in lines:
        for name in [name for name in line if name.endswith('seconds') or name in (
                'images_per_second', 'peak_rss_bytes')]:
            del line[name]
    return ran.returncode, lines


def check_failure(language):
    """A failure that was made in a worker is told in the language."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'notes.png')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('This is no image.')
        ran = run(language, '-o', os.path.join(folder, 'out'), path)
    sentence = translate(language, 'is %s, not an image.')
    wanted = translate(language, '“%s” %s') % ('notes.png',
                                               sentence % translate(language, 'a text file'))
    return [] if wanted in ran.stderr else [f'{ran.stderr!r} and not “{wanted}”']


def check_json(language):
    with tempfile.TemporaryDirectory() as folder:
        plain, translated = make('', folder), make(language, folder)
    problems = [] if plain[0] == translated[0] == 1 else [f'{plain[0]} and {translated[0]}']
    return problems + ([] if plain[1] == translated[1] and len(plain[1]) == 2
                       else [f'{plain[1]} became {translated[1]}'])


def main():
    tap = Tap()
    for language in LANGUAGES:
        tap.report(f'/languages/help/{language}', check_help(language))
        tap.report(f'/languages/complaint/{language}', check_complaint(language))
        tap.report(f'/languages/failure/{language}', check_failure(language))
        tap.report(f'/languages/json/{language}', check_json(language))
    tap.report('/languages/unknown', [] if 'Redo what is up to date' in run('xx', '--help').stdout
               else ['a language that there is not is not English'])
    tap.end()


main()
