#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes pictures of the window in the language of the environment, for people to look at.

    drive-pictures.py BUILD-FOLDER FOLDER LANGUAGE
"""

import gettext
import math
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'ui'))

from driver import (click, descendants, find, find_application,  # noqa: E402  (see above)
                    make_png, start, wait_for)

build, folder, language = sys.argv[1:]
words = gettext.translation('thimble', os.path.join(build, 'po'), [language], fallback=True)


def say(text):
    """A text in the language, as the accessibility bus has it: without the mark of a mnemonic."""
    return words.gettext(text).replace('_', '')


def take(state, width=1200):
    """Until nothing moves: two pictures that are the same."""
    last = None
    for _ in range(20):
        time.sleep(0.3)
        picture = subprocess.run(
            ['import', '-window', 'root', '-crop', f'{width}x800+0+0', '+repage', 'png:-'],
            check=True, stdout=subprocess.PIPE).stdout
        if picture == last:
            break
        last = picture
    with open(os.path.join(folder, f'{language}-{state}.png'), 'wb') as file:
        file.write(picture)


def find_window():
    return subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.'], check=False,
                          stdout=subprocess.PIPE, text=True).stdout.split()[-1]


def make_narrow():
    """Asks for the least width, and says whether the window has it."""
    window = find_window()
    subprocess.run(['xdotool', 'windowsize', window, '360', '780'], check=True)
    time.sleep(0.5)
    shape = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', window], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    return 'WIDTH=360\n' in shape


def press(*keys):
    subprocess.run(['xdotool', 'windowfocus', '--sync', find_window()], check=False)
    subprocess.run(['xdotool', 'key', *keys], check=True)


def find_named(application, text):
    return next((node for node in descendants(application) if say(text) in (node.name or '')
                 and node.getRoleName() in ('push button', 'toggle button', 'menu item')), None)


def push(application, text):
    click(wait_for(say(text), lambda: find_named(application, text)))


def make_images(place):
    os.mkdir(place)
    for i in range(18):
        width = 500 + 120 * (i % 4)
        make_png(os.path.join(place, f'picture-{i:02}.png'), width,
                 int(width * (0.6 + 0.3 * math.sin(i))))
    with open(os.path.join(place, 'notes.jpg'), 'w', encoding='utf-8') as file:
        file.write('This is no image.')
    with open(os.path.join(place, 'صورة العائلة.png'), 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n')


def show_empty(application):
    wait_for('the empty window', lambda: find_named(application(), 'Add Folder…'))
    take('empty')
    press('ctrl+comma')
    take('preferences')
    press('Escape')
    push(application(), 'Paste Links…')
    time.sleep(0.5)
    press('e', 'x', 'a', 'm', 'p', 'l', 'e', 'period', 'o', 'r', 'g', 'slash', 'a')
    take('links')


def show_images(application):
    wait_for('an image', lambda: find(application(), 'table cell', 'picture-00.png'))
    take('waiting')
    press('ctrl+Return')
    wait_for('the end', lambda: find_named(application(), 'Open Folder'))
    take('done')
    press('F10')
    take('menu')
    press('Escape')
    press('F10', 'Down', 'Return')
    time.sleep(6)
    take('compare')
    press('Escape')
    subprocess.run(['xdotool', 'mousemove', '500', '190', 'click', '--repeat', '2', '1'], check=True)
    take('view')


def show_narrow(application):
    wait_for('an image', lambda: find(application(), 'table cell', 'picture-00.png'))
    wait_for('a narrow window', make_narrow)
    take('narrow-waiting', 360)
    press('ctrl+Return')
    wait_for('the end', lambda: find_named(application(), 'Open Folder'))
    take('narrow-done', 360)
    push(application(), 'Settings of the Thumbnails')
    take('narrow-settings', 360)


def main():
    program = os.path.join(build, 'src', 'app', 'thimble')
    for show, width, has_images in ((show_empty, 1100, False), (show_images, 1100, True),
                                    (show_narrow, 360, True)):
        with tempfile.TemporaryDirectory() as home:
            images = os.path.join(home, 'images')
            make_images(images)
            process = start(program, home, [images] if has_images else [],
                            {'window-width': width, 'window-height': 780})
            try:
                show(lambda: find_application(process.pid))
            except Exception as error:
                print(f'# {language}, {show.__name__}: {error}')
            finally:
                process.kill()
                process.wait()


main()
