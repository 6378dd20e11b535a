#!/usr/bin/env python3
"""The proxy beside squid, e2guardian and haproxy, in one run: processor time of the proxy for each answer, answers a second.

  bench/proxy.py [N]      N listed names (default 5000000); ROUNDS=3 SECONDS=2 SQUID_N=200000 (squid takes minutes over millions)

Method: one worker each (e2guardian: a thread a connection), the same list, the same origin (nginx, connections kept), 16 connections of one client thread, each
with one request outstanding; rounds interleaved.  `get` asks for pictures of 1 KB, `large` of 100 KB, `page` for pages that somebody opens (Gatehouse
reads each for phrases and writes it to its spool, sealed; the peers do neither), `listed` for pages of refused names (written to the spool too), `part`
for pictures of refused names (a sentence instead of a page), `connect` opens a tunnel and goes.  Each host has an address of its own.  haproxy is a reverse proxy with the list as an exact match (no CONNECT); `direct` is the origin itself: what a GET costs a server
that looks at nothing.  Read the processor column; requests a second say more about the machine and what else runs on it.  Gatehouse runs as in
service: who asks, decision, spool, sandbox.
"""
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test/e2e"))
import live  # noqa: E402  the directives that sign the asker in

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release"))
N = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
SQUID_N = int(os.environ.get("SQUID_N", min(N, 200_000)))
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), os.environ.get("SECONDS", "2")
DNS, ORIGIN, GATE, SQUID, PAGE, E2G, HAPROXY = 25410, 25411, 25412, 25413, 25414, 25415, 25416
ETC = pathlib.Path("/etc/e2guardian")
HOSTS = [f"site{i}.bench.example" for i in range(64)]
ADDRESSES = [f"127.0.0.{i + 1}" for i in range(64)]      # a host each: with one for all, thousands of connections a second use up its ports
DATA = pathlib.Path(os.environ.get("GATEHOUSE_DATA", ROOT / "data"))
NGINX = """worker_processes 1;
daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log crit;
events {{ worker_connections 1024; }}
http {{
 access_log off;
 default_type image/png;
 types {{ text/html html; }}
 keepalive_requests 100000000;
 client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
 server {{ {listen} root {dir}/www; }}
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
JOBS = {"get": ("get", "hosts.allowed", "image/png", "/1k"), "large": ("get", "hosts.allowed", "image/png", "/100k"),
        "page": ("get", "hosts.allowed", "text/html", "/1k.html"), "listed": ("get", "hosts.listed", "text/html", "/1k"),
        "part": ("get", "hosts.listed", "image/png", "/1k"),
        "connect": ("connect", "hosts.allowed", "*/*", "/1k")}
REFUSED = ("listed", "part")


def memory_kb(pid):
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
    return total


def memory_mb(pid):
    return memory_kb(pid) // 1024


def stage(d, n):
    """The list, the origin with its files and the names: what every proxy here is started beside.  Gives back what runs."""
    d.chmod(0o755)
    for tool in ("httpload", "dnsanswer"):
        subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / tool, ROOT / f"bench/{tool}.c"], check=True)
    subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / "gen", ROOT / "bench/gen.c", "-lm"], check=True)
    subprocess.run([d / "gen", d, str(n)], check=True)
    (d / "domains.txt").rename(d / "domains")
    (d / "www").mkdir()
    (d / "www/1k").write_text("x" * 1024)
    text = (ROOT / "README.md").read_text(encoding="utf-8").encode()[:1000]
    (d / "www/1k.html").write_bytes(b"<!doctype html><title>t</title>\n<p>" + text[:988])
    (d / "www/100k").write_text("x" * 102400)
    licence = pathlib.Path("/usr/share/common-licenses/GPL-3").read_bytes()
    for name in ("100k.html", "text"):
        (d / "www" / name).write_bytes((b"<!doctype html><title>t</title>\n<p>" + licence * 4)[:102400])
    (d / "hosts.allowed").write_text("\n".join(HOSTS) + "\n")
    with open(d / "domains", encoding="ascii") as f:
        (d / "hosts.listed").write_text("".join(next(f) for _ in range(min(2000, SQUID_N))))
    (d / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + NGINX.format(dir=d, listen=" ".join(f"listen {a}:{ORIGIN};" for a in ADDRESSES)))
    return [subprocess.Popen([d / "dnsanswer", str(DNS), ADDRESSES[0], str(len(ADDRESSES))]),
            subprocess.Popen(["nginx", "-p", d, "-c", d / "nginx.conf"], stderr=subprocess.DEVNULL)]


class Proxy:
    """A proxy: how it is started, and what it is asked."""

    jobs = tuple(JOBS)
    refuses_with = 403

    def __init__(self, name, port, folder):
        self.name, self.port, self.folder, self.process = name, port, folder, None

    def start(self):
        """Starts it and waits until it serves; seconds."""
        argv, env = self.prepare()
        began = time.monotonic()
        log = open(self.folder / f"{self.name}.log", "wb")
        self.process = subprocess.Popen(argv, env=env, stdout=log, stderr=log)
        while not self.serves():
            if self.process.poll() is not None or time.monotonic() - began > 400:
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
        mode, hosts, accept, path = JOBS[job]
        cmd = [self.folder / "httpload", mode, self.port, ORIGIN, path, self.folder / hosts, seconds, 16, self.process.pid, accept]
        out = subprocess.run([str(c) for c in cmd], capture_output=True, text=True, check=True, timeout=60).stdout
        return {k: float(v) for k, v in (w.split("=") for w in out.split())}


class Gatehouse(Proxy):
    more = ""                       # settings of [proxy]
    workers = 1

    def prepare(self):
        p = self.folder / "prefix"
        for sub in ("keys", "lists", "policy", "policy.d", "spool", "run"):
            (p / sub).mkdir(parents=True)
        (p / "keys/spool.pub").write_bytes(os.urandom(32))
        (p / "gatehouse.conf").write_text(
            f"[gate]\nproxy_listen = 127.0.0.1:{self.port}\npage_listen = 127.0.0.1:{PAGE}\nupstream = 127.0.0.1:{DNS}\nproxy_workers = {self.workers}\n"
            f"sandbox = required\n[proxy]\nhttp_ports = {ORIGIN}\nconnect_ports = {ORIGIN}\nreach = 127.0.0.0/8\n{self.more}")
        env = dict(os.environ, GATEHOUSE_PREFIX=str(p), GATEHOUSE_DATA=str(DATA))
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
        (d / "hosts").write_text("".join(f"{a} {h}\n" for a, h in zip(ADDRESSES, HOSTS)))
        (d / "squid.conf").write_text(SQUID_CONF.format(port=self.port, origin=ORIGIN, dir=d, user="proxy"))
        for f in (d, d / "squid.log"):
            f.touch()
        d.chmod(0o777)
        return ["squid", "-N", "-f", d / "squid.conf"], dict(os.environ)


class Direct(Proxy):
    """The origin itself, which runs already."""

    jobs = ("get", "large")

    def __init__(self, process, folder):
        super().__init__("direct", ORIGIN, folder)
        self.origin = process

    def start(self):
        self.process = self.origin
        return 0


class Haproxy(Proxy):
    jobs = ("get", "large", "listed", "part")

    def prepare(self):
        d = self.folder
        (d / "haproxy.conf").write_text(
            "global\n nbthread 1\n maxconn 5000\ndefaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n http-reuse always\n"
            f"frontend f\n bind 127.0.0.1:{self.port}\n acl listed req.hdr(host),field(1,:) -m str -f {d}/domains\n http-request deny if listed\n"
            f" default_backend b\nbackend b\n server o 127.0.0.1:{ORIGIN}\n")
        return ["haproxy", "-db", "-f", d / "haproxy.conf"], dict(os.environ)


class E2guardian(Proxy):
    jobs = ("get", "large", "page", "listed", "part")
    refuses_with = 200              # a page of some 50 KB

    def prepare(self):
        d = self.folder / "e2g"
        shutil.copytree(ETC, d, symlinks=False)
        for f in d.rglob("*"):
            if f.is_file() and str(ETC) in (text := f.read_text(encoding="latin-1")):
                f.write_text(text.replace(str(ETC), str(d)), encoding="latin-1")
        setting(d / "e2guardian.conf", {"filterip": "127.0.0.1", "filterports": self.port, "transparenthttpsport": self.port + 1000, "nologger": "on",
                "loglocation": f"'{d}/access.log'", "daemonuser": "'root'", "daemongroup": "'root'", "httpworkers": 50, "pidfilename": f"'{d}/pid'",
                "weightedphrasemode": 0, "nodaemon": "on", "enablessl": "off", "ipcfilename": f"'{d}/ipc'"})
        setting(d / "e2guardianf1.conf", {"sslmitm": "off"})
        with open(d / "lists/bannedsitelist", "a", encoding="ascii") as f:
            f.write(f".Include<{self.folder}/domains>\n")
        hosts = self.folder / "hosts"
        hosts.write_text("".join(f"{a} {h}\n" for a, h in zip(ADDRESSES, HOSTS)))
        return ["unshare", "-m", "sh", "-c", f"mount --bind {hosts} /etc/hosts && exec e2guardian -N -c {d}/e2guardian.conf"], dict(os.environ)


def setting(path, pairs):
    """Settings of one of e2guardian's files."""
    lines = path.read_text(encoding="latin-1").split("\n")
    for key, value in pairs.items():
        lines = [x for x in lines if not re.match(rf"\s*#?\s*{key}\s*=", x)] + [f"{key} = {value}"]
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")


