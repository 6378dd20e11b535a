#!/usr/bin/env python3
"""Real dig against the real gatehouse-dns, with a policy compiled by the real compiler and a small resolver behind.

dns.py [BUILD]: about ten seconds.  Everything listens on 127.x and ::1 and lives in a folder of its own.
"""
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import live

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/debug")
failed = []


def free_port():
    """A port that is free for UDP and TCP on both protocols just now."""
    while True:
        with socket.socket() as t, socket.socket(type=socket.SOCK_DGRAM) as u, socket.socket(socket.AF_INET6) as t6:
            t.bind(("127.0.0.1", 0))
            port = t.getsockname()[1]
            try:
                u.bind(("127.0.0.1", port))
                t6.bind(("::1", port))
                return port
            except OSError:
                continue


def make_prefix(folder, port, upstream):
    """A school's folder: settings, keys, lists, policy."""
    for sub in ("keys", "lists", "policy", "policy.d", "spool", "run"):
        (folder / sub).mkdir()
    for key in ("spool.pub", "token.key"):
        (folder / "keys" / key).write_bytes(os.urandom(32))
    (folder / "gatehouse.conf").write_text(f"""[gate]
dns_listen = 127.0.0.1:{port}
dns_listen = [::1]:{port}
dns_workers = 2
upstream = 127.0.0.1:{upstream}
block_address4 = 127.0.0.9
block_address6 = ::9
sandbox = required
""")
    env = dict(os.environ, GATEHOUSE_PREFIX=str(folder), GATEHOUSE_DATA=str(ROOT / "data"))
    subprocess.run([BUILD / "gatehouse", "lists", "compile", "--quiet", "--from", ROOT / "test/school/lists"], env=env, check=True)
    subprocess.run([BUILD / "gatehouse", "policy", "publish"], env=env, check=True, stdout=subprocess.DEVNULL)
    live.append(folder, *(live.record(live.BIND, addr=a, group="ks2") for a in ("127.0.0.1", "::1")))


def dig(port, *words, at="127.0.0.1"):
    """What dig prints."""
    cmd = ["dig", f"@{at}", "-p", str(port), "+time=3", "+tries=2", "+nocmd", "+nocookie", *words]
    return subprocess.run(cmd, capture_output=True, text=True, timeout=20, check=False).stdout


def expect(what, text, *wanted, never=()):
    """Every pattern is in the text, none of `never`."""
    bad = [w for w in wanted if not re.search(w, text, re.M | re.S)] + [f"not {n}" for n in never if re.search(n, text, re.M | re.S)]
    print(("ok   " if not bad else "FAIL ") + what, flush=True)
    if bad:
        failed.append(what)
        print(f"     wanted {bad} in:\n{text}")


def allowed(port):
    """Names that may be asked for."""
    expect("an allowed name, TTL at most a minute", dig(port, "www.kites.example", "A"),
           r"status: NOERROR", r"www\.kites\.example\.\s+(60|[1-5]?\d)\s+IN\s+A\s+198\.51\.100\.7")
    expect("the same over IPv6", dig(port, "www.kites.example", "AAAA", at="::1"), r"AAAA\s+2001:db8:7::7")
    expect("the same over TCP, two questions on one connection",
           dig(port, "+tcp", "+keepopen", "www.kites.example", "A", "+tcp", "+keepopen", "www.kites.example", "AAAA"),
           r"198\.51\.100\.7", r"2001:db8:7::7", r"\(TCP\)")
    expect("without EDNS there is no OPT", dig(port, "+noedns", "www.kites.example"), r"198\.51\.100\.7", never=[r"OPT PSEUDO"])
    expect("EDNS: our size, no padding of others", dig(port, "+bufsize=4096", "www.kites.example"), r"udp: 1232")
    expect("an unknown EDNS version", dig(port, "+edns=5", "+noednsneg", "www.kites.example"), r"status: BADVERS")
    expect("an unknown EDNS option is ignored", dig(port, "+ednsopt=65001:abcd", "www.kites.example"), r"198\.51\.100\.7")
    expect("a large answer comes whole, by TCP when dig must", dig(port, "large.kites.example", "TXT"), r"ANSWER: 10", r"\(TCP\)")
    expect("and is cut over UDP when asked so", dig(port, "+ignore", "large.kites.example", "TXT"), r"flags:[^;]* tc")
    expect("there is no such name", dig(port, "nothing.kites.example"), r"status: NXDOMAIN")
    expect("ech goes out of service records", dig(port, "service.kites.example", "TYPE65"), r"ANSWER: 1", never=[r"ech=|key5|000500"])


def refused(port):
    """Names that the policy closes."""
    expect("a listed name: the block page, extended error 15, TTL 5", dig(port, "www.block-brawl.test"),
           r"status: NOERROR", r"EDE: 15 \(Blocked\)\s*$", r"\.\s+[0-5]\s+IN\s+A\s+127\.0\.0\.9")
    expect("a listed name, IPv6", dig(port, "block-brawl.test", "AAAA"), r"AAAA\s+::9")
    expect("a listed name, service record", dig(port, "block-brawl.test", "TYPE65"), r"ANSWER: 0", r"EDE: 15")
    expect("a listed name behind a CNAME", dig(port, "hidden.kites.example"), r"A\s+127\.0\.0\.9", r"EDE: 15", never=[r"198\.51"])
    expect("nobody known: the signing page, extended error 17", dig(port, "-b", "127.0.0.77", "www.kites.example"),
           r"A\s+127\.0\.0\.9", r"EDE: 17")
    expect("a private address about a public name", dig(port, "rebind.kites.example"), r"ANSWER: 0", r"EDE: 17")


