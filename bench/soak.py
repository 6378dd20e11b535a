#!/usr/bin/env python3
"""Memory over a mixed load: `bench/soak.py MINUTES` (default 10), run by hand.

The proxy and the DNS of one school serve at once: pictures of 1 and 100 KB, pages that are read and logged, refusals, tunnels; questions of the mix.
Beside them a proxy that inspects: hosts seen first and known ones, 10 MB, HTTP/2 on one side and on both (curl), WebSockets (bench/soak_inspect.py).
Every few seconds their memory is read (PSS of all their processes).  It prints the beginning (after a tenth of the time: caches fill), the middle and the
end, the most, and what was answered (and badly, by kind); and fails when the end is more than a tenth above what it was after two thirds of the time.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
MINUTES = float(sys.argv[1]) if len(sys.argv) > 1 else 10
NAMES = 200_000
sys.argv[1:] = [str(NAMES)]
import dns  # noqa: E402
import proxy  # noqa: E402
import soak_inspect  # noqa: E402


proxy.DNS, proxy.ORIGIN, proxy.GATE, proxy.PAGE = 25450, 25451, 25452, 25453      # beside another benchmark
dns.UPSTREAM = 25455


class Load(threading.Thread):
    """Runs one job after the other until the end."""

    def __init__(self, server, jobs, end):
        super().__init__()
        self.server, self.jobs, self.end, self.answers, self.bad = server, jobs, end, 0, 0

    def run(self):
        while time.monotonic() < self.end:
            for job in self.jobs:
                r = self.server.load(job, *(("-s", "3", "-r", "3000") if isinstance(self.server, dns.Peer) else ("3",)))
                self.answers += r.get("ok", 0) + r.get("refused", 0) + r.get("heard", 0)
                self.bad += r.get("bad", 0)


def watch(servers, end):
    """Memory of each, in MB, as time goes by."""
    seen = {s.name: [] for s in servers}
    began = time.monotonic()
    while time.monotonic() < end:
        time.sleep(max(1, MINUTES * 60 / 120))
        for s in servers:
            seen[s.name].append(proxy.memory_kb(s.process.pid) / 1024)
        if len(seen[servers[0].name]) % 10 == 0:
            print(f"{time.monotonic() - began:5.0f} s  " + "  ".join(f"{n} {v[-1]:.1f} MB" for n, v in seen.items()), flush=True)
    return seen


def main():
    grown = False
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as a, tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as b, \
            tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as c:
        d, q, i = pathlib.Path(a), pathlib.Path(b), pathlib.Path(c)
        running = proxy.stage(d, NAMES)
        for tool in ("dnsload", "dnsanswer"):
            subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", q / tool, dns.ROOT / f"bench/{tool}.c"], check=True)
        dns.make_domains(q, NAMES)
        dns.queries(q)
        running.append(subprocess.Popen([q / "dnsanswer", str(dns.UPSTREAM)]))
        web, names = proxy.Gatehouse("proxy", proxy.GATE, d), dns.Gatehouse("dns", 25456, q)
        read = soak_inspect.Reading("inspection", i)
        servers = [web, names, read]
        try:
            for s in servers:
                s.start()
            end = time.monotonic() + MINUTES * 60
            loads = [Load(web, list(proxy.JOBS), end), Load(names, ["mix"], end)] + [soak_inspect.Load(read, part, end) for part in soak_inspect.PARTS]
            for x in loads:
                x.start()
            seen = watch(servers, end)
            for x in loads:
                x.join()
            for s in servers:
                v, mine = seen[s.name], [x for x in loads if x.server is s]
                start, middle, late, last = v[len(v) // 10], v[len(v) // 2], v[len(v) * 2 // 3], v[-1]
                grown |= last > late * 1.1                  # before, caches fill: 4,096 certificates of hosts seen first, at ten a second
                print(f"result soak {s.name} minutes={MINUTES:.0f} start_mb={start:.1f} middle_mb={middle:.1f} late_mb={late:.1f} end_mb={last:.1f} most_mb={max(v):.1f} answers={sum(x.answers for x in mine):.0f} bad={sum(x.bad for x in mine):.0f} "
                      + " ".join(f"{x.part}={x.answers:.0f}/{x.bad:.0f}" for x in mine if hasattr(x, "part")))
        finally:
            running += read.running
            for p in [s.process for s in servers if s.process] + running:
                p.terminate()
                p.wait(30)
    return "memory grew" if grown else 0


sys.exit(main())
