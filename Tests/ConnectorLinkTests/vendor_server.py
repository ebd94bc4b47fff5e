"""A vendor's server on loopback, as hostile as a test wants it.

vendor_server.py FOLDER: prints its port, writes each request as it came to FOLDER/1, FOLDER/2, ...,
and ends when its input ends. What a path below /rest does is said in `answer`.
"""

import os
import socketserver
import sys
import threading

folder = sys.argv[1]
lock = threading.Lock()
count = 0


def record(raw):
    global count
    with lock:
        count += 1
        with open(f"{folder}/{count}", "wb") as file:
            file.write(raw)


def answer(path, raw, port):
    """Status, header lines and body for a path; None: nothing is ever said."""
    word, _, rest = path.partition("?")[0].removeprefix("/rest/").partition("/")
    if word == "echo":
        return 200, ["Set-Cookie: a=1", "X-Two: 1", "x-two: 2", "Set-Cookie2: b"], raw
    if word == "status":
        return int(rest), [], b"said"
    if word == "size":
        return 200, [], b"x" * int(rest)
    if word == "binary":
        return 200, [], b"\xff\x00\xfe"
    if word == "packed":
        return 200, ["Content-Encoding: gzip"], b"\x1f\x8b"
    if word == "down":
        left = int(rest)
        place = f"{left - 1}" if left > 1 else "/rest/echo/end"
        return 302, [f"Location: {place}"], b""
    if word == "see":
        return 303, ["Location: /rest/echo/after"], b""
    if word == "keep":
        return 307, ["Location: /rest/echo/again"], b""
    if word == "to":
        places = {
            "elsewhere": f"http://localhost:{port}/rest/echo",
            "user": f"http://127.0.0.1:{port}@localhost:{port}/rest/echo",
            "host": f"//localhost:{port}/rest/echo",
            "above": "/other/echo",
            "dots": f"http://127.0.0.1:{port}/rest/../other",
            "listed": "/rest/secret",
            "file": "file:///etc/passwd",
            "absolute": f"http://127.0.0.1:{port}/rest/echo/there?page=2",
        }
        return 301, [f"Location: {places[rest]}"], b""
    if word == "hang":
        return None
    return 404, [], b""


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = self.request.recv(65536)
            if not piece:
                return
            raw += piece
        head, _, body = raw.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            piece = self.request.recv(65536)
            if not piece:
                return
            raw += piece
            body += piece
        record(raw)
        path = head.split(b" ")[1].decode()
        said = answer(path, raw, self.server.server_address[1])
        if said is None:
            self.request.recv(1)
            return
        status, lines, body = said
        lines += [f"Content-Length: {len(body)}", "Connection: close"]
        start = "\r\n".join([f"HTTP/1.1 {status} Said"] + lines) + "\r\n\r\n"
        try:
            self.request.sendall(start.encode() + body)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


# What other programs of the tests are told their end by must not stay open here.
os.closerange(3, 65536)
with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
