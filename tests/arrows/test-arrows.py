#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the built rooms against src/DESIGN.md: one test a room, one for each outsider; and that the
common worker starts without GIO.

    test-arrows.py SOURCE_DIR BUILD_DIR NINJA NM
"""

import os
import sys

import arrows
from tap import Tap


def find_heavy(build_dir):
    """Returns what makes the common worker slow to start; its libraries' names are in its file."""
    with open(os.path.join(build_dir, 'src', 'worker', 'thimble-worker'), 'rb') as file:
        program = file.read()
    assert b'libglib-2.0.so' in program
    return [f'src/worker/thimble-worker is linked with {name}'
            for name in ('libgio-2.0.so', 'libgobject-2.0.so') if name.encode() in program]


def main():
    source_dir, build_dir, ninja, nm = sys.argv[1:]
    tap = Tap()
    with open(os.path.join(source_dir, 'src', 'DESIGN.md'), encoding='utf-8') as page:
        rooms, outsiders = arrows.read_design(page.read())
    folders = {entry.name for entry in os.scandir(os.path.join(source_dir, 'src'))
               if entry.is_dir()}
    coming = {room.name for room in rooms.values() if room.is_to_come}

    tap.report('/arrows/page/rooms-are-folders',
               [f'src/{name}/ has no row' for name in sorted(folders - rooms.keys())]
               + [f'src/{name}/ does not exist' for name in sorted(rooms.keys() - folders - coming)]
               + [f'src/{name}/ is no more to come' for name in sorted(folders & coming)])

    roots = [os.path.join(os.path.realpath(folder), 'src') for folder in (source_dir, build_dir)]
    objects = arrows.read_objects(source_dir, build_dir, ninja, nm)
    for name in sorted(folders & rooms.keys()):
        sources = arrows.find_sources(rooms[name], source_dir)
        missing = sources - {obj.source for obj in objects}
        tap.report(f'/arrows/room/{name}',
                   [f'{source}.c is not built' for source in sorted(missing)]
                   + arrows.check_room(rooms[name], rooms, objects, roots),
                   skip=None if sources else 'it has no sources yet')
    for row in outsiders:
        tap.report(f'/arrows/outside/{row.what.replace(" ", "-")}',
                   arrows.check_outsider(row, objects))
    tap.report('/arrows/light-worker', find_heavy(build_dir))
    tap.end()


main()
