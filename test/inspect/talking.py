"""WebSocket that is read (RFC 6455), inside inspected TLS: a host that talks, a client, and what the gate makes of it.

  host(handler)                  the host's side of a connection (origin.py); what it was told is kept in HEARD
  websocket(tunnel, port, check) the checks; tunnel(name, source) gives a TLS connection through the gate"""
import base64
import os
import ssl
import struct
import threading
import time

HEARD, CLOSES = [], []
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
TYPED, SHOWN = b"I am so very wumpleforth today", b"snozzcumber pages"          # what phrases() below is about
PHRASES = """[topic test-typed]
title = A test of what is typed
alert = 50
limit = 100
[topic test-shown]
title = A test of what is shown
alert = never
limit = 100
[phrases test-typed/one]
topic = test-typed
weight = 100
words = very wumpleforth
[phrases test-shown/one]
topic = test-shown
weight = 100
words = snozzcumber
"""


def frame(op, payload=b"", fin=True, mask=None, length=None):
    n = len(payload) if length is None else length
    head = bytes([(128 if fin else 0) | op, (128 if mask else 0) | (n if n < 126 else 126 if n < 65536 else 127)])
    head += b"" if n < 126 else struct.pack(">H", n) if n < 65536 else struct.pack(">Q", n)
    return head + (mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if mask else payload)


