#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes through the states of the window as a person would, and takes a picture of each where it is
told to. Speaks TAP.

    drive-states.py PROGRAM [FOLDER [WIDTH [SCHEME]]]

With FOLDER, WIDTH-SCHEME-STATE.png go there: tests/ui/gallery makes all of them.
"""

import math
import os
import subprocess
import sys
import tempfile

from driver import click, find, find_application, make_png, start, wait_for

N_IMAGES = 24


class Gallery:
    """Takes pictures of the display, small ones."""

    def __init__(self, folder, name, width):
        self.folder, self.name, self.width = folder, name, width

    def take(self, state):
        if self.folder is None:
            return
        path = os.path.join(self.folder, f"{self.name}-{state}.png")
        # Until nothing moves: two pictures that are the same.
        last = None
        for _ in range(20):
            picture = subprocess.run(
                ["import", "-window", "root", "-crop", f"{self.width}x760+0+0", "+repage",
                 "-depth", "8", "rgb:-"], check=True, stdout=subprocess.PIPE).stdout
            if picture == last:
                break
            last = picture
        subprocess.run(
            ["convert", "-size", f"{self.width}x760", "-depth", "8", "rgb:-",
             "-dither", "None", "-colors", "200", f"png8:{path}"], check=True, input=last)


def make_images(folder):
    os.mkdir(folder)
    for i in range(N_IMAGES):
        width = 500 + 120 * (i % 4)
        make_png(os.path.join(folder, f"picture-{i:02}.png"), width,
                 int(width * (0.6 + 0.3 * math.sin(i))))
    with open(os.path.join(folder, "notes.jpg"), "w") as file:
        file.write("This is no image.")
    open(os.path.join(folder, "nothing.png"), "w").close()


def drive(process, gallery):
    application = wait_for("the program", lambda: find_application(process.pid))

    def button(name, role="push button"):
        return wait_for(name, lambda: find(application, role, name))

    wait_for("the images", lambda: find(application, "table cell", "picture-00.png, Waiting"))
    wait_for("their count", lambda: find(application, "push button", f"All {N_IMAGES + 2}"))
    gallery.take("waiting")
    print("ok 2 - /states/waiting")

    click(button("Start"))
    wait_for("the end", lambda: find(application, "alert", f"{N_IMAGES} made, 2 failed"))
    wait_for("the states", lambda: find(application, "push button", "Failed 2"))
    gallery.take("done")
    print("ok 3 - /states/done")

    click(button("Failed 2", "push button"))
    wait_for("the failed alone",
             lambda: not find(application, "table cell", "picture-00.png")
             and find(application, "table cell", "notes.jpg, Failed"))
    gallery.take("failed")
    click(button("2 Failed…"))
    wait_for("the causes", lambda: find(application, "push button", "Try Again"))
    gallery.take("causes")
    print("ok 4 - /states/failed")


def main():
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    width = int(sys.argv[3]) if len(sys.argv) > 3 else 1100
    scheme = sys.argv[4] if len(sys.argv) > 4 else "light"
    gallery = Gallery(folder, f"{width}-{scheme}", width)
    if scheme == "dark":
        os.environ["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"

    print("1..4", flush=True)
    with tempfile.TemporaryDirectory() as home:
        settings = {"window-width": width, "window-height": 760}
        empty = start(sys.argv[1], home, [], settings)
        try:
            wait_for("the empty window",
                     lambda: find(find_application(empty.pid), "push button", "Add Folder"))
            gallery.take("empty")
        finally:
            empty.kill()
            empty.wait()
        print("ok 1 - /states/empty", flush=True)

        images = os.path.join(home, "images")
        make_images(images)
        process = start(sys.argv[1], home, [images], settings)
        try:
            drive(process, gallery)
        except Exception as error:
            print(f"Bail out! {error}")
            return 1
        finally:
            process.kill()
            process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
