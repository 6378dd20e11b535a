"""The demonstration school: makes a prefix, starts every part on high ports of loopback, stops them.

Used by test/school/run and by the browser tests.  Everything is invented; nothing leaves the machine.
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "test/school"
PASSWORD = "kestrel umber lantern 41"          # of every grown-up here; a demonstration's, and said so on the screen
PUPIL_PASSWORD = "kestrel umber lantern 41"


def free_ports(n):
    """n ports that nobody has just now."""
    socks = [socket.socket() for _ in range(n)]
    for s in socks:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in socks]
    for s in socks:
        s.close()
    return ports


class School:
    """One school under one prefix."""

    PORTS = {"dns": 10053, "proxy": 13128, "page": 10080, "portal": 10443, "site_dns": 15353, "site_http": 18080, "site_https": 18443}

    def __init__(self, prefix, profile="primary", build="release", ports=None, database=None, quiet=False):
        self.prefix = pathlib.Path(prefix).resolve()
        self.profile, self.database, self.quiet = profile, database, quiet
        self.bin = ROOT / "build" / build
        self.ports = dict(self.PORTS, **(ports or {}))
        self.running = {}
        self.more_settings = ""                 # whole blocks, in front of the others
        self.env = dict(os.environ, GATEHOUSE_DATA=str(ROOT / "data"), GATEHOUSE_PREFIX=str(self.prefix))

    # ---- making

    def say(self, text):
        """Progress for whoever waits."""
        if not self.quiet:
            print(f"  {text}", flush=True)

    def command(self, *words, **more):
        """Runs one `gatehouse` command; its complaint ends the run."""
        done = subprocess.run([self.bin / "gatehouse", *map(str, words)], env=self.env, capture_output=True, text=True, check=False, **more)
        if done.returncode:
            sys.exit(f"gatehouse {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def settings(self):
        """The text of gatehouse.conf."""
        p = self.ports
        return self.more_settings + f"""# The demonstration school: everything on high ports of this machine.
[gate]
dns_listen = 127.0.0.1:{p['dns']}
proxy_listen = 127.0.0.1:{p['proxy']}
page_listen = 127.0.0.1:{p['page']}
upstream = 127.0.0.1:{p['site_dns']}
block_address4 = 127.0.0.1
dns_workers = 1
proxy_workers = 2
sandbox = best

[house]
database = {self.database or "sqlite:house/house.db"}
public_url = https://localhost:{p['portal']}
portal_threads = 8
check_links_days = 0

[school]
name = Larkmoor Demonstration School
profile = {self.profile}

[proxy]
http_ports = 80 {p['site_http']}
connect_ports = 443 {p['site_https']}
reach = 127.0.0.0/8

[dns]
private_answers = yes

