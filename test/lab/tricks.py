#!/usr/bin/env python3
"""Plays tricks from where it runs, with real bytes; prints for each what came of it.

tricks.py FILE     a line each: "name<TAB>outcome".  An outcome is PASSED when something forbidden was reached; else what
was met: a status, "alert", "refused", "closed", "silence", "gate" (its own address in place of the true one), "nxdomain" ...
"""
import base64
import concurrent.futures
import ipaddress
import re
import socket
import ssl
import struct
import sys

BAD = (b"FORBIDDEN-PAGE", bytes([45, 60, 1, 66]), ipaddress.ip_address("2a0a:b00:1::66").packed, bytes([45, 60, 1, 67]))
GATE = (bytes([10, 77, 1, 1]), ipaddress.ip_address("fd77:1::1").packed)
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "TXT": 16, "AAAA": 28, "SVCB": 64, "HTTPS": 65, "ANY": 255}
RCODES = {1: "formerr", 2: "servfail", 3: "nxdomain", 4: "notimp", 5: "refused"}
WAIT = 4


def read_tricks(path):
    """[(name, way, target, send, expected)]"""
    out = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 5:
            raise SystemExit(f"{path}:{number}: five fields with tabs between, not {len(parts)}")
        out.append(parts)
    return out


def unescape(text):
    """\\r \\n \\t \\xNN \\\\ and UTF-8 as bytes."""
    out = re.sub(rb"\\(r|n|t|\\|x[0-9a-f]{2})", lambda m: {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}.get(m[1]) or bytes([int(m[1][1:], 16)]),
                 text.encode())
    return re.sub(rb"\{(.)\*(\d+)\}", lambda m: m[1] * int(m[2]), out)


def address(target, port):
    """("45.60.1.66", 80) of "45.60.1.66:80" or "[2a0a::1]:80"."""
    got = re.fullmatch(r"(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?", target)
    return got[1] or got[2], int(got[3] or port)


def stream(target, port):
    """A TCP connection."""
    s = socket.create_connection(address(target, port), WAIT)
    s.settimeout(WAIT)
    return s


def hear(s, until=None):
    """Everything that comes, until the end, the marker or the time."""
    got = b""
    try:
        while data := s.recv(65536):
            got += data
            if any(b in got for b in BAD[:1]) or (until and until(got)):
                break
    except socket.timeout:
        return got or b"(silence)"
    except (ConnectionError, ssl.SSLError) as e:
        return got or told(e).encode()
    return got


def told(e):
    """What an error means to somebody who tried."""
    if isinstance(e, ssl.SSLError):
        return "alert" if "ALERT" in str(e).upper() or "TLSV1" in str(e) else "closed"
    if isinstance(e, (socket.timeout, TimeoutError)):
        return "silence"
    if isinstance(e, (ConnectionResetError, BrokenPipeError)):
        return "closed"
    if isinstance(e, (ConnectionRefusedError, PermissionError)) or getattr(e, "errno", 0) in (101, 113):
        return "refused"
    return f"{type(e).__name__}"


def judged(got):
    """The outcome of what a stream said."""
    if BAD[0] in got:
        return "PASSED"
    statuses = re.findall(rb"HTTP/1\.[01] (\d\d\d)", got)
    if statuses:
        last = statuses[-1].decode()
        return "open-page" if last == "200" and b"OPEN-PAGE" in got else last
    if re.match(rb"\x15\x03.\x00\x02", got):
        return "alert"
    words = got.strip(b"()").decode("latin-1")
    return words if words in ("silence", "closed", "alert", "refused") else "closed" if not got else "bytes"


def whole(got):
    """An HTTP response whose length is known has come whole, unless another is on its way."""
    m = re.search(rb"(?i)\r\ncontent-length: *(\d+)", got)
    head = got.find(b"\r\n\r\n")
    return bool(m) and 0 < head and len(got) >= head + 4 + int(m[1])


# ---- names ----

