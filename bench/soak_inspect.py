"""The inspecting proxy under a mixed load, for bench/soak.py: who is served, and by what kind of client."""
import importlib.util
import pathlib
import socket
import ssl
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("bench_inspect", HERE / "inspect.py")      # "inspect" is also Python's own
inspect = importlib.util.module_from_spec(spec)
spec.loader.exec_module(inspect)
inspect.DNS, inspect.ORIGIN, inspect.READ, inspect.ORIGIN2, inspect.SOCKETS = 25460, 25461, 25462, 25465, 25466      # beside another benchmark

UPGRADE = "GET /socket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
ACCEPT = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
FRAMES, WORDS = 200, b"a sentence that goes there and comes back, as in a lesson. " * 2


def head(s):
    out = b""
    while b"\r\n\r\n" not in out:
        got = s.recv(65536)
        if not got:
            raise OSError("it ended")
        out += got
    return out


def exactly(s, n):
    out = b""
    while len(out) < n:
        got = s.recv(n - len(out))
        if not got:
            raise OSError("it ended")
        out += got
    return out


def echo(d):
    """A host of WebSockets: what comes masked goes back unmasked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(d / "origin.pem", d / "origin.key")
    listener = socket.create_server(("127.0.0.1", inspect.SOCKETS), backlog=128)

    def one(c):
        try:
            with context.wrap_socket(c, server_side=True) as s:
                head(s)
                s.sendall(ACCEPT)
                while True:
                    n = exactly(s, 2)[1] & 127
                    mask = exactly(s, 4)
                    body = bytes(b ^ mask[i % 4] for i, b in enumerate(exactly(s, n)))
                    s.sendall(bytes([0x81, n]) + body)
        except OSError:
            pass

    def run():
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()
    threading.Thread(target=run, daemon=True).start()


class Reading:
    """A proxy that inspects, its signer, its host."""

    def __init__(self, name, folder):
        self.name, self.folder, self.running, self.process = name, folder, [], None

    def start(self):
        self.running = inspect.stage(self.folder)
        echo(self.folder)
        self.prefix, programs = inspect.gate(self.folder, "read", inspect.READ, True)
        self.process = programs[1]
        self.running.append(programs[0])


def tls(mode, path, port):
    """One of tlsload's works for three seconds: served, failed."""
    def run(r):
        out = subprocess.run([r.folder / "tlsload", mode, str(inspect.READ), str(port()), r.prefix / "ca.pem", path, "3", "8", str(r.process.pid)], capture_output=True, text=True, check=True).stdout
        v = {k: float(x) for k, x in (w.split("=") for w in out.split())}
        return v["rps"] * 3, v["bad"]
    return run


def curl(r):
    """HTTP/2 from the client: 200 pages by one connection, several at a time."""
    out = subprocess.run(["curl", "-s", "--http2", "--parallel", "--parallel-max", "20", "-x", f"http://127.0.0.1:{inspect.READ}", "--cacert", r.prefix / "ca.pem", "-o", "/dev/null",
                          "-w", "%{http_version} %{http_code}\\n", f"https://h[1-4].bench.test:{inspect.ORIGIN2}/1k?[1-50]"], capture_output=True, text=True, check=False).stdout
    good = out.count("2 200")
    return good, 200 - good


def sockets(r):
    """One WebSocket, so many sentences there and back."""
    host = f"h5.bench.test:{inspect.SOCKETS}"
    context = ssl.create_default_context(cafile=r.prefix / "ca.pem")
    try:
        with socket.create_connection(("127.0.0.1", inspect.READ), timeout=60) as plain:
            plain.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head(plain)
            with context.wrap_socket(plain, server_hostname="h5.bench.test") as s:
                s.sendall(UPGRADE.format(host=host).encode())
                if b" 101 " not in head(s).split(b"\r\n")[0]:
                    return 0, 1
                for _ in range(FRAMES):
                    s.sendall(bytes([0x81, 0x80 | len(WORDS)]) + b"\0\0\0\0" + WORDS)
                    if exactly(s, 2 + len(WORDS))[2:] != WORDS:
                        return 0, 1
        return FRAMES, 0
    except OSError:
        return 0, 1


PARTS = {"new": tls("new", "/1k", lambda: inspect.ORIGIN), "known": tls("known", "/1k", lambda: inspect.ORIGIN), "ten_mb": tls("bulk", "/10m", lambda: inspect.ORIGIN),
         "new_h2": tls("new", "/1k", lambda: inspect.ORIGIN2), "known_h2": tls("known", "/1k", lambda: inspect.ORIGIN2), "ten_mb_h2": tls("bulk", "/10m", lambda: inspect.ORIGIN2),
         "h2_both": curl, "websocket": sockets}


class Load(threading.Thread):
    """One kind of client, again and again until the end; a breath between, so that each has its turn."""

    def __init__(self, server, part, end):
        super().__init__()
        self.server, self.part, self.end, self.answers, self.bad = server, part, end, 0, 0

    def run(self):
        while time.monotonic() < self.end:
            good, bad = PARTS[self.part](self.server)
            self.answers += good
            self.bad += bad
            time.sleep(1)
