"""A small school on network namespaces: learners and guests behind the gate, the "internet" in front of it.

Everything is made by `with Lab(...) as lab` and gone afterwards.  Needs root: says so, and fails, without it.

    learner 10.77.1.10 --- 10.77.1.1 gate 45.60.0.1 --- 45.60.0.2 internet 45.60.1.0/24
    guest   10.77.2.10 --- 10.77.2.1                              2a0a:b00:1::/64 in IPv6

With plain=True, a second learner with the very same addresses stands behind a router that filters nothing: what
gets through there shows that a trick is one.
"""
import hmac
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test/e2e"))
import live  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("GH_BUILD", ROOT / "build/debug"))
GATE4, GATE6, LEARNER4, LEARNER6 = "10.77.1.1", "fd77:1::1", "10.77.1.10", "fd77:1::10"
AWAY4, AWAY6 = "45.60.0.9", "2a0a:b00::9"            # public addresses of the school, for the page that its devices see at home
GUEST4, GUEST6 = "10.77.2.10", "fd77:2::10"
RESOLVER = "45.60.1.53"
DEVICE_TOKEN = "tansytablettokenabcdefghij"
YOUNG_TOKEN = "fernstablettokenabcdefghij"            # of a device of the youngest: closed, as long as no teacher has opened a lesson


def sh(*cmd, check=True):
    """Runs a command; what it prints is shown when it fails."""
    got = subprocess.run([str(c) for c in cmd], capture_output=True, text=True, check=False)
    if check and got.returncode:
        raise SystemExit(f"FAIL lab: {' '.join(map(str, cmd))}: {got.stdout}{got.stderr}")
    return got.stdout


def refuse_without_root():
    """A sentence and an end where namespaces cannot be made."""
    if os.geteuid() != 0:
        raise SystemExit("FAIL lab: it makes network namespaces, so it must run as root.")
    for tool in ("ip", "nft"):
        if not shutil.which(tool):
            raise SystemExit(f"FAIL lab: the program {tool} is missing: run tools/deps check.")
    probe = subprocess.run(["ip", "netns", "add", f"ghprobe{os.getpid()}"], capture_output=True, text=True, check=False)
    if probe.returncode:
        raise SystemExit(f"FAIL lab: no network namespaces here: {probe.stderr.strip()}")
    sh("ip", "netns", "del", f"ghprobe{os.getpid()}")


