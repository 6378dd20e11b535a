#!/usr/bin/env python3
"""Lists, from text to what is asked: how long until the first right answer, from text and from what was compiled, and how long one more name takes.

  bench/load.py [N]      N listed names (default 5000000); PEERS="dnsmasq unbound dnsdist e2guardian" CHANGES=20

  text      a text of N names, to the answer of a server that refuses the last of them: for Gatehouse compile, publish (with every expectation asked)
            and the DNS, serving already, that takes the new policy; for the others their start
  open      the compiled policy mapped and checked whole (load.c); and the whole start of the DNS, to its first right answer
  change    one name more: the directive is written, until a question for the name is refused; meanwhile questions are asked without a pause: the longest
            wait for an answer, and how many questions for a listed name were let through (none)
  swap      the same while a whole new snapshot is published

Processor time is that of all processes that the step started (and of the server); the clock is the clock of a machine that may do other things too.
"""
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
N = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000
sys.argv[1:] = [str(N)]
import dns  # noqa: E402  the servers
import proxy  # noqa: E402
from proxy import live  # noqa: E402

CHANGES = int(os.environ.get("CHANGES", "20"))
PEERS = os.environ.get("PEERS", "dnsmasq unbound dnsdist e2guardian").split()


def question(name):
    return bytes.fromhex("123401000001000000000000") + b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0\0\1\0\1"


class Asker:
    """Asks a server one question at a time."""

    def __init__(self, port):
        self.s = socket.socket(type=socket.SOCK_DGRAM)
        self.s.settimeout(0.5)
        self.s.connect(("127.0.0.1", port))
        self.longest = 0

    def allowed(self, name):
        """True: the answerer's address; False: refused; None: no answer."""
        began = time.monotonic()
        try:
            self.s.send(question(name))
            got = self.s.recv(2000)
        except OSError:
            return None
        self.longest = max(self.longest, time.monotonic() - began)
        return got[-4:] == bytes([192, 0, 2, 1])


def spent(pid=None):
    """Processor seconds of our children that ended, and of a server."""
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = 0
    if pid:
        for t in pathlib.Path(f"/proc/{pid}/task").iterdir():
            own += int((t / "schedstat").read_text().split()[0]) / 1e9
    return r.ru_utime + r.ru_stime + own


def until_refused(asker, name, most):
    """Seconds until a name is refused."""
    began = time.monotonic()
    while asker.allowed(name) is not False:
        if time.monotonic() - began > most:
            raise SystemExit(f"{name} is not refused after {most} s")
    return time.monotonic() - began


