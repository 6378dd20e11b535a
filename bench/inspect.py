#!/usr/bin/env python3
"""HTTPS through the proxy: tunnels, and inspection; processor time of the proxy and the signer for each operation.

  bench/inspect.py        ROUNDS=3 SECONDS=3

One worker; origin nginx with TLS 1.3 and a P-256 certificate on a port of its own; policy, identity, spool and sandbox as in service.
  connect        CONNECT, the answer, and gone                                  (squid beside it)
  tunnel-10m     10 MB through a tunnel                                         (squid beside it)
  new            a host seen first: certificate from the signer, whole verified handshake upstream, 1 KB, closed
  known          twenty hosts, a new connection of the client each time; upstream pooled or resumed
  new-h2, known-h2, inspect-10m-h2: the same (and the next), with a host that speaks HTTP/2
  inspect-10m    10 MB of a picture inside TLS, decrypted and encrypted again
  inspect-text   10 MB of a plain text, every word of it read for phrases as well
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
import live  # noqa: E402

BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release"))
ADDRESSES = [f"127.0.0.{i + 1}" for i in range(64)]      # with one for all hosts, thousands of connections a second use up its ports
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), os.environ.get("SECONDS", "3")
DATA = pathlib.Path(os.environ.get("GATEHOUSE_DATA", ROOT / "data"))
DNS, ORIGIN, READ, TUNNEL, SQUID, ORIGIN2, SOCKETS = 25420, 25421, 25422, 25423, 25424, 25425, 25426
NGINX = """worker_processes 1;
daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
 access_log off;
 default_type image/png;
 types {{ text/html html; text/plain txt; }}
 keepalive_requests 100000000;
 client_body_temp_path {dir}; proxy_temp_path {dir}; fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
 server {{ {listen} ssl_certificate {dir}/origin.pem; ssl_certificate_key {dir}/origin.key; ssl_protocols TLSv1.3;
  ssl_session_cache shared:s:8m; root {dir}/www; }}
}}
"""
SQUID_CONF = """http_port 127.0.0.1:{port}
acl ours port {origin}
http_access allow ours
cache deny all
access_log none
cache_log {dir}/squid.cache.log
cache_store_log none
pid_filename {dir}/squid.pid
coredump_dir {dir}
hosts_file {dir}/hosts
shutdown_lifetime 0 seconds
netdb_filename none
pinger_enable off
cache_effective_user proxy
visible_hostname bench
"""


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


def certificates(d):
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", 9, "-subj", "/CN=bench", "-keyout", d / "root.key", "-out", d / "root.pem")
    openssl("req", *key, "-subj", "/CN=bench.test", "-keyout", d / "origin.key", "-out", d / "origin.csr")
    (d / "ext").write_text("subjectAltName=DNS:*.bench.test\n")
    openssl("x509", "-req", "-in", d / "origin.csr", "-CA", d / "root.pem", "-CAkey", d / "root.key", "-CAcreateserial", "-days", 9,
            "-extfile", d / "ext", "-out", d / "origin.pem")


def gate(d, name, port, inspect):
    """A proxy of its own for each: read, or passed unread."""
    p = d / name
    (p / "policy.d").mkdir(parents=True)
    (p / "gatehouse.conf").write_text(
        f"[gate]\nproxy_listen = 127.0.0.1:{port}\nupstream = 127.0.0.1:{DNS}\nproxy_workers = 1\nsandbox = required\n"
        f"[proxy]\nconnect_ports = {ORIGIN} {ORIGIN2} {SOCKETS}\nreach = 127.0.0.0/8\nroots = {d}/root.pem\n[school]\nname = Bench School\n")
    (p / "policy.d/50-bench.conf").write_text(f"[group ks2]\ninspect = {'yes' if inspect else 'no'}\n")
    env = dict(os.environ, GATEHOUSE_DATA=str(DATA))

    def run(*argv):
        return subprocess.run([BUILD / "gatehouse", *argv, "--prefix", p], env=env, check=True, capture_output=True, text=True).stdout
    run("init")
    subprocess.run([BUILD / "gatehouse", "lists", "compile", "--data", DATA, "--from", DATA / "lists/starter", "--out", p / "lists", "--quiet"], check=True)
    run("policy", "publish", "--profile", "primary")
    live.append(p, live.record(live.BIND, addr="127.0.0.1", group="ks2", seconds=86400))
    programs = []
    for program in ("signer", "proxy"):
        programs.append(subprocess.Popen([BUILD / f"gatehouse-{program}", "--prefix", p], stdout=open(p / f"{program}.log", "wb"), stderr=subprocess.STDOUT))
        time.sleep(1)
    run("ca", "make")
    (p / "ca.pem").write_text(run("ca", "pem"))
    return p, programs


def middle(values):
    return f"{statistics.median(values):,.1f} ({min(values):,.1f}-{max(values):,.1f})"


def stage(d):
    """Names, certificates and an origin; gives what runs."""
    d.chmod(0o755)
    subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / "tlsload", ROOT / "bench/tlsload.c", "-lssl", "-lcrypto", "-lpthread"], check=True)
    subprocess.run(["gcc", "-std=gnu17", "-O2", "-o", d / "dnsanswer", ROOT / "bench/dnsanswer.c"], check=True)
    certificates(d)
    (d / "www").mkdir()
    (d / "www/1k").write_text("x" * 1024)
    (d / "www/10m").write_bytes(b"x" * 10_485_760)
    words = pathlib.Path("/usr/share/common-licenses/GPL-3").read_bytes()
    (d / "www/10m.txt").write_bytes((words * (10_485_760 // len(words) + 1))[:10_485_760])
    (d / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + NGINX.format(dir=d, listen=" ".join(f"listen {a}:{ORIGIN} ssl; listen {a}:{ORIGIN2} ssl http2;" for a in ADDRESSES)))
    return [subprocess.Popen([d / "dnsanswer", str(DNS), ADDRESSES[0], str(len(ADDRESSES))]), subprocess.Popen(["nginx", "-p", d, "-c", d / "nginx.conf"], stderr=subprocess.DEVNULL)]


def main():
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as name:
        d = pathlib.Path(name)
        running = stage(d)
        try:
            reads, one = gate(d, "read", READ, True)
            passes, two = gate(d, "tunnel", TUNNEL, False)
            running += one + two
            pids = {"read": ",".join(str(p.pid) for p in one), "tunnel": ",".join(str(p.pid) for p in two)}
            jobs = [("gatehouse", "connect", "connect", TUNNEL, d / "root.pem", "/1k", 16, pids["tunnel"]),
                    ("gatehouse", "tunnel-10m", "bulk", TUNNEL, d / "root.pem", "/10m", 4, pids["tunnel"]),
                    ("gatehouse", "new", "new", READ, reads / "ca.pem", "/1k", 8, pids["read"]),
                    ("gatehouse", "known", "known", READ, reads / "ca.pem", "/1k", 8, pids["read"]),
                    ("gatehouse", "inspect-10m", "bulk", READ, reads / "ca.pem", "/10m", 4, pids["read"]),
                    ("gatehouse", "inspect-text", "bulk", READ, reads / "ca.pem", "/10m.txt", 4, pids["read"]),
                    ("gatehouse", "new-h2", "new", READ, reads / "ca.pem", "/1k", 8, pids["read"]),
                    ("gatehouse", "known-h2", "known", READ, reads / "ca.pem", "/1k", 8, pids["read"]),
                    ("gatehouse", "inspect-10m-h2", "bulk", READ, reads / "ca.pem", "/10m", 4, pids["read"])]
            if shutil.which("squid"):
                (d / "hosts").write_text("".join(f"{ADDRESSES[i]} h{i}.bench.test\n" for i in range(20)))
                (d / "squid.conf").write_text(SQUID_CONF.format(port=SQUID, origin=ORIGIN, dir=d))
                d.chmod(0o777)
                squid = subprocess.Popen(["squid", "-N", "-f", d / "squid.conf"], stderr=subprocess.DEVNULL)
                running.append(squid)
                time.sleep(2)
                jobs += [("squid", "connect", "connect", SQUID, d / "root.pem", "/1k", 16, str(squid.pid)),
                         ("squid", "tunnel-10m", "bulk", SQUID, d / "root.pem", "/10m", 4, str(squid.pid))]
            found = {}
            for _ in range(ROUNDS):
                for who, job, mode, port, roots, path, threads, pid in jobs:
                    out = subprocess.run([d / "tlsload", mode, str(port), str(ORIGIN2 if job.endswith("-h2") else ORIGIN), roots, path, SECONDS, str(threads), pid], check=True,
                                         capture_output=True, text=True).stdout
                    found.setdefault((who, job), []).append({k: float(v) for k, v in (w.split("=") for w in out.split())})
            print("| work | proxy | cpu µs each | a second | bad |\n|---|---|---|---|---|")
            for (who, job), v in found.items():
                print(f"| {job} | {who} | {middle([x['cpu_us'] for x in v])} | {statistics.median(x['rps'] for x in v):,.0f} | {sum(x['bad'] for x in v):.0f} |")
                print(f"result inspect {who} {job} cpu_us={statistics.median(x['cpu_us'] for x in v):.2f}", file=sys.stderr)
        finally:
            for p in running:
                p.terminate()
            for p in running:
                p.wait(30)


if __name__ == "__main__":
    main()
