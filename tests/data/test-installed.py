#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed is whole: it goes below DESTDIR and nowhere else, it names the prefix and
nothing of the build, its files are found by what reads them, and the programs work where they are. Prints
the Test Anything Protocol.

    test-installed.py SOURCE-FOLDER BUILD-FOLDER APPLICATION-ID
"""
import configparser
import glob
import os
import shlex
import subprocess
import sys
import tempfile

import installed

source, build, application_id = sys.argv[1:]
sys.path.insert(0, os.path.join(source, 'tests', 'arrows'))
from tap import Tap  # noqa: E402

# By folders of the prefix; languages come and go.
FILES = [
    'bin/thimble',
    'bin/thimble-cli',
    'libexec/thimble/thimble-pixbuf-worker',
    'libexec/thimble/thimble-worker',
    f'share/applications/{application_id}.desktop',
    'share/bash-completion/completions/thimble-cli',
    f'share/dbus-1/services/{application_id}.service',
    'share/fish/vendor_completions.d/thimble-cli.fish',
    f'share/glib-2.0/schemas/{application_id}.gschema.xml',
    f'share/icons/hicolor/scalable/apps/{application_id}.svg',
    f'share/icons/hicolor/symbolic/apps/{application_id}-symbolic.svg',
    'share/man/man1/thimble-cli.1',
    'share/man/man1/thimble.1',
    f'share/metainfo/{application_id}.metainfo.xml',
    f'share/thumbnailers/{application_id}.thumbnailer',
    'share/zsh/site-functions/_thimble-cli',
]


def run(*words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options)
    return done.returncode, done.stdout


def read_entry(path, group):
    entries = configparser.ConfigParser(interpolation=None, strict=False, delimiters='=')
    entries.optionxform = str
    entries.read(path)
    return entries[group]


class Installed:
    def __init__(self, folder):
        self.destdir = os.path.join(folder, 'destdir')
        self.prefix = installed.read_prefix(build)
        self.root = self.destdir + self.prefix
        self.home = os.path.join(folder, 'home')
        self.image = os.path.join(folder, 'image.png')
        installed.make_png(self.image, 300, 200)
        os.mkdir(self.home)
        self.is_whole, self.output = installed.install(build, self.destdir)

    def cli(self, *words, tools=()):
        """Runs the installed program with a home of its own, where these tools are installed."""
        tool_folder = os.path.join(self.home, 'tools')
        os.makedirs(tool_folder, exist_ok=True)
        for tool in tools:
            if not os.path.lexists(os.path.join(tool_folder, tool)):
                os.symlink('/bin/true', os.path.join(tool_folder, tool))
        environment = {**os.environ, 'HOME': self.home, 'PATH': tool_folder,
                       'XDG_DATA_HOME': os.path.join(self.home, 'data'),
                       'XDG_CONFIG_HOME': os.path.join(self.home, 'config'),
                       'XDG_CONFIG_DIRS': os.path.join(self.home, 'system')}
        return run(os.path.join(self.root, 'bin', 'thimble-cli'), *words, env=environment)

    def list_home(self):
        found = []
        for kind in ('data', 'config'):
            for path, _, names in os.walk(os.path.join(self.home, kind)):
                found += [os.path.relpath(os.path.join(path, name), self.home) for name in names]
        return sorted(found)


def check_files(it):
    if not it.is_whole:
        return it.output.splitlines()
    found = [os.path.relpath(os.path.join(path, name), it.root)
             for path, _, names in os.walk(it.destdir) for name in names]
    found = sorted(name for name in found if not name.startswith('share/locale/'))
    return [f'installed: {name}' for name in sorted(set(found) ^ set(FILES))]


def check_names(it):
    """Programs are named by where they will be, and nothing names the build."""
    desktop = read_entry(f'{it.root}/share/applications/{application_id}.desktop', 'Desktop Entry')
    service = read_entry(f'{it.root}/share/dbus-1/services/{application_id}.service',
                         'D-BUS Service')
    thumbnailer = read_entry(f'{it.root}/share/thumbnailers/{application_id}.thumbnailer',
                             'Thumbnailer Entry')
    problems = []
    for what, told, expected in (
            ('desktop', shlex.split(desktop['Exec'])[0], 'thimble'),
            ('service', shlex.split(service['Exec'])[0], f'{it.prefix}/bin/thimble'),
            ('service', service['Name'], application_id),
            ('thumbnailer', thumbnailer['TryExec'], f'{it.prefix}/bin/thimble-cli'),
            ('thumbnailer', thumbnailer['Exec'],
             f'{it.prefix}/bin/thimble-cli thumbnail -s %s %i %o')):
        if told != expected:
            problems.append(f'{what}: {told}, not {expected}')
    for path in glob.glob(f'{it.root}/share/**/{application_id}*', recursive=True):
        with open(path, errors='replace') as file:
            text = file.read()
        if build in text or '@' in text.replace('@2', ''):
            problems.append(f'{path}: names the build, or has a variable left')
    return problems


def check_thumbnailer(it):
    """The entry's own command, with its keys filled in as the desktop does."""
    entry = read_entry(f'{it.root}/share/thumbnailers/{application_id}.thumbnailer',
                       'Thumbnailer Entry')
    output = os.path.join(it.home, 'thumbnail.png')
    keys = {'%s': '256', '%i': it.image, '%o': output, '%u': f'file://{it.image}'}
    words = [keys.get(word, word) for word in shlex.split(entry['Exec'])]
    status, told = it.cli(*words[1:])
    return [] if status == 0 and os.path.getsize(output) > 100 else [f'{words}: {status}', told]


