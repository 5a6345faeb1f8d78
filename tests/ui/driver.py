# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests that drive the running program share: images, a program in folders of its own, and
how it is looked at and clicked through the accessibility bus."""

import os
import struct
import subprocess
import sys
import time
import zlib

# A warning ends the program that is driven. The library that drives it warns of every object that
# comes and goes.
G_DEBUG = os.environ.pop("G_DEBUG", "")

try:
    import pyatspi
except ImportError:
    print("1..0 # SKIP pyatspi is not installed")
    sys.exit(0)

DEADLINE_S = 60


def make_png(path, width, height):
    """An RGB image with a slope in it."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (x % 256, y % 256, 99))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(rows)))
        file.write(chunk(b"IEND", b""))


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
        GSETTINGS_BACKEND="keyfile",
    )
    # Every button of the title bar, whatever the desktop would show.
    os.makedirs(os.path.join(config, "gtk-4.0"), exist_ok=True)
    with open(os.path.join(config, "gtk-4.0", "settings.ini"), "w") as file:
        file.write("[Settings]\ngtk-decoration-layout=:close\n")
    # Nobody shows notifications here.
    values = {"notifications": "false", **(settings or {})}
    os.makedirs(os.path.join(config, "glib-2.0", "settings"), exist_ok=True)
    with open(os.path.join(config, "glib-2.0", "settings", "keyfile"), "w") as file:
        file.write("[io/github/thimble/Thimble]\n")
        file.writelines(f"{key}={value}\n" for key, value in values.items())
    return subprocess.Popen([program, *arguments], env=environment)
