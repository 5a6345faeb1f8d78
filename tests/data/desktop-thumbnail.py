# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a desktop's own thumbnail service for the thumbnail of an image: "tumbler", which Xfce has,
or "gnome", the library that Nautilus has, with its sandbox. Fails where none is made, or where the
installed thumbnailers were not asked. For build-aux/try-deb.

    desktop-thumbnail.py tumbler|gnome IMAGE
"""
import os
import sys

import gi
from gi.repository import Gio, GLib

DEADLINE_MS = 60000


def ask_tumbler(uri, mime_type):
    """The path of the thumbnail. Tumbler's own readers are off, so that it looks at the entries."""
    folder = os.path.join(GLib.get_user_config_dir(), 'tumbler')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'tumbler.rc'), 'w') as rc:
        for plugin in ('JPEGThumbnailer', 'PixbufThumbnailer'):
            rc.write(f'[{plugin}]\nDisabled=true\n')
        rc.write('[DesktopThumbnailer]\nDisabled=false\nMaxFileSize=0\nPriority=3\n')
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    loop = GLib.MainLoop()
    told = []

    def told_cb(bus, sender, path, interface, signal, parameters):
        told.append((signal, parameters.unpack()))
        if signal == 'Finished':
            loop.quit()

    name = 'org.freedesktop.thumbnails.Thumbnailer1'
    bus.signal_subscribe(None, name, None, None, None, Gio.DBusSignalFlags.NONE, told_cb)
    bus.call_sync(name, '/org/freedesktop/thumbnails/Thumbnailer1', name, 'Queue',
                  GLib.Variant('(asasssu)', ([uri], [mime_type], 'normal', 'default', 0)),
                  None, Gio.DBusCallFlags.NONE, DEADLINE_MS)
    GLib.timeout_add(DEADLINE_MS, loop.quit)
    loop.run()
    if not any(signal == 'Ready' for signal, _ in told):
        sys.exit(f'tumbler: {told}')
    digest = GLib.compute_checksum_for_string(GLib.ChecksumType.MD5, uri, -1)
    return os.path.join(GLib.get_user_cache_dir(), 'thumbnails', 'normal', f'{digest}.png')


def ask_gnome(uri, mime_type):
    gi.require_version('GnomeDesktop', '3.0')
    from gi.repository import GnomeDesktop
    factory = GnomeDesktop.DesktopThumbnailFactory.new(GnomeDesktop.DesktopThumbnailSize.NORMAL)
    mtime = int(os.stat(GLib.filename_from_uri(uri)[0]).st_mtime)
    pixbuf = factory.generate_thumbnail(uri, mime_type)
    factory.save_thumbnail(pixbuf, uri, mtime)
    return factory.lookup(uri, mtime)


def main():
    service, image = sys.argv[1:]
    uri = GLib.filename_to_uri(os.path.abspath(image))
    path = {'tumbler': ask_tumbler, 'gnome': ask_gnome}[service](uri, 'image/jpeg')
    with open(path, 'rb') as file:
        if file.read(8) != b'\x89PNG\r\n\x1a\n':
            sys.exit(f'{path} is no PNG')
    print(f'{service}: {os.path.basename(path)}')


main()
