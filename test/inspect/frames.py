"""Hosts that speak HTTP/2 as nobody should, and some that speak it oddly but rightly: raw frames over TLS.

  Frames(certificates) listens on .port; what a connection does is told by the name in its hello (the table below).
"""
import socket
import ssl
import struct
import threading

DATA, HEADERS, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, body=b""):
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def number(n, bits=7):
    """An integer of HPACK (RFC 7541 5.1)."""
    top = (1 << bits) - 1
    if n < top:
        return bytes([n])
    out, n = bytes([top]), n - top
    while n >= 128:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def head(stream, fields, last=False):
    block = b"".join(b"\0" + number(len(k)) + k + number(len(v)) + v for k, v in fields)
    return frame(HEADERS, END_HEADERS | (END_STREAM if last else 0), stream, block)


OK200 = (b":status", b"200")


def simple(stream, text=b"FINE", fields=()):
    return head(stream, [OK200, *fields]) + frame(DATA, END_STREAM, stream, text)


def bad_field(name, value):
    return lambda s, c: simple(s, b"SMUGGLED", [(name, value)])


ANSWERS = {
    "length.test": lambda s, c: head(s, [OK200, (b"content-length", b"9")]) + frame(DATA, END_STREAM, s, b"short"),
    "longer.test": lambda s, c: head(s, [OK200, (b"content-length", b"3")]) + frame(DATA, END_STREAM, s, b"oneHTTP/1.1 200 OK\r\n\r\nSMUGGLED"),
    "lengths.test": lambda s, c: head(s, [OK200, (b"content-length", b"4"), (b"content-length", b"5")]) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "minus.test": bad_field(b"content-length", b"-1"),
    "crlf.test": bad_field(b"x-a", b"a\r\nX-Injected: yes"),
    "lf.test": bad_field(b"x-a", b"a\nX-Injected: yes"),
    "nul.test": bad_field(b"x-a", b"a\0b"),
    "name.test": bad_field(b"x-a: b\r\nx-injected", b"yes"),
    "upper.test": bad_field(b"X-Injected", b"yes"),
    "connection.test": bad_field(b"connection", b"close"),
    "coding.test": bad_field(b"transfer-encoding", b"chunked"),
    "te.test": bad_field(b"te", b"gzip"),
    "path.test": bad_field(b":path", b"/"),
    "two.test": lambda s, c: head(s, [OK200, OK200]) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "none.test": lambda s, c: head(s, [(b"x", b"y")]) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "s101.test": lambda s, c: head(s, [(b":status", b"101")]) + simple(s, b"SMUGGLED"),
    "s20.test": lambda s, c: head(s, [(b":status", b"20")]) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "late.test": lambda s, c: head(s, [(b"x", b"y"), OK200]) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "bare.test": lambda s, c: frame(DATA, END_STREAM, s, b"HTTP/1.1 200 OK\r\n\r\nSMUGGLED"),
    "tail.test": lambda s, c: head(s, [OK200]) + frame(DATA, 0, s, b"FINE") + head(s, [(b":status", b"200")], True),
    "huge.test": lambda s, c: frame(HEADERS, 0, s, b"\x88") + b"".join(frame(CONTINUATION, 0, s, (b"\0\1x" + number(8000) + b"y" * 8000)) for _ in range(9))
    + frame(CONTINUATION, END_HEADERS, s) + frame(DATA, END_STREAM, s, b"SMUGGLED"),
    "many-fields.test": lambda s, c: head(s, [OK200] + [(b"x%d" % i, b"y") for i in range(300)], True),
    "push.test": lambda s, c: frame(PUSH, END_HEADERS, s, struct.pack(">I", 2) + b"\x82") + simple(s, b"SMUGGLED"),
    "reset.test": lambda s, c: head(s, [OK200, (b"content-length", b"9")]) + frame(DATA, 0, s, b"half") + frame(RST, 0, s, struct.pack(">I", 2)),
    "trailers.test": lambda s, c: head(s, [OK200]) + frame(DATA, 0, s, b"FINE") + head(s, [(b"x-sum", b"of it"), (b"set-cookie", b"a=b"), (b"authorization", b"Basic x")], True),
    "sized.test": lambda s, c: head(s, [OK200, (b"content-length", b"4"), (b"trailer", b"x-sum")]) + frame(DATA, 0, s, b"FINE") + head(s, [(b"x-sum", b"of it")], True),
    "interim.test": lambda s, c: head(s, [(b":status", b"103"), (b"link", b"</a>")]) + simple(s),
    "refused.test": lambda s, c: frame(RST, 0, s, struct.pack(">I", 7)) if s == 1 else simple(s),
    "goaway.test": lambda s, c: frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)) if c == 0 else simple(s),
    "plain.test": lambda s, c: frame(RST, 0, s, struct.pack(">I", 13)),
    "garbage.test": lambda s, c: b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "one.test": lambda s, c: simple(s, b"FINE of %d\n" % c),
    "padded.test": lambda s, c: head(s, [OK200]) + frame(DATA, 8 | END_STREAM, s, b"\x04FINE\0\0\0\0"),
    "window.test": None,
    "asked.test": None,
}
WRONG = [n for n in ANSWERS if n.split(".")[0] in ("length longer lengths minus crlf lf nul name upper connection coding te path two none s101 s20 late bare tail huge"
                                                  " many-fields push reset").split()]


