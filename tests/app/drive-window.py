#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the running program through the accessibility bus, as a screen reader would: opens it with
a folder of images, clicks Start, waits for the end, and looks at the files. Speaks TAP.

    drive-window.py PROGRAM
"""

import os
import struct
import subprocess
import sys
import tempfile
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

N_IMAGES = 5
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


def outputs(folder):
    return sorted(n for n in os.listdir(folder) if not n.startswith(".")) if os.path.isdir(
        folder
    ) else []


def drive(process, home):
    destination = os.path.join(home, "Thimble")

    application = wait_for("the program on the bus", lambda: find_application(process.pid))
    cells = wait_for(
        "the images",
        lambda: [
            n
            for n in descendants(application)
            if n.getRoleName() == "table cell" and n.name.endswith(", Waiting")
        ],
    )
    names = sorted(cell.name for cell in cells)
    assert names == [f"{i}.png, Waiting" for i in range(N_IMAGES)], names
    print("ok 1 - /drive/open")

    click(wait_for("Start", lambda: find(application, "push button", "Start")))
    wait_for("the summary", lambda: find(application, "alert", f"{N_IMAGES} made in "))
    assert outputs(destination) == [f"{i}.png" for i in range(N_IMAGES)], outputs(destination)
    with open(os.path.join(destination, "0.png"), "rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:24])
    assert (width, height) == (128, 96), (width, height)
    print("ok 2 - /drive/start")

    wait_for("Done in the cells", lambda: find(application, "table cell", "0.png, Done"))
    print("ok 3 - /drive/states")

    click(wait_for("Close", lambda: find(application, "push button", "Close")))
    assert process.wait(DEADLINE_S) == 0, process.returncode
    print("ok 4 - /drive/close")


def main():
    with tempfile.TemporaryDirectory() as folder:
        images = os.path.join(folder, "images")
        home = os.path.join(folder, "home")
        os.mkdir(images)
        os.mkdir(home)
        for i in range(N_IMAGES):
            make_png(os.path.join(images, f"{i}.png"), 320, 240)

        environment = dict(
            os.environ,
            G_DEBUG=G_DEBUG,
            HOME=home,
            XDG_CONFIG_HOME=os.path.join(home, "config"),
        )
        # Every button of the title bar, whatever the desktop would show.
        os.makedirs(os.path.join(home, "config", "gtk-4.0"))
        with open(os.path.join(home, "config", "gtk-4.0", "settings.ini"), "w") as file:
            file.write("[Settings]\ngtk-decoration-layout=:close\n")

        print("1..4", flush=True)
        process = subprocess.Popen([sys.argv[1], images], env=environment)
        try:
            drive(process, home)
        except Exception as error:
            print(f"Bail out! {error}")
            return 1
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
