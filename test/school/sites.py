#!/usr/bin/env python3
"""Demonstration sites and their name server, on loopback only.

  sites.py FOLDER [--dns PORT] [--http PORT] [--https PORT] [--address 127.0.0.1]

Every name under .example and .test is a site here.  FOLDER receives the certificate that the HTTPS sites use
(made on first use) and `ready` once everything listens.  Pages are made from test/school/sites.conf.
"""
import argparse
import html
import http.server
import pathlib
import re
import socket
import socketserver
import ssl
import struct
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
STYLE = ("body{font:1.25rem/1.5 sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}"
         "h1{color:#144e81}a{color:#1d70b8}")


def read_sites():
    """[site NAME] title=, text=, link= ... of sites.conf."""
    sites, current = {}, None
    for line in (HERE / "sites.conf").read_text().splitlines():
        head = re.match(r"\[site (\S+)\]$", line)
        if head:
            current = sites.setdefault(head[1], {"title": head[1], "text": [], "link": []})
        elif "=" in line and current is not None and not line.startswith("#"):
            key, value = (s.strip() for s in line.split("=", 1))
            if key == "title":
                current[key] = value
            else:
                current[key].append(value)
    return sites


class Site(http.server.BaseHTTPRequestHandler):
    """One page a name; any path; POST answers with how many bytes came."""
    protocol_version = "HTTP/1.1"
    sites = read_sites()

    def page(self):
        name = self.headers.get("Host", "").split(":")[0].lower()
        site = self.sites.get(name, {"title": name or "a demonstration site", "text": ["A page of a demonstration site."], "link": []})
        body = "".join(f"<p>{html.escape(t)}</p>" for t in site["text"])
        body += "".join(f'<p><a href="{html.escape(a.split(" ", 1)[0])}">{html.escape(a.split(" ", 1)[-1])}</a></p>' for a in site["link"])
        title = html.escape(site["title"])
        return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
                f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
                f"<body><main><h1>{title}</h1>{body}</main></body></html>").encode()

    def answer(self, body, kind="text/html; charset=utf-8"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/bytes/"):
            size = min(int(re.sub(r"\D", "", self.path) or 0), 10_000_000)
            self.answer(b"x" * size, "application/octet-stream")
        else:
            self.answer(self.page())

    do_HEAD = do_GET

    def do_POST(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            size = 0
            while True:
                n = int(self.rfile.readline().strip() or b"0", 16)
                size += len(self.rfile.read(n)) if n else 0
                self.rfile.readline()
                if not n:
                    break
        else:
            size = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.answer(f"got {size} bytes\n".encode(), "text/plain")

    def log_message(self, format, *args):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def certificate(folder):
    """A self-made certificate for every demonstration name; nobody trusts it but the tests."""
    cert, key = folder / "sites.crt", folder / "sites.key"
    if not cert.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "825",
                        "-subj", "/CN=Demonstration sites", "-addext", "subjectAltName=DNS:*.example,DNS:*.test,DNS:localhost",
                        "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


def name_of(packet):
    """The question's name and where it ends."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii", "replace"))
        at += packet[at] + 1
    return ".".join(labels).lower(), at + 5


def dns_answer(packet, address):
    """A for any name under .example or .test; no data for other types; no such name otherwise."""
    name, end = name_of(packet)
    kind = struct.unpack("!H", packet[end - 4:end - 2])[0]
    ours = name.endswith((".example", ".test")) or name in ("example", "test")
    count = 1 if ours and kind == 1 else 0
    head = packet[:2] + struct.pack("!HHHHH", 0x8180 if ours else 0x8183, 1, count, 0, 0)
    data = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 30, 4) + socket.inet_aton(address) if count else b""
    return head + packet[12:end] + data


def serve_dns(sock, address):
    """Answers datagrams for ever; a malformed one is dropped."""
    while True:
        packet, peer = sock.recvfrom(4096)
        try:
            sock.sendto(dns_answer(packet, address), peer)
        except (IndexError, struct.error):
            continue


def main():
    args = argparse.ArgumentParser()
    args.add_argument("folder", type=pathlib.Path)
    args.add_argument("--dns", type=int, default=15353)
    args.add_argument("--http", type=int, default=18080)
    args.add_argument("--https", type=int, default=18443)
    args.add_argument("--address", default="127.0.0.1")
    a = args.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((a.address, a.dns))
    threading.Thread(target=serve_dns, args=(udp, a.address), daemon=True).start()
    plain = Server((a.address, a.http), Site)
    secure = Server((a.address, a.https), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(a.folder))
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    (a.folder / "ready").write_text("yes\n")
    plain.serve_forever()


main()
