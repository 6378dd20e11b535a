"""A client through the gate that says of itself what comes behind a body: HTTP/1.1 by hand, HTTP/2 in raw frames (frames.py).

  one(gate, host, port, trailers) and two(...): what the host said, of a POST whose body is followed by these fields"""
import socket
import ssl
import struct

from frames import DATA, END_STREAM, GOAWAY, HEADERS, PREFACE, PING, RST, SETTINGS, ACK, frame, head


def tunnel(gate, host, port, alpn):
    s = socket.create_connection(("127.0.0.1", gate.proxy), 60)
    s.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    assert b"200" in s.recv(4096)
    context = ssl.create_default_context(cafile=gate.school)
    context.set_alpn_protocols([alpn])
    return context.wrap_socket(s, server_hostname=host)


def one(gate, host, port, trailers):
    """The first answer's body, and whether a second request on the same connection was answered as well."""
    t = tunnel(gate, host, port, "http/1.1")
    tail = b"".join(k + b": " + v + b"\r\n" for k, v in trailers)
    whose = f"Host: {host}:{port}\r\n".encode()
    t.sendall(b"POST /up HTTP/1.1\r\n" + whose + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n" + tail + b"\r\n")
    f = t.makefile("rb")

    def answer():
        status, length = f.readline(), 0
        while (line := f.readline().strip().lower()):
            length = int(line[15:]) if line.startswith(b"content-length:") else -1 if b"chunked" in line else length
        if length >= 0:
            return status, f.read(length)
        body = b""
        while (n := int(f.readline(), 16)):
            body += f.read(n)
            f.readline()
        f.readline()
        return status, body
    _, said = answer()
    t.sendall(b"POST /up HTTP/1.1\r\n" + whose + b"Content-Length: 3\r\n\r\nabc")
    again, _ = answer()
    t.close()
    return said, b" 200 " in again


def two(gate, host, port, trailers):
    """The same in HTTP/2; also whether the connection stood."""
    t = tunnel(gate, host, port, "h2")
    ask = [(b":method", b"POST"), (b":scheme", b"https"), (b":authority", f"{host}:{port}".encode()), (b":path", b"/up")]
    t.sendall(PREFACE + frame(SETTINGS, 0, 0) + head(1, ask) + frame(DATA, 0, 1, b"hello") + head(1, trailers, True))
    said, buf, ended, asked = {1: b"", 3: b""}, b"", set(), False
    while 3 not in ended:
        while len(buf) < 9 or len(buf) < 9 + int.from_bytes(buf[:3], "big"):
            more = t.recv(65536)
            if not more:
                return said[1], False
            buf += more
        n, kind, flags, stream = int.from_bytes(buf[:3], "big"), buf[3], buf[4], struct.unpack(">I", buf[5:9])[0]
        body, buf = buf[9:9 + n], buf[9 + n:]
        if kind == SETTINGS and not flags & ACK:
            t.sendall(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            t.sendall(frame(PING, ACK, 0, body))
        elif kind == GOAWAY:
            return said[1], False
        elif kind == DATA:
            said[stream] += body
        if (kind in (HEADERS, DATA) and flags & END_STREAM) or kind == RST:
            ended.add(stream)
        if 1 in ended and not asked:
            asked = True
            t.sendall(head(3, ask) + frame(DATA, END_STREAM, 3, b"abc"))
    t.close()
    return said[1], bool(said[3])