def question(name, kind, extra=""):
    """A query's bytes.  Words in extra: do, cd, ad, ecs, norec, noedns."""
    flags = 0x0100 ^ (0x0100 if "norec" in extra else 0) | (0x10 if "cd" in extra else 0) | (0x20 if "ad" in extra else 0)
    wire = b"".join(bytes([len(x)]) + x for x in unescape(name).strip(b".").split(b".")) + b"\0"
    opt = b"" if "noedns" in extra else b"\0" + struct.pack(">HHIH", 41, 1232, 0x8000 if "do" in extra else 0, 11 if "ecs" in extra else 0)
    if "ecs" in extra:
        opt += struct.pack(">HHHBB", 8, 7, 1, 24, 0) + bytes([45, 60, 1])
    return struct.pack(">HHHHHH", 0x4747, flags, 1, 0, 0, 1 if opt else 0) + wire + struct.pack(">HH", TYPES[kind], 1) + opt


def judged_name(got):
    """The outcome of an answer."""
    if not got:
        return "silence"
    if any(b in got for b in BAD):
        return "PASSED"
    if len(got) < 12:
        return "closed"
    rcode = got[3] & 15
    if rcode:
        return RCODES.get(rcode, f"rcode {rcode}")
    return "gate" if any(g in got for g in GATE) else "empty"


def ask(send):
    name, kind, *extra = send.split(" ")
    return question(name, kind, " ".join(extra))