class Frames:
    def __init__(self, certificates):
        certificates.leaf("frames", sorted(ANSWERS))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificates.d / "frames.pem", certificates.d / "frames.key")
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        self.context.sni_callback = self.named
        self.names, self.seen, self.lock = {}, {}, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def named(self, sock, name, _):
        sock.host = name

    def run(self):
        while True:
            threading.Thread(target=self.serve, args=(self.listener.accept()[0],), daemon=True).start()

    def serve(self, raw):
        try:
            raw.settimeout(60)
            t = self.context.wrap_socket(raw, server_side=True)
            if t.selected_alpn_protocol() == "h2":
                self.frames(t, t.host)
            else:
                t.recv(65536)
                t.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nPLAIN")
                t.close()
        except (OSError, AssertionError, struct.error):
            raw.close()

    def frames(self, t, host):
        with self.lock:
            count = self.seen[host] = self.seen.get(host, -1) + 1
        buf, got, heads = b"", 0, {}

        def read(n):
            nonlocal buf
            while len(buf) < n:
                more = t.recv(65536)
                if not more:
                    raise OSError
                buf += more
            out, buf = buf[:n], buf[n:]
            return out
        assert read(len(PREFACE)) == PREFACE
        settings = {"one.test": struct.pack(">HI", 3, 1), "window.test": struct.pack(">HI", 4, 10), "asked.test": struct.pack(">HI", 1, 0)}.get(host, b"")
        t.sendall(frame(SETTINGS, 0, 0, settings))
        while True:
            n, kind, flags, stream = struct.unpack(">I", b"\0" + read(3))[0], *struct.unpack(">BBI", read(6))
            body = read(n)
            if kind == SETTINGS and not flags & ACK:
                t.sendall(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                t.sendall(frame(PING, ACK, 0, body))
            elif host == "window.test":                # bytes are let in by sips
                got += len(body) if kind == DATA else 0
                if kind == DATA and not flags & END_STREAM:
                    t.sendall(frame(WINDOW, 0, stream, struct.pack(">I", n + 500)) + frame(WINDOW, 0, 0, struct.pack(">I", n + 500)))
                elif kind == DATA:
                    t.sendall(simple(stream, b"got %d" % got))
            elif host == "asked.test":                 # says how a request ended: with fields of HPACK, or without
                if kind == HEADERS:
                    heads[stream] = heads.get(stream, -1) + 1
                if flags & END_STREAM and kind in (HEADERS, DATA):
                    t.sendall(simple(stream, b"behind it: " + (body.hex().encode() if kind == HEADERS and heads[stream] else b"nothing")))
            elif kind == HEADERS:
                t.sendall(ANSWERS[host](stream, count))
