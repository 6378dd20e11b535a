#!/usr/bin/env python3
"""A resolver for the tests: answers from a small table over UDP and TCP.  dns_upstream.py ADDRESS PORT"""
import socket
import socketserver
import struct
import sys
import threading

A, CNAME, TXT, AAAA, HTTPS = 1, 5, 16, 28, 65


def wire(name):
    """A name in wire form."""
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".") if x) + b"\0"


def addr(text):
    """An address as data of A or AAAA."""
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


# name: [(owner or None for the name asked, type, ttl, data)]; a type that is asked for leads through any CNAME
TABLE = {
    "www.kites.example": [(None, A, 3600, addr("198.51.100.7")), (None, AAAA, 3600, addr("2001:db8:7::7"))],
    "hidden.kites.example": [(None, CNAME, 300, wire("block-brawl.test")), ("block-brawl.test", A, 300, addr("198.51.100.8"))],
    "rebind.kites.example": [(None, A, 300, addr("192.168.1.1"))],
    "service.kites.example": [(None, HTTPS, 300, struct.pack(">H", 1) + b"\0" + struct.pack(">HH", 1, 3) + b"\2h2"
                               + struct.pack(">HH", 5, 4) + b"\0\2ab")],
    "large.kites.example": [(None, TXT, 300, b"\xc8" + b"x" * 200)] * 10,
    "forcesafesearch.google.com": [(None, A, 300, addr("198.51.100.20")), (None, AAAA, 300, addr("2001:db8:7::20"))],
}


def answer(query, tcp):
    """The whole answer to a query."""
    ident, flags, asked = struct.unpack(">HHH", query[:6])
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += query[at] + 1
    qtype = struct.unpack(">H", query[at + 1:at + 3])[0]
    question, name = query[12:at + 5], ".".join(labels).lower()
    rows = [r for r in TABLE.get(name, []) if r[1] in (qtype, CNAME) or r[0]]
    body = b"".join((wire(o) if o else b"\xc0\x0c") + struct.pack(">HHIH", t, 1, ttl, len(d)) + d for o, t, ttl, d in rows)
    rcode = 0 if name in TABLE else 3
    head = struct.pack(">HHHHHH", ident, 0x8180 | rcode, 1, len(rows), 0, 0)
    if not tcp and len(head + question + body) > 1232:
        return struct.pack(">HHHHHH", ident, 0x8380, 1, 0, 0, 0) + question
    return head + question + body


class Stream(socketserver.BaseRequestHandler):
    """One question a connection."""

    def handle(self):
        n = struct.unpack(">H", self.request.recv(2, socket.MSG_WAITALL))[0]
        out = answer(self.request.recv(n, socket.MSG_WAITALL), True)
        self.request.sendall(struct.pack(">H", len(out)) + out)


def main():
    where = (sys.argv[1], int(sys.argv[2]))
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    tcp = socketserver.ThreadingTCPServer(where, Stream)
    threading.Thread(target=tcp.serve_forever, daemon=True).start()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(where)
    print("ready", flush=True)
    while True:
        query, peer = udp.recvfrom(4096)
        udp.sendto(answer(query, False), peer)


main()
