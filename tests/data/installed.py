# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of an installed Thimble share: a copy below a folder of theirs, and an image."""

import json
import os
import struct
import subprocess
import zlib


def read_prefix(build):
    with open(os.path.join(build, 'meson-info', 'intro-buildoptions.json')) as file:
        return next(option['value'] for option in json.load(file) if option['name'] == 'prefix')


def install(build, destdir):
    """Installs what was built; what it said, and whether it went well."""
    os.environ.pop('THIMBLE_WORKERS', None)
    done = subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--destdir', destdir],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode == 0, done.stdout


def make_png(path, width, height):
    def chunk(name, data):
        body = name + data
        return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))

    rows = b''.join(b'\0' + bytes((x * c + y) % 256 for x in range(width) for c in (1, 2, 3))
                    for y in range(height))
    header = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header)
                   + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