class Reader:
    """Frames and messages of a socket or file."""

    def __init__(self, take):
        self.take, self.left = take, b""

    def exactly(self, n):
        while len(self.left) < n:
            more = self.take(65536)
            if not more:
                raise EOFError
            self.left += more
        out, self.left = self.left[:n], self.left[n:]
        return out

    def frame(self):
        a, b = self.exactly(2)
        n = b & 127
        n = n if n < 126 else struct.unpack(">H", self.exactly(2))[0] if n == 126 else struct.unpack(">Q", self.exactly(8))[0]
        mask = self.exactly(4) if b & 128 else None
        payload = self.exactly(n)
        if mask:
            payload = bytes(x ^ mask[i % 4] for i, x in enumerate(payload)) if n < 4096 else (
                int.from_bytes(payload, "big") ^ int.from_bytes((mask * (n // 4 + 1))[:n], "big")).to_bytes(n, "big")
        return a >> 7, a & 15, payload, mask

    def message(self):
        """A whole message; controls between its parts are kept in .controls."""
        self.controls, parts, kind = [], [], None
        while True:
            fin, op, payload, _ = self.frame()
            if op >= CLOSE:
                if not parts:
                    return op, payload
                self.controls.append((op, payload))
                continue
            kind = op or kind
            parts.append(payload)
            if fin:
                return kind, b"".join(parts)


def host(handler):
    """Says what it was offered; then does as it is told."""
    send = lambda b: (handler.wfile.write(b), handler.wfile.flush())  # noqa: E731
    r = Reader(handler.rfile.read1)
    send(frame(TEXT, f"offered=[{handler.headers.get('Sec-WebSocket-Extensions', '')}]".encode()))
    while True:
        try:
            kind, said = r.message()
        except EOFError:
            return
        HEARD.append(said)
        word, _, rest = said.partition(b" ")
        if kind == CLOSE:
            CLOSES.append(said)
            send(frame(CLOSE, said))
            return
        if word == b"say":                              # packed, so that only the host has said it
            send(frame(TEXT, base64.b64decode(rest)))
        elif word == b"parts":
            send(frame(TEXT, b"one ", fin=False) + frame(PING, b"?") + frame(0, b"two ", fin=False) + frame(0, b"three"))
        elif word == b"half":                           # of a long frame; the rest when it is asked for
            send(frame(TEXT, b"a" * 100, length=1000))
            r.message()
            send(b"b" * 900)
        elif kind == BINARY:
            send(frame(BINARY, said))
        elif kind == TEXT:
            send(frame(TEXT, b"heard %d: " % len(said) + said[:50] + b" " + b" ".join(b"%d" % op for op, _ in r.controls)))


class Client:
    def __init__(self, s, port, host="www.good.test", path="/talk"):
        self.s = s
        s.settimeout(20)
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += s.recv(1)
        self.head, self.r = head.decode(), Reader(s.recv)

    def say(self, op, payload=b"", **more):
        self.s.sendall(frame(op, payload, mask=os.urandom(4), **more))

    def end(self):
        """The code and words of a Close, and whether the connection ends after it."""
        try:
            _, op, payload, _ = self.r.frame()
        except (EOFError, OSError, ssl.SSLError):
            return None, b"", True
        try:
            more = self.r.take(1)
        except (OSError, ssl.SSLError):
            more = b""
        return (struct.unpack(">H", payload[:2])[0] if op == CLOSE else op), payload[2:], not more


def both_ways(c, check):
    check("WebSocket: no extension is offered to the host", "101" in c.head and c.r.message() == (TEXT, b"offered=[]"), c.head)
    c.say(TEXT, b"good words")
    check("WebSocket: a text", c.r.message()[1].startswith(b"heard 10: good words"))
    c.say(TEXT)
    check("WebSocket: an empty text", c.r.message()[1].startswith(b"heard 0:"))
    c.say(TEXT, b"go", fin=False), c.say(PING, b"x"), c.say(0, b"od ", fin=False), c.say(0, b"parts")
    check("WebSocket: a text in parts, a ping between", c.r.message()[1].startswith(b"heard 10: good parts"))
    c.say(TEXT, b"w" * 300_000)
    check("WebSocket: a long text, longer than what waits", c.r.message()[1].startswith(b"heard 300000: www"))
    big = os.urandom(400_000)
    c.say(BINARY, big)
    check("WebSocket: binary passes as it is", c.r.message() == (BINARY, big))
    c.say(TEXT, b"parts")
    check("WebSocket: parts of the host's", c.r.message() == (TEXT, b"one two three") and c.r.controls == [(PING, b"?")], c.r.controls)
    c.say(TEXT, b"half")
    first = c.r.frame()
    check("WebSocket: what the host shows does not wait for the rest", first[:3] == (0, TEXT, b"a" * 100), first)
    c.say(TEXT, b"more")
    rest = b""
    while len(rest) < 900:
        rest += c.r.frame()[2]
    check("WebSocket: and the rest follows", rest == b"b" * 900)
    c.say(CLOSE, struct.pack(">H", 1000))
    check("WebSocket: a Close is answered and ends it", c.end() == (1000, b"", True) and closed() == [struct.pack(">H", 1000)], CLOSES)


def closed(n=1):
    """What the hosts were told at the end, when n of them were."""
    end = time.monotonic() + 20
    while len(CLOSES) < n and time.monotonic() < end:
        time.sleep(0.01)
    return CLOSES[:]


def cut(tunnel, port, check):
    c = Client(tunnel("www.good.test", "127.0.0.3"), port)
    c.r.message()
    del HEARD[:], CLOSES[:]
    c.say(TEXT, TYPED[:12], fin=False), c.say(0, TYPED[12:])
    code, why, ended = c.end()
    check("WebSocket: what was typed is cut, and says so", code == 1008 and b"school's filter" in why and ended, (code, why, ended))
    check("WebSocket: the host is told that it ends, no more", closed() == [struct.pack(">H", 1008)], CLOSES)
    check("WebSocket: and never had what was typed", not any(b"wumple" in m for m in HEARD), HEARD)
    c = Client(tunnel("www.good.test", "127.0.0.3"), port)
    c.r.message()
    c.say(TEXT, b"say " + base64.b64encode(b"[\"good\",\"" + SHOWN + b"\"]"))
    code, why, ended = c.end()
    check("WebSocket: what the host shows is cut", code == 1008 and ended, (code, why, ended))
    check("WebSocket: both ways", closed(2) == [struct.pack(">H", 1008)] * 2, CLOSES)


def wrong(tunnel, port, check):
    for words, bytes_ in {"without a mask": frame(TEXT, b"x"), "reserved bits": b"\xc1\x81abcdx", "a long ping": frame(PING, b"x" * 126, mask=b"abcd"),
                          "HTTP in its place": b"GET / HTTP/1.1\r\n\r\n"}.items():
        c = Client(tunnel("www.good.test", "127.0.0.3"), port)
        c.r.message()
        c.s.sendall(bytes_)
        code, _, ended = c.end()
        check(f"WebSocket: refused: {words}", code == 1002 and ended, (code, ended))


def crowd(tunnel, port, check):
    """Many at once: each hears itself."""
    heard = []

    def one(i):
        c = Client(tunnel("www.good.test", "127.0.0.3"), port)
        c.r.message()
        for k in range(20):
            c.say(TEXT, b"%d-%d" % (i, k))
            heard.append(c.r.message()[1].split(b" ")[2] == b"%d-%d" % (i, k))
        c.say(CLOSE, struct.pack(">H", 1000))
        c.end()
    threads = [threading.Thread(target=one, args=(i,)) for i in range(20)]
    [t.start() for t in threads], [t.join() for t in threads]
    check("WebSocket: twenty at once", len(heard) == 400 and all(heard), (len(heard), sum(heard)))


def websocket(tunnel, port, check):
    both_ways(Client(tunnel("www.good.test", "127.0.0.3"), port), check)
    cut(tunnel, port, check), wrong(tunnel, port, check), crowd(tunnel, port, check)