def check_make(it):
    """The workers are found where they are, not where they were to be."""
    status, told = it.cli('make', '-o', os.path.join(it.home, 'out'), it.image)
    return [] if status == 0 and os.path.exists(f'{it.home}/out/image.png') else [told]


THUNAR = '<?xml version="1.0" encoding="UTF-8"?>\n<actions>\n<action>\n\t<name>Other</name>\n' \
         '\t<unique-id>1-1</unique-id>\n</action>\n</actions>\n'


def check_integrate(it):
    """All is there after it, once even when called twice, and gone after --remove."""
    problems = []
    own = ['data/thumbnailers/' + application_id + '.thumbnailer']
    menus = ['config/Thunar/uca.xml', 'data/nautilus/scripts/Make Thumbnails']
    for tools, expected in (((), own), (('nautilus', 'thunar'), sorted(menus + own))):
        for _ in range(2):
            status, told = it.cli('integrate', tools=tools)
            if status != 0 or it.list_home() != expected:
                problems.append(f'integrate: {status}, {told}, {it.list_home()}')
    script = os.path.join(it.home, menus[1])
    command = f"exec '{it.root}/bin/thimble' "
    if not os.access(script, os.X_OK) or command not in open(script).read():
        problems.append('Nautilus gets no script that opens the window')
    if open(os.path.join(it.home, menus[0])).read().count('<command>') != 1:
        problems.append('Thunar gets no action, or several')
    status, told = it.cli('integrate', '--remove')
    if status != 0 or it.list_home():
        problems.append(f'--remove: {status}, {told}, left {it.list_home()}')
    return problems


def check_script_of_others(it):
    """A script of the user's own that has our name stays, with --remove too."""
    problems = []
    text = '#!/bin/sh\n'
    path = os.path.join(it.home, 'data', 'nautilus', 'scripts', 'Make Thumbnails')
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)
    for words, expected in ((['integrate'], 3), (['integrate', '--remove'], 0)):
        status, told = it.cli(*words, tools=('nautilus',))
        if status != expected:
            problems.append(f'{words}: {status}, {told}')
        if open(path).read() != text:
            problems.append(f'{words}: the script of the user is changed')
    os.remove(path)
    return problems


def check_actions_of_others(it):
    """Thunar's other actions stay to the byte, and a file that is no list is not touched."""
    problems = []
    path = os.path.join(it.home, 'config', 'Thunar', 'uca.xml')
    os.makedirs(os.path.dirname(path), exist_ok=True)
    for text, expected, action in ((THUNAR, 0, 1), (THUNAR + '<oops', 3, 0), ('', 3, 0),
                                   (THUNAR.replace('\n', ''), 0, 1)):
        with open(path, 'w') as file:
            file.write(text)
        status, told = it.cli('integrate', tools=('thunar',))
        if status != expected or open(path).read().count(application_id + '</unique-id>') != action:
            problems.append(f'integrate: {status}, {told}')
        it.cli('integrate', '--remove')
        if open(path).read() != text:
            problems.append(f'after --remove: {open(path).read()}')
    os.remove(path)

    # The system's actions are taken over, and are the system's again afterwards.
    system = os.path.join(it.home, 'system', 'Thunar', 'uca.xml')
    os.makedirs(os.path.dirname(system))
    with open(system, 'w') as file:
        file.write(THUNAR)
    it.cli('integrate', tools=('thunar',))
    if '<name>Other</name>' not in open(path).read():
        problems.append('the actions of the system are gone')
    it.cli('integrate', '--remove')
    if os.path.exists(path):
        problems.append('a copy of the actions of the system stays')
    return problems


def check_desktop_file(it):
    """It opens folders and images, and its actions are some that the program has."""
    path = f'{it.root}/share/applications/{application_id}.desktop'
    entry = read_entry(path, 'Desktop Entry')
    problems = [f'MimeType: {kind} is missing'
                for kind in ('inode/directory', 'image/jpeg', 'image/webp')
                if kind not in entry['MimeType'].split(';')]
    with open(os.path.join(source, 'src', 'app', 'thimble-application.c')) as file:
        text = file.read()
    for action in filter(None, entry['Actions'].split(';')):
        command = read_entry(path, f'Desktop Action {action}')['Exec']
        if command != f'gapplication action {application_id} {action}' \
                or f'{{ .name = "{action}",' not in text:
            problems.append(f'{action}: {command}')
    return problems


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        it = Installed(folder)
        for check in (check_files, check_names, check_desktop_file, check_make, check_thumbnailer,
                      check_integrate, check_script_of_others,
                      check_actions_of_others):
            name = check.__name__[len('check_'):].replace('_', '-')
            try:
                problems = check(it)
            except Exception as error:  # one that fails says nothing of the others
                problems = [repr(error)]
            tap.report(f'/installed/{name}', problems)
    tap.end()


main()
