#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the running program through the accessibility bus, as a screen reader would: opens it with
a folder of images, clicks Start, waits for the end, and looks at the files. Speaks TAP.

    drive-window.py PROGRAM
"""

import os
import struct
import sys
import tempfile

from driver import DEADLINE_S, click, descendants, find, find_application, make_png, start, wait_for

N_IMAGES = 5


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

        print("1..4", flush=True)
        process = start(sys.argv[1], home, [images])
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
