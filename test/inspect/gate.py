"""A gate with inspection as it runs, for tests: signer and proxy sandboxed, a policy, hosts behind TLS (origin.py).

  with Gate() as g: g.curl("www.good.test"), g.check(words, ok, said)

settings: more blocks of gatehouse.conf; http_ports: of hosts that answer without TLS.

Two groups are inspected: staff at 127.0.0.1, pupils (ks2) at 127.0.0.3; guests at 127.0.0.2 are not."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "test/e2e"), str(ROOT / "test/inspect")]
import live  # noqa: E402
import talking  # noqa: E402
from origin import Origin  # noqa: E402

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build/debug"))
os.environ["ASAN_OPTIONS"] = "detect_leaks=0"          # the leak checker cannot look into a sandboxed process
POLICY = """[group staff]
inspect = yes
[group ks2]
inspect = yes
[rule 1]
block = blocked.test part.test/games
reason = A test.
[rule 2]
allow = www.youtube.com
reason = A test.
[player films]
page = video-sharing.filter-check.test/embed
part = video-sharing.filter-check.test/s
[rule 3]
scope = group ks2
allow = lessons.test
reason = A test.
[embed films]
player = films
on = approved
scope = group ks2
reason = A test.
[private here]
host = private.test
reason = A test.
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*argv, check_it=True):
    r = subprocess.run([str(a) for a in argv], capture_output=True, text=True, errors="replace", timeout=150)
    if check_it and r.returncode:
        sys.exit(f"{argv}: {r.stdout}{r.stderr}")
    return r.stdout + r.stderr


class Gate:
    """ports: of hosts of the test's own, open to CONNECT too."""

    def __init__(self, ports=(), policy=POLICY, profile="primary", settings="", http_ports=()):
        self.p = pathlib.Path(tempfile.mkdtemp(prefix="gh-inspect-"))
        self.passed = self.failed = 0
        self.running = {}
        self.origin = Origin(self.p / "origin")
        self.proxy = free_port()
        (self.p / "gatehouse.conf").write_text(
            f"[gate]\nproxy_listen = 127.0.0.1:{self.proxy}\nupstream = 127.0.0.1:{self.origin.dns}\nproxy_workers = 1\nsandbox = required\n"
            f"[proxy]\nconnect_ports = {' '.join(str(n) for n in (self.origin.port, 443, *ports))}\nreach = 127.0.0.0/8\nroots = {self.origin.roots}\n"
            f"http_ports = {' '.join(str(n) for n in (80, *http_ports))}\n{settings}[school]\nname = Larkmoor School\nprofile = {profile}\n")
        (self.p / "policy.d").mkdir()
        (self.p / "policy.d/50-test.conf").write_text(policy)
        (self.p / "phrases.d").mkdir()
        (self.p / "phrases.d/50-test.conf").write_text("[topic lab]\ntitle = A test\nlimit = 100\nalert = never\n[phrases lab/one]\ntopic = lab\nweight = 100\nwords = gatehouse zebra forbidden\n")
        (self.p / "phrases.d/51-talk.conf").write_text(talking.PHRASES)
        print(self.gatehouse("init"), end="")
        run(BUILD / "gatehouse", "lists", "compile", "--data", ROOT / "data", "--from", ROOT / "data/lists/starter", "--out", self.p / "lists", "--quiet")
        print(self.gatehouse("policy", "publish", "--profile", profile), end="")
        for addr, group in (("127.0.0.1", "staff"), ("127.0.0.3", "ks2"), ("127.0.0.2", "guests")):
            live.append(self.p, live.record(live.BIND, addr=addr, group=group, seconds=86400))
        self.start("signer")
        self.until("the signer's start", lambda: (self.p / "run/leaf.sock").exists())
        self.start("proxy")
        self.until("the policy", lambda: "host=" in self.curl("www.good.test", ca=False))

    def check(self, words, ok, said=""):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {words}: {said}"[:900])

    def until(self, what, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                sys.exit(f"{what} did not happen; logs:\n" + "".join(f.read_text()[-1500:] for f in self.p.glob("*.log")))
            time.sleep(0.05)

    def gatehouse(self, *argv, check_it=True):
        return run(BUILD / "gatehouse", *argv, "--prefix", self.p, check_it=check_it)

    def start(self, name):
        log = open(self.p / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen([BUILD / f"gatehouse-{name}", "--prefix", self.p], stdout=log, stderr=log)
        return self.running[name]

    def ca(self):
        """The school's authority, made; its certificate in school.pem."""
        self.gatehouse("ca", "make", "--why", "Governors agreed")
        self.school = self.p / "school.pem"
        self.school.write_text(self.gatehouse("ca", "pem"))

    def curl(self, host, path="/", *more, ca=True, source=None, port=None):
        args = ["curl", "-s", "-S", "-m", "120", "--suppress-connect-headers", "-x", f"127.0.0.1:{self.proxy}", "--cacert", self.p / "school.pem" if ca else self.origin.roots, *more]
        if source:
            args += ["--interface", source]
        return run(*args, f"https://{host}:{port or self.origin.port}{path}", check_it=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in self.running.values():
            p.terminate()
        for p in self.running.values():
            p.wait()

    def end(self):
        """The whole's result, for sys.exit."""
        log = (self.p / "proxy.log").read_text()
        self.check("no fault in the log", "ERROR" not in log and "runtime error" not in log, log[-2000:])
        print(f"{self.passed} passed, {self.failed} failed")
        if os.environ.get("KEEP") != "1":
            shutil.rmtree(self.p, ignore_errors=True)
        return 1 if self.failed else 0
