#!/usr/bin/env python3
"""What idle clients cost: connections to the proxy that asked for something once and are kept open; memory of the proxy and of the kernel.

  bench/idle.py [N]      N connections (default 10000), from addresses of a school's network (127.1.0.1 on), 50 each

The proxy's memory is its share (PSS) of all its processes, before and with the connections; the kernel's is what its slabs and its socket
buffers grew by, for both ends: the clients run here too.  Each twentieth is asked once more at the end: none was dropped (all of it must end within the minute that the proxy keeps a
connection without a question).
"""
import os
import pathlib
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import time

N = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
sys.argv[1:] = ["1000"]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import proxy  # noqa: E402
from proxy import live  # noqa: E402

EACH = 50


def address(i):
    return f"127.1.{i // EACH // 250}.{i // EACH % 250 + 1}"


def kernel_mb():
    """Slabs, and pages of socket buffers."""
    slab = next(int(x.split()[1]) for x in pathlib.Path("/proc/meminfo").read_text().split("\n") if x.startswith("Slab:"))
    pages = next(int(x.split()[-1]) for x in pathlib.Path("/proc/net/sockstat").read_text().split("\n") if x.startswith("TCP:"))
    return slab / 1024 + pages * 4 / 1024


def ask(socks):
    """Every connection asks for a picture and gets it whole; how many did."""
    sel, done, got = selectors.DefaultSelector(), 0, {}
    for at in range(0, len(socks), 64):
        for s in socks[at:at + 64]:
            s.sendall(f"GET http://{proxy.HOSTS[0]}:{proxy.ORIGIN}/1k HTTP/1.1\r\nHost: {proxy.HOSTS[0]}:{proxy.ORIGIN}\r\nAccept: image/png\r\n\r\n".encode())
            got[s] = b""
            sel.register(s, selectors.EVENT_READ)
        while sel.get_map():
            ready = sel.select(5)
            if not ready:
                break
            for key, _ in ready:
                s, piece = key.fileobj, key.fileobj.recv(8192)
                got[s] += piece
                if not piece or got[s].endswith(b"x" * 1024):
                    done += got[s].startswith(b"HTTP/1.1 200") and got[s].endswith(b"x" * 1024)
                    sel.unregister(s)
    return done


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # two files a client, and some: with fewer the proxy closes what rests to let the next one in.  Where the system gives a process too few
    # for all, two workers share the clients, as they do in service; their memory is counted together.
    workers = 1 if hard >= 2 * N + 320 else 2
    room = workers * ((hard - 320) // 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * N + 1000), hard))
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        d = pathlib.Path(name)
        running = proxy.stage(d, 1000)
        g = proxy.Gatehouse("gatehouse", proxy.GATE, d)
        g.more, g.workers = f"connections = {min(65535, 2 * N)}\n", workers
        socks = []
        try:
            g.start()
            live.append(d / "prefix", *(live.record(live.BIND, addr=address(i), group="ks2", seconds=86400) for i in range(0, N, EACH)))
            time.sleep(0.3)
            before, kernel = proxy.memory_kb(g.process.pid), kernel_mb()
            first, began = 0, time.monotonic()
            for at in range(0, N, 50):
                for i in range(at, min(at + 50, N)):
                    s = socket.socket()
                    s.bind((address(i), 0))
                    s.connect(("127.0.0.1", g.port))
                    s.settimeout(5)
                    socks.append(s)
                first += ask(socks[at:at + 50])
            after, kernel = proxy.memory_kb(g.process.pid), kernel_mb() - kernel
            some = socks[::20]
            again = ask(some)
            print(f"{N} connections, open within {time.monotonic() - began:.0f} s: {first} answered, {again} of {len(some)} once more; the proxy {before / 1024:.1f} MB before, {after / 1024:.1f} MB with them; the kernel, both ends, {kernel:.0f} MB")
            print(f"{workers} workers")
            print(f"result idle clients n={first} mb={after / 1024:.1f} before_mb={before / 1024:.1f} kernel_mb={kernel:.0f} each_kb={(after - before) / N:.2f} workers={workers} again={again} asked_again={len(some)}")
            if room < N:
                print(f"the system gives a process {hard} open files, so the proxy had room for {room} connections: {N - room} that rested were closed for others")
            if first != N or room >= N and again != len(some):
                raise SystemExit("not every connection was served")
        finally:
            for s in socks:
                s.close()
            for p in [g.process] + running:
                if p:
                    p.terminate()
                    p.wait(30)


main()
