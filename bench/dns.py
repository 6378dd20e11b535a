#!/usr/bin/env python3
"""The DNS beside its peers, in one run: processor time of the server for each answer, answers a second, latency.

  bench/dns.py [N]      N listed names (default 5000000); ROUNDS=3 SECONDS=2 PEERS="dnsmasq unbound dnsdist"

Method: one server thread each, the same list, 80 % unlisted names (zipf over 50,000, in each cache first) and 20 % listed
ones (three in ten below a listed name; servers that match whole names only are asked for those alone), closed loop with 200
outstanding, rounds interleaved.  Read the processor column first: it hardly depends on what else runs here.  `limit` is a
program that answers without looking: what UDP itself costs.  Everything listens on loopback and lives in a folder of its own.
Gatehouse runs as in service: who asks, decision, event spool, sandbox.  The peers keep no log.
"""
import os
import pathlib
import random
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
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), os.environ.get("SECONDS", "2")
UPSTREAM = 25400
UNBOUND = """server:
 interface: 127.0.0.1
 port: {port}
 username: ""
 chroot: ""
 directory: "{dir}"
 pidfile: ""
 use-syslog: no
 num-threads: 1
 do-not-query-localhost: no
 msg-cache-size: 128m
 rrset-cache-size: 256m
 do-ip6: no
 module-config: "iterator"
 access-control: 127.0.0.0/8 allow
 {list}
forward-zone:
 name: "."
 forward-addr: 127.0.0.1@{up}
"""
DNSMASQ = """port={port}
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
server=127.0.0.1#{up}
cache-size=100000
no-negcache
dns-forward-max=2000
user=root
pid-file=
{list}
"""


def domains(folder):
    """The listed names, always the same (gen.c)."""
    with open(folder / "domains", encoding="ascii") as f:
        for line in f:
            yield line.rstrip("\n")


def make_domains(folder, n):
    """Writes them."""
    subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", folder / "gen", ROOT / "bench/gen.c", "-lm"], check=True)
    subprocess.run([folder / "gen", folder, str(n)], check=True)
    (folder / "domains.txt").rename(folder / "domains")


def queries(folder):
    """The files of names to ask for; None stands for names that only whole-name matching knows."""
    r = random.Random(7)
    listed = list(domains(folder))
    allowed = [f"www.site{i}.example" for i in range(50_000)]
    weights = [1 / (i + 1) for i in range(len(allowed))]
    asks = r.choices(allowed, weights, k=400_000)
    whole = [r.choice(listed) for _ in range(100_000)]
    below = [d if r.random() < 0.7 else "x." + d for d in whole]

    def mixed(part):
        out = asks + part
        r.shuffle(out)
        return out
    for name, rows in {"warm": allowed, "allowed": asks, "listed": below, "listed-whole": whole, "mix": mixed(below), "mix-whole": mixed(whole)}.items():
        (folder / name).write_text("\n".join(rows) + "\n")


def memory_mb(pid):
    """Proportional share, so that mapped files count."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(x for x in text.split("\n") if x.startswith("Pss:")).split()[1]) // 1024


class Peer:
    """A server: its name, port, command, and whether it refuses names below a listed one."""

    below = True

    def __init__(self, name, port, folder):
        self.name, self.port, self.folder, self.process = name, port, folder, None

    def start(self):
        """Starts it and waits for the first right answer."""
        argv = self.prepare()
        began = time.monotonic()
        log = open(self.folder / f"{self.name}.log", "wb")
        self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        while not self.answers():
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended: {(self.folder / (self.name + '.log')).read_text()[-800:]}")
            if time.monotonic() - began > 400:
                raise SystemExit(f"{self.name} does not answer")
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self):
        """Whether it answers a name with the answerer's address."""
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.settimeout(0.3)
            s.connect(("127.0.0.1", self.port))
            try:
                s.send(bytes.fromhex("123401000001000000000000") + b"\5first\7example\0\0\1\0\1")
                return s.recv(2000)[-4:] == bytes([192, 0, 2, 1])
            except OSError:
                return False

    def load(self, file, *words):
        """One run of the load generator."""
        if not self.below and (self.folder / (file + "-whole")).exists():
            file += "-whole"
        cmd = [self.folder / "dnsload", "-p", str(self.port), "-f", self.folder / file, "-c", str(self.process.pid), *words]
        out = subprocess.run(cmd, capture_output=True, text=True, check=True, timeout=300).stdout
        return {k: float(v) for k, v in (w.split("=") for w in out.split())}


