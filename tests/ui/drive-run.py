#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to images once they are in the window: a run, its pause, its end and its failures,
and what can be done with the images in the grid. The pointer and the keys are real. Speaks TAP.

    drive-run.py PROGRAM OTHER-PROGRAM [FOLDER-FOR-PICTURES]
"""

import os
import shutil
import sys

from display import (OtherProgram, Pictures, drag_to, find_focus, focus, hold, is_shown, place,
                     press, press_button, scroll)
from driver import Program, make_flat_png, make_png, outputs, run_tests, wait_for

OTHER = sys.argv[2]
PICTURES = Pictures(sys.argv[3] if len(sys.argv) > 3 else None, "run-", 1090, 690)
SETTINGS = {"window-width": 1100, "window-height": 700}
N_IMAGES = 6
# So many large images take one worker a minute or more.
N_SLOW = 1000


def make_images(folder):
    images = os.path.join(folder, "images")
    os.mkdir(images)
    for i in range(N_IMAGES):
        make_png(os.path.join(images, f"{i}.png"), 300, 200 + 20 * i)
    return images


def make_slow_images(folder):
    images = os.path.join(folder, "images")
    os.mkdir(images)
    make_flat_png(os.path.join(images, "0.png"), 9800)
    for i in range(1, N_SLOW):
        os.link(os.path.join(images, "0.png"), os.path.join(images, f"{i}.png"))
    return images


def start(program, folder, images, **settings):
    started = Program(program, os.path.join(folder, "home"), [images], {**SETTINGS, **settings})
    started.destination = os.path.join(folder, "home", "Thimble")
    wait_for("the images",
             lambda: started.look("push button", f"All {len(os.listdir(images))}"))
    focus(started.pid, "Thimble")
    return started


def make_all(window):
    press_button(window.button("Start"))
    window.find("alert", f"{N_IMAGES} made in ")
    window.cell("0.png, Done")


def pause_and_cancel(program, folder):
    images = make_slow_images(folder)
    with start(program, folder, images, workers=1) as window:
        press_button(window.button("Start"))
        wait_for("some to be done", lambda: len(outputs(window.destination)) > 2)
        press_button(window.button("Pause"))
        window.find("label", "Paused")
        window.button("Resume")
        PICTURES.take("paused")
        n_done = len(outputs(window.destination))
        assert n_done < N_SLOW
        press_button(window.button("Resume"))
        wait_for("more to be done", lambda: len(outputs(window.destination)) > n_done + 4)
        PICTURES.take_now("running")
        press_button(window.button("Cancel"))
        window.find("alert", " cancelled in ")
        PICTURES.take("cancelled")
        # What is done stays done.
        n_done = len(outputs(window.destination))
        assert n_done < N_SLOW
        window.find("push button", f"Done {n_done}")
        window.find("push button", f"Cancelled {N_SLOW - n_done}")


def fail_and_retry(program, folder):
    images = make_images(folder)
    with open(os.path.join(images, "9.png"), "w") as file:
        file.write("No image.")
    with start(program, folder, images) as window:
        press_button(window.button("Start"))
        window.find("alert", f"{N_IMAGES} made, 1 failed")
        window.cell("9.png, Failed, is a text file, not an image")
        press_button(window.find("push button", "1 Failed…"))
        focus(window.pid, "Failed Images")
        PICTURES.take("causes")
        shutil.copy(os.path.join(images, "0.png"), os.path.join(images, "9.png"))
        press_button(window.find("push button", "Try Again"))
        window.find("alert", "1 made in ")
        window.cell("9.png, Done")
        assert len(outputs(window.destination)) == N_IMAGES + 1


def filter_and_search(program, folder):
    images = make_images(folder)
    open(os.path.join(images, "empty.png"), "w").close()
    with start(program, folder, images) as window:
        press_button(window.button("Start"))
        press_button(window.find("push button", "Failed 1"))
        wait_for("the failed one alone", lambda: window.count_cells() == 1)
        window.cell("empty.png, Failed")
        press_button(window.find("push button", f"All {N_IMAGES + 1}"))
        wait_for("all", lambda: window.count_cells() == N_IMAGES + 1)
        press_button(window.find("push button", "Search by Name"))
        press("3")
        wait_for("the found one alone", lambda: window.count_cells() == 1)
        window.cell("3.png")
        press("Escape")
        wait_for("all again", lambda: window.count_cells() == N_IMAGES + 1)


def large_view(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        make_all(window)
        press_button(window.cell("2.png"), times=2)
        window.find("label", f"3 of {N_IMAGES}")
        window.find("label", "128 × 102")
        picture = window.find("slider", "2.png")
        assert is_shown(picture)
        PICTURES.take("view")
        # The line between the two pictures is dragged.
        assert picture.description == "The original takes 50 % of the width"
        drag_to(place(picture), place(picture, (0.75, 0.5)))
        wait_for("the line to move", lambda: picture.description > "The original takes 6")
        press_button(window.button("Next Image"))
        window.find("label", f"4 of {N_IMAGES}")
        press("Escape")
        wait_for("the grid", lambda: is_shown(window.cell("3.png")))


def zoom(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        def width():
            return window.cell("0.png").queryComponent().getExtents(1).width

        before = width()
        point = place(window.cell("0.png"))
        with hold("ctrl"):
            scroll(point, -1)
            wait_for("larger cells", lambda: width() > before)
            scroll(point, 2)
            wait_for("smaller cells", lambda: width() < before)
        press("ctrl+0")
        wait_for("the usual size", lambda: width() == before)


def rubber_band(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        first = place(window.cell("0.png"), (0.02, 0.02))
        last = place(window.cell("2.png"), (0.9, 0.5))
        drag_to((first[0] - 6, first[1] - 6), last)
        press("Delete")
        wait_for("three to go", lambda: window.count_cells() == N_IMAGES - 3)
        # The toast's Undo may be gone on a busy machine; the key does the same.
        press("ctrl+z")
        wait_for("them to come back", lambda: window.count_cells() == N_IMAGES)


def context_menu(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        make_all(window)
        press_button(window.cell("1.png"), button=3)
        entry = window.find("menu item", "Copy Path")
        wait_for("the menu", lambda: is_shown(entry))
        wait_for("the keyboard in the menu", lambda: focused_role(window) == "menu item")
        PICTURES.take("menu")
        press("Escape")
        wait_for("the keyboard in the cell", lambda: focused_role(window) == "table cell")
        # The cell that it came up at is the one that is selected, and has the keyboard.
        press("ctrl+c")
        expected = os.path.getsize(os.path.join(window.destination, "1.png"))
        wait_for("the picture on the clipboard", lambda: paste_size("image/png") > 0)
        assert paste_size("text/uri-list") == len(f"file://{window.destination}/1.png\r\n")
        assert expected > 0
        focus(window.pid, "Thimble")
        press("ctrl+shift+c")
        wait_for("the path on the clipboard",
                 lambda: paste_size("text/plain;charset=utf-8")
                 == len(f"{window.destination}/1.png"))


def focused_role(window):
    return find_focus(window.application).getRoleName()


def paste_size(mime_type):
    with OtherProgram(OTHER, "paste", mime_type) as other:
        return int(other.read_line())


def drag_out(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        make_all(window)
        with OtherProgram(OTHER, "drop", at=(820, 200)) as other:
            drag_to(place(window.cell("1.png")), other.centre)
            assert other.read_line() == os.path.join(window.destination, "1.png")


def close_asks(program, folder):
    images = make_slow_images(folder)
    with start(program, folder, images, workers=1) as window:
        press_button(window.button("Start"))
        wait_for("some to be done", lambda: len(outputs(window.destination)) > 2)
        press_button(window.button("Close"))
        window.find("push button", "Keep Running")
        PICTURES.take_now("closing")
        window.click("Keep Running")
        wait_for("the question to go", lambda: not window.look("push button", "Keep Running"))
        n_done = len(outputs(window.destination))
        wait_for("the run to go on", lambda: len(outputs(window.destination)) > n_done)
        press_button(window.button("Close"))
        window.click("Stop and Close")
        window.wait_for_end()
        assert len(outputs(window.destination)) < N_SLOW


if __name__ == "__main__":
    sys.exit(run_tests(sys.argv[1], "run",
                       [pause_and_cancel, fail_and_retry, filter_and_search, large_view, zoom,
                        rubber_band, context_menu, drag_out, close_asks]))
