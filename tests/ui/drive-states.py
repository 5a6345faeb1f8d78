#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goes through the states of the window as a person would, and takes a picture of each where it is
told to. Speaks TAP.

    drive-states.py PROGRAM OTHER-PROGRAM [FOLDER NAME WIDTH [light|dark|contrast [LOCALE STATE…]]]

With FOLDER, NAME-STATE.png go there: tests/ui/gallery makes all of them. LOCALE is a language, as
“de”, or a language and a country, as “pt_BR”; “C” is English. Without STATE all are taken.
"""

import gettext
import locale
import os
import sys
import tempfile

from display import Pictures, focus, is_shown, make_narrow, point, press, press_button
from driver import (Program, click, descendants, make_flat_png, make_picture, wait_for)

N_IMAGES = 24
N_MANY = 100000
HEIGHT = 760
# A window that is narrower has all of the display.
MIN_WIDE = 600
# Where the pointer is on no window.
AWAY = 1190, 790


class States:
    """The window in one look. Buttons are known by their action's place, not by their words, which
    are in the language."""

    def __init__(self, program, folder, pictures, settings, words):
        self.program, self.folder, self.pictures = program, folder, pictures
        self.settings, self.words = settings, words

    def start(self, *arguments, **settings):
        point(AWAY)
        window = Program(self.program, os.path.join(self.folder, "home"), arguments,
                         {**self.settings, **settings})
        self.fit(window)
        return window

    def fit(self, window):
        """What a window manager does on a narrow display."""
        if self.pictures.width < MIN_WIDE:
            make_narrow(window.pid, self.settings["window-width"], self.settings["window-height"])

    def wait_for_dialog(self, window):
        wait_for("another window", lambda: window.application.childCount > 1)
        self.fit(window)

    def make_images(self):
        images = os.path.join(self.folder, "images")
        os.mkdir(images)
        for i in range(N_IMAGES):
            width = 360 + 40 * (i % 4)
            make_picture(os.path.join(images, f"picture-{i:02}.png"), width,
                         int(width * (0.65 + 0.1 * (i % 5))), i)
        with open(os.path.join(images, "notes.jpg"), "w") as file:
            file.write("This is no image.")
        open(os.path.join(images, "nothing.png"), "w").close()
        return images

    def make_many(self):
        images = os.path.join(self.folder, "many")
        os.mkdir(images)
        for i in range(N_IMAGES):
            os.link(os.path.join(self.folder, "images", f"picture-{i:02}.png"),
                    os.path.join(images, f"a-{i:02}.png"))
        for i in range(N_MANY - N_IMAGES):
            os.symlink("a-00.png", os.path.join(images, f"b-{i:06}.png"))
        return images

    # Each state begins with a program of its own.

    def empty(self):
        with self.start() as window:
            window.find("push button", self.words("Add Folder…"))
            self.pictures.take("empty")
            press_in(window, "ctrl+comma")
            self.wait_for_dialog(window)
            self.pictures.take("preferences")

    def links(self):
        with self.start() as window:
            click(window.find("push button", self.words("Paste Links…")))
            self.wait_for_dialog(window)
            self.pictures.take("links")

    def run(self):
        images = os.path.join(self.folder, "images")
        with self.start(images) as window:
            wait_for("the images", lambda: window.count_cells() == N_IMAGES + 2)
            self.pictures.take("waiting")
            press_in(window, "ctrl+Return")
            window.find("alert", str(N_IMAGES))
            wait_for("the states", lambda: window.look("push button", self.words("Failed") + " 2"))
            self.pictures.take("done")
            click(window.find("push button", self.words("Failed") + " 2"))
            wait_for("the failed alone", lambda: window.count_cells() == 2)
            click(next(b for b in descendants(window.application)
                       if b.getRoleName() == "push button" and b.name.startswith("2 ")))
            self.wait_for_dialog(window)
            self.pictures.take("causes")

    def settings_alone(self):
        """Where the window is narrow: over the images."""
        with self.start(os.path.join(self.folder, "images")) as window:
            wait_for("the images", lambda: window.count_cells() == N_IMAGES + 2)
            press_in(window, "F9")
            wait_for("the settings", lambda: is_shown(window.find("combo box", "Format")))
            self.pictures.take("settings")

    def view(self):
        images = os.path.join(self.folder, "images")
        with self.start(os.path.join(images, "picture-00.png"),
                        os.path.join(images, "picture-04.png")) as window:
            cell = window.cell("picture-04.png")
            press_in(window, "ctrl+Return")
            window.find("alert", "2")
            press_button(cell, times=2)
            point(AWAY)
            wait_for("the large view",
                     lambda: any(is_shown(n) for n in descendants(window.application)
                                 if n.getRoleName() == "slider" and ".png" in n.name))
            self.pictures.take("view")

    def running(self):
        slow = os.path.join(self.folder, "slow")
        os.mkdir(slow)
        make_flat_png(os.path.join(slow, "z.png"), 9800)
        for i in range(N_IMAGES):
            os.link(os.path.join(self.folder, "images", f"picture-{i:02}.png"),
                    os.path.join(slow, f"picture-{i:02}.png"))
        for i in range(400):
            os.link(os.path.join(slow, "z.png"), os.path.join(slow, f"z-{i:03}.png"))
        with self.start(slow, workers=1) as window:
            wait_for("the images",
                     lambda: window.look("push button", str(N_IMAGES + 401)))
            press_in(window, "ctrl+Return")
            wait_for("the rate", lambda: window.look("label", "/s"))
            self.pictures.take_now("running")

    def many(self):
        images = self.make_many()
        with self.start(images) as window:
            wait_for("the images",
                     lambda: any("100" in n.name and "000" in n.name
                                 for n in descendants(window.application)
                                 if n.getRoleName() == "push button"))
            press_in(window, "ctrl+minus")
            press("ctrl+minus")
            self.pictures.take("many")

    def compare(self):
        images = os.path.join(self.folder, "images")
        with self.start(images) as window:
            wait_for("the images", lambda: window.count_cells() == N_IMAGES + 2)
            press_in(window, "F10")
            wait_for("the menu", lambda: any(is_shown(n) for n in descendants(window.application)
                                             if n.getRoleName() == "menu item"))
            press("Down", "Return")
            self.wait_for_dialog(window)
            wait_for("the end",
                     lambda: window.look("push button", self.words("Use the Fastest")))
            self.pictures.take("compare")


def press_in(window, key):
    focus(window.pid, "Thimble")
    press(key)


def find_language(name):
    """The locale of a language and how the program says a text in it. An OSError says what is
    missing."""
    if name in (None, "C"):
        return None, lambda word: word
    full = locale.normalize(name).split(".")[0] + ".UTF-8"
    catalogue = gettext.translation("thimble", os.environ.get("THIMBLE_LOCALES", ""), [name])
    try:
        locale.setlocale(locale.LC_ALL, full)
    except locale.Error as error:
        raise OSError(f"this system has no locale {full}") from error
    return full, catalogue.gettext


def main():
    folder, name, width, look, language = (sys.argv[3:] + [None] * 5)[:5]
    width = int(width or 1100)
    try:
        full, words = find_language(language)
    except OSError as error:
        print(f"1..0 # SKIP no pictures in the language {language}: {error}")
        return 0
    if look == "dark":
        os.environ["ADW_DEBUG_COLOR_SCHEME"] = "prefer-dark"
    if look == "contrast":
        os.environ["ADW_DEBUG_HIGH_CONTRAST"] = "1"
    if full is not None:
        os.environ.update(LANGUAGE=language, LC_ALL=full)
    # The frame around the window is not in the pictures.
    pictures = Pictures(folder, f"{name}-", width, HEIGHT)
    settings = {"window-width": width + 10, "window-height": HEIGHT + 10}

    with tempfile.TemporaryDirectory() as home:
        states = States(sys.argv[1], home, pictures, settings, words)
        states.make_images()
        shown = ["many", "running"] if folder is not None else []
        names = sys.argv[8:] or ["empty", "run", "view", "links", "compare", *shown]
        print(f"1..{len(names)}", flush=True)
        for i, state in enumerate(names, 1):
            try:
                getattr(states, state)()
            except Exception as error:
                print(f"not ok {i} - /states/{state} # {error!r}", flush=True)
                return 1
            print(f"ok {i} - /states/{state}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
