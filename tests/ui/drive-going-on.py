#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program is quit, or killed, in the middle of a run: the next start offers to go on, and makes
what is missing and nothing twice. Speaks TAP.

    drive-going-on.py PROGRAM OTHER-PROGRAM
"""

import os
import sys

from display import focus, press, press_button
from driver import Program, make_flat_png, outputs, run_tests, wait_for

N_IMAGES = 50
SETTINGS = {"window-width": 1100, "window-height": 700, "workers": 1}


def make_images(folder):
    """So many large images take one worker seconds."""
    images = os.path.join(folder, "images")
    os.mkdir(images)
    make_flat_png(os.path.join(images, "0.png"), 9800)
    for i in range(1, N_IMAGES):
        os.link(os.path.join(images, "0.png"), os.path.join(images, f"{i}.png"))
    return images


def run_into_the_middle(program, folder, end):
    """Starts a run, has it ended, and says which thumbnails there are, and when they were made."""
    home = os.path.join(folder, "home")
    destination = os.path.join(home, "Thimble")
    with Program(program, home, [make_images(folder)], SETTINGS) as window:
        window.find("push button", f"All {N_IMAGES}")
        focus(window.pid, "Thimble")
        press_button(window.button("Start"))
        wait_for("some to be done", lambda: len(outputs(destination)) > 4)
        end(window)
    made = {name: os.stat(os.path.join(destination, name)).st_mtime_ns
            for name in outputs(destination)}
    assert 0 < len(made) < N_IMAGES, made
    return home, destination, made


def go_on(program, home, destination, made):
    with Program(program, home, [], SETTINGS) as window:
        window.find("alert", "The last run was not finished")
        press_button(window.button("Go On"))
        # Workers stand back behind other programs: what counts is that they get on.
        for n in range(len(made), N_IMAGES + 1):
            wait_for(f"{n} thumbnails", lambda: len(outputs(destination)) >= n)
        window.find("alert", " made, ")
        assert len(outputs(destination)) == N_IMAGES
        again = [name for name, time in made.items()
                 if os.stat(os.path.join(destination, name)).st_mtime_ns != time]
        # What was made is recorded in groups: a kill can cost the last ones.
        assert len(again) < len(made), again
        return again


def after_quit(program, folder):
    def quit(window):
        press("ctrl+q")
        window.click("Stop and Close")
        window.wait_for_end()

    assert go_on(program, *run_into_the_middle(program, folder, quit)) == []


def after_kill(program, folder):
    go_on(program, *run_into_the_middle(program, folder, Program.kill))


def forget(program, folder):
    home, _, _ = run_into_the_middle(program, folder, Program.kill)
    with Program(program, home, [], SETTINGS) as window:
        press_button(window.find("push button", "Forget That Run"))
        # A closed window has written what it had to.
        press("ctrl+q")
        window.wait_for_end()
    with Program(program, home, [], SETTINGS) as window:
        window.find("push button", "Add Folder…")
        assert not os.listdir(os.path.join(home, "state", "thimble"))


if __name__ == "__main__":
    sys.exit(run_tests(sys.argv[1], "going-on", [after_quit, after_kill, forget]))
