"""A gate of its own for the tests of faults: proxy and names, sandboxed as they run in a school, a host beside them that
does as it is told, and real clients.  Everything listens on 127.x and lives in a folder of its own."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "test/e2e"), str(ROOT / "test/inspect")]
import live  # noqa: E402

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build/debug"))
os.environ["ASAN_OPTIONS"] = "detect_leaks=0:quarantine_size_mb=8"          # the leak checker cannot look into a sandboxed process
SPEND = 40                                             # seconds for anything that must come at all


def free_port():
    """Free for UDP and TCP just now."""
    while True:
        with socket.socket() as t, socket.socket(type=socket.SOCK_DGRAM) as u:
            t.bind(("127.0.0.1", 0))
            try:
                u.bind(t.getsockname())
                return t.getsockname()[1]
            except OSError:
                continue


class Tally:
    """What was checked, and what was not so."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.lock = name, 0, 0, threading.Lock()

    def check(self, words, ok, said=""):
        with self.lock:
            self.passed += bool(ok)
            self.failed += not ok
            if not ok:
                print(f"FAIL {words}: {str(said)[:900]}", flush=True)
        return ok

    def end(self):
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def until(what, condition, seconds=SPEND):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not happen in {seconds} seconds")
        time.sleep(0.05)


def together(*parts):
    """Each in a thread of its own: most of them wait for somebody's patience to end."""
    wrong = []

    def one(part):
        try:
            part()
        except BaseException as e:                     # a thread's end must not pass for success
            wrong.append((part, e))
    threads = [threading.Thread(target=one, args=(p,)) for p in parts]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if wrong:
        raise RuntimeError(f"{wrong}")


class Host:
    """A plain host: every connection is served by `serve(connection, request head)`, again and again until it returns False."""

    def __init__(self, serve):
        self.serve, self.heads, self.open = serve, [], 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            c, _ = self.listener.accept()
            threading.Thread(target=self.one, args=(c,), daemon=True).start()

    def one(self, c):
        rest = b""
        self.open += 1
        try:
            while True:
                while b"\r\n\r\n" not in rest:
                    got = c.recv(65536)
                    if not got:
                        return
                    rest += got
                head, rest = rest.split(b"\r\n\r\n", 1)
                self.heads.append(head)
                if self.serve(c, head) is False:
                    return
        except OSError:
            pass
        finally:
            self.open -= 1
            c.close()


