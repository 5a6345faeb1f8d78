# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests that drive the running program share: images, a program in folders of its own, and
how it is looked at and clicked through the accessibility bus."""

import colorsys
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import zlib

# A warning ends the program that is driven. The library that drives it warns of every object that
# comes and goes.
G_DEBUG = os.environ.pop("G_DEBUG", "")

try:
    import pyatspi
except ImportError:
    print("1..0 # SKIP pyatspi is not installed")
    sys.exit(0)

DEADLINE_S = int(os.environ.get("THIMBLE_DEADLINE_S", 60))


def write_png(path, width, height, rows):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(rows, 1)))
        file.write(chunk(b"IEND", b""))


def make_png(path, width, height):
    """An RGB image with a slope in it."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (x % 256, y % 256, 99))
        for y in range(height)
    )
    write_png(path, width, height, rows)


def make_flat_png(path, side):
    """A square of one colour: a small file that takes long to read."""
    write_png(path, side, side, side * (b"\0" + side * b"\x40\x80\xc0"))


def make_picture(path, width, height, seed):
    """Something like a landscape: a sky, a sun, and hills in three colours. Small, and no two seeds
    make the same."""
    hue = seed * 0.618 % 1

    def colour(shift, value):
        return bytes(int(255 * c) for c in colorsys.hsv_to_rgb((hue + shift) % 1, 0.55, value))

    hills = [[height * (0.45 + 0.17 * layer + 0.1 * math.sin(x / width * (5 + 2 * layer) + seed
                                                            + layer * 2)) for x in range(width)]
             for layer in range(3)]
    ground = [colour(0.35 + 0.06 * layer, 0.75 - 0.2 * layer) for layer in range(3)]
    sun_x, sun_y, radius = width * (0.2 + 0.6 * (seed * 0.37 % 1)), height * 0.27, height * 0.11
    rows = []
    for y in range(height):
        sky = colour(0, 0.98 - 0.35 * y / height)
        row = [sky] * width
        for x in range(width):
            if (x - sun_x) ** 2 + (y - sun_y) ** 2 < radius ** 2:
                row[x] = b"\xff\xf3\xc8"
            for layer in range(3):
                if y > hills[layer][x]:
                    row[x] = ground[layer]
        rows.append(b"\0" + b"".join(row))
    write_png(path, width, height, b"".join(rows))


def wait_for(what, find):
    """Asks until there is an answer; ends the test where there never is one."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        pyatspi.Registry.pumpQueuedEvents()
        try:
            found = find()
        except Exception:  # what was looked at has gone meanwhile
            found = None
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not in {DEADLINE_S} seconds")


def descendants(node):
    for child in node:
        if child is not None:
            yield child
            yield from descendants(child)


def find(root, role, name):
    return next(
        (n for n in descendants(root) if n.getRoleName() == role and name in n.name), None
    )


def find_application(pid):
    for application in pyatspi.Registry.getDesktop(0):
        if application is not None and application.get_process_id() == pid:
            return application
    return None


def click(button):
    action = button.queryAction()
    names = [action.getName(i) for i in range(action.nActions)]
    assert action.doAction(names.index("click")), f"{button.name} can't be clicked"


def start(program, home, arguments, settings=None):
    """The program, with a home of its own and what GSettings is to have in it."""
    config = os.path.join(home, "config")
    environment = dict(
        os.environ,
        G_DEBUG=G_DEBUG,
        HOME=home,
        XDG_CONFIG_HOME=config,
        XDG_STATE_HOME=os.path.join(home, "state"),
        XDG_CACHE_HOME=os.path.join(home, "cache"),
        GSETTINGS_BACKEND="keyfile",
    )
    # Every button of the title bar, whatever the desktop would show, and nothing that moves long.
    os.makedirs(os.path.join(config, "gtk-4.0"), exist_ok=True)
    with open(os.path.join(config, "gtk-4.0", "settings.ini"), "w") as file:
        file.write("[Settings]\ngtk-decoration-layout=:close\ngtk-enable-animations=0\n")
    # Nobody shows notifications here.
    values = {"notifications": "false", **(settings or {})}
    os.makedirs(os.path.join(config, "glib-2.0", "settings"), exist_ok=True)
    with open(os.path.join(config, "glib-2.0", "settings", "keyfile"), "w") as file:
        file.write("[io/github/thimble/Thimble]\n")
        file.writelines(f"{key}={value}\n" for key, value in values.items())
    return subprocess.Popen([program, *arguments], env=environment)


class Program:
    """The program while it runs. It is killed at the end of a “with”, unless it has ended."""

    def __init__(self, path, home, arguments=(), settings=None):
        self.process = start(path, home, arguments, settings)
        self.pid = self.process.pid
        self.application = wait_for("the program", lambda: find_application(self.pid))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait_for_end(self):
        assert self.process.wait(DEADLINE_S) == 0, self.process.returncode

    def look(self, role, name):
        """The first widget of that role with that in its name, or None."""
        return find(self.application, role, name)

    def find(self, role, name):
        return wait_for(f"{role} “{name}”", lambda: self.look(role, name))

    def button(self, name):
        return self.find("push button", name)

    def click(self, name):
        click(self.button(name))

    def cell(self, name):
        return self.find("table cell", name)

    def wait_until(self, what, condition):
        return wait_for(what, condition)

    def count_cells(self, state=""):
        return sum(1 for n in descendants(self.application)
                   if n.getRoleName() == "table cell" and state in n.name)


def outputs(folder):
    """The thumbnails that were made there."""
    if not os.path.isdir(folder):
        return []
    return sorted(n for n in os.listdir(folder) if not n.startswith("."))


def run_tests(program, prefix, tests):
    """Runs functions, each with the program's path and a new folder, and says so in TAP."""
    print(f"1..{len(tests)}", flush=True)
    for i, test in enumerate(tests, 1):
        name = f"/{prefix}/{test.__name__.replace('_', '-')}"
        folder = tempfile.mkdtemp(prefix="thimble-ui-")
        try:
            test(program, folder)
        except Exception:
            print("".join("# " + line for line in traceback.format_exc().splitlines(True)))
            print(f"not ok {i} - {name}", flush=True)
            return 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"ok {i} - {name}", flush=True)
    return 0
