#!/usr/bin/env python3
"""What a school without a filter has: a forwarder of names and a proxy, both as lenient as such things are.

Behind it every trick of the bypass suite must work; one that does not is no trick.  plain.py FOLDER
"""
import asyncio
import ipaddress
import re
import socket
import struct
import sys
import unicodedata
from urllib.parse import unquote

sys.path.insert(0, __file__.rpartition("/")[0])
import internet  # noqa: E402

RESOLVER = "45.60.1.53"


class Forward(asyncio.DatagramProtocol):
    """Names, over UDP, answered as the internet does."""

    def connection_made(self, transport):
        self.out = transport

    def datagram_received(self, data, addr):
        try:
            self.out.sendto(internet.answer(data), addr)
        except (IndexError, struct.error):
            pass


def where(host):
    """(address, name) of a host as somebody lenient reads it."""
    host = unicodedata.normalize("NFKC", unquote(host)).rpartition("@")[2].strip("[] \t").rstrip(".")
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))       # 0x2d.60.322 and all its kin
    except OSError:
        pass
    host = re.sub("[\u3002\uff0e\uff61]", ".", host).replace("\u00ad", "").replace("\u200b", "").replace("\u2060", "")
    try:
        name = host.encode("idna").decode().lower()
    except UnicodeError:
        name = host.lower()
    n = internet.number(name)
    if not n:
        raise OSError(f"no such name: {name}")
    return f"45.60.1.{n}"


def split(authority, port):
    """host, port"""
    got = re.fullmatch(r"(.*?)(?::(\d*))?", authority, re.S)
    if authority.count(":") > 1 and not authority.startswith("["):
        return authority, port
    return got[1], int(got[2] or port)


async def pump(reader, writer):
    """Bytes one way."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    try:
        writer.close()
    except OSError:
        pass


async def proxy(reader, writer):
    """CONNECT, and whole addresses; after the first request a pipe."""
    try:
        head = await reader.readuntil(b"\n")
        method, target, *rest = head.decode("utf-8", "replace").rstrip("\r\n").split(" ")
        if method.upper() == "CONNECT":
            while (await reader.readuntil(b"\n")).strip():
                pass
            host, port = split(target, 443)
            there, back = await asyncio.open_connection(where(host), port)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            m = re.match(r"(?i)\s*https?://([^/?#\\]*)(.*)", target, re.S)
            host, port = split((m[1] if m else "").rpartition("@")[2], 80)
            there, back = await asyncio.open_connection(where(host), port)
            name = where_name(host)
            back.write(f"{method} {m[2] or '/'} {' '.join(rest) or 'HTTP/1.0'}\r\nHost: {name}\r\n".encode() if m else head)
        await asyncio.gather(pump(reader, back), pump(there, writer))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError, TypeError):
        writer.close()


def where_name(host):
    """The host as the server is told."""
    host = unquote(host).rpartition("@")[2].strip("[] \t").rstrip(".")
    host = re.sub("[\u3002\uff0e\uff61]", ".", host).replace("\u00ad", "").replace("\u200b", "").replace("\u2060", "")
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host


async def main():
    """Serves for good."""
    loop = asyncio.get_running_loop()
    for at in ("10.77.1.1", "fd77:1::1"):
        await loop.create_datagram_endpoint(Forward, (at, 53))
        await asyncio.start_server(internet.names_stream, at, 53)
        await asyncio.start_server(proxy, at, 3128)
    await asyncio.Event().wait()


if __name__ == "__main__":
    ipaddress.ip_address(RESOLVER)
    asyncio.run(main())