class Names:
    """A resolver: 127.0.0.1 for every name, but for those of `special`, which answer for themselves (bytes, or None: silence)."""

    def __init__(self, special=None, port=0):
        self.special, self.asked, self.peers = special or (lambda name, query, tcp: False), [], []
        self.port = port or free_port()
        self.socket, self.tcp = self.bound()
        self.running = True
        threading.Thread(target=self.run, daemon=True).start()
        threading.Thread(target=self.run_tcp, daemon=True).start()

    def bound(self):
        """Both sockets.  A port that was ours before may be a question's source for a while, of anybody on this machine: it is waited for."""
        end = time.monotonic() + 60
        while True:
            names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                names.bind(("127.0.0.1", self.port))
                return names, socket.create_server(("127.0.0.1", self.port), backlog=128)
            except OSError:
                names.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self):
        self.running = False
        for s in (self.socket, self.tcp):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    @staticmethod
    def name_of(query):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
            at += query[at] + 1
        return ".".join(labels).lower(), at + 5

    @staticmethod
    def reply(query, address="127.0.0.1", flags=0x8180):
        """One A record, or none for other types."""
        name, end = Names.name_of(query)
        kind = query[end - 4:end - 2]
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address) if kind == b"\0\1" else b""
        return query[:2] + flags.to_bytes(2, "big") + b"\0\1" + (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0" + query[12:end] + answer

    def answers(self, query, tcp):
        """Every datagram that is sent back."""
        name, _ = self.name_of(query)
        self.asked.append((name, tcp))
        said = self.special(name, query, tcp)
        if said is None:
            return []
        return said if isinstance(said, list) else [said] if said else [self.reply(query)]

    def run(self):
        while self.running:
            try:
                query, peer = self.socket.recvfrom(4096)
                if not peer:
                    return                             # it was stopped
                self.peers.append((peer[1], query[:2], query))
                for out in self.answers(query, False):
                    if callable(out):
                        threading.Thread(target=out, args=(self.socket, peer), daemon=True).start()
                    else:
                        self.socket.sendto(out, peer)
            except (OSError, IndexError):
                continue

    def run_tcp(self):
        while self.running:
            try:
                c, _ = self.tcp.accept()
            except OSError:
                continue
            threading.Thread(target=self.one_tcp, args=(c,), daemon=True).start()

    def one_tcp(self, c):
        try:
            n = int.from_bytes(c.recv(2, socket.MSG_WAITALL), "big")
            for out in self.answers(c.recv(n, socket.MSG_WAITALL), True):
                c.sendall(len(out).to_bytes(2, "big") + out)
            c.recv(1)
        except OSError:
            pass
        c.close()


class Gate:
    """`gatehouse-proxy` and `gatehouse-dns` with a policy; grown-ups ask from 127.0.0.1, pupils from 127.0.0.3."""

    def __init__(self, upstreams, http_port=80, connect_port=443, proxy="", gate="", dns="", workers=1, roots=None, lists=None, policy=""):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="gh-faults-"))
        self.proxy, self.page, self.dns, self.tls, self.dot = (free_port() for _ in range(5))
        self.running, self.http, self.connect = {}, http_port, connect_port
        self.certificate()
        ups = "".join(f"upstream = 127.0.0.1:{u}\n" for u in upstreams)
        (self.dir / "gatehouse.conf").write_text(
            f"[gate]\nproxy_listen = 127.0.0.1:{self.proxy}\npage_listen = 127.0.0.1:{self.page}\ndns_listen = 127.0.0.1:{self.dns}\n"
            f"tls_proxy_listen = 127.0.0.1:{self.tls}\ndot_listen = 127.0.0.1:{self.dot}\n"
            f"dns_name = dns.school.example\ntls_cert = {self.dir}/cert.pem\ntls_key = {self.dir}/key.pem\nblock_address4 = 127.0.0.1\n{ups}"
            f"proxy_workers = {workers}\ndns_workers = {workers}\nsandbox = required\n{gate}"
            f"[proxy]\nhttp_ports = {http_port}\nconnect_ports = {connect_port}\nreach = 127.0.0.0/8\n{'roots = ' + str(roots) if roots else ''}\n{proxy}"
            f"[dns]\nprivate_answers = yes\n{dns}[school]\nname = Larkmoor School\nprofile = primary\n")
        (self.dir / "policy.d").mkdir()
        (self.dir / "policy.d/50-test.conf").write_text("[rule 1]\nblock = blocked.test\nreason = A test.\n" + policy)
        self.gatehouse("init")
        self.run("lists", "compile", "--data", ROOT / "data", "--from", lists or ROOT / "data/lists/starter", "--out", self.dir / "lists", "--quiet")
        self.gatehouse("policy", "publish", "--profile", "primary")
        live.append(self.dir, live.record(live.BIND, addr="127.0.0.1", group="staff", seconds=86400))
        live.append(self.dir, live.record(live.BIND, addr="127.0.0.3", group="ks2", seconds=86400))
        live.append(self.dir, live.record(live.BIND, addr="127.0.0.5", group="staff", seconds=86400))

    def certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=dns.school.example",
                        "-keyout", self.dir / "key.pem", "-out", self.dir / "cert.pem"], check=True, capture_output=True)

    def run(self, *argv):
        env = dict(os.environ, GATEHOUSE_PREFIX=str(self.dir), GATEHOUSE_DATA=str(ROOT / "data"))
        r = subprocess.run([str(BUILD / "gatehouse"), *map(str, argv)], capture_output=True, text=True, timeout=120, env=env, check=False)
        if r.returncode:
            raise SystemExit(f"{argv}: {r.stdout}{r.stderr}")
        return r.stdout + r.stderr

    def gatehouse(self, *argv):
        return self.run(*argv, "--prefix", self.dir)

    def log(self, name):
        return (self.dir / f"{name}.log").read_text(errors="replace")

    def start(self, name, **kw):
        log = open(self.dir / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen([BUILD / f"gatehouse-{name}", "--prefix", self.dir], stdout=log, stderr=log, **kw)
        return self.running[name]

    def both(self):
        self.start("proxy"), self.start("dns")
        until("the proxy with its policy", lambda: self.curl("http://gatehouse.home.arpa/")[0] == "200")
        until("the names with their policy", lambda: "NOERROR" in self.dig("up.test", "+tries=1", "+time=1"))

    def curl(self, url, *more, source="127.0.0.1", proxy=None):
        """Status, and what was said."""
        r = subprocess.run(["curl", "-s", "-m", "15", "-o", "-", "-w", "\n%{http_code}", "-x", proxy or f"127.0.0.1:{self.proxy}", "--interface", source, *more, url],
                           capture_output=True, text=True, errors="replace", check=False)
        body, _, status = r.stdout.rpartition("\n")
        return status, body

    def dig(self, *words, source="127.0.0.1"):
        cmd = ["dig", "@127.0.0.1", "-p", str(self.dns), "-b", source, "+time=3", "+tries=2", "+nocmd", "+nocookie", *words]
        return subprocess.run(cmd, capture_output=True, text=True, timeout=30, check=False).stdout

    def dial(self, port=None, source="127.0.0.1", timeout=SPEND):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((source, 0))
        s.settimeout(timeout)
        s.connect(("127.0.0.1", port or self.proxy))
        return s

    def worker(self, name):
        """Process ids of a program's workers."""
        out = subprocess.run(["pgrep", "-P", str(self.running[name].pid)], capture_output=True, text=True, check=False).stdout
        return [int(p) for p in out.split()]

    def stop(self, tally):
        for p in self.running.values():
            p.terminate()
        for name, p in self.running.items():
            try:
                code = p.wait(30)
            except subprocess.TimeoutExpired:
                p.kill()
                code = "did not end"
            log = self.log(name)
            tally.check(f"{name} stops when asked", code == 0, code)
            tally.check(f"no fault in the log of {name}", "AddressSanitizer" not in log and "runtime error" not in log and "Assertion" not in log, log[-6000:])
        if os.environ.get("KEEP") != "1":
            shutil.rmtree(self.dir, ignore_errors=True)


def everything(s):
    """What comes until the end."""
    out = b""
    try:
        while True:
            got = s.recv(65536)
            if not got:
                return out
            out += got
    except OSError:
        return out


def ends(s, send=None, every=0.5, most=SPEND):
    """Seconds until the other side ends it while `send` drips, or None when it did not."""
    begun, at = time.monotonic(), 0
    s.setblocking(False)
    while time.monotonic() - begun < most:
        try:
            if s.recv(65536) == b"":
                return time.monotonic() - begun
        except BlockingIOError:
            pass
        except OSError:
            return time.monotonic() - begun
        if send:
            try:
                s.send(send[at % len(send):at % len(send) + 1])
                at += 1
            except OSError:
                return time.monotonic() - begun
        time.sleep(every)
    return None


def memory_kb(pids):
    return sum(int(line.split()[1]) for pid in pids for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))


def processor_s(pids):
    """Seconds of processor that these have used."""
    return sum(sum(map(int, pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for pid in pids) / os.sysconf("SC_CLK_TCK")