def gatehouse(folder, last):
    """Text to live, the start, one name, a whole swap."""
    g = dns.Gatehouse("gatehouse", 25430, folder)
    whole = folder / "domains"
    few = folder / "few"
    few.write_text("only.one.example\n")
    shutil.move(whole, folder / "domains.all")
    shutil.copy(few, whole)
    g.start()
    shutil.move(folder / "domains.all", whole)
    prefix, env = folder / "prefix", dict(os.environ, GATEHOUSE_PREFIX=str(folder / "prefix"), GATEHOUSE_DATA=str(proxy.DATA))
    asker = Asker(g.port)

    def gate(*words):
        subprocess.run([dns.BUILD / "gatehouse", *words], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times = []
    for _ in range(3):
        cpu, began = spent(g.process.pid), time.monotonic()
        gate("lists", "compile", "--quiet", "--category", "pornography", "--from", str(whole))
        compiled = time.monotonic() - began
        gate("policy", "publish")
        until_refused(asker, last, 10)
        times.append((time.monotonic() - began, spent(g.process.pid) - cpu, compiled))
        shutil.copy(few, folder / "again")
    seconds, cpu, compiled = (statistics.median(x) for x in zip(*times))
    print(f"gatehouse: text to live {seconds:.2f} s (compiled after {compiled:.2f} s), processor time {cpu:.2f} s")
    print(f"result load gatehouse-text s={seconds:.3f} cpu_s={cpu:.3f}")

    took, passed = [], 0
    asker.longest = 0
    for i in range(CHANGES):
        name = f"new{i}.example"
        asker.allowed(name)
        began = time.monotonic()
        live.append(prefix, live.record(live.BLOCK, host=name, ident=1000 + i, seconds=86400))
        while asker.allowed(name) is not False:
            passed += asker.allowed(last) is True
            if time.monotonic() - began > 5:
                raise SystemExit("a directive is not followed")
        took.append(time.monotonic() - began)
    print(f"result load gatehouse-change ms={statistics.median(took) * 1e3:.2f} most_ms={max(took) * 1e3:.2f} gap_ms={asker.longest * 1e3:.2f} let_through={passed}")

    asker.longest, passed, asked = 0, 0, 0
    publish = subprocess.Popen([dns.BUILD / "gatehouse", "policy", "publish"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    began = time.monotonic()
    while publish.poll() is None or time.monotonic() - began < 1:
        passed += asker.allowed(last) is not False
        asked += 1
    print(f"result load gatehouse-swap gap_ms={asker.longest * 1e3:.2f} let_through={passed} asked={asked}")

    g.process.terminate()
    g.process.wait(30)
    starts = []
    for _ in range(5):
        began = time.monotonic()
        p = subprocess.Popen([dns.BUILD / "gatehouse-dns", "--prefix", prefix, "--worker", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while asker.allowed(last) is not False:
            time.sleep(0.001)
        starts.append((time.monotonic() - began, spent(p.pid) - spent()))
        p.terminate()
        p.wait(30)
    seconds, cpu = (statistics.median(x) for x in zip(*starts))
    print(f"result load gatehouse-start ms={seconds * 1e3:.1f} cpu_ms={cpu * 1e3:.1f}")
    subprocess.run([folder / "load", prefix / "policy/current", "15"], check=True)


def peer_dns(p, last):
    """A DNS server from its text to the first refusal of the last name."""
    cpu, began = spent(), time.monotonic()
    p.start()
    until_refused(Asker(p.port), last, 60)
    seconds, used = time.monotonic() - began, spent(p.process.pid) - cpu
    print(f"result load {p.name}-text s={seconds:.2f} cpu_s={used:.2f}", flush=True)
    p.process.kill()
    p.process.wait(60)
    if p.name == "dnsdist":
        began = time.monotonic()
        p.process = subprocess.Popen(["dnsdist", "--supervised", "--disable-syslog", "-C", p.folder / "dnsdist.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_refused(Asker(p.port), last, 60)
        print(f"result load dnsdist-start ms={(time.monotonic() - began) * 1e3:.1f} cpu_ms=0", flush=True)
        p.process.kill()
        p.process.wait(60)


def peer_e2guardian(folder, last):
    """e2guardian from its text to its first refusal."""
    p = proxy.E2guardian("e2guardian", 25436, folder)
    argv, env = p.prepare()
    began = time.monotonic()
    with subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as q:
        try:
            while time.monotonic() - began < 200:
                try:
                    with socket.create_connection(("127.0.0.1", 25436), 5) as s:
                        s.sendall(f"GET http://{last}/ HTTP/1.1\r\nHost: {last}\r\nConnection: close\r\n\r\n".encode())
                        if b"HTTP/1." in s.recv(4096):
                            break
                except OSError:
                    time.sleep(0.02)
            seconds = time.monotonic() - began
            print(f"result load e2guardian-text s={seconds:.2f} cpu_s={spent(q.pid) - spent():.2f}", flush=True)
        finally:
            q.kill()


def main():
    libs = [ROOT / f"build/release/lib{n}.a" for n in ("policy_scan", "policy_decide", "policy_read", "wire", "io", "base")]
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        subprocess.run(["cc", "-O2", "-std=gnu17", "-D_GNU_SOURCE", "-Isrc", "-include", "src/base/banned.h", "-o", folder / "load", "bench/load.c",
                        "-Wl,--start-group", *libs, "-Wl,--end-group", "-lsodium", "-lcrypto", "-lidn2", "-lpsl", "-lpthread"], cwd=ROOT, check=True)
        subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", folder / "dnsanswer", ROOT / "bench/dnsanswer.c"], check=True)
        dns.make_domains(folder, N)
        last = subprocess.run(["tail", "-1", folder / "domains"], capture_output=True, text=True, check=True).stdout.strip()
        answerer = subprocess.Popen([folder / "dnsanswer", str(dns.UPSTREAM)])
        try:
            gatehouse(folder, last)
            for cls, port in ((dns.Dnsmasq, 25433), (dns.Unbound, 25434), (dns.Dnsdist, 25435)):
                name = cls.__name__.lower()
                if name in PEERS and shutil.which(name):
                    peer_dns(cls(name, port, folder), last)
                elif name in PEERS:
                    print(f"SKIPPED: {name} is not installed; loading lists is measured without it", flush=True)
            if "e2guardian" in PEERS and shutil.which("e2guardian") and os.geteuid() == 0:
                peer_e2guardian(folder, last)
        finally:
            answerer.terminate()
            answerer.wait(30)


main()