def middle(values):
    """Median (least-most)."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def report(peers, found):
    """The table, and how many times Gatehouse each peer takes."""
    def of(p, job, key):
        return [r[key] for r in found.get((p.name, job), [])]
    print("| proxy | cpu µs GET 1 KB | cpu µs GET 100 KB | cpu µs page opened | cpu µs refused | cpu µs refused, a picture | cpu µs CONNECT | GET/s | refused/s | CONNECT/s | p50 µs GET | memory MB | bad |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for p in peers:
        cells = [middle(of(p, j, "cpu_us")) if j in p.jobs else "" for j in JOBS]
        cells += [f"{statistics.median(of(p, j, 'rps')):,.0f}" if j in p.jobs else "" for j in ("get", "listed", "connect")]
        bad = sum(sum(of(p, j, "bad")) for j in JOBS)
        print(f"| {p.name} | {' | '.join(cells)} | {statistics.median(of(p, 'get', 'p50_us')):.0f} | {memory_mb(p.process.pid)} | {bad:.0f} |")
        wrong = sum(sum(of(p, j, "ok" if j in REFUSED and p.refuses_with == 403 else "refused")) for j in JOBS)
        if wrong:
            raise SystemExit(f"{p.name}: {wrong:.0f} answers were the wrong way round; nothing here can be believed")
    for p in peers:
        for j in p.jobs:
            ours = statistics.median(of(peers[0], j, "cpu_us"))
            print(f"ratio proxy {p.name} {j}: {statistics.median(of(p, j, 'cpu_us')) / ours:.2f} times the processor time of gatehouse")
            print(f"result proxy {p.name} {j} cpu_us={statistics.median(of(p, j, 'cpu_us')):.2f} rps={statistics.median(of(p, j, 'rps')):.0f}")


def first_byte_us(p, path, asks=300):
    """Half of the asks had the first byte of the body after this."""
    took = []
    for i in range(asks):
        with socket.create_connection(("127.0.0.1", p.port), 5) as s:
            host = HOSTS[i % len(HOSTS)]
            began = time.monotonic()
            s.sendall(f"GET http://{host}:{ORIGIN}{path} HTTP/1.1\r\nHost: {host}:{ORIGIN}\r\nConnection: close\r\n\r\n".encode())
            got = b""
            while len(got) <= got.find(b"\r\n\r\n") + 4 or b"\r\n\r\n" not in got:
                got += s.recv(4096)
            took.append((time.monotonic() - began) * 1e6)
    return statistics.median(took)


def first_bytes(p):
    """The same 100 KB as a text, which is read for phrases on its way, and as a picture."""
    pairs = [(first_byte_us(p, "/100k.html"), first_byte_us(p, "/text")) for _ in range(ROUNDS)]
    text, picture = (statistics.median(x) for x in zip(*pairs))
    print(f"first byte of 100 KB: {text:.0f} us as a text, {picture:.0f} us as a picture")
    print(f"result proxy gatehouse first-byte text_us={text:.1f} picture_us={picture:.1f} added_us={statistics.median(a - b for a, b in pairs):.1f}")


def main():
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        d = pathlib.Path(name)
        running = stage(d, N)
        peers = [Gatehouse("gatehouse", GATE, d)]
        for name, peer in (("squid", Squid("squid", SQUID, d)), ("e2guardian", E2guardian("e2guardian", E2G, d)), ("haproxy", Haproxy("haproxy", HAPROXY, d))):
            if shutil.which(name) and (name != "e2guardian" or os.geteuid() == 0):
                peers.append(peer)
            else:
                print(f"SKIPPED: {name} is not installed; the proxy is measured without it", flush=True)
        peers.append(Direct(running[1], d))
        try:
            for p in peers:
                print(f"{p.name}: serves after {p.start():.1f} s", flush=True)
            found = {}
            for _ in range(ROUNDS):
                for job in JOBS:
                    for p in (x for x in peers if job in x.jobs):
                        found.setdefault((p.name, job), []).append(p.load(job))
            report(peers, found)
            first_bytes(peers[0])
        finally:
            for program in [p.process for p in peers if p.process and p.name != "direct"] + running:
                (program.kill if "unshare" in str(program.args) else program.terminate)()     # e2guardian listens to nothing milder
                program.wait(30)


if __name__ == "__main__":
    main()