def special(port):
    """Names answered here."""
    out = dig(port, "www.google.com")
    expect("safe search: a CNAME and its address", out, r"CNAME\s+forcesafesearch\.google\.com\.", r"A\s+198\.51\.100\.20")
    expect("safe search: no service record leads past it", dig(port, "www.google.com", "TYPE65"), r"CNAME\s+forcesafe", never=[r"TYPE65\s+\\#|HTTPS\s+\d"])
    expect("Firefox's canary", dig(port, "use-application-dns.net"), r"status: NXDOMAIN")
    expect("private relay", dig(port, "mask.icloud.com"), r"status: NXDOMAIN")
    expect("the gate's own name", dig(port, "gatehouse.home.arpa"), r"A\s+127\.0\.0\.9", never=[r"EDE"])
    expect("reverse names of private networks stay here", dig(port, "-x", "192.168.1.1"), r"status: NXDOMAIN")
    expect("ANY gets little", dig(port, "+notcp", "www.kites.example", "ANY"), r"HINFO\s+\"RFC8482\"")
    expect("another class", dig(port, "version.bind", "CH", "TXT"), r"status: REFUSED")
    expect("another opcode", dig(port, "+opcode=UPDATE", "www.kites.example"), r"status: NOTIMP")


def until(port, pattern, *words):
    """Seconds until dig prints this."""
    start = time.monotonic()
    while not re.search(pattern, dig(port, *words), re.M) and time.monotonic() - start < 5:
        pass
    return time.monotonic() - start


def directives(port, folder):
    """A sign-in and a block count within a second, in both workers."""
    live.append(folder, live.record(live.BIND, addr="127.0.0.77", group="ks2"))
    took = until(port, r"198\.51\.100\.7", "-b", "127.0.0.77", "www.kites.example")
    expect(f"a sign-in counts ({took * 1000:.0f} ms)", "yes" if took < 1 else "no", "yes")
    time.sleep(0.3)
    live.append(folder, live.record(live.BLOCK, host="rivers.example", ident=900))
    took = until(port, r"EDE: 17", "www.rivers.example")
    expect(f"a block counts ({took * 1000:.0f} ms)", "yes" if took < 1 else "no", "yes")
    time.sleep(0.3)
    asked = [dig(port, "www.rivers.example") for _ in range(6)]
    expect("in every worker", str(sum("EDE: 17" in a for a in asked)), "6")


def new_policy(port, folder):
    """A snapshot published while questions go on, and one that is damaged."""
    (folder / "policy.d/95-test.conf").write_text("[rule closed-today]\nblock = www.kites.example\nreason = For the test.\n")
    env = dict(os.environ, GATEHOUSE_PREFIX=str(folder), GATEHOUSE_DATA=str(ROOT / "data"))
    subprocess.run([BUILD / "gatehouse", "policy", "publish"], env=env, check=True, stdout=subprocess.DEVNULL)
    took = until(port, r"EDE: 17", "www.kites.example")
    expect(f"a new policy counts ({took * 1000:.0f} ms)", "yes" if took < 2 else "no", "yes")
    good = (folder / "policy/current").resolve()
    bad = folder / "policy/99999999.snap"
    bytes_ = bytearray(good.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    bad.write_bytes(bytes_)
    (folder / "policy/next").symlink_to(bad.name)
    (folder / "policy/next").rename(folder / "policy/current")
    time.sleep(1)
    expect("a damaged policy is refused, the last good one stays", dig(port, "www.kites.example"), r"EDE: 17")
    (folder / "policy/next").symlink_to(good.name)
    (folder / "policy/next").rename(folder / "policy/current")


def outage(port, upstream):
    """The resolver goes; what is known stays."""
    for _ in range(16):                 # each worker has a cache of its own
        dig(port, "www.kites.example")
    upstream.send_signal(signal.SIGKILL)
    upstream.wait()
    expect("from the cache with the resolver gone", dig(port, "www.kites.example"), r"198\.51\.100\.7")
    expect("listed names with the resolver gone", dig(port, "block-brawl.test"), r"127\.0\.0\.9")
    expect("unknown names say why", dig(port, "www.rivers.example"), r"status: SERVFAIL", r"EDE: 22")


def main():
    with tempfile.TemporaryDirectory(prefix="gatehouse-dns-") as folder:
        folder = pathlib.Path(folder)
        port, up_port = free_port(), free_port()
        make_prefix(folder, port, up_port)
        upstream = subprocess.Popen([sys.executable, ROOT / "test/e2e/dns_upstream.py", "127.0.0.1", str(up_port)], stdout=subprocess.PIPE)
        upstream.stdout.readline()
        # The sandbox leaves no way to look for leaks at the end.
        server = subprocess.Popen([BUILD / "gatehouse-dns", "--prefix", folder], env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
        try:
            for _ in range(100):
                if "status: NXDOMAIN" in dig(port, "+tries=1", "+time=1", "mask.icloud.com"):
                    break
                time.sleep(0.1)
            allowed(port)
            refused(port)
            special(port)
            outage(port, upstream)
            directives(port, folder)
            new_policy(port, folder)
            segments = list(folder.glob("spool/dns-*/*.seg"))
            expect("events stand in the spool", " ".join(map(str, segments)), r"\.seg")
        finally:
            upstream.kill()
            server.terminate()
            code = server.wait(20)
        expect("stops when asked", str(code), r"^0$")
    print(f"dns: {len(failed)} failed" if failed else "dns: all as promised")
    return 1 if failed else 0


sys.exit(main())
