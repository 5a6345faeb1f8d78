# SPDX-License-Identifier: GPL-3.0-or-later
"""The arrows between rooms: what the architecture page allows and what the built objects have.

Two tables of src/DESIGN.md say which room may use which, and which rooms may use what comes from
outside. The objects say what is really used: `ninja -t deps` which headers were read, directly or
through others, and `nm` which functions are called. Static libraries are not resolved until a
program is linked, so no build fails on a call into a room above; reading the objects does.
"""

import fnmatch
import os
import re
import subprocess
from dataclasses import dataclass, field


@dataclass
class Room:
    """A row of the table of rooms."""

    name: str
    may_use: set
    is_to_come: bool


@dataclass
class Outsider:
    """A row of the table of what comes from outside; patterns are those of fnmatch."""

    what: str
    only_in: list
    headers: list
    functions: list

    def is_allowed_in(self, obj):
        """Whether obj is in one of the rooms, or part of the one library, that the row names."""
        return any(place in (obj.room, obj.library) for place in self.only_in)


@dataclass
class Object:
    """A compiled source of a room: what it reads, defines and calls.

    The library is room/name, and so is a program; the source is room/name without its suffix.
    """

    room: str
    library: str
    source: str
    headers: list = field(default_factory=list)
    defined: set = field(default_factory=set)
    undefined: set = field(default_factory=set)


def read_tables(text):
    """Yields each table of a Markdown text as a list of rows, each a dictionary by column."""
    rows = []
    for line in text.splitlines() + ['']:
        if line.startswith('|'):
            rows.append([cell.strip() for cell in line.strip().strip('|').split('|')])
        elif rows:
            head, _rule, *body = rows
            yield [dict(zip(head, row, strict=True)) for row in body]
            rows = []


def read_design(text):
    """Returns the rooms by name and the list of outsiders that the page's tables have."""
    rooms, outsiders = {}, []
    for row in (row for table in read_tables(text) for row in table):
        if 'may use' in row:
            name = re.match(r'`(\w+)/`', row['room'])[1]
            may_use = {word.strip() for word in row['may use'].split(',') if word.strip()}
            rooms[name] = Room(name, may_use, row['room'].endswith('(to come)'))
        elif 'only in' in row:
            only_in = [word.strip() for word in row['only in'].split(',')]
            headers, functions = (re.findall(r'`([^`]+)`', row[column])
                                  for column in ('headers', 'functions'))
            outsiders.append(Outsider(row['what'], only_in, headers, functions))
    for row in rooms.values():
        if unknown := row.may_use - rooms.keys():
            raise ValueError(f'the row of {row.name}/ names no room: {", ".join(sorted(unknown))}')
    for row in outsiders:
        if unknown := {place.split('/')[0] for place in row.only_in} - rooms.keys():
            raise ValueError(f'the row “{row.what}” names no room: {", ".join(sorted(unknown))}')
    return rooms, outsiders


def find_room(path, roots):
    """Returns the room that path is in, with the path inside src/, or None twice."""
    for root in roots:
        if path.startswith(root + '/'):
            inside = path[len(root) + 1:]
            room, slash, _name = inside.partition('/')
            return (room, inside) if slash else (None, None)
    return None, None


def read_symbols(objects, nm):
    """Fills in the global symbols that the objects, by path, define and those that they want."""
    listing = subprocess.run([nm, '-A', '-P', '-g', *objects], check=True, capture_output=True,
                             text=True)
    for line in listing.stdout.splitlines():
        path, symbol = line.rsplit(': ', 1)
        name, kind = symbol.split()[:2]
        obj = objects[path]
        (obj.undefined if kind in 'Uw' else obj.defined).add(name.split('@')[0])


def read_objects(source_dir, build_dir, ninja='ninja', nm='nm'):
    """Returns the Object of every source of a room that is built."""
    roots = [os.path.join(os.path.realpath(folder), 'src') for folder in (source_dir, build_dir)]
    listing = subprocess.run([ninja, '-C', build_dir, '-t', 'deps'], check=True,
                             capture_output=True, text=True)
    objects = {}
    for block in listing.stdout.split('\n\n'):
        match = re.search(r'^(\S[^:\n]*\.o): #deps', block, re.MULTILINE)
        path = match and os.path.join(os.path.realpath(build_dir), match[1])
        room = path and find_room(path, roots)[0]
        if not room or not os.path.exists(path):
            continue
        read = [os.path.normpath(os.path.join(os.path.realpath(build_dir), line.strip()))
                for line in block[match.end():].splitlines()[1:]]
        source = find_room(read[0], roots)[1] or os.path.basename(read[0])
        target = re.fullmatch(r'(?:lib)?(.*?)(?:\.a)?\.p', os.path.basename(os.path.dirname(path)))
        objects[path] = Object(room, f'{room}/{target[1]}', os.path.splitext(source)[0], read)
    if objects:
        read_symbols(objects, nm)
    return list(objects.values())


def check_room(room, rooms, objects, roots):
    """Returns a line for each arrow out of room that the table does not have."""
    allowed = room.may_use | {room.name}
    mine = [obj for obj in objects if obj.room == room.name]
    homes = {}
    for obj in objects:
        for symbol in obj.defined:
            homes.setdefault(symbol, set()).add(obj.room)
    wrong = []
    for obj in mine:
        for header in obj.headers:
            other, inside = find_room(header, roots)
            if other in rooms and other not in allowed:
                wrong.append(f'{obj.source} includes {inside}')
        for symbol in sorted(obj.undefined):
            home = homes.get(symbol, set())
            if home and not home & allowed:
                wrong.append(f'{obj.source} uses {symbol} of {"/, ".join(sorted(home))}/')
    return wrong


def check_outsider(row, objects):
    """Returns a line for each use of what row keeps to some rooms, from others."""
    wrong = []
    for obj in objects:
        if row.is_allowed_in(obj):
            continue
        for glob in row.headers:
            wrong += [f'{obj.source} includes {header}'
                      for header in fnmatch.filter(obj.headers, '*/' + glob)]
        for glob in row.functions:
            wrong += [f'{obj.source} calls {symbol}'
                      for symbol in fnmatch.filter(sorted(obj.undefined), glob)]
    return wrong


def find_sources(room, source_dir):
    """Returns the sources in the room's folder as objects name theirs: no suffix, below src/."""
    folder = os.path.join(source_dir, 'src', room.name)
    return {f'{room.name}/{name[:-2]}' for name in os.listdir(folder) if name.endswith('.c')}
