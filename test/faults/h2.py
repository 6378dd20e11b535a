#!/usr/bin/env python3
"""HTTP/2 that is meant to cost the gate more than its sender: inside an inspected connection, and at the door of DNS over HTTPS.
Raw frames; about half a minute."""
import socket
import ssl
import struct
import sys
import time

from kit import SPEND, Gate, Tally, ends, free_port, memory_kb, processor_s, until
from origin import Origin

t = Tally("faults of HTTP/2")
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4


def frame(kind, flags, stream, body=b""):
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def literal(name, value):
    """A field in HPACK without compression and without a place in the table; both shorter than 127 bytes."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def head(path, authority, more=b""):
    return literal(b":method", b"GET") + literal(b":scheme", b"https") + literal(b":authority", authority) + literal(b":path", path) + more


class Door:
    """Where frames go: an inspected connection, or DNS over HTTPS."""

    def __init__(self, gate, origin, doh):
        self.gate, self.origin, self.doh = gate, origin, doh
        self.authority = b"dns.school.example" if doh else f"www.good.test:{origin.port}".encode()
        self.name = "DNS over HTTPS" if doh else "inside HTTPS"

    def open(self):
        if self.doh:
            s, name = self.gate.dial(self.gate.doh), "dns.school.example"
        else:
            s, name = self.gate.dial(), "www.good.test"
            s.sendall(f"CONNECT www.good.test:{self.origin.port} HTTP/1.1\r\nHost: www.good.test\r\n\r\n".encode())
            assert b" 200" in s.recv(4096)
        c = ssl._create_unverified_context()
        c.set_alpn_protocols(["h2"])
        return c.wrap_socket(s, server_hostname=name)

    def begun(self, settings=b""):
        s = self.open()
        s.sendall(PREFACE + frame(SETTINGS, 0, 0, settings))
        return s

    def works(self):
        s = self.begun()
        path = b"/dns-query?dns=AAABAAABAAAAAAAAAnVwBHRlc3QAAAEAAQ" if self.doh else b"/ok"
        s.sendall(frame(HEADERS, END_STREAM | END_HEADERS, 1, head(path, self.authority)))
        s.settimeout(10)
        got = b""
        try:
            while b"GET /ok" not in got and not (self.doh and bytes([DATA]) in got and len(got) > 90):
                more = s.recv(65536)
                if not more:
                    return False
                got += more
        except OSError:
            return False
        return True


def over(s, bytes_, times=1):
    """Sends, and whether the other side ends it."""
    try:
        for _ in range(times):
            s.sendall(bytes_)
    except OSError:
        return True
    return ends(s, most=15) is not None


def bombs(door):
    size, name = None, door.name
    pids = door.gate.worker("dns" if door.doh else "proxy")
    before = memory_kb(pids)
    s = door.begun()
    s.sendall(frame(HEADERS, 0, 1, head(b"/", door.authority)))
    t.check(f"{name}: CONTINUATION without end", over(s, frame(CONTINUATION, 0, 1, b""), 20000))
    s = door.begun()
    s.sendall(frame(HEADERS, 0, 1, head(b"/", door.authority)))
    t.check(f"{name}: CONTINUATION with ever more fields", over(s, frame(CONTINUATION, 0, 1, literal(b"x", b"a" * 100) * 100), 2000))
    s = door.begun()
    reset = b"".join(frame(HEADERS, END_STREAM | END_HEADERS, i, head(b"/big", door.authority)) + frame(RST, 0, i, b"\0\0\0\x08") for i in range(1, 4001, 2))
    t.check(f"{name}: two thousand requests taken back at once", over(s, reset))
    s = door.begun()
    many = b"".join(frame(HEADERS, END_STREAM | END_HEADERS, i, head(b"/big", door.authority)) for i in range(1, 2001, 2))
    over(s, many)
    t.check(f"{name}: goes on after a thousand streams at once", door.works())
    s = door.begun()
    entry = b"\x40\x01x" + b"\x7f\xe1\x1e" + b"a" * 4000      # one field of 4,000 bytes in the table, then named again and again
    s.sendall(frame(HEADERS, END_STREAM, 1, head(b"/", door.authority) + entry))
    over(s, frame(CONTINUATION, END_HEADERS, 1, b"\xbe" * 16000))
    t.check(f"{name}: goes on after a table bomb", door.works())
    for words, bytes_ in (("SETTINGS", frame(SETTINGS, 0, 0, struct.pack(">HI", 1, 4096) * 50)), ("PING", frame(PING, 0, 0, b"12345678")), ("empty DATA", frame(DATA, 0, 1)),
                          ("WINDOW_UPDATE", frame(WINDOW, 0, 0, struct.pack(">I", 1)))):
        s = door.begun()
        s.settimeout(5)
        if words == "empty DATA":
            s.sendall(frame(HEADERS, END_HEADERS, 1, head(b"/", door.authority).replace(b"GET", b"PUT")))
        try:
            for _ in range(300):
                s.sendall(bytes_ * 100)
        except OSError:
            pass                                       # it was told off, or is not read any more
        t.check(f"{name}: goes on under thirty thousand {words}", door.works())
        s.close()
    for words, bytes_ in (("a frame longer than allowed", struct.pack(">I", 1 << 20)[1:] + bytes([DATA, 0]) + struct.pack(">I", 1)), ("a window past its end", frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff") * 2),
                          ("a stream number that goes back", frame(HEADERS, END_STREAM | END_HEADERS, 5, head(b"/", door.authority)) + frame(HEADERS, END_STREAM | END_HEADERS, 3, head(b"/", door.authority))),
                          ("HTTP/1.1 where HTTP/2 was agreed", b"GET / HTTP/1.1\r\n\r\n" * 4)):
        s = door.open() if words.startswith("HTTP/1.1") else door.begun()
        t.check(f"{name}: {words}", over(s, bytes_))
    size = memory_kb(pids)
    print(f"{name}: {before} KB before, {size} KB after")
    t.check(f"{name}: memory is flat", size < before + 80000, (before, size))


def slow(door):
    took = ends(door.open(), PREFACE[:20] + b"x" * 0, every=3, most=90) if door.doh else None
    t.check(f"{door.name}: a preface that drips ends", door.doh is False or took, took)
    if door.doh:
        return
    s = door.begun(struct.pack(">HI", 4, 0))           # a window of nothing
    s.sendall(frame(HEADERS, END_STREAM | END_HEADERS, 1, head(b"/big", door.authority)))
    took = ends(s, frame(PING, 0, 0, b"12345678") * 1, every=0.2, most=SPEND)
    t.check(f"{door.name}: whoever takes nothing is let go, also with pings", took and took < 30, took)


def main():
    import tempfile
    origin = Origin(tempfile.mkdtemp(prefix="gh-h2-"))
    doh = free_port()
    gate = Gate([origin.dns], connect_port=origin.port, roots=origin.roots, proxy="wait = 3\n", gate=f"doh_listen = 127.0.0.1:{doh}\n",
                policy="[group staff]\ninspect = yes\n")
    gate.doh = doh
    gate.start("signer")
    until("the signer", lambda: (gate.dir / "run/leaf.sock").exists())
    gate.gatehouse("ca", "make", "--why", "A test")
    gate.both()
    try:
        for door in (Door(gate, origin, False), Door(gate, origin, True)):
            if t.check(f"{door.name}: a proper client is served", door.works()):
                slow(door), bombs(door)
    finally:
        gate.stop(t)
    return t.end()


if __name__ == "__main__":
    sys.exit(main())
