#!/usr/bin/env python3
"""How long the portal takes over its main pages, with a year of a school behind them.

  bench/pages.py [EVENTS [CASES]]      1000000 events, 2000 cases; ASKS=60 times each page

Makes the demonstration school in a folder of its own, fills it (bench/year.c), starts the portal, signs in as the people who use
the pages, and asks each page over and over.  Time is from the first byte of the question to the last of the answer at the
portal's own socket, one question at a time on a machine that does other things as well; nginx in front is not counted.
"""
import http.client
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test/school"))
from school import PASSWORD, School, free_ports  # noqa: E402
from traffic import people  # noqa: E402
from visitor import Visitor  # noqa: E402

EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
CASES = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
ASKS = int(os.environ.get("ASKS", "60"))
YEAR = os.environ.get("YEAR_TOOL", str(ROOT / "build/bench/year"))


class Asker(Visitor):
    """Somebody at the portal's own socket, where nginx stands in service."""

    def __init__(self, school, address="127.0.0.1"):
        super().__init__(school, address)
        self.seconds = 0.0

    def once(self, method, path, form):
        c = http.client.HTTPConnection("portal")
        c.sock = socket.socket(socket.AF_UNIX)
        c.sock.settimeout(20)
        c.sock.connect(str(self.school.prefix / "run/portal.sock"))
        host = f"127.0.0.1:{self.school.ports['portal']}"
        headers = {"Host": host, "X-Peer": self.address, "Connection": "close", "User-Agent": "bench",
                   "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{host}", "Sec-Fetch-Site": "same-origin"}
        at = time.perf_counter()
        c.request(method, path, body, headers)
        r = c.getresponse()
        page = r.read().decode("utf-8", "replace")
        self.seconds = time.perf_counter() - at
        c.close()
        return r, page

    def ask(self, method, path, form=None):
        """As Visitor.ask."""
        for _ in range(6):
            r, page = self.once(method, path, form)
            for cookie in r.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            where = r.headers.get("Location")
            self.path = path
            if r.status not in (302, 303) or not where:
                return r.status, page
            method, path, form = "GET", where, None
        return r.status, page


def signed_in(school, role):
    """A person of that role."""
    who = Asker(school)
    user = next(u for u, _, _, r, _ in people() if r == role)
    status, page = who.sign_in(user, PASSWORD)
    if status != 200 or "/sign-out" not in page:
        raise SystemExit(f"{role} cannot sign in: {status}\n{page[:3000]}")
    return who


def plan(school):
    """(title, who, path) of the pages to time."""
    dsl, head = signed_in(school, "dsl"), signed_in(school, "head")
    found = [("home", dsl, "/home"), ("today", dsl, "/today"), ("cases", dsl, "/cases"), ("cases, page 20", dsl, "/cases?state=closed&page=20"),
             ("cases, a word searched", dsl, "/cases?q=stranger")]
    first = re.search(r'href="(/case/\d+)"', dsl.ask("GET", "/cases")[1])
    found += [("one case", dsl, first[1])] if first else []
    found.append(("activity, choosing", dsl, "/activity"))
    person = re.search(r'href="(/activity/new\?person=\d+)"', dsl.ask("GET", "/activity")[1])
    if person:
        day = lambda back: time.strftime("%d/%m/%Y", time.gmtime(time.time() - back * 86400))
        dsl.submit(person[1], "/activity/new", **{"from": day(80), "upto": day(0), "reason": "A worry about late evenings"})
        if not re.match(r"/activity/\d+", dsl.path):
            print("SKIPPED: the activity of a person does not open", flush=True)
        else:
            found += [("activity of a person", dsl, dsl.path), ("activity, a host searched", dsl, dsl.path.split("?")[0] + "?q=place1")]
    found += [("policy and its evidence", head, "/policy"), ("governors", head, "/governors"), ("status", head, "/status"), ("people", signed_in(school, "admin"), "/people"),
              ("report form", dsl, "/report"), ("public page", Asker(school), "/")]
    return found


def main():
    with tempfile.TemporaryDirectory(prefix="gatehouse-bench-") as folder:
        names = list(School.PORTS)
        school = School(folder, ports=dict(zip(names, free_ports(len(names)))), quiet=True)
        school.make()
        print(subprocess.run([YEAR, folder, str(EVENTS), str(CASES)], env=school.env, check=True, stdout=subprocess.PIPE, text=True).stdout, end="")
        size = sum(f.stat().st_size for f in (school.prefix / "house").iterdir()) / 1e6
        print(f"databases: {size:.0f} MB", flush=True)
        try:
            run = school.prefix / "run"
            school.start("portal", school.bin / "gatehouse-portal", "--prefix", school.prefix, ready=(run / "portal.sock").exists)
            print("| page | p50 ms | p95 ms | most ms | KB | answer |\n|---|---|---|---|---|---|")
            for title, who, path in plan(school):
                times = []
                for _ in range(ASKS):
                    reply, page = who.once("GET", path, None)
                    times.append(who.seconds * 1000)
                times.sort()
                if reply.status == 404:
                    print(f"SKIPPED: page {title} ({path.split('?')[0]}) is not there", flush=True)
                    continue
                print(f"| {title} | {statistics.median(times):.1f} | {times[int(len(times) * .95)]:.1f} | {times[-1]:.1f} | {len(page) / 1024:.0f} | {reply.status} |")
                print(f"result page {title.replace(' ', '-')} p50_ms={statistics.median(times):.2f} p95_ms={times[int(len(times) * .95)]:.2f} status={reply.status}", flush=True)
        finally:
            school.stop()


main()
