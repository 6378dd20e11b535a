#!/usr/bin/env python3
"""The proxy beside squid, in one run: processor time of the proxy for each answer, answers a second.

  bench/proxy.py [N]      N listed names (default 200000); ROUNDS=3 SECONDS=2 SQUID_N=N (squid takes minutes over millions)

Method: one worker each, the same list, the same origin (nginx, 1 KB, connections kept), 16 connections of one client thread, each
with one request outstanding; rounds interleaved.  `get` asks for things on a page, `page` for pages that somebody opens (Gatehouse
writes each of those to its spool, sealed; squid has its access log off), `listed` for refused names, `connect` opens a tunnel and
goes.  Read the processor column; requests a second say more about the machine and what else runs on it.  Gatehouse runs as in
service: who asks, decision, spool, sandbox.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test/e2e"))
import live  # noqa: E402  the directives that sign the asker in

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release"))
N = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
SQUID_N = int(os.environ.get("SQUID_N", N))
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), os.environ.get("SECONDS", "2")
DNS, ORIGIN, GATE, SQUID, PAGE = 25410, 25411, 25412, 25413, 25414
HOSTS = [f"site{i}.bench.example" for i in range(64)]
NGINX = """worker_processes 1;
daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log crit;
events {{ worker_connections 1024; }}
http {{
 access_log off;
 keepalive_requests 100000000;
 client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
 server {{ listen 127.0.0.1:{port}; root {dir}/www; }}
}}
"""
SQUID_CONF = """http_port 127.0.0.1:{port}
acl Safe_ports port {origin}
acl banned dstdomain "{dir}/squid.list"
http_access deny banned
http_access allow all
cache deny all
cache_mem 8 MB
memory_pools off
access_log none
cache_log {dir}/squid.cache.log
cache_store_log none
pid_filename {dir}/squid.pid
coredump_dir {dir}
hosts_file {dir}/hosts
dns_nameservers 127.0.0.1
shutdown_lifetime 0 seconds
netdb_filename none
pinger_enable off
server_persistent_connections on
client_persistent_connections on
cache_effective_user {user}
visible_hostname bench
"""
JOBS = {"get": ("get", "hosts.allowed", "image/png"), "page": ("get", "hosts.allowed", "text/html"),
        "listed": ("get", "hosts.listed", "image/png"), "connect": ("connect", "hosts.allowed", "*/*")}


def memory_mb(pid):
    """Proportional share of a process and its children."""
    total, wanted = 0, {str(pid)}
    pids = [p.name for p in pathlib.Path("/proc").iterdir() if p.name.isdigit()]
    for p in sorted(pids, key=int):
        try:
            parent = (pathlib.Path("/proc") / p / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if p in wanted or parent in wanted:
                wanted.add(p)
                text = (pathlib.Path("/proc") / p / "smaps_rollup").read_text()
                total += int(next(x for x in text.split("\n") if x.startswith("Pss:")).split()[1])
        except (OSError, StopIteration):
            pass
    return total // 1024


class Proxy:
    """A proxy: how it is started, and what it is asked."""

    def __init__(self, name, port, folder):
        self.name, self.port, self.folder, self.process = name, port, folder, None

    def start(self):
        """Starts it and waits until it serves; seconds."""
        argv, env = self.prepare()
        began = time.monotonic()
        log = open(self.folder / f"{self.name}.log", "wb")
        self.process = subprocess.Popen(argv, env=env, stdout=log, stderr=log)
        while not self.serves():
            if self.process.poll() is not None or time.monotonic() - began > 300:
                raise SystemExit(f"{self.name} does not serve: {(self.folder / (self.name + '.log')).read_text()[-1500:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def serves(self):
        """Whether a page comes through."""
        try:
            return self.load("get", "0.05")["bad"] == 0
        except (subprocess.CalledProcessError, ValueError):
            return False

    def load(self, job, seconds=SECONDS):
        """One run of the load generator."""
        mode, hosts, accept = JOBS[job]
        cmd = [self.folder / "httpload", mode, self.port, ORIGIN, "/1k", self.folder / hosts, seconds, 16, self.process.pid, accept]
        out = subprocess.run([str(c) for c in cmd], capture_output=True, text=True, check=True, timeout=60).stdout
        return {k: float(v) for k, v in (w.split("=") for w in out.split())}


class Gatehouse(Proxy):
    def prepare(self):
        p = self.folder / "prefix"
        for sub in ("keys", "lists", "policy", "policy.d", "spool", "run"):
            (p / sub).mkdir(parents=True)
        (p / "keys/spool.pub").write_bytes(os.urandom(32))
        (p / "gatehouse.conf").write_text(
            f"[gate]\nproxy_listen = 127.0.0.1:{self.port}\npage_listen = 127.0.0.1:{PAGE}\nupstream = 127.0.0.1:{DNS}\nproxy_workers = 1\n"
            f"sandbox = required\n[proxy]\nhttp_ports = {ORIGIN}\nconnect_ports = {ORIGIN}\nreach = 127.0.0.0/8\n")
        env = dict(os.environ, GATEHOUSE_PREFIX=str(p), GATEHOUSE_DATA=str(ROOT / "data"))
        subprocess.run([BUILD / "gatehouse", "lists", "compile", "--quiet", "--category", "pornography", "--from", self.folder / "domains"],
                       env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([BUILD / "gatehouse", "policy", "publish"], env=env, check=True, stdout=subprocess.DEVNULL)
        live.append(p, live.record(live.BIND, addr="127.0.0.1", group="ks2", seconds=86400))
        return [BUILD / "gatehouse-proxy", "--prefix", p], env


class Squid(Proxy):
    def prepare(self):
        d = self.folder
        listed = (d / "domains").read_text().split("\n")[:SQUID_N]
        (d / "squid.list").write_text("".join(f".{x}\n" for x in listed if x))
        (d / "hosts").write_text("".join(f"127.0.0.1 {h}\n" for h in HOSTS))
        (d / "squid.conf").write_text(SQUID_CONF.format(port=self.port, origin=ORIGIN, dir=d, user="proxy"))
        for f in (d, d / "squid.log"):
            f.touch()
        d.chmod(0o777)
        return ["squid", "-N", "-f", d / "squid.conf"], dict(os.environ)


def middle(values):
    """Median (least-most)."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def report(peers, found):
    """The table, and how many times Gatehouse each peer takes."""
    def of(p, job, key):
        return [r[key] for r in found[p.name, job]]
    print("| proxy | cpu µs GET 1 KB | cpu µs page opened | cpu µs refused | cpu µs CONNECT | GET/s | refused/s | CONNECT/s | p50 µs GET | memory MB | bad |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for p in peers:
        cells = [middle(of(p, j, "cpu_us")) for j in JOBS] + [f"{statistics.median(of(p, j, 'rps')):,.0f}" for j in ("get", "listed", "connect")]
        bad = sum(sum(of(p, j, "bad")) for j in JOBS)
        print(f"| {p.name} | {' | '.join(cells)} | {statistics.median(of(p, 'get', 'p50_us')):.0f} | {memory_mb(p.process.pid)} | {bad:.0f} |")
        wrong = sum(sum(of(p, j, "refused")) for j in ("get", "page", "connect")) + sum(of(p, "listed", "ok"))
        if wrong:
            raise SystemExit(f"{p.name}: {wrong:.0f} answers were the wrong way round; nothing here can be believed")
    for p in peers:
        for j in JOBS:
            ours = statistics.median(of(peers[0], j, "cpu_us"))
            print(f"ratio proxy {p.name} {j}: {statistics.median(of(p, j, 'cpu_us')) / ours:.2f} times the processor time of gatehouse")
            print(f"result proxy {p.name} {j} cpu_us={statistics.median(of(p, j, 'cpu_us')):.2f} rps={statistics.median(of(p, j, 'rps')):.0f}")


def main():
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        d = pathlib.Path(name)
        d.chmod(0o755)
        for tool in ("httpload", "dnsanswer"):
            subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / tool, ROOT / f"bench/{tool}.c"], check=True)
        subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / "gen", ROOT / "bench/gen.c", "-lm"], check=True)
        subprocess.run([d / "gen", d, str(N)], check=True)
        (d / "domains.txt").rename(d / "domains")
        (d / "www").mkdir()
        (d / "www/1k").write_text("x" * 1024)
        (d / "hosts.allowed").write_text("\n".join(HOSTS) + "\n")
        with open(d / "domains", encoding="ascii") as f:
            (d / "hosts.listed").write_text("".join(next(f) for _ in range(min(2000, SQUID_N))))
        (d / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + NGINX.format(dir=d, port=ORIGIN))
        running = [subprocess.Popen([d / "dnsanswer", str(DNS), "127.0.0.1"]),
                   subprocess.Popen(["nginx", "-p", d, "-c", d / "nginx.conf"], stderr=subprocess.DEVNULL)]
        peers = [Gatehouse("gatehouse", GATE, d)]
        if shutil.which("squid"):
            peers.append(Squid("squid", SQUID, d))
        else:
            print("SKIPPED: squid is not installed; there is nothing to compare the proxy with", flush=True)
        try:
            for p in peers:
                print(f"{p.name}: serves after {p.start():.1f} s", flush=True)
            found = {}
            for _ in range(ROUNDS):
                for job in JOBS:
                    for p in peers:
                        found.setdefault((p.name, job), []).append(p.load(job))
            report(peers, found)
        finally:
            for program in [p.process for p in peers if p.process] + running:
                program.terminate()
                program.wait(30)


if __name__ == "__main__":
    main()