class Limit(Peer):
    def prepare(self):
        return [self.folder / "dnsanswer", str(self.port)]


class Gatehouse(Peer):
    def prepare(self):
        p = self.folder / "prefix"
        for sub in ("keys", "lists", "policy", "policy.d", "spool", "run"):
            (p / sub).mkdir(parents=True)
        (p / "keys/spool.pub").write_bytes(os.urandom(32))
        (p / "gatehouse.conf").write_text(f"[gate]\ndns_listen = 127.0.0.1:{self.port}\ndns_workers = 1\nupstream = 127.0.0.1:{UPSTREAM}\n"
                                          "block_address4 = 127.0.0.9\ncache_entries = 200000\nsandbox = required\n"
                                          "[dns]\nquestions_per_second = 0\n")
        env = dict(os.environ, GATEHOUSE_PREFIX=str(p), GATEHOUSE_DATA=os.environ.get("GATEHOUSE_DATA", str(ROOT / "data")))
        began = time.monotonic()
        subprocess.run([BUILD / "gatehouse", "lists", "compile", "--quiet", "--category", "pornography", "--from", self.folder / "domains"],
                       env=env, check=True, stdout=subprocess.DEVNULL)
        print(f"gatehouse: list compiled in {time.monotonic() - began:.1f} s")
        subprocess.run([BUILD / "gatehouse", "policy", "publish"], env=env, check=True, stdout=subprocess.DEVNULL)
        live.append(p, live.record(live.BIND, addr="127.0.0.1", group="ks2", seconds=86400))
        return [BUILD / "gatehouse-dns", "--prefix", p, "--worker", "1"]


class Unbound(Peer):
    def prepare(self):
        with open(self.folder / "zones", "w", encoding="ascii") as f:
            f.writelines(f'local-zone: "{d}." always_nxdomain\n' for d in domains(self.folder))
        conf = self.folder / "unbound.conf"
        conf.write_text(UNBOUND.format(port=self.port, dir=self.folder, up=UPSTREAM, list=f'include: "{self.folder}/zones"'))
        return ["unbound", "-d", "-c", conf]


class Dnsmasq(Peer):
    below = False

    def prepare(self):
        with open(self.folder / "hosts", "w", encoding="ascii") as f:
            f.writelines(f"0.0.0.0 {d}\n" for d in domains(self.folder))
        conf = self.folder / "dnsmasq.conf"
        conf.write_text(DNSMASQ.format(port=self.port, up=UPSTREAM, list=f"addn-hosts={self.folder}/hosts"))
        return ["dnsmasq", "-k", "-C", conf]


class Dnsdist(Peer):
    """The filter step of a load balancer: names from a CDB file, with names below them; answers from its packet cache."""

    def prepare(self):
        began = time.monotonic()
        with subprocess.Popen(["cdb", "-c", "-t", self.folder / "list.tmp", self.folder / "list.cdb"], stdin=subprocess.PIPE) as p:
            for d in domains(self.folder):
                key = b"".join(bytes([len(x)]) + x.encode() for x in d.split(".")) + b"\0"
                p.stdin.write(b"+%d,1:%b->1\n" % (len(key), key))
            p.stdin.write(b"\n")
            p.stdin.close()
        print(f"dnsdist: CDB made in {time.monotonic() - began:.1f} s (fed by python)")
        conf = self.folder / "dnsdist.conf"
        conf.write_text(f"setLocal('127.0.0.1:{self.port}')\nnewServer{{address='127.0.0.1:{UPSTREAM}',healthCheckMode='up'}}\n"
                        "pc=newPacketCache(200000,{maxTTL=86400,minTTL=0})\ngetPool(''):setCache(pc)\n"
                        f"kvs=newCDBKVStore('{self.folder}/list.cdb',3600)\n"
                        "addAction(KeyValueStoreLookupRule(kvs,KeyValueLookupKeySuffix(2)),RCodeAction(DNSRCode.NXDOMAIN))\n")
        return ["dnsdist", "--supervised", "--disable-syslog", "-C", conf]


