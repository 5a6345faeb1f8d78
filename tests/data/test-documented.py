#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command and option that a program tells of stands in its man page and in each shell's
completions, and these name no option that there is not. Prints the Test Anything Protocol.

    test-documented.py THIMBLE-CLI DATA-FOLDER
"""
import os
import re
import subprocess
import sys

cli, data = sys.argv[1:]
COMMANDS = ('make', 'download', 'compare', 'formats', 'presets', 'thumbnail', 'integrate')


def get_help(*words):
    done = subprocess.run([cli, *words, '--help'], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


told = get_help()
# The commands for the desktop have options of their own.
own = set(re.findall(r'--([a-z][a-z-]+)', get_help('thumbnail') + get_help('integrate')))
options = set(re.findall(r'--([a-z][a-z-]+)', told)) | own
options -= {'help'}
places = {
    'man': ('man/thimble-cli.1', r'\\-\\-((?:[a-z]|\\-)+)'),
    'bash': ('completions/thimble-cli.bash', None),
    'zsh': ('completions/_thimble-cli', r'--([a-z][a-z-]+)'),
    'fish': ('completions/thimble-cli.fish', r'\$o .*-l ([a-z][a-z-]+)'),
}

print(f'1..{len(places)}')
for number, (name, (path, pattern)) in enumerate(places.items(), 1):
    with open(os.path.join(data, path)) as file:
        text = file.read()
    if pattern is None:
        # bash asks the program; what stands in the file must be an option.
        missing, unknown = set(), set(re.findall(r'--([a-z][a-z-]+)', text)) - options - {'help'}
    else:
        there = {word.replace('\\-', '-') for word in re.findall(pattern, text)}
        missing, unknown = options - there, there - options
    missing |= {command for command in COMMANDS if command not in told or command not in text}
    well = options and not missing and not unknown
    print(f'{"ok" if well else "not ok"} {number} /documented/{name}')
    if not well:
        print(f'# {path}: missing {sorted(missing)}, unknown {sorted(unknown)}')