def way_dns(target, send):
    """UDP."""
    with socket.socket(socket.AF_INET6 if "[" in target else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(WAIT)
        s.connect(address(target, 53))
        s.send(ask(send))
        return judged_name(s.recv(4096))


def framed(s, query):
    s.sendall(struct.pack(">H", len(query)) + query)
    return judged_name(hear(s, lambda g: len(g) >= 2 and len(g) >= 2 + struct.unpack(">H", g[:2])[0])[2:])


def way_dnstcp(target, send):
    """TCP."""
    with stream(target, 53) as s:
        return framed(s, ask(send))


def way_names(target, send):
    """A tunnel in names: 400 labels that were never asked before; it passes when the last one still carries something."""
    zone, last = send, b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(WAIT)
        s.connect(address(target, 53))
        for i in range(400):
            label = base64.b32encode(struct.pack(">I", i * 2654435761 & 0xffffffff) * 8).decode().lower().strip("=")[:50]
            s.send(question(f"{label}{i}.{zone}", "TXT"))
            last = s.recv(4096)
        return judged_name(last)


def secure(s, sni, alpn=None, version=None):
    """TLS without any check, as somebody who only wants to get through has it."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    if alpn:
        c.set_alpn_protocols(alpn.split(","))
    if version == "1.2":
        c.maximum_version = ssl.TLSVersion.TLSv1_2
    return c.wrap_socket(s, server_hostname=sni or None)


def options(target):
    """"45.60.1.66:443 sni=x split=1" as address and words."""
    where, *words = target.split(" ")
    return where, dict(w.split("=", 1) for w in words)


def way_dot(target, send):
    """DNS over TLS."""
    where, o = options(target)
    with secure(stream(where, 853), o.get("sni")) as s:
        return framed(s, ask(send))


def way_doh(target, send):
    """DNS over HTTPS, by HTTP/1.1."""
    where, o = options(target)
    query = ask(send)
    host = o.get("host") or o.get("sni") or where
    if o.get("get"):
        head = f"GET /dns-query?dns={base64.urlsafe_b64encode(query).decode().rstrip('=')} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    else:
        head = f"POST /dns-query HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/dns-message\r\nContent-Length: {len(query)}\r\n\r\n".encode() + query
    s = stream(where, 443)
    if o.get("proxy"):
        s.sendall(f"CONNECT {o['proxy']} HTTP/1.1\r\nHost: {o['proxy']}\r\n\r\n".encode())
        got = hear(s, lambda g: b"\r\n\r\n" in g)
        if b" 200 " not in got[:20]:
            return judged(got)
    if not o.get("plain"):
        s = secure(s, o.get("sni"))
    with s:
        s.sendall(head)
        got = hear(s, whole)
        return "PASSED" if any(b in got for b in BAD) else judged(got)


# ---- pages ----

def way_tcp(target, send):
    """Bytes to a port; "pause" words between pieces ("|") send them one after the other."""
    where, o = options(target)
    with stream(where, 80) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in unescape(send).split(b"{pause}"):
            s.sendall(piece)
        n = int(o.get("answers", 1))
        return judged(hear(s, lambda g: len(re.findall(rb"HTTP/1\.[01] \d\d\d", g)) >= n and whole(g[g.rfind(b"HTTP/1."):])))


def way_say(target, _):
    """Waits for what the other side says first (SSH and its kin)."""
    with stream(target, 22) as s:
        s.sendall(b"hello\r\n")
        return judged(hear(s))


def way_udp(target, send):
    """A datagram."""
    with socket.socket(socket.AF_INET6 if "[" in target else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(WAIT / 2)
        s.connect(address(target, 443))
        s.send(unescape(send))
        return judged(s.recv(4096))


def reframe(hello, size):
    """One TLS record as several (RFC 8446 5.1)."""
    body = hello[5:]
    return b"".join(hello[:3] + struct.pack(">H", len(body[i:i + size])) + body[i:i + size] for i in range(0, len(body), size))


def by_hand(s, sni, send, o):
    """TLS whose hello is cut up before it goes."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    t = c.wrap_bio(come, go, server_hostname=sni or None)
    first = True
    while True:
        try:
            t.do_handshake()
            break
        except ssl.SSLWantReadError:
            out = go.read()
            if first and o.get("records"):
                out = reframe(out, int(o["records"]))
            step = int(o.get("split", 0)) if first else 0
            for i in range(0, len(out), step or len(out) or 1):
                s.sendall(out[i:i + (step or len(out))])
            first = False
            data = s.recv(65536)
            if not data:
                return "closed"
            if data[:1] == b"\x15":
                return "alert"
            come.write(data)
    t.write(send)
    s.sendall(go.read())
    got = b""
    while BAD[0] not in got and not whole(got):
        data = s.recv(65536)
        if not data:
            break
        come.write(data)
        try:
            got += t.read()
        except ssl.SSLWantReadError:
            pass
    return judged(got)


def way_tls(target, send):
    """TLS, then bytes.  sni=, alpn=, version=, split= (bytes a packet of the hello), records= (bytes a record of it)."""
    where, o = options(target)
    s = stream(where, 443)
    if o.get("split") or o.get("records"):
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with s:
            return by_hand(s, o.get("sni"), unescape(send), o)
    with secure(s, o.get("sni"), o.get("alpn"), o.get("version")) as t:
        t.sendall(unescape(send))
        return judged(hear(t, whole))


def way_connect(target, send):
    """CONNECT at a proxy, then TLS (sni=, or plain=1: bytes as they are).  at=: the proxy."""
    authority, o = options(target)
    with stream(o.get("at", "10.77.1.1:3128"), 3128) as s:
        s.sendall(b"CONNECT " + unescape(authority) + b" HTTP/1.1\r\nHost: " + unescape(o.get("host", authority)) + b"\r\n\r\n")
        got = hear(s, lambda g: b"\r\n\r\n" in g)
        if b" 200 " not in got[:20]:
            return judged(got)
        if o.get("plain"):
            early = got.partition(b"\r\n\r\n")[2]      # a server that speaks first may have come with the proxy's answer
            s.sendall(unescape(send))
            return judged(early + (b"" if BAD[0] in early else hear(s, whole)))
        with secure(s, o.get("sni")) as t:
            t.sendall(unescape(send))
            return judged(hear(t, whole))


def way_socks(target, send):
    """SOCKS 5, or 4a with "4:", to a host, then a request for its page."""
    with stream(target, 1080) as s:
        host = send.rpartition(":")[2].encode()
        if send.startswith("4:"):
            s.sendall(b"\4\1" + struct.pack(">H", 80) + b"\0\0\0\1\0" + host + b"\0")
        else:
            s.sendall(b"\5\1\0")
            if s.recv(2) != b"\5\0":
                return "closed"
            s.sendall(b"\5\1\0\3" + bytes([len(host)]) + host + struct.pack(">H", 80))
        if not s.recv(10):
            return "closed"
        s.sendall(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
        return judged(hear(s, whole))


def play(trick):
    """Name and outcome."""
    name, way, target, send, _ = trick
    try:
        return name, globals()["way_" + way](target, send)
    except (OSError, ssl.SSLError) as e:
        return name, told(e)


if __name__ == "__main__":
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        for result in pool.map(play, read_tricks(sys.argv[1])):
            print("\t".join(result), flush=True)
