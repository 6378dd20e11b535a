#!/usr/bin/env python3
"""What reading a page costs, in one run with its peers: `bench/scan.py`; ROUNDS=9 PAGES=30.

Two pages of 100 KB are made of a text that every Debian has: one of bare paragraphs, one with the markup of today (classes, links, scripts).  Against
20,000 phrases: those that are shipped, and made-up ones of two and three words of the page itself, so that many begin where the text stands.
Beside it: the bare pass of a literal matcher (vectorscan) over the same bytes with the same phrases, where libvectorscan-dev is installed, and
e2guardian with its own phrase lists, through its proxy, less what it costs without them.
"""
import html
import http.client
import http.server
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
TEXT = pathlib.Path("/usr/share/common-licenses/GPL-3")
ROUNDS, PAGES = os.environ.get("ROUNDS", "9"), int(os.environ.get("PAGES", "30"))
SIZE = 100 * 1024
ETC = pathlib.Path("/etc/e2guardian")


def make_pages():
    """The bare and the marked-up page."""
    parts = [p.replace("\n", " ") for p in TEXT.read_text(encoding="utf-8").split("\n\n")]
    bare, rich, i = "<html><head><title>t</title></head><body>\n", "<!doctype html><html lang=en><head><meta charset=utf-8><title>A page</title><style>" + \
        "p{margin:0;padding:1em}" * 40 + "</style></head><body>\n", 0
    while len(bare) < SIZE or len(rich) < SIZE:
        words = html.escape(parts[i % len(parts)]).split(" ")
        bare += "<p>" + " ".join(words) + "</p>\n"
        for k in range(5, len(words), 17):
            words[k] = f'<a class="link link--muted" href="/part/{k}?x={i}" data-id="{k}">{words[k]}</a>'
        rich += f'<div class="card"><p class="body-text">{" ".join(words)}&nbsp;&copy;</p>\n<img src="/p/{i}.jpg" alt="picture {i}" width=20></div>\n'
        if i % 9 == 0:
            rich += "<script>" + "var a=[1,2,3];if(a<b){c('x')}" * 8 + "</script>\n"
        i += 1
    return {"bare": bare[:SIZE], "marked-up": rich[:SIZE]}


def build(folder):
    """bench/scan.c, with the literal matcher where it is installed."""
    libs = [BUILD / f"lib{n}.a" for n in ("policy_compile", "policy_scan", "policy_decide", "policy_read", "wire", "io", "base")]
    vector = ["-DWITH_VECTORSCAN", "-lhs"] if pathlib.Path("/usr/include/hs/hs.h").exists() else []
    if not vector:
        print("SKIPPED: libvectorscan-dev is not installed; the literal matcher is not measured", flush=True)
    subprocess.run(["cc", "-O2", "-std=gnu17", "-D_GNU_SOURCE", "-Isrc", "-include", "src/base/banned.h", "-o", folder / "scan", "bench/scan.c", *vector[:1],
                    "-Wl,--start-group", *libs, "-Wl,--end-group", "-lsodium", "-lcrypto", "-lz", "-lzstd", "-lidn2", "-lpsl", "-lpthread", *vector[1:]], cwd=ROOT, check=True)


class Origin(http.server.BaseHTTPRequestHandler):
    """Serves the pages."""
    pages = {}
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.pages.get(self.path.strip("/"), "").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Says nothing."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_us(pid):
    """Processor time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def setting(path, pairs):
    """Settings of one of its files."""
    lines = path.read_text(encoding="latin-1").split("\n")
    for key, value in pairs.items():
        lines = [x for x in lines if not re.match(rf"\s*#?\s*{key}\s*=", x)] + [f"{key} = {value}"]
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")


def fetch(port, origin, page, wait=10):
    """One page through a proxy; its length."""
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=wait)
    c.request("GET", f"http://127.0.0.1:{origin}/{page}")
    n = len(c.getresponse().read())
    c.close()
    return n


def e2guardian(folder, origin, phrases):
    """Processor time a page, with or without its phrase lists."""
    d, port = folder / f"e2g{phrases}", free_port()
    shutil.copytree(ETC, d, symlinks=False)
    for f in d.rglob("*"):
        if f.is_file() and str(ETC) in (text := f.read_text(encoding="latin-1")):
            f.write_text(text.replace(str(ETC), str(d)), encoding="latin-1")
    setting(d / "e2guardian.conf", {"filterip": "127.0.0.1", "filterports": port, "transparenthttpsport": free_port(), "nologger": "on", "loglocation": f"'{d}/access.log'",
        "daemonuser": "'root'", "daemongroup": "'root'", "httpworkers": 20, "pidfilename": f"'{d}/pid'", "weightedphrasemode": phrases, "nodaemon": "on",
        "enablessl": "off", "ipcfilename": f"'{d}/ipc'"})
    setting(d / "e2guardianf1.conf", {"sslmitm": "off", "naughtynesslimit": 1000000})
    with subprocess.Popen(["e2guardian", "-N", "-c", d / "e2guardian.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        try:
            end = time.monotonic() + 120        # it reads all its phrases first
            while True:
                try:
                    fetch(port, origin, "bare", 5)
                    break
                except (OSError, http.client.HTTPException):
                    if time.monotonic() > end:
                        return {page: None for page in Origin.pages}
                    time.sleep(0.2)
            found = {}
            for page in Origin.pages:
                before, whole = cpu_us(p.pid), sum(fetch(port, origin, page, 60) == SIZE for _ in range(PAGES))
                found[page] = (cpu_us(p.pid) - before) / PAGES if whole == PAGES else None
            return found
        finally:
            p.kill()                # it does not listen to anything milder


def peers(folder):
    """e2guardian, where it can be run."""
    if not shutil.which("e2guardian") or os.geteuid():
        print("SKIPPED: e2guardian is not installed, or this is not root", flush=True)
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    none, lists = e2guardian(folder, server.server_port, 0), e2guardian(folder, server.server_port, 2)
    for page, us in lists.items():
        if us is None or none[page] is None:
            print(f"SKIPPED: e2guardian did not hand the {page} page over whole", flush=True)
        else:
            print(f"result scan {page} e2guardian us={us - none[page]:.0f}", flush=True)
    server.shutdown()


def main():
    with tempfile.TemporaryDirectory(prefix="gh-scan-") as name:
        folder = pathlib.Path(name)
        build(folder)
        Origin.pages = make_pages()
        for page, text in Origin.pages.items():
            (folder / page).write_text(text, encoding="utf-8")
            print(f"\n{page}:", flush=True)
            out = subprocess.run([folder / "scan", os.environ.get("GATEHOUSE_DATA", ROOT / "data"), folder / page, ROUNDS], check=True, capture_output=True, text=True).stdout
            print(out.replace("result scan ", f"result scan {page} "), end="", flush=True)
        peers(folder)


main()
