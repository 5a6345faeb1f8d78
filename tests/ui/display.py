# SPDX-License-Identifier: GPL-3.0-or-later
"""The display that the program is driven on: real keys, a real pointer, and pictures of it.

There is no window manager: all windows lie in the corner, the newest on top, and the keyboard is
given to a window here.
"""

import contextlib
import os
import shutil
import subprocess
import sys

from driver import pyatspi, wait_for

if shutil.which("xdotool") is None:
    print("1..0 # SKIP xdotool is not installed")
    sys.exit(0)

# Where there is no compositor, GTK draws a frame of this width around its windows.
FRAME = 5


def xdotool(*arguments):
    done = subprocess.run(["xdotool", *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return done.stdout.split()


def wait_for_window(pid, title):
    """The number of a window that is shown."""
    return wait_for(f"the window {title}",
                    lambda: xdotool("search", "--onlyvisible", "--all", "--pid", pid, "--name",
                                    f"^{title}$"))[-1]


def focus(pid, title):
    """Gives the keyboard to a window, as a window manager does when it comes up."""
    window = wait_for_window(pid, title)
    wait_for(f"the keyboard in {title}",
             lambda: xdotool("windowfocus", window) or xdotool("getwindowfocus") == [window])
    return window


def wait_until_gone(pid, title):
    """Until a dialog is no longer shown. The display is asked: GTK 4.8 answers who asks the bus for
    the window that has just closed with a critical warning, which ends the program here."""
    wait_for(f"the end of {title}",
             lambda: not xdotool("search", "--onlyvisible", "--all", "--pid", pid, "--name",
                                 f"^{title}$"))


def make_narrow(pid, width, height):
    """Makes all windows of the program as wide as that, as the window manager of a telephone does."""
    for window in xdotool("search", "--onlyvisible", "--pid", pid):
        xdotool("windowsize", window, width, height)
    wait_for("narrow windows",
             lambda: all(f"{width}x{height}" in " ".join(xdotool("getwindowgeometry", window))
                         for window in xdotool("search", "--onlyvisible", "--pid", pid)))


def press(*keys):
    xdotool("key", "--clearmodifiers", *keys)


def write(text):
    xdotool("type", "--delay", 5, text)


def place(node, part=(0.5, 0.5)):
    """Where on the display a point of a widget is; its window is in the corner."""
    box = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    assert box.width > 0 and box.height > 0, f"{node.name} can't be seen"
    return FRAME + box.x + int(box.width * part[0]), FRAME + box.y + int(box.height * part[1])


def is_shown(node):
    try:
        box = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    except NotImplementedError:  # a stack's page: what is on it is
        return True
    return box.width > 0 and box.height > 0


def point(position):
    xdotool("mousemove", *position)


def press_button(node, button=1, times=1):
    """Presses a button of the mouse on a widget."""
    point(place(node))
    xdotool("click", "--repeat", times, "--delay", 40, button)


def scroll(position, n_steps):
    """Turns the wheel of the mouse, down where the number is positive."""
    point(position)
    xdotool("click", "--repeat", abs(n_steps), "--delay", 40, 5 if n_steps > 0 else 4)


@contextlib.contextmanager
def hold(key):
    xdotool("keydown", key)
    try:
        yield
    finally:
        xdotool("keyup", key)


def drag_to(start, end, is_there=None):
    """Drags from one point of the display to another. Lets go when is_there says so."""
    n_steps = 16
    point(start)
    xdotool("mousedown", 1)
    for i in range(1, n_steps + 1):
        point([a + (b - a) * i // n_steps for a, b in zip(start, end)])
    if is_there is not None:
        # The pointer stays, but a drag is only told of what moves.
        def is_there_now():
            point([end[0] + 1, end[1]])
            point(end)
            return is_there()

        wait_for("what is dragged over", is_there_now)
    xdotool("mouseup", 1)


class OtherProgram:
    """Something to drag and paste from, and to; beside the window of the program."""

    def __init__(self, path, *arguments, at=(0, 0)):
        # What GDK keeps of a clipboard when the program ends is no fault of ours.
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        self.process = subprocess.Popen([path, *arguments], stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.centre = at[0] + 100, at[1] + 100
        if arguments[0] == "copy":
            assert self.process.stdout.readline() == "copied\n"
        elif arguments[0] != "paste":
            window = wait_for_window(self.process.pid, "other-program")
            xdotool("windowmove", window, *at)
            xdotool("windowraise", window)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def read_line(self):
        return self.process.stdout.readline().rstrip("\n")


class Pictures:
    """Takes pictures of the display, small ones, where a folder for them is given."""

    def __init__(self, folder, prefix, width, height):
        self.folder, self.prefix, self.width, self.height = folder, prefix, width, height

    def _look(self):
        return subprocess.run(
            ["import", "-window", "root", "-crop",
             f"{self.width}x{self.height}+{FRAME}+{FRAME}", "+repage", "-depth", "8", "rgb:-"],
            check=True, stdout=subprocess.PIPE).stdout

    def take(self, state):
        """Takes a picture as soon as nothing moves any more: when two are the same."""
        if self.folder is None:
            return
        last = None
        for _ in range(20):
            picture = self._look()
            if picture == last:
                break
            last = picture
        self._save(state, picture)

    def take_now(self, state):
        """Takes a picture of what goes on."""
        if self.folder is not None:
            self._save(state, self._look())

    def _save(self, state, picture):
        path = os.path.join(self.folder, f"{self.prefix}{state}.png")
        subprocess.run(
            ["convert", "-size", f"{self.width}x{self.height}", "-depth", "8", "rgb:-", "-dither",
             "None", "-colors", "255", f"png8:{path}"], check=True, input=picture)


# What has nothing in it that can have the keyboard.
ENDS = ("label", "table cell", "scroll bar", "image", "check box", "menu item")


def find_focus(node):
    """What has the keyboard. GTK does not tell when that changes: it is looked for."""
    for child in node:
        if child is None or not is_shown(child):
            continue
        if child.getState().contains(pyatspi.STATE_FOCUSED):
            return child
        found = find_focus(child) if child.getRoleName() not in ENDS else None
        if found is not None:
            return found
    return None
