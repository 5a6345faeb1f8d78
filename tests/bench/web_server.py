# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server for measuring downloads: nginx on 127.0.0.1 with its own configuration, pictures and
certificate; and a way to it that is limited in all, as a line is, where nginx limits connections.
"""
import collections
import os
import random
import selectors
import shutil
import socket
import struct
import subprocess
import threading
import time
import zlib

CONFIGURATION = '''
daemon off; pid {folder}/pid; error_log {folder}/error.log crit; worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  log_format sent '$msec $body_bytes_sent $request_uri'; access_log {folder}/access.log sent;
  default_type image/jpeg; tcp_nodelay on; sendfile on; keepalive_requests 100000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; root {folder}/www;
  server {{
    listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl http2;
    rewrite ^/(medium|small)/\\d*(\\d)$ /$1-$2 last;
    location /slow/ {{ rewrite ^/slow/\\d*(\\d)$ /large-$1 break; limit_rate 300k; }}
    location /drip/ {{ rewrite ^/drip/\\d*(\\d)$ /large-$1 break; limit_rate 2k; }}
    location /fault/missing/ {{ return 404; }}
    location /fault/busy/ {{ return 503; }}
    location /fault/silent/ {{ return 444; }}
    location /fault/page/ {{ return 200 "<!DOCTYPE html><title>No image</title>"; }}
    location /fault/cut/ {{ rewrite ^ /cut break; }}
    location /fault/stall/ {{ rewrite ^ /medium-0 break; limit_rate 1; }}
  }}
}}
'''
# Pictures of each size; a link's last digit says which.
N_PICTURES = 10


def make_png(path, width, height, seed):
    """A soft picture under some grain: as a JPEG about as many bits a pixel as a photograph."""
    rand = random.Random(seed)
    waves = [rand.uniform(0.002, 0.05) for _ in range(6)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        grain = rand.randbytes(width)
        base = 60 + int(50 * (1 + ((y * waves[0]) % 2 - 1)))
        for x in range(width):
            tone = base + int(40 * ((x * waves[1] + y * waves[2]) % 1)) + (grain[x] >> 4)
            rows += bytes((tone, tone ^ 9, (tone + 20) & 255))

    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data
                + struct.pack('>I', zlib.crc32(kind + data)))

    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n'
                   + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(bytes(rows), 1)) + chunk(b'IEND', b''))


def make_pictures(cli, folder, www):
    """JPEGs of about 1 MB, 50 kB and 3 kB, made by Thimble itself from one pilot each."""
    for name, n_bytes in (('large', 1_000_000), ('medium', 50_000), ('small', 3_000)):
        size = 400
        for tries in (0, 1, 2):
            pngs = os.path.join(folder, f'{name}-{tries}')
            out = os.path.join(folder, f'{name}-{tries}-out')
            os.mkdir(pngs)
            for i in range(N_PICTURES if tries == 2 else 1):
                make_png(os.path.join(pngs, f'{name}-{i}.png'), size, size, i)
            subprocess.run([cli, 'make', pngs, '-o', out, '-s', '100%', '--format', 'jpeg',
                            '-q', '90', '--progress', 'never'], check=True)
            made = os.path.getsize(os.path.join(out, f'{name}-0.jpg'))
            size = max(16, int(size * (n_bytes / made) ** 0.5)) if tries < 2 else size
        for i in range(N_PICTURES):
            shutil.copyfile(os.path.join(out, f'{name}-{i}.jpg'), os.path.join(www, f'{name}-{i}'))
    with open(os.path.join(www, 'medium-0'), 'rb') as whole:
        with open(os.path.join(www, 'cut'), 'wb') as cut:
            cut.write(whole.read()[:20_000])


class Line(threading.Thread):
    """Carries bytes between clients and a port of the server: from the server so many a second in
    all, and each connection has its turn. They never pass through Python: splice moves them."""

    PIECE = 16384

    def __init__(self, port, bytes_per_second):
        super().__init__(daemon=True)
        self.port, self.rate = port, bytes_per_second
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=1024)
        self.listener.setblocking(False)
        self.address = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, None)
        self.waiting = collections.deque()
        self.pipe = os.pipe()
        self.last_byte = 0.0  # when it was carried
        self.start()

    def accept(self):
        client, _ = self.listener.accept()
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * self.PIECE)
        server.connect(('127.0.0.1', self.port))
        pair = (client, server)
        for one in pair:
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(client, selectors.EVENT_READ, ('up', pair))
        self.selector.register(server, selectors.EVENT_READ, ('down', pair))

    def close(self, pair):
        for one in pair:
            if one.fileno() >= 0:
                self.selector.unregister(one) if one in self.selector.get_map() else None
                one.close()

    def carry_up(self, pair):
        try:
            data = pair[0].recv(65536)
            if not data or pair[1].send(data) != len(data):
                self.close(pair)
        except OSError:
            self.close(pair)

    def carry_down(self, pair):
        """Returns how many bytes went; None where there was nothing."""
        left = 0
        try:
            left = n = os.splice(pair[1].fileno(), self.pipe[1], self.PIECE,
                                 flags=os.SPLICE_F_NONBLOCK)
            pair[0].setblocking(True)
            while left > 0:
                left -= os.splice(self.pipe[0], pair[0].fileno(), left)
            pair[0].setblocking(False)
        except BlockingIOError:
            return None
        except (OSError, ValueError):
            n = 0
            if left > 0:
                os.read(self.pipe[0], left)
        if n == 0:
            self.close(pair)
        return n

    def run(self):
        tokens, then = 0.0, time.monotonic()
        while True:
            for key, _ in self.selector.select(None if not self.waiting else 0.001):
                if key.fileobj.fileno() < 0:
                    continue  # closed a moment ago with the other of its pair
                if key.data is None:
                    self.accept()
                elif key.data[0] == 'up':
                    self.carry_up(key.data[1])
                else:
                    self.selector.unregister(key.fileobj)
                    self.waiting.append(key.data)
            now = time.monotonic()
            tokens = min(tokens + (now - then) * self.rate, self.rate / 50)
            then = now
            while self.waiting and tokens > 0:
                way = self.waiting.popleft()
                n = self.carry_down(way[1])
                if n:
                    tokens -= n
                    self.last_byte = time.time()
                if n is None or n > 0:
                    self.selector.register(way[1][1], selectors.EVENT_READ, way)


class Server:
    """nginx, while the `with` lasts."""

    def __init__(self, cli, folder):
        self.folder = os.path.join(folder, 'server')
        self.www = os.path.join(self.folder, 'www')
        self.cert = os.path.join(self.folder, 'cert.pem')
        os.makedirs(self.www)
        os.chmod(folder, 0o755)
        make_pictures(cli, self.folder, self.www)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
                        '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout',
                        os.path.join(self.folder, 'key.pem'), '-out', self.cert],
                       check=True, stderr=subprocess.DEVNULL)

    def __enter__(self):
        holders = [socket.create_server(('127.0.0.1', 0)) for _ in range(2)]
        self.http, self.https = (holder.getsockname()[1] for holder in holders)
        for holder in holders:
            holder.close()
        conf = os.path.join(self.folder, 'nginx.conf')
        with open(conf, 'w') as file:
            file.write(CONFIGURATION.format(folder=self.folder, http=self.http, https=self.https))
        nginx = shutil.which('nginx') or '/usr/sbin/nginx'
        self.process = subprocess.Popen([nginx, '-c', conf, '-p', self.folder,
                                         '-e', os.path.join(self.folder, 'error.log')])
        for _ in range(500):
            try:
                socket.create_connection(('127.0.0.1', self.https)).close()
                return self
            except OSError:
                time.sleep(0.01)
        raise RuntimeError('nginx does not answer')

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def clear_log(self):
        os.truncate(os.path.join(self.folder, 'access.log'), 0)

    def read_log(self):
        """A tuple for each answer so far: when it had been sent, bytes of its body, the path."""
        with open(os.path.join(self.folder, 'access.log')) as file:
            lines = [line.split() for line in file]
        return [(float(when), int(n_bytes), path) for when, n_bytes, path in lines]
