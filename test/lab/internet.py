#!/usr/bin/env python3
"""The lab's internet: a resolver, web servers, and everything that people use to get round a filter.

internet.py FOLDER   (with internet.pem and internet.key)

The forbidden page says FORBIDDEN-PAGE; an open one says OPEN-PAGE.  A server looks at the Host it is asked for, or,
when that is an address, at the address: as hosts of many sites do.
"""
import asyncio
import base64
import ipaddress
import pathlib
import posixpath
import re
import socket
import ssl
import struct
import sys
from urllib.parse import unquote

BAD, GOOD = b"FORBIDDEN-PAGE", b"OPEN-PAGE"
A, CNAME, MX, TXT, AAAA, SRV, SVCB, HTTPS = 1, 5, 15, 16, 28, 33, 64, 65
# Names, or tails of names, and their last number in 45.60.1.0/24 and 2a0a:b00:1::/64.
HOSTS = [("forbidden.example", 66), ("forbidden.test", 66), ("ruled.example", 67), ("h2.open.example", 11), ("video-sharing.filter-check.test", 10), ("open.example", 10), ("cdn.example", 80), ("translate.example", 90),
         ("webproxy.example", 91), ("vpn.example", 92), ("resolver.example", 53), ("dns.google", 53), ("cloudflare-dns.com", 53),
         ("tunnel.example", 93), ("covert.example", 93), ("www.google.com", 21), ("forcesafesearch.google.com", 20), ("cloudflare-ech.com", 80)]
CHAINS = {"alias.example": "www.forbidden.example", "far.alias.example": "alias.example"}
FORBIDDEN = re.compile(rb"(^|\.)(forbidden\.(example|test)|ruled\.example)$")


def number(name):
    """The last number of a name's address; 0: there is no such name."""
    for tail, n in HOSTS:
        if name == tail or name.endswith("." + tail):
            return n
    got = re.fullmatch(r"(?:.*\.)?(\d+)-(\d+)-(\d+)-(\d+)\.nip\.example", name)
    return int(got[4]) if got else 0


def page_for(host, local):
    """What a server at this address (None: any) says for this host.  The forbidden sites have servers of their own, which say
    the same whatever host they are asked for; the delivery network (80) has everybody's pages."""
    host = re.sub(rb":\d*$", b"", host.strip().lower()).rstrip(b".").rpartition(b"@")[2]
    if local and local.endswith((".66", ".67", "::66", "::67")):
        return BAD
    return BAD if FORBIDDEN.search(host) and (not local or local.endswith((".80", "::80"))) else GOOD


# ---- names ----

def wire(name):
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".") if x) + b"\0"


def rows_for(name, qtype):
    """[(owner, type, data)]"""
    rows, owner = [], name
    while owner in CHAINS:
        rows.append((owner, CNAME, wire(CHAINS[owner])))
        owner = CHAINS[owner]
    n = number(owner)
    if not n:
        return rows, not rows
    if qtype == A:
        rows.append((owner, A, bytes([45, 60, 1, n])))
    elif qtype == AAAA:
        rows.append((owner, AAAA, ipaddress.ip_address(f"2a0a:b00:1::{n}").packed))
    elif qtype in (HTTPS, SVCB):
        hints = struct.pack(">HH", 4, 4) + bytes([45, 60, 1, n])
        ech = struct.pack(">HH", 5, 6) + b"\0\4\xfe\x0d\0\0"
        rows.append((owner, qtype, struct.pack(">H", 1) + b"\0" + struct.pack(">HH", 1, 3) + b"\2h2" + hints + ech))
    elif qtype == TXT and owner.endswith(("tunnel.example", "covert.example")):
        rows.append((owner, TXT, bytes([len(BAD)]) + BAD))
    elif qtype == TXT:
        rows.append((owner, TXT, b"\x04text"))
    return rows, False


