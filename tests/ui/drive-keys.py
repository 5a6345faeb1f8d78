#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole flow by keyboard alone: no pointer, and the accessibility bus only to look. Speaks TAP.

    drive-keys.py PROGRAM OTHER-PROGRAM
"""

import os
import sys

from display import find_focus, focus, is_shown, point, press, wait_until_gone, write
from driver import Program, find, make_flat_png, make_png, outputs, pyatspi, run_tests, wait_for

SETTINGS = {"window-width": 1100, "window-height": 700}
N_IMAGES = 6


def make_images(folder):
    images = os.path.join(folder, "images")
    os.mkdir(images)
    for i in range(N_IMAGES):
        make_png(os.path.join(images, f"{i}.png"), 300, 200 + 20 * i)
    return images


def start(program, folder, *arguments):
    point((1190, 790))
    started = Program(program, os.path.join(folder, "home"), arguments, SETTINGS)
    started.destination = os.path.join(folder, "home", "Thimble")
    if arguments:
        wait_for("the images", lambda: started.look("push button", f"All {N_IMAGES}"))
    focus(started.pid, "Thimble")
    return started


def wait_for_focus(window, role, name):
    """Until the widget of that role, with that in its name, has the keyboard."""
    def has_focus():
        focused = find_focus(window.application)
        return focused.getRoleName() == role and name in focused.name

    wait_for(f"the keyboard on {role} “{name}”", has_focus)


# libadwaita's entries do not tell the bus when they have the keyboard.
ENTRY = "an entry"


def get_focus_name(focused):
    return ENTRY if focused is None else focused.name


def press_tab(window, before):
    """Goes on to the next widget, and returns that."""
    press("Tab")
    wait_for("the keyboard to go on", lambda: find_focus(window.application) != before)
    return find_focus(window.application)


def tab_to(window, name):
    focused = find_focus(window.application)
    names = []
    while len(names) < 60:
        focused = press_tab(window, focused)
        names.append(get_focus_name(focused))
        if name in names[-1]:
            return
    raise AssertionError(f"Tab does not come to “{name}”, but to {names}")


def list_tabs(window):
    """The names of what Tab goes through, from what has the keyboard once round."""
    first = focused = find_focus(window.application)
    names = [focused.name]
    while len(names) < 60:
        focused = press_tab(window, focused)
        if focused == first:
            return names
        names.append(get_focus_name(focused))
    raise AssertionError(f"Tab does not come round, but to {names}")


def empty_page(program, folder):
    images = make_images(folder)
    with start(program, folder) as window:
        names = list_tabs(window)
        assert names == ["Add", "Main Menu", "Add Folder…", "Paste Links…"], names
        tab_to(window, "Add Folder…")
        press("Return")
        focus(window.pid, "Add Folders")
        write(images)
        press("Return")
        wait_until_gone(window.pid, "Add Folders")
        wait_for("the images", lambda: window.count_cells() == N_IMAGES)


def focus_order(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        names = list_tabs(window)
        assert all(names), names
        # From the left to the right and from above, each once: what is filtered before the grid,
        # the grid as one, then the settings in their order.
        expected = ["Add", "Start", "Settings of the Thumbnails", "Main Menu", "All 6",
                    "Search by Name", "Size and Order of the Pictures", "0.png, Waiting",
                    "Own Presets", "Thumbnails", "Desktop thumbnails", "Sizes", ENTRY,
                    "Common Sizes", "Inside", "Fill", "Format", "Quality", ENTRY, "Example",
                    "Save To", "Replace Other Files", "Remove What Is Gone"]
        left = iter(names)
        for name in expected:
            assert name in left, f"{name} is not where it should be in {names}"


def whole_flow(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        # In the grid, arrows; Enter shows an image large, and Escape comes back to it.
        tab_to(window, "0.png, Waiting")
        press("Right")
        wait_for_focus(window, "table cell", "1.png, Waiting")
        press("Return")
        wait_for_focus(window, "slider", "1.png")
        press("Right")
        wait_for_focus(window, "slider", "2.png")
        press("shift+Right")
        wait_for("the line to move",
                 lambda: find(window.application, "slider", "2.png").description
                 == "The original takes 55 % of the width")
        press("Escape")
        wait_for_focus(window, "table cell", "2.png, Waiting")

        # A preset, and a size more.
        tab_to(window, "Desktop thumbnails")
        tab_to(window, "Shop")
        press("space")
        window.find("push button", "Remove the Size 200")
        tab_to(window, ENTRY)
        write("50%")
        press("Return")
        window.find("push button", "Remove the Size 50 %")

        press("ctrl+Return")
        window.find("alert", f"{N_IMAGES} made in ")
        assert len(outputs(window.destination)) == 4 * N_IMAGES, outputs(window.destination)

        # The search, from anywhere.
        press("ctrl+f")
        write("4")
        wait_for("the found one", lambda: window.count_cells() == 1)
        press("Return")
        wait_for_focus(window, "table cell", "4.png, Done")
        press("ctrl+f", "Escape")
        wait_for("all", lambda: window.count_cells() == N_IMAGES)

        settings = window.button("Settings of the Thumbnails")
        assert settings.getState().contains(pyatspi.STATE_PRESSED)
        press("F9")
        wait_for("the settings to go",
                 lambda: not settings.getState().contains(pyatspi.STATE_PRESSED))
        press("ctrl+q")
        window.wait_for_end()


def select_and_remove(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        tab_to(window, "0.png, Waiting")
        press("space", "shift+Right")
        press("Menu")
        wait_for("the menu", lambda: is_shown(window.find("menu item", "Remove From List")))
        press("Escape", "Delete")
        wait_for("two to go", lambda: window.count_cells() == N_IMAGES - 2)
        press("ctrl+z")
        wait_for("them to come back", lambda: window.count_cells() == N_IMAGES)
        press("ctrl+a", "Delete")
        window.find("push button", "Add Folder…")


def pause_and_cancel(program, folder):
    images = os.path.join(folder, "images")
    os.mkdir(images)
    make_flat_png(os.path.join(images, "0.png"), 9800)
    for i in range(1, 200):
        os.link(os.path.join(images, "0.png"), os.path.join(images, f"{i}.png"))
    with Program(program, os.path.join(folder, "home"), [images],
                 {**SETTINGS, "workers": 1}) as window:
        window.find("push button", "All 200")
        focus(window.pid, "Thimble")
        tab_to(window, "Start")
        # The button goes away in a run: the keyboard goes on to Pause.
        press("Return")
        wait_for_focus(window, "push button", "Pause")
        press("space")
        window.find("label", "Paused")
        press("ctrl+p")
        wait_for("the run to go on", lambda: not window.look("label", "Paused"))
        press("Escape")
        window.find("alert", "cancelled in ")
        wait_for_focus(window, "push button", "Report")


def windows(program, folder):
    """The program's other windows come up, have the keyboard, and go at Escape."""
    images = make_images(folder)
    with start(program, folder, images) as window:
        press("ctrl+comma")
        focus(window.pid, "Preferences")
        tab_to(window, "Workers")
        press("Escape")
        wait_until_gone(window.pid, "Preferences")

        focus(window.pid, "Thimble")
        press("ctrl+question")
        window.find("label", "Move the line between original and thumbnail")
        focus(window.pid, "Keyboard Shortcuts")
        press("Escape")
        wait_until_gone(window.pid, "Keyboard Shortcuts")

        # By the menu.
        focus(window.pid, "Thimble")
        press("F10")
        wait_for("the menu", lambda: is_shown(window.find("menu item", "About Thimble")))
        press("Up", "Return")
        window.find("label", "The Thimble developers")
        focus(window.pid, "About Thimble")
        press("Escape")
        wait_until_gone(window.pid, "About Thimble")


def save_preset(program, folder):
    images = make_images(folder)
    with start(program, folder, images) as window:
        tab_to(window, "Own Presets")
        press("space")
        wait_for("the menu", lambda: is_shown(window.find("menu item", "Save as Preset")))
        press("Return")
        window.find("text", "Name of the Preset")
        focus(window.pid, "Save as Preset")
        write("Mine")
        press("Return")
        wait_until_gone(window.pid, "Save as Preset")
        window.find("push button", "Mine")
        config = os.path.join(folder, "home", "config", "thimble", "presets")
        wait_for("the preset's file", lambda: os.listdir(config) == ["Mine.preset"])


if __name__ == "__main__":
    sys.exit(run_tests(sys.argv[1], "keys",
                       [empty_page, focus_order, whole_flow, select_and_remove, pause_and_cancel,
                        windows, save_preset]))
