"""A school of its own for tests that are rough with it: a prefix, its processes, and clients of both planes.
Everything on 127.0.0.0/8, high ports, process groups of its own."""
import hashlib
import html
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / os.environ.get("GH_BUILD", "build/debug")
PASSWORD = "nettle-quartz-88-lantern"
HEADERS = {"Host": "portal.test", "Origin": "https://portal.test", "Sec-Fetch-Site": "same-origin", "User-Agent": "kill test"}


def free_port():
    """A port that nobody has just now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class UnixHTTP(http.client.HTTPConnection):
    """HTTP over the portal's unix socket, as nginx speaks it."""

    def __init__(self, path, timeout):
        super().__init__("portal.test", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class School:
    """One prefix and what runs in it.  Use as a context manager: whatever happens, its processes end."""

    def __init__(self, where=None, extra=""):
        self.made = where is None
        shm = pathlib.Path("/dev/shm")
        self.p = pathlib.Path(where or tempfile.mkdtemp(prefix="gh-kill-", dir=shm if os.access(shm, os.W_OK) else None))
        self.page, self.proxy = free_port(), free_port()
        self.running = {}
        self.env = dict(os.environ, GATEHOUSE_DATA=str(ROOT / "data"), ASAN_OPTIONS="detect_leaks=0")
        (self.p / "gatehouse.conf").write_text(
            f"[gate]\nproxy_listen = 127.0.0.1:{self.proxy}\npage_listen = 127.0.0.1:{self.page}\nupstream = 127.0.0.1:9\n"
            f"proxy_workers = 1\n{extra}\n[portal]\nsecond_factor = no\n\n[school]\nname = Thornwick Test School\nprofile = primary\n")
        self.log = open(self.p / "test.log", "ab")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.kill(name)
        self.log.close()
        if self.made:
            shutil.rmtree(self.p, ignore_errors=True)

    def run(self, *args):
        """One command of `gatehouse` or a program, to its end."""
        done = subprocess.run([str(BIN / args[0]), *map(str, args[1:])], env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.returncode, done.stdout.decode(errors="replace")

    def must(self, *args):
        """The same, which has to end well."""
        code, out = self.run(*args)
        if code:
            raise SystemExit(f"{' '.join(map(str, args))} ended with {code}:\n{out}")
        return out

    def set_up(self):
        """Folders, keys, databases, people, a policy."""
        self.must("gatehouse", "init", "--prefix", self.p)
        self.must("gatehouse", "people", "load", ROOT / "test/kill/people.conf", "--prefix", self.p, "--password", PASSWORD)
        self.must("gatehouse", "lists", "compile", "--from", ROOT / "test/school/lists", ROOT / "data/lists/starter", "--out", self.p / "lists",
                  "--data", ROOT / "data", "--sealed-key", self.p / "keys/sealed.key", "--quiet")
        self.must("gatehouse-keeper", "--prefix", self.p, "--data", ROOT / "data", "--job", "publish")

    COMMAND = {"gate": lambda s: ["gatehouse-proxy", "--prefix", str(s.p)], "portal": lambda s: ["gatehouse-portal", "--prefix", str(s.p)],
               "keeper": lambda s: ["gatehouse-keeper", "--prefix", str(s.p), "--data", str(ROOT / "data")]}

    def start(self, name):
        """Starts one of gate, portal, keeper in a process group of its own."""
        args = self.COMMAND[name](self)
        self.running[name] = subprocess.Popen([str(BIN / args[0]), *args[1:]], env=self.env, stdout=self.log, stderr=self.log,
                                              start_new_session=True)

    def kill(self, name, signo=signal.SIGKILL):
        """Ends its whole group, and waits until it is gone."""
        p = self.running.pop(name, None)
        if not p:
            return
        for s in (signo, signal.SIGKILL):
            try:
                os.killpg(p.pid, s)
            except ProcessLookupError:
                pass
            try:
                p.wait(timeout=10)
                break
            except subprocess.TimeoutExpired:
                pass

    def worker(self, name):
        """The pid of a program's worker; None while there is none."""
        p = self.running.get(name)
        try:
            kids = pathlib.Path(f"/proc/{p.pid}/task/{p.pid}/children").read_text().split()
            return int(kids[0]) if kids else None
        except (OSError, AttributeError, IndexError):
            return None

    # ---- the gate's pages ----

    def gate(self, method, path, form=None, addr="127.0.0.1", timeout=5):
        """(status, text) of the gate's own site; None when nobody answers."""
        c = http.client.HTTPConnection("127.0.0.1", self.page, timeout=timeout, source_address=(addr, 0))
        try:
            body = urllib.parse.urlencode(form) if form else None
            head = {"Origin": f"http://127.0.0.1:{self.page}"}
            if body:
                head["Content-Type"] = "application/x-www-form-urlencoded"
            c.request(method, path, body, head)
            r = c.getresponse()
            return r.status, r.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            c.close()

    def visit(self, url, addr="127.0.0.1"):
        """Status of a page asked for through the proxy; None when nobody answers."""
        c = http.client.HTTPConnection("127.0.0.1", self.proxy, timeout=5, source_address=(addr, 0))
        try:
            c.request("GET", url)
            r = c.getresponse()
            r.read()
            return r.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            c.close()

    def tell_form(self, words, addr="127.0.0.1"):
        """A filled-in form of the tell page, with its token; None when the gate does not answer."""
        got = self.gate("GET", "/tell", addr=addr)
        if not got:
            return None
        field = dict(re.findall(r'name="(token|ref)" value="([^"]*)"', got[1]))
        return {"words": words, "token": html.unescape(field["token"]), "ref": html.unescape(field["ref"])} if len(field) == 2 else None

    @staticmethod
    def press_key(form, person=0):
        """The name that the house gives this press (src/house/keeper/concern.c)."""
        pieces = [form["ref"], f"\n6\n{person}\n", form["words"], "\n", "", "\n", "", "\n", ""]
        return "press/" + hashlib.sha256("".join(pieces).encode()).hexdigest()[:40]

    # ---- the portal ----

    def portal(self, method, path, form=None, cookie="", peer="127.0.0.1", timeout=5):
        """(status, headers, text) of the portal; None when nobody answers."""
        c = UnixHTTP(self.p / "run/portal.sock", timeout)
        head = dict(HEADERS, **{"X-Peer": peer, "Cookie": cookie})
        body = urllib.parse.urlencode(form) if form else None
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            c.request(method, path, body, head)
            r = c.getresponse()
            return r.status, r.getheaders(), r.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            c.close()

    def sign_in(self, name, peer="127.0.0.1"):
        """The cookie of a new session."""
        path = "/sign-in"
        _, headers, text = self.portal("GET", path, peer=peer)
        before = "; ".join(v.split(";")[0] for k, v in headers if k.lower() == "set-cookie")
        form = {"username": name, "password": PASSWORD, "token": re.search(r'name="token" value="([^"]*)"', text).group(1)}
        status, headers, text = self.portal("POST", path, form, before, peer, timeout=20)
        cookies = [v.split(";")[0] for k, v in headers if k.lower() == "set-cookie" and v.startswith("__Host-gatehouse=")]
        if status != 303 or not cookies:
            raise SystemExit(f"signing in as {name}: {status}\n{text[:2000]}")
        return cookies[-1]

    def form_token(self, path, cookie, peer="127.0.0.1"):
        """The token of a form; None when the portal does not answer."""
        got = self.portal("GET", path, cookie=cookie, peer=peer)
        m = got and re.search(r'name="token" value="([^"]*)"', got[2])
        return m.group(1) if m else None

    def form_fields(self, path, cookie, peer="127.0.0.1"):
        """The token and the number of a form; None when the portal does not answer."""
        got = self.portal("GET", path, cookie=cookie, peer=peer)
        fields = dict(re.findall(r'name="(token|once)" value="([^"]*)"', got[2])) if got else {}
        return fields if len(fields) == 2 else None

    # ---- what the house holds ----

    def rows(self, sql, *args, part="house"):
        """Rows of the database, read only."""
        db = sqlite3.connect(f"file:{self.p}/house/{part}.db?mode=ro", uri=True, timeout=20)
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def keys(self):
        """Every press and report that is kept: event keys of cases and of notes, in a list (doubles show)."""
        return [r[0] for r in self.rows("SELECT word FROM entry_index WHERE field = 'event_key' AND word LIKE 'press/%'"
                                        " AND register IN ('case', 'case-note')")]

    def wait_for(self, what, seconds=20):
        """Until what() is true; whether it became so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return True
            time.sleep(0.1)
        return False

    def verify(self):
        """Whether `gatehouse verify` finds nothing."""
        code, out = self.run("gatehouse", "verify", "--prefix", self.p)
        return code == 0, out


class Tally:
    """Results: counted, printed when they fail, written to build/results/NAME for the ledger."""

    def __init__(self, name):
        self.passed = self.failed = 0
        (ROOT / "build/results").mkdir(parents=True, exist_ok=True)
        self.out = open(ROOT / "build/results" / name, "w", encoding="ascii")

    def check(self, name, ok, detail=""):
        """One promise."""
        if ok:
            self.passed += 1
            print(f"pass e2e.{name}", file=self.out, flush=True)
        else:
            self.failed += 1
            print(f"FAIL {name}: {detail}", flush=True)

    def end(self):
        """The last line, and the exit code."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        self.out.close()
        return 1 if self.failed else 0