def answer(query, tcp=True):
    """The whole answer to a query."""
    if len(query) < 17:
        return b""
    ident, flags, asked = struct.unpack(">HHH", query[:6])
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += query[at] + 1
    qtype = struct.unpack(">H", query[at + 1:at + 3])[0]
    rows, absent = rows_for(".".join(labels).lower(), qtype)
    body = b"".join(wire(o) + struct.pack(">HHIH", t, 1, 60, len(d)) + d for o, t, d in rows)
    return struct.pack(">HHHHHH", ident, 0x8180 | (3 if absent else 0), 1, len(rows), 0, 0) + query[12:at + 5] + body


class Names(asyncio.DatagramProtocol):
    """UDP."""

    def connection_made(self, transport):
        self.out = transport

    def datagram_received(self, data, addr):
        try:
            self.out.sendto(answer(data, False), addr)
        except IndexError:
            pass


async def names_stream(reader, writer):
    """TCP and TLS."""
    try:
        while True:
            n = struct.unpack(">H", await reader.readexactly(2))[0]
            out = answer(await reader.readexactly(n))
            writer.write(struct.pack(">H", len(out)) + out)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, IndexError, ssl.SSLError):
        writer.close()


class Says(asyncio.DatagramProtocol):
    """Whatever comes: the forbidden page.  It stands for a tunnel's other end."""

    def connection_made(self, transport):
        self.out = transport

    def datagram_received(self, data, addr):
        self.out.sendto(BAD, addr)


# ---- pages ----

async def fetch_for(url, local):
    """What a relay that fetches for others would give."""
    got = re.match(rb"https?://([^/]*)", url)
    return page_for(got[1] if got else url, None)


async def relay(reader, writer):
    """Bytes one way, until the end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    writer.close()


async def connect_for(target, reader, writer, says):
    """An open proxy or SOCKS server: resolves and connects."""
    host, _, port = target.rpartition(":")
    host = host.strip("[]")
    n = number(host.lower())
    where = f"45.60.1.{n}" if n else host
    there, back = await asyncio.open_connection(where, int(port))
    writer.write(says)
    await asyncio.gather(relay(reader, back), relay(there, writer))


async def one_request(reader, writer, local, secure):
    """False at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    method, target, *_ = line.split(b" ") + [b"", b""]
    length = int((re.search(rb"(?im)^content-length: *(\d+)", rest) or [0, b"0"])[1])
    body = await reader.readexactly(length) if length else b""
    hosts = re.findall(rb"(?im)^host:[ \t]*([^\r\n]*)", rest)
    if method == b"CONNECT":
        await connect_for(target.decode(), reader, writer, b"HTTP/1.1 200 OK\r\n\r\n")
        return False
    if re.search(rb"/dns-query", target) and local.endswith((".53", "::53")):
        query = body or base64.urlsafe_b64decode((re.search(rb"dns=([\w-]+)", target) or [0, b""])[1] + b"==")
        page, kind = answer(query), b"application/dns-message"
    elif m := re.search(rb"[?&](?:u|url|q)=(https?://[^ &]*)", target.replace(b"%3A", b":").replace(b"%2F", b"/")):
        page, kind = await fetch_for(m[1], local), b"text/html"
    elif (m := re.match(rb"https?://([^/]*)", target, re.I)) and b"/secret" not in target:
        page, kind = page_for(m[1], None if local.endswith((".91", "::91")) else local), b"text/html"
    else:
        page, kind = page_for(hosts[-1] if hosts else b"", local), b"text/html"
        if re.match(r"/secret(/|$)", posixpath.normpath(unquote(re.sub(r"https?://[^/]*", "", target.decode("latin-1"))).partition("?")[0]).replace("//", "/")):
            page = BAD
    if re.search(rb"(?im)^upgrade: *websocket", rest):
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + page)
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: " + str(len(page)).encode() + b"\r\n\r\n" + page)
    await writer.drain()
    return True


async def web(reader, writer):
    """HTTP/1.1, plain or inside TLS."""
    local = writer.get_extra_info("sockname")[0].replace("::ffff:", "")
    try:
        while await one_request(reader, writer, local, False):
            pass
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError, OSError, ValueError):
        pass
    writer.close()