def middle(values):
    """Median (least-most)."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def measure(peers):
    """All peers in turn, ROUNDS times."""
    found = {}
    for _ in range(ROUNDS):
        for p in peers:
            for job in ("mix", "allowed", "listed"):
                found.setdefault((p.name, job), []).append(p.load(job, "-s", SECONDS, "-w", "200"))
            found.setdefault((p.name, "paced"), []).append(p.load("mix", "-s", SECONDS, "-r", "5000"))
    return found


def report(peers, found):
    """The table, and how many times Gatehouse each peer takes."""
    def of(p, job, key):
        return [r[key] for r in found[p.name, job]]
    print("| server | names below | cpu µs mix | cpu µs allowed | cpu µs listed | answers/s mix | p50 µs at 5000/s | memory MB | blocked of mix | lost |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for p in peers:
        share = sum(of(p, "mix", "blocked")) + sum(of(p, "mix", "nxdomain"))
        print(f"| {p.name} | {'yes' if p.below else 'no'} | {middle(of(p, 'mix', 'cpu_us'))} | {middle(of(p, 'allowed', 'cpu_us'))} | "
              f"{middle(of(p, 'listed', 'cpu_us'))} | {statistics.median(of(p, 'mix', 'qps')):,.0f} | {middle(of(p, 'paced', 'p50_us'))} | "
              f"{memory_mb(p.process.pid)} | {share / sum(of(p, 'mix', 'heard')):.1%} | {sum(of(p, 'mix', 'lost')):.0f} |")
    ours = statistics.median(of(next(p for p in peers if p.name == "gatehouse"), "mix", "cpu_us"))
    for p in peers:
        print(f"ratio dns {p.name}: {statistics.median(of(p, 'mix', 'cpu_us')) / ours:.2f} times the processor time of gatehouse")
        print(f"result dns {p.name} cpu_us={statistics.median(of(p, 'mix', 'cpu_us')):.3f} qps={statistics.median(of(p, 'mix', 'qps')):.0f} "
              f"p50_us={statistics.median(of(p, 'paced', 'p50_us')):.1f} mb={memory_mb(p.process.pid)}")


def main():
    wanted = os.environ.get("PEERS", "dnsmasq unbound dnsdist").split()
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = pathlib.Path(name)
        for tool in ("dnsload", "dnsanswer"):
            subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", folder / tool, ROOT / f"bench/{tool}.c"], check=True)
        make_domains(folder, N)
        queries(folder)
        answerer = subprocess.Popen([folder / "dnsanswer", str(UPSTREAM)])
        peers = [Limit("limit", 25401, folder), Gatehouse("gatehouse", 25402, folder)]
        peers += [Dnsmasq("dnsmasq", 25403, folder)] if "dnsmasq" in wanted else []
        peers += [Unbound("unbound", 25404, folder)] if "unbound" in wanted else []
        peers += [Dnsdist("dnsdist", 25405, folder)] if "dnsdist" in wanted else []
        try:
            for p in peers:
                print(f"{p.name}: first right answer after {p.start():.1f} s", flush=True)
                p.load("warm", "-1", "-w", "64")
            report(peers, measure(peers))
        finally:
            for p in peers:
                if p.process:
                    p.process.kill()            # unbound takes a minute to forget five million zones
                    p.process.wait(30)
            answerer.terminate()


if __name__ == "__main__":
    main()
