"""Hosts behind TLS for tests of inspection: good ones, and every kind that must not be believed.

  Origin(folder) makes a certificate authority of its own (folder/roots.pem) and answers for every name at .port:
  expired.test, other.test (a certificate of another name), self.test (vouches for itself), weak.test (a 1024-bit key),
  future.test (begins later), sha1.test (signed with SHA-1), client.test (not for servers), wide.test (a wildcard that does not reach
  it), stranger.test (an authority that nobody trusts), chain.test (an authority between is left out); every other name has a good certificate.  .dns answers 127.0.0.1 for all.
"""
import base64
import gzip
import hashlib
import http.server
import json
import pathlib
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

import talking

GOOD = ["www.good.test", "good.test", "blocked.test", "part.test", "private.test", "www.childline.org.uk", "www.youtube.com", "www.nhs.uk", "news.test", "video-sharing.filter-check.test", "lessons.test", "ai.filter-check.test", "helper.test", "www.swiggle.org.uk"]


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


class Certificates:
    def __init__(self, folder):
        self.d = pathlib.Path(folder)
        self.d.mkdir(parents=True, exist_ok=True)
        self.root("roots"), self.root("stranger-root")
        self.leaf("good", GOOD), self.leaf("other.test", ["elsewhere.test"]), self.leaf("stranger.test", ["stranger.test"], root="stranger-root")
        self.leaf("weak.test", ["weak.test"], key=["-newkey", "rsa:1024"])
        self.leaf("expired.test", ["expired.test"], dates=["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"])
        self.leaf("future.test", ["future.test"], dates=["-not_before", "20990101000000Z", "-not_after", "20990201000000Z"])
        self.leaf("sha1.test", ["sha1.test"], digest="-sha1")
        self.leaf("client.test", ["client.test"], use="clientAuth")
        self.leaf("wide.test", ["*.wide.test"])
        self.root("middle", under="roots"), self.leaf("chain.test", ["chain.test"], root="middle")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 9, "-subj", "/CN=self.test",
                "-addext", "subjectAltName=DNS:self.test", "-keyout", self.d / "self.test.key", "-out", self.d / "self.test.pem")

    def root(self, name, under=None):
        signed = ["-CA", self.d / f"{under}.pem", "-CAkey", self.d / f"{under}.key", "-addext", "basicConstraints=critical,CA:TRUE"] if under else []
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 9, "-subj", f"/CN=laboratory {name}", *signed,
                "-keyout", self.d / f"{name}.key", "-out", self.d / f"{name}.pem")

    def leaf(self, name, hosts, root="roots", key=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"), dates=("-days", "9"), digest="-sha256",
             use="serverAuth"):
        """`openssl ca` alone can set both dates."""
        ext, csr = self.d / f"{name}.ext", self.d / f"{name}.csr"
        ext.write_text("subjectAltName=" + ",".join(f"DNS:{h}" for h in hosts) + f"\nextendedKeyUsage={use}\nbasicConstraints=CA:FALSE\n")
        openssl("req", *key, "-nodes", "-subj", f"/CN={hosts[0]}", "-keyout", self.d / f"{name}.key", "-out", csr)
        if dates[0] == "-days":
            openssl("x509", "-req", "-in", csr, "-CA", self.d / f"{root}.pem", "-CAkey", self.d / f"{root}.key", "-CAcreateserial", digest, *dates,
                    "-extfile", ext, "-out", self.d / f"{name}.pem")
            return
        conf = self.d / "ca.conf"
        conf.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.d}/index\nserial={self.d}/serial\nnew_certs_dir={self.d}\ndefault_md=sha256\n"
                        "policy=p\n[p]\ncommonName=supplied\n")
        (self.d / "index").write_text("")
        (self.d / "index.attr").write_text("unique_subject = no\n")
        (self.d / "serial").write_text("01\n")
        openssl("ca", "-batch", "-config", conf, "-in", csr, "-cert", self.d / f"{root}.pem", "-keyfile", self.d / f"{root}.key",
                "-startdate", dates[1], "-enddate", dates[3], "-extfile", ext, "-notext", "-out", self.d / f"{name}.pem")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, body, status=200, headers=()):
        self.send_response(status)
        for k, v in headers:
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def chunks(self):
        total = 0
        while True:
            n = int(self.rfile.readline().split(b";")[0], 16)
            if not n:
                return total, b"".join(iter(lambda: self.rfile.readline().strip(), b"")).decode()
            self.rfile.read(n + 2)
            total += n

    def chat(self):
        """An assistant: what it was asked, backwards, half a word at a time."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["say"][::-1]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        words = asked + " ."
        for i in range(0, len(words), 3):
            piece = b"data: " + json.dumps({"id": f"m{i}", "choices": [{"delta": {"content": words[i:i + 3]}}]}).encode() + b"\n\n"
            try:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)
        self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        if self.path == "/chat":
            self.chat()
            return
        if self.path == "/chat/whole":                  # the same, in one piece
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["say"][::-1]
            said = {"id": "m1", "choices": [{"message": {"role": "assistant", "content": asked}, "finish_reason": "stop"}]}
            self.reply(json.dumps(said, indent=1).encode(), 200, [("Content-Type", "application/json")])
            return
        if self.headers.get("Transfer-Encoding") == "chunked":
            n, tail = self.chunks()
        else:
            tail = ""
            left = n = int(self.headers.get("Content-Length", 0))
            while left:
                left -= len(self.rfile.read(min(left, 65536)))
        self.reply((f"took {n} bytes\n" + (f"behind it: {tail}\n" if tail else "")).encode())

    def websocket(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        for k, v in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)):
            self.send_header(k, v)
        self.end_headers()
        if self.path == "/talk":
            talking.host(self)
            self.close_connection = True
            return
        self.wfile.write(b"\x81\x05hello")
        self.wfile.flush()
        got = self.rfile.read(6)                       # a masked frame: said back without its mask
        words = bytes(b ^ got[2 + i % 4] for i, b in enumerate(self.rfile.read(got[1] & 127)))
        self.wfile.write(b"\x81" + bytes([len(words)]) + words)
        self.close_connection = True

    def load(self):
        """A file as the query says: type, disposition, bytes (hex), coding (raw: they are packed already), in how many lines."""
        q = {k: v[0] for k, v in urllib.parse.parse_qs(self.path.partition("?")[2]).items()}
        body = bytes.fromhex(q.get("bytes", "00"))
        names = (("type", "Content-Type"), ("disposition", "Content-Disposition"), ("coding", "Content-Encoding"))
        headers = [(h, q[k]) for k, h in names if k in q]
        headers += [("Content-Encoding", q.get("coding", ""))] * (int(q.get("lines", 1)) - 1)
        self.reply(gzip.compress(body) if q.get("coding") == "gzip" and "raw" not in q else body, 200, headers)

    def do_GET(self):
        path = self.path.split("?")[0]
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.websocket()
        elif path == "/big":
            n = 20_000_000
            if "Range" in self.headers:
                a, b = self.headers["Range"].split("=")[1].split("-")
                part = b"x" * (int(b) - int(a) + 1)
                self.reply(part, 206, [("Content-Range", f"bytes {a}-{b}/{n}")])
            else:
                self.reply(b"x" * n)
        elif path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in (b"one ", b"two ", b"three"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\nX-Trailer: last\r\n\r\n")
        elif path.startswith("/load/"):
            self.load()
        elif path == "/film":
            at = self.headers["Host"].rpartition(":")[2]
            self.reply(f'<!doctype html><title>A lesson</title><h1>Week 3</h1><iframe width=560 height=315 src="https://video-sharing.filter-check.test:{at}/embed/abcd1234"></iframe>'.encode(),
                       200, [("Content-Type", "text/html")])
        elif path == "/close":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"until the end")
            self.close_connection = True
        else:
            resumed = self.connection.session_reused if isinstance(self.connection, ssl.SSLSocket) else False
            peer = self.client_address[1]
            text = f"{self.command} {self.path} host={self.headers['Host']} resumed={resumed} port={peer}\n" + "".join(f"> {k}: {v}\n" for k, v in self.headers.items())
            self.reply(text.encode())

    do_HEAD = do_GET


class Server(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def finish_request(self, request, address):
        """The handshake belongs to the connection's own thread."""
        try:
            request = self.context.wrap_socket(request, server_side=True)
            super().finish_request(request, address)
        except (OSError, ValueError):
            pass

    def handle_error(self, *_):
        pass


class Origin:
    def __init__(self, folder):
        self.certificates = Certificates(folder)
        self.roots = self.certificates.d / "roots.pem"
        self.contexts = {}
        for f in self.certificates.d.glob("*.test.pem"):
            self.contexts[f.name[:-4]] = self.context(f.name[:-4])
        main = self.context("good")
        main.sni_callback = self.choose
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.context = main
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.dns = self.socket.getsockname()[1]
        threading.Thread(target=self.answer, daemon=True).start()

    def context(self, name):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.set_ciphers("DEFAULT:@SECLEVEL=0")
        c.load_cert_chain(self.certificates.d / f"{name}.pem", self.certificates.d / f"{name}.key")
        return c

    def choose(self, sock, name, _):
        if name in self.contexts:
            sock.context = self.contexts[name]

    def answer(self):
        while True:
            m, peer = self.socket.recvfrom(512)
            kind = m[-3]
            body = m[2:4].replace(m[2:3], bytes([m[2] | 0x80]), 1)
            answers = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if kind == 1 else b""
            self.socket.sendto(m[:2] + body + m[4:6] + (b"\0\1" if answers else b"\0\0") + m[8:] + answers, peer)
