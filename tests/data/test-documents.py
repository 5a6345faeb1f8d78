#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of the documents as they stand there, each document's in a home of its own with
pictures in it. Where a link to example.org is shown, a server on 127.0.0.1 stands in for it. Prints
the Test Anything Protocol.

    test-documents.py SOURCE-FOLDER BUILD-FOLDER [KIND]

A block of commands begins with ```sh and runs here; a word behind that is a kind, which needs
minutes, rights or a session, and only runs when asked for:

    build    in the clone that the document lies in, with a network, as root on Debian 12
    ci       likewise, what takes an hour
    session  in a session of systemd's, started here; as root, with the blocks that prepare it
    flatpak  as root on Debian 12
    flathub  where Flathub can be reached
"""
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import installed

source, build = map(os.path.abspath, sys.argv[1:3])
kind = sys.argv[3] if len(sys.argv) > 3 else ''
sys.path.insert(0, os.path.join(source, 'tests', 'arrows'))
from tap import Tap  # noqa: E402

DOCUMENTS = ('README.md', 'data/docs/recipes.md', 'data/docs/sandbox.md', 'CONTRIBUTING.md',
             'flatpak/README.md')
# What must be there when a document's commands have run, below the folder that they ran in.
MADE = {
    'README.md': ['thumbnails/photo.jpg', 'web/2025/photo-1-800w.webp', 'squares/photo.jpg',
                  'png/drawing.png', 'thumbnails/originals/a.jpg', 'page/b.jpg',
                  'shop/2025/photo-1-200.jpg'],
    'data/docs/recipes.md': [
        'only-png/drawing.png', 'shop-fine/photo-64.jpg', 'catalogue/2025/photo-1-200.jpg',
        'catalogue/photo-1200w.webp', 'media/2025/photo-1-32.jpg',
        'products/chairs/red-chair-200.jpg', 'products/tables/oak-table-32.jpg',
        'products/originals', 'links/a.jpg', 'page/b.jpg', 'fetched/a.jpg', 'fetched/b.jpg', 'public/2025/photo-1-320w.webp', 'one.png',
        '../.config/systemd/user/thimble.timer'],
}
IN_SESSION = {'data/docs/recipes.md': ['../Thumbnails/photo.jpg']}
# What the commands must have said.
SAID = {
    'README.md': ['would be made', 'processes'],
    'data/docs/recipes.md': ['4 made, 0 up to date', '0 made, 4 up to date', 'Desktop thumbnails',
                             'gone.jpg', '<img src="', ' 320w, ', 'Thimble.thumbnailer: removed'],
    'data/docs/sandbox.md': ['Name:\tthimble-worker', 'NoNewPrivs:\t1', 'Seccomp:\t2'],
}


def make_pictures(home, programs):
    """Four pictures in ~/Pictures, one of them in a folder, three of them photographs."""
    work = os.path.join(home, 'made')
    pictures = os.path.join(home, 'Pictures')
    os.makedirs(os.path.join(pictures, '2025'))
    os.mkdir(work)
    for number, side in enumerate((400, 300, 200)):
        installed.make_png(os.path.join(work, f'{number}.png'), side, side * 2 // 3)
    subprocess.run([os.path.join(programs, 'thimble-cli'), '-s', '100%', '--format',
                    'jpeg', '-o', work, work], check=True, stdout=subprocess.DEVNULL)
    for name, number in (('photo', 0), ('2025/photo-1', 1), ('2025/photo-2', 2)):
        os.rename(os.path.join(work, f'{number}-100pct.jpg'), os.path.join(pictures, f'{name}.jpg'))
    os.rename(os.path.join(work, '1.png'), os.path.join(pictures, 'drawing.png'))
    shutil.rmtree(work)


def serve(pictures):
    """A server of two pictures and a page that shows them."""
    site = os.path.join(os.path.dirname(pictures), 'site')
    os.mkdir(site)
    for name, of in (('a.jpg', 'photo.jpg'), ('b.jpg', '2025/photo-1.jpg')):
        shutil.copy(os.path.join(pictures, of), os.path.join(site, name))
    with open(os.path.join(site, 'shop.html'), 'w') as page:
        page.write('<!DOCTYPE html><title>Shop</title><img src="a.jpg"><img src="b.jpg">')
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=site)
    handler.func.log_message = lambda *arguments: None
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_port}'


def read_blocks(document):
    with open(os.path.join(source, document)) as file:
        text = file.read()
    found = re.findall(r'^```sh ?(\w*)\n(.*?)^```$', text, re.M | re.S)
    if kind not in [word for word, block in found]:
        return []
    return [block for word, block in found if word == kind or kind == 'session' and not word]


def enter_session():
    """Goes on in a name space of its own, in which systemd takes this for a system that it runs,
    and the programs lie where it looks for them."""
    if 'THIMBLE_IN_SESSION' in os.environ:
        return
    script = 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec "$@"'
    os.environ['THIMBLE_IN_SESSION'] = '1'
    command = [sys.executable, *sys.argv]
    os.execvp('unshare', ['unshare', '--mount', 'sh', '-c', script, 'sh', *command])


def start_session(environment, programs):
    runtime = environment['XDG_RUNTIME_DIR'] = os.path.join(environment['HOME'], 'run')
    os.makedirs(runtime, 0o700)
    environment.pop('DBUS_SESSION_BUS_ADDRESS', None)
    subprocess.run(['mount', '--bind', os.path.dirname(programs), '/usr/local'], check=True)
    manager = subprocess.Popen(['/lib/systemd/systemd', '--user'], env=environment)
    for _ in range(600):
        if os.path.exists(os.path.join(runtime, 'systemd', 'private')):
            return manager
        time.sleep(0.1)
    sys.exit('no session of systemd within a minute')


def run_block(block, work, environment, address):
    commands = block.replace('https://example.org', address)
    done = subprocess.run(['bash', '-eu', '-o', 'pipefail', '-c', commands], cwd=work,
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace')
    problems = [] if done.returncode == 0 else [f'exit status {done.returncode}:']
    return problems and problems + block.splitlines() + done.stdout.splitlines(), done.stdout


def run_document(tap, document, blocks, programs):
    with tempfile.TemporaryDirectory() as home:
        make_pictures(home, programs)
        address = serve(os.path.join(home, 'Pictures'))
        work = source if kind == 'build' else os.path.join(home, 'work')
        os.makedirs(work, exist_ok=True)
        environment = {**os.environ, 'HOME': home,
                       'PATH': programs + ':' + os.environ['PATH']}
        for name, folder in (('CACHE', '.cache'), ('CONFIG', '.config'), ('DATA', '.local/share'),
                             ('STATE', '.local/state')):
            environment[f'XDG_{name}_HOME'] = os.path.join(home, folder)
        session = start_session(environment, programs) if kind == 'session' else None
        said = ''
        for number, block in enumerate(blocks, 1):
            problems, output = run_block(block, work, environment, address)
            said += output
            tap.report(f'/documents/{document}/{number}', problems)
        if session:
            session.terminate()
            session.wait()
        if kind in ('', 'session'):
            made = MADE.get(document, []) + (IN_SESSION.get(document, []) if kind else [])
            problems = [f'{path} was not made' for path in made
                        if not os.path.exists(os.path.join(work, path))]
            problems += [f'nothing said “{words}”' for words in SAID.get(document, ())
                         if words not in said]
            tap.report(f'/documents/{document}/results', problems and problems + said.splitlines())


def main():
    tap = Tap()
    if kind == 'session':
        enter_session()
    with tempfile.TemporaryDirectory() as folder:
        is_whole, output = installed.install(build, folder)
        if not is_whole:
            sys.exit(output)
        programs = folder + installed.read_prefix(build) + '/bin'
        for document in DOCUMENTS:
            blocks = read_blocks(document)
            if blocks:
                run_document(tap, document, blocks, programs)
    tap.end()


main()