[portal]
second_factor = no
sign_first = no
"""

    def make(self):
        """A new prefix: keys, database, people, agreements, lists, policy."""
        if self.prefix.exists():
            shutil.rmtree(self.prefix)
        self.prefix.mkdir(parents=True)
        (self.prefix / "gatehouse.conf").write_text(self.settings())
        self.say("folders, keys, databases")
        self.command("init", "--prefix", self.prefix)
        self.say("people")
        self.command("people", "load", HERE / "people.conf", "--prefix", self.prefix, "--password", PASSWORD)
        self.say("agreements")
        self.command("agreement", "activate", "--prefix", self.prefix, "--why", "start of the demonstration")
        self.say("the lesson before access")
        self.command("agreement", "taught", "--prefix", self.prefix, "--by", "primrose.samplewick", "--why", "taught before the demonstration")
        self.say("lists")
        self.command("lists", "compile", "--from", ROOT / "data/lists/starter", HERE / "lists", "--out", self.prefix / "lists", "--quiet")
        (self.prefix / "policy.d").mkdir(exist_ok=True)
        shutil.copy(HERE / "policy.conf", self.prefix / "policy.d/10-demonstration.conf")
        self.publish()

    def publish(self):
        """Compiles and publishes the policy."""
        self.say("policy")
        return self.command("policy", "publish", "--prefix", self.prefix, "--profile", self.profile)

    # ---- running

    def start(self, name, *words, ready=None):
        """Starts a program in a group of its own; its words go to log/NAME.log."""
        (self.prefix / "log").mkdir(exist_ok=True)
        log = open(self.prefix / f"log/{name}.log", "ab")
        self.running[name] = subprocess.Popen([str(w) for w in words], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                              env=self.env, start_new_session=True)
        if ready:
            self.wait(name, ready)

    def wait(self, name, ready, seconds=20):
        """Until ready() is true or the program died."""
        end = time.time() + seconds
        while not ready():
            if self.running[name].poll() is not None or time.time() > end:
                text = (self.prefix / f"log/{name}.log").read_text(errors="replace")[-3000:]
                self.stop()
                sys.exit(f"{name} did not start:\n{text}")
            time.sleep(0.05)

    @staticmethod
    def listening(port):
        """A test that a TCP port answers."""
        def ask():
            with socket.socket() as s:
                s.settimeout(0.5)
                return s.connect_ex(("127.0.0.1", port)) == 0
        return ask

    def start_sites(self):
        """The demonstration sites and their name server."""
        p = self.ports
        self.start("sites", sys.executable, HERE / "sites.py", self.prefix / "sites", "--dns", p["site_dns"], "--http", p["site_http"],
                   "--https", p["site_https"], ready=self.listening(p["site_http"]))

    def start_gate(self):
        """DNS and proxy."""
        self.start("dns", self.bin / "gatehouse-dns", "--prefix", self.prefix)
        self.start("proxy", self.bin / "gatehouse-proxy", "--prefix", self.prefix, ready=self.listening(self.ports["proxy"]))

    def start_house(self):
        """Signer, keeper, portal and nginx in front of it."""
        run = self.prefix / "run"
        self.start("signer", self.bin / "gatehouse-signer", "--prefix", self.prefix)
        self.start("portal", self.bin / "gatehouse-portal", "--prefix", self.prefix, ready=(run / "portal.sock").exists)
        self.start("keeper", self.bin / "gatehouse-keeper", "--prefix", self.prefix, "--data", ROOT / "data",
                   ready=(run / "directive.sock").exists)
        self.start("nginx", "nginx", "-p", self.prefix, "-c", self.nginx(), "-g", "daemon off;", ready=self.listening(self.ports["portal"]))

    def start_outside(self, ready=True):
        """Who speaks to providers and directories; only schools that have some need it."""
        (self.prefix / "run/outside.sock").unlink(missing_ok=True)        # of the run before
        self.start("outside", self.bin / "gatehouse-outside", "--prefix", self.prefix, ready=(self.prefix / "run/outside.sock").exists if ready else None)

    def start_provider(self, shape="google", name="school", port=None):
        """A mock provider, and the settings that name it; call before make()."""
        folder = self.prefix.parent / f"provider-{name}"
        port = port or free_ports(1)[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "secret").write_text("a secret+of/tests:only\n")
        (folder / "secret").chmod(0o600)
        self.start_aside(f"provider-{name}", folder, sys.executable, ROOT / "test/outside/provider.py", folder, "--port", port, "--shape", shape,
                         ready=self.listening(port))
        self.more_settings += f"""[provider {name}]
kind = {shape}
label = Sign in with your school account
issuer = https://127.0.0.1:{port}
tenant = 11111111-2222-3333-4444-555555555555
client_id = gatehouse-at-larkmoor
client_secret_file = {folder}/secret
domain = larkmoor.example
ca_file = {folder}/cert.pem

"""
        return folder, port

    def start_aside(self, name, folder, *words, ready):
        """A program of the tests, whose log is not in the prefix (which is not made yet)."""
        with open(folder / "log", "ab") as log:
            self.running[name] = subprocess.Popen([str(w) for w in words], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        end = time.time() + 20
        while not ready():
            if self.running[name].poll() is not None or time.time() > end:
                sys.exit(f"{name} did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def nginx(self):
        """The site file filled in, and a certificate of its own."""
        cert, key = self.prefix / "keys/portal.crt", self.prefix / "keys/portal.key"
        if not cert.exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365",
                            "-subj", "/CN=Larkmoor Demonstration School", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                            "-keyout", key, "-out", cert], check=True, capture_output=True)
        text = (ROOT / "pack/nginx/gatehouse.conf.in").read_text()
        for word, value in {"RUN": self.prefix / "run", "LOG": self.prefix / "log", "LISTEN": f"127.0.0.1:{self.ports['portal']}",
                            "NAME": "_", "CERT": cert, "KEY": key, "STATIC": ROOT / "build/ui/static"}.items():
            text = text.replace(f"@{word}@", str(value))
        path = self.prefix / "nginx.conf"
        path.write_text(("user root;\n" if os.geteuid() == 0 else "") + text)
        return path

    def start_all(self):
        """Everything, in the order that needs no waiting on each other."""
        self.start_sites()
        self.start_house()
        self.start_gate()

    def end(self, name, how=signal.SIGTERM):
        """Ends one program and its workers."""
        program = self.running.pop(name, None)
        if program and program.poll() is None:
            os.killpg(program.pid, how)
            try:
                program.wait(8)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                program.wait()

    def stop(self):
        """Ends all."""
        for name in list(self.running)[::-1]:
            self.end(name)