class Lab:
    """The namespaces, and what runs in them."""

    def __init__(self, plain=False, policy="", settings=""):
        refuse_without_root()
        self.tag = f"gh{os.getpid()}"
        self.plain, self.policy, self.settings = plain, policy, settings
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="gh-lab-"))
        self.procs, self.spaces = [], []

    def ns(self, name):
        """The namespace's whole name."""
        return f"{self.tag}-{name}"

    def ip(self, space, *words):
        """ip inside a namespace."""
        return sh("ip", "-n", self.ns(space), *words)

    def start(self, space, *cmd, log):
        """A process that runs as long as the lab."""
        out = open(self.dir / log, "wb")  # pylint: disable=consider-using-with
        env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0", GH_LAB=str(self.dir))
        p = subprocess.Popen(["ip", "netns", "exec", self.ns(space), *map(str, cmd)], stdout=out, stderr=out, env=env,  # pylint: disable=consider-using-with
                             start_new_session=True)
        self.procs.append(p)
        return p

    def run(self, space, *cmd, timeout=60):
        """What a command prints, both streams."""
        try:
            got = subprocess.run(["ip", "netns", "exec", self.ns(space), *map(str, cmd)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 timeout=timeout, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return "(nothing in time)"
        return got.stdout.decode("utf-8", "replace")

    # ---- making it ----

    def space(self, name, resolver=None):
        """A namespace, and which resolver its programs ask."""
        sh("ip", "netns", "add", self.ns(name))
        self.spaces.append(name)
        self.ip(name, "link", "set", "lo", "up")
        sh("ip", "netns", "exec", self.ns(name), "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0")
        if resolver:
            etc = pathlib.Path("/etc/netns") / self.ns(name)
            etc.mkdir(parents=True, exist_ok=True)
            (etc / "resolv.conf").write_text(f"nameserver {resolver}\noptions timeout:15 attempts:1\n")

    def wire(self, one, if1, addrs1, two, if2, addrs2):
        """A cable between two namespaces."""
        sh("ip", "link", "add", if1, "netns", self.ns(one), "type", "veth", "peer", "name", if2, "netns", self.ns(two))
        for space, dev, addrs in ((one, if1, addrs1), (two, if2, addrs2)):
            for a in addrs:
                self.ip(space, "addr", "add", a, "dev", dev, *(["nodad"] if ":" in a else []))
            self.ip(space, "link", "set", dev, "up")

    def clients(self, router, names):
        """Clients behind a router."""
        for name, dev, net in names:
            self.space(name, resolver=f"10.77.{net}.1")
            self.wire(name, "eth0", [f"10.77.{net}.10/24", f"fd77:{net}::10/64"], router, dev, [f"10.77.{net}.1/24", f"fd77:{net}::1/64"])
            self.ip(name, "route", "add", "default", "via", f"10.77.{net}.1")
            self.ip(name, "-6", "route", "add", "default", "via", f"fd77:{net}::1")

    def router(self, name, number, internet):
        """A router and its line to one internet."""
        self.space(name, resolver=RESOLVER)
        self.space(internet)
        self.wire(name, "up0", ["45.60.0.1/24", "45.60.0.9/24", "2a0a:b00::1/64", "2a0a:b00::9/64"], internet, "net0", ["45.60.0.2/24", "2a0a:b00::2/64"])
        sh("ip", "netns", "exec", self.ns(name), "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.ip(name, "route", "add", "default", "via", "45.60.0.2")
        self.ip(name, "-6", "route", "add", "default", "via", "2a0a:b00::2")
        sh("ip", "netns", "exec", self.ns(internet), "sysctl", "-qw", "net.ipv6.ip_nonlocal_bind=1")
        self.ip(internet, "route", "add", "local", "45.60.1.0/24", "dev", "lo")
        self.ip(internet, "-6", "route", "add", "local", "2a0a:b00:1::/64", "dev", "lo")
        self.ip(internet, "route", "add", "10.77.0.0/16", "via", "45.60.0.1")
        self.ip(internet, "-6", "route", "add", "fd77::/16", "via", "2a0a:b00::1")
        self.start(internet, sys.executable, HERE / "internet.py", self.dir, log=f"internet-{number}.log")

    def certificates(self):
        """One authority, a certificate of the internet's servers and one of the gate's."""
        d = self.dir
        ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3"]
        sh("openssl", "req", "-x509", *ec, "-subj", "/CN=Lab authority", "-keyout", d / "ca.key", "-out", d / "ca.pem")
        names = "DNS:*.example,DNS:*.test,DNS:*.filter-check.test,DNS:*.open.example,DNS:*.forbidden.example,DNS:dns.google,DNS:*.google.com,DNS:cloudflare-dns.com"
        for who, alt in (("internet", names + ",IP:45.60.1.66"), ("gate", f"DNS:dns.lab.example,DNS:*.dns.lab.example,IP:{GATE4},IP:{GATE6}")):
            sh("openssl", "req", *ec, "-subj", f"/CN={who}", "-keyout", d / f"{who}.key", "-out", d / f"{who}.csr")
            (d / f"{who}.ext").write_text(f"subjectAltName={alt}\n")
            sh("openssl", "x509", "-req", "-in", d / f"{who}.csr", "-CA", d / "ca.pem", "-CAkey", d / "ca.key", "-CAcreateserial", "-days", "3",
               "-extfile", d / f"{who}.ext", "-out", d / f"{who}.pem")

    def prefix(self):
        """The gate's folder: settings, keys, lists, policy."""
        p = self.dir / "gate"
        for sub in ("keys", "lists", "policy", "policy.d", "spool", "run"):
            (p / sub).mkdir(parents=True)
        for key in ("spool.pub", "token.key"):
            (p / "keys" / key).write_bytes(os.urandom(32))
        digest, young = (hmac.new((p / "keys/token.key").read_bytes(), text.encode(), "sha256").hexdigest() for text in (f"17:{DEVICE_TOKEN}", f"18:{YOUNG_TOKEN}"))
        (p / "gatehouse.conf").write_text(f"""[gate]
upstream = {RESOLVER}
block_address4 = {GATE4}
block_address6 = {GATE6}
away_address4 = {AWAY4}
away_address6 = {AWAY6}
away_listen = {AWAY4}:80 [{AWAY6}]:80
away_tls_listen = {AWAY4}:443 [{AWAY6}]:443
tls_proxy_listen = [::]:3129
dot_listen = [::]:853
doh_listen = {GATE4}:443 [{GATE6}]:443 45.60.0.1:443 [2a0a:b00::1]:443
page_listen = {GATE4}:80 [{GATE6}]:80 10.77.2.1:80 [fd77:2::1]:80
dns_name = dns.lab.example
dns_workers = 1
proxy_workers = 1
intercept_http_listen = [::]:3130
intercept_tls_listen = [::]:3131
tls_cert = {self.dir}/gate.pem
tls_key = {self.dir}/gate.key
{self.settings}
[proxy]
roots = {self.dir}/ca.pem
[radius]
listen = [::]:1813
client = 10.77.1.0/24
secret_file = keys/radius.secret
""")
        (p / "keys/radius.secret").write_text("testing123\n")
        (p / "policy.d/90-lab.conf").write_text((HERE / "policy.conf").read_text() + f"\n[device 17]\ngroup = ks2\nperson = 4\ntoken = {digest}\n\n[device 18]\ngroup = early-years\nperson = 5\ntoken = {young}\n" + self.policy)
        self.env = dict(os.environ, GATEHOUSE_PREFIX=str(p), GATEHOUSE_DATA=str(ROOT / "data"), ASAN_OPTIONS="detect_leaks=0")
        subprocess.run([BUILD / "gatehouse", "lists", "compile", "--quiet", "--from", ROOT / "data/lists/starter", HERE / "lists"],
                       env=self.env, check=True)
        self.publish()
        self.bind((LEARNER4, "ks2"), (LEARNER6, "ks2"), (GUEST4, "staff"), (GUEST6, "staff"))

    def gatehouse(self, *words):
        """The program; what it prints."""
        got = subprocess.run([BUILD / "gatehouse", *words], env=self.env, capture_output=True, text=True, check=False)
        if got.returncode:
            raise SystemExit(f"FAIL lab: {' '.join(words)}: {got.stdout}{got.stderr}")
        return got.stdout

    def publish(self):
        """Compiles the policy."""
        self.gatehouse("policy", "publish")

    def bind(self, *who):
        """Signed in at these addresses."""
        live.append(self.dir / "gate", *(live.record(live.BIND, addr=a, group=g) for a, g in who))

    def inspect(self, groups, private):
        """What comes from these groups is read from here on: a signer, the school's authority (school.pem), the rule."""
        p = self.dir / "gate"
        self.gatehouse("init")
        self.start("gate", BUILD / "gatehouse-signer", "--prefix", p, log="signer.log")
        for _ in range(200):
            if (p / "run/leaf.sock").exists():
                break
            time.sleep(0.05)
        self.gatehouse("ca", "make", "--why", "For the lab")
        (self.dir / "school.pem").write_text(self.gatehouse("ca", "pem"))
        (p / "policy.d/95-inspect.conf").write_text("".join(f"[group {g}]\ninspect = yes\n" for g in groups) + f"[private lab]\nhost = {private}\nreason = For the lab.\n")
        self.publish()

    def firewall(self):
        """The example that we ship, with the line for devices at home that it has as a comment."""
        sh("ip", "netns", "exec", self.ns("gate"), "nft", "-f", ROOT / "pack/gatehouse.nft")
        for family, at in (("ip", AWAY4), ("ip6", AWAY6)):
            sh("ip", "netns", "exec", self.ns("gate"), "nft", "insert", "rule", "inet", "gatehouse", "ours", family, "daddr", at, "tcp", "dport", "{ 80, 443 }", "accept")

    def home(self):
        """A child's home, somewhere on the internet."""
        self.space("home")
        self.wire("home", "eth0", ["45.60.2.10/24", "2a0a:b00:2::10/64"], "net", "home0", ["45.60.2.1/24", "2a0a:b00:2::1/64"])
        sh("ip", "netns", "exec", self.ns("net"), "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.ip("home", "route", "add", "default", "via", "45.60.2.1")
        self.ip("home", "-6", "route", "add", "default", "via", "2a0a:b00:2::1")

    def second(self):
        """A host of the internet that speaks HTTP/2: nginx."""
        d = self.dir / "nginx"
        d.mkdir()
        temps = "".join(f"{t}_temp_path {d}; " for t in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        answer = 'add_header Alt-Svc \'h3=":443"; ma=3600\'; return 200 "OPEN-PAGE $server_protocol $request_uri\\n";'
        (d / "conf").write_text(f"""worker_processes 1; daemon off; master_process off; user root; pid {d}/pid; error_log {d}/err crit;
events {{ worker_connections 256; }}
http {{ access_log off; default_type text/html; {temps}
 server {{ listen 45.60.1.11:443 ssl http2; listen [2a0a:b00:1::11]:443 ssl http2; ssl_certificate {self.dir}/internet.pem; ssl_certificate_key {self.dir}/internet.key;
  location = /secret {{ return 200 "FORBIDDEN-PAGE"; }} location / {{ {answer} }} }} }}
""")
        self.start("net", "nginx", "-c", d / "conf", log="nginx.log")

    def tproxy(self):
        """The same by tproxy in place of redirect."""
        rules = self.dir / "tproxy.nft"
        rules.write_text("""delete table inet gatehouse
table inet gatehouse {
	chain turn {
		type filter hook prerouting priority mangle
		iifname != { "school0", "guest0" } accept
		fib daddr type local accept
		tcp dport 80 tproxy to :3130 meta mark set 1 accept
		tcp dport 443 tproxy to :3131 meta mark set 1 accept
	}
	chain pass {
		type filter hook forward priority filter
		policy drop
	}
}
""")
        sh("ip", "netns", "exec", self.ns("gate"), "nft", "-f", rules)
        for family in ("-4", "-6"):
            if "fwmark" not in self.ip("gate", family, "rule"):
                self.ip("gate", family, "rule", "add", "fwmark", "1", "lookup", "100")
            self.ip("gate", family, "route", "replace", "local", "default", "dev", "lo", "table", "100")

    def __enter__(self):
        try:
            self.certificates()
            self.router("gate", 1, "net")
            self.home()
            self.second()
            self.clients("gate", [("learner", "school0", 1), ("guest", "guest0", 2)])
            self.prefix()
            self.firewall()
            for program in ("dns", "proxy"):
                self.start("gate", BUILD / f"gatehouse-{program}", "--prefix", self.dir / "gate", log=f"{program}.log")
            if self.plain:
                self.router("plain", 2, "net2")
                self.clients("plain", [("free", "school0", 1)])
                self.start("plain", sys.executable, HERE / "plain.py", self.dir, log="plain.log")
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self):
        """Until names are answered and pages come."""
        for space in ["learner", "guest"] + (["free"] if self.plain else []):
            for _ in range(150):
                if re.search(r"45\.60\.1\.10", self.run(space, "dig", "+short", "+time=1", "+tries=1", "www.open.example")) and \
                        "OPEN-PAGE" in self.run(space, "curl", "-s", "-m", "2", "http://www.open.example/"):
                    break
                time.sleep(0.1)
            else:
                for log in self.dir.glob("*.log"):
                    print(f"--- {log.name}\n{log.read_text()[-2000:]}")
                raise SystemExit(f"FAIL lab: {space} reaches nothing.")

    def __exit__(self, *_):
        for p in self.procs:
            try:
                os.killpg(p.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        for p in self.procs:
            try:
                p.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, signal.SIGKILL)
                p.wait()
        for name in self.spaces:
            sh("ip", "netns", "del", self.ns(name), check=False)
            shutil.rmtree(pathlib.Path("/etc/netns") / self.ns(name), ignore_errors=True)
        self.faults = [log.name for log in self.dir.glob("*.log") if re.search(r"AddressSanitizer|runtime error:|assertion", log.read_text(errors="replace"))]
        for name in self.faults:
            print(f"FAIL a program of the gate broke: {name}\n{(self.dir / name).read_text(errors='replace')[-4000:]}")
        if os.environ.get("GH_LAB_KEEP"):
            print(f"kept: {self.dir}")
        else:
            shutil.rmtree(self.dir, ignore_errors=True)