async def socks(reader, writer):
    """SOCKS 4a and 5, without a password."""
    try:
        version = (await reader.readexactly(1))[0]
        if version == 5:
            await reader.readexactly((await reader.readexactly(1))[0])
            writer.write(b"\5\0")
            _, _, _, kind = await reader.readexactly(4)
            if kind == 3:
                host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
            else:
                host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
            port = struct.unpack(">H", await reader.readexactly(2))[0]
            says = b"\5\0\0\1" + bytes(6)
        else:
            _, port, raw = struct.unpack(">BH4s", await reader.readexactly(7))
            await reader.readuntil(b"\0")
            host = (await reader.readuntil(b"\0"))[:-1].decode() if raw[:3] == b"\0\0\0" else str(ipaddress.ip_address(raw))
            says = b"\0\x5a" + bytes(6)
        await connect_for(f"{host}:{port}", reader, writer, says)
    except (asyncio.IncompleteReadError, ConnectionError, OSError, ValueError):
        writer.close()


async def says(reader, writer):
    """SSH, remote desktops, Tor, VPNs over TCP: whatever comes, the forbidden page."""
    try:
        writer.write(b"SSH-2.0-" + BAD + b"\r\n")
        await writer.drain()
        await reader.read(1000)
    except (ConnectionError, ssl.SSLError):
        pass
    writer.close()


TUNNELS_TCP = (21, 22, 23, 25, 110, 143, 500, 587, 993, 1194, 1723, 3389, 4500, 5222, 5228, 5900, 5938, 6667, 7070, 8388, 9001, 9030, 9050, 51820)
TUNNELS_UDP = (22, 80, 123, 500, 1194, 1701, 3389, 3478, 4500, 5349, 8443, 19302, 51820)
SITES = (10, 20, 21, 53, 66, 67, 80, 90, 91, 92, 93)
WEBS = (81, 88, 280, 591, 3000, 5000, 8000, 8008, 8080, 8081, 8888, 3128, 8118)
SECURE = (444, 4443, 8443, 9443, 10443)


async def main(folder):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "internet.pem", folder / "internet.key")
    loop = asyncio.get_running_loop()

    async def tcp(handler, port, secure=None):
        await asyncio.start_server(handler, ["0.0.0.0", "::"], port, ssl=secure, backlog=200)

    async def at(handler, port, numbers, secure=None):
        where = [f"45.60.1.{n}" for n in numbers] + [f"2a0a:b00:1::{n}" for n in numbers]
        await asyncio.start_server(handler, where, port, ssl=secure, backlog=200)

    async def udp(protocol, port):
        for number_ in range(1, 100):
            if number_ not in (10, 53, 66):
                continue
            for at in (f"45.60.1.{number_}", f"2a0a:b00:1::{number_}"):
                await loop.create_datagram_endpoint(protocol, (at, port))

    for port in (53, 5353, 5300):
        await udp(Names, port)
        await at(names_stream, port, (10, 53, 66))
        await at(says, port, (94,))
    for where in ("45.60.1.94", "2a0a:b00:1::94"):
        await loop.create_datagram_endpoint(Says, (where, 53))
    for port in (80, 443):                          # tunnels that hide behind the web's ports
        await at(says, port, (94,))
    await at(web, 80, SITES)
    await at(web, 443, SITES, tls)
    for port in (853, 8853):
        await tcp(names_stream, port, tls)
    for port in (443, 784, 8853):                   # QUIC: its first packet is answered, that is enough to see that it got there
        await udp(Says, port)
    for port in TUNNELS_UDP:
        await udp(Says, port)
    for port in TUNNELS_TCP:
        await tcp(says, port)
    for port in WEBS:
        await tcp(web, port)
    for port in SECURE:
        await tcp(web, port, tls)
    for port in (1080, 9150):
        await tcp(socks, port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    socket.setdefaulttimeout(10)
    asyncio.run(main(pathlib.Path(sys.argv[1])))
