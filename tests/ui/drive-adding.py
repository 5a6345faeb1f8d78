#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images come into the window in every way there is: dragged from another program, as a folder, as
text and as a picture; pasted as files and as a picture; chosen in the dialog. The pointer and the
keys are real. Speaks TAP.

    drive-adding.py PROGRAM OTHER-PROGRAM [FOLDER-FOR-PICTURES]
"""

import os
import sys

from display import OtherProgram, Pictures, drag_to, focus, press, wait_until_gone, write
from driver import Program, make_png, run_tests, wait_for

OTHER = sys.argv[2]
PICTURES = Pictures(sys.argv[3] if len(sys.argv) > 3 else None, "adding-", 1090, 690)
SETTINGS = {"window-width": 1100, "window-height": 700}
# Where the other program's window lies: over the window's empty page.
CORNER = 20, 100


def make_folder(folder):
    images = os.path.join(folder, "images")
    os.mkdir(images)
    for i in range(3):
        make_png(os.path.join(images, f"{i}.png"), 300, 200)
    return images


def start(program, folder):
    started = Program(program, os.path.join(folder, "home"), [], SETTINGS)
    started.find("push button", "Add Folder")
    focus(started.pid, "Thimble")
    return started


def drag_in(program, folder, *what):
    """Drags something out of the other program onto the window, which has to show that it can be
    dropped."""
    with start(program, folder) as window, OtherProgram(OTHER, "drag", *what, at=CORNER) as other:
        assert window.look("label", "Drop to Add") is None
        drag_to(other.centre, (700, 400), lambda: window.look("label", "Drop to Add"))
        window.find("table cell", ".png, Waiting")
        PICTURES.take("dropped")
        return window.count_cells(", Waiting")


def drop_folder(program, folder):
    images = make_folder(folder)
    assert drag_in(program, folder, "text/uri-list", f"file://{images}\r\n") == 3


def drop_text(program, folder):
    images = make_folder(folder)
    assert drag_in(program, folder, "text/plain;charset=utf-8",
                   f"Have a look at:\n{images}/1.png\n{images}/2.png\n") == 2


def drop_picture(program, folder):
    images = make_folder(folder)
    assert drag_in(program, folder, "image/png", f"@{images}/0.png") == 1


def paste(program, folder, *what):
    with start(program, folder) as window, OtherProgram(OTHER, "copy", *what):
        focus(window.pid, "Thimble")
        press("ctrl+v")
        return wait_for("what was pasted", lambda: window.count_cells(", Waiting"))


def paste_files(program, folder):
    images = make_folder(folder)
    assert paste(program, folder, "text/uri-list", f"file://{images}/2.png\r\n") == 1


def paste_picture(program, folder):
    images = make_folder(folder)
    assert paste(program, folder, "image/png", f"@{images}/0.png") == 1
    pasted = os.path.join(folder, "home", "cache", "thimble-pasted")
    with open(os.path.join(pasted, os.listdir(pasted)[0]), "rb") as file, \
            open(os.path.join(images, "0.png"), "rb") as original:
        assert file.read() == original.read()


def paste_nothing(program, folder):
    with start(program, folder) as window, OtherProgram(OTHER, "copy", "text/plain", "No link."):
        focus(window.pid, "Thimble")
        press("ctrl+v")
        window.find("label", "There are no images, files or links to paste")
        assert window.count_cells() == 0


def choose_folder(program, folder):
    images = make_folder(folder)
    with start(program, folder) as window:
        press("ctrl+o")
        window.find("push button", "Add")
        focus(window.pid, "Add Folders")
        PICTURES.take("dialog")
        write(images)
        press("Return")
        wait_until_gone(window.pid, "Add Folders")
        window.find("table cell", "0.png, Waiting")
        assert window.count_cells(", Waiting") == 3


def cancel_dialog(program, folder):
    make_folder(folder)
    with start(program, folder) as window:
        press("ctrl+shift+o")
        focus(window.pid, "Add Images")
        press("Escape")
        wait_until_gone(window.pid, "Add Images")
        assert window.count_cells() == 0


if __name__ == "__main__":
    sys.exit(run_tests(sys.argv[1], "adding",
                       [drop_folder, drop_text, drop_picture, paste_files, paste_picture,
                        paste_nothing, choose_folder, cancel_dialog]))
