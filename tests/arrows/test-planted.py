#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that the check of the arrows can fail: plants wrong ones and sees each of them found.

    test-planted.py NINJA NM CC...

The plant is a house of two rooms, `low/` and `high/`, where high may use low. It is built with the
same tools as the real one, once as it should be and once with each kind of wrong arrow in it. Each
source is a library, where Meson would put its objects.
"""

import os
import subprocess
import sys
import tempfile

import arrows
from tap import Tap

PAGE = '''
| room | what lives there | may use | never |
|---|---|---|---|
| `low/` | | | |
| `high/` | | low | |
| `sky/` (to come) | | low, high | |

| what | only in | headers | functions |
|---|---|---|---|
| outside | high/window | `outside.h` | `outside_*` |
'''

GOOD = {
    'outside/outside.h': 'void outside_call (void);\n',
    'src/low/low.h': 'void low_call (void);\n',
    'src/low/low.c': '#include "low.h"\nvoid low_call (void) {}\n',
    'src/high/high.h': 'void high_call (void);\n',
    'src/high/high.c': '#include "high.h"\n#include "low.h"\n'
                       'void high_call (void) { low_call (); }\n',
    'src/high/window.c': '#include "outside.h"\nvoid window (void);\n'
                         'void window (void) { outside_call (); }\n',
}

# By the file that is changed: what it becomes, and what must be said of it.
PLANTS = {
    'a header of the room above': (
        'src/low/low.c', '#include "high.h"\n#include "low.h"\nvoid low_call (void) {}\n',
        ['low/low includes high/high.h']),
    'a function of the room above': (
        'src/low/low.c', 'void high_call (void);\n#include "low.h"\n'
                         'void low_call (void) { high_call (); }\n',
        ['low/low uses high_call of high/']),
    'a header from outside': (
        'src/low/low.c', '#include "outside.h"\n#include "low.h"\nvoid low_call (void) {}\n',
        ['low/low includes {top}/outside/outside.h']),
    'a header from outside, through another': (
        'src/high/high.h', '#include "outside.h"\nvoid high_call (void);\n',
        ['high/high includes {top}/outside/outside.h']),
    'a function from outside': (
        'src/high/high.c', '#include "low.h"\nvoid outside_other (void);\n'
                           'void high_call (void);\n'
                           'void high_call (void) { low_call (); outside_other (); }\n',
        ['high/high calls outside_other']),
}


def build(top, files, tools):
    """Writes the house under top and builds its libraries in top/build."""
    ninja, _nm, *cc = tools
    sources = [name for name in files if name.endswith('.c')]
    includes = '-I../src/low -I../src/high -I../outside'
    rules = [f'rule cc\n  command = {" ".join(cc)} -MD -MF $out.d {includes} -c $in -o $out\n'
             '  deps = gcc\n  depfile = $out.d\n']
    for name in sources:
        folder, file = os.path.split(name)
        rules.append(f'build {folder}/lib{file[:-2]}.a.p/{file}.o: cc ../{name}\n')
    for name, text in {**files, 'build/build.ninja': ''.join(rules)}.items():
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    subprocess.run([ninja, '-C', os.path.join(top, 'build')], check=True, capture_output=True)


def check(files, tools):
    """Returns all that is found wrong in a house of these files."""
    ninja, nm, *_cc = tools
    with tempfile.TemporaryDirectory() as top:
        top = os.path.realpath(top)
        build_dir = os.path.join(top, 'build')
        build(top, files, tools)
        rooms, outsiders = arrows.read_design(PAGE)
        objects = arrows.read_objects(top, build_dir, ninja, nm)
        roots = [os.path.join(folder, 'src') for folder in (top, build_dir)]
        found = [line for name in ('low', 'high')
                 for line in arrows.check_room(rooms[name], rooms, objects, roots)]
        found += [line for row in outsiders for line in arrows.check_outsider(row, objects)]
        return [line.replace(top, '{top}') for line in found]


def compare(found, wanted):
    return [] if found == wanted else [f'found {found}', f'wanted {wanted}']


def refuses(page):
    """Whether a page with a row that names no room is refused, not read as “nothing allowed”."""
    try:
        arrows.read_design(page)
    except ValueError:
        return []
    return ['it was read']


def main():
    tools = sys.argv[1:]
    tap = Tap()
    tap.report('/planted/nothing', compare(check(GOOD, tools), []))
    for name, (path, text, wanted) in PLANTS.items():
        tap.report(f'/planted/{name.replace(" ", "-")}',
                   compare(check({**GOOD, path: text}, tools), wanted))
    tap.report('/planted/a-room-that-is-none', refuses(PAGE.replace('| low |', '| lwo |')))
    tap.report('/planted/a-place-that-is-none', refuses(PAGE.replace('high/window', 'hihg')))
    with tempfile.TemporaryDirectory() as top:
        build(top, GOOD, tools)
        rooms, _outsiders = arrows.read_design(PAGE)
        tap.report('/planted/sources',
                   compare(arrows.find_sources(rooms['high'], top), {'high/high', 'high/window'}))
    tap.end()


main()
