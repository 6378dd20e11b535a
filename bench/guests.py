#!/usr/bin/env python3
"""A big evening: 2,000 guests come to the guest network, each from an address of its own, and some behind one router.

  bench/guests.py [--build release] [--guests 2000] [--at-once 100] [--maker build/bench/guests]

A whole school on high ports (nginx, portal, keeper, signer, DNS, proxy), its visitors made by bench/guests.c.  Each guest's telephone asks whether there is a way out and is sent to the
page to sign; nothing else opens; the code of the pass is typed; then it browses.  The same again from one address (behind a NAT), where one code would open for all, so that only what
must not fail is tried: 200 telephones ask at once and all are answered.  Ends with what failed, seconds, and memory of each program.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT / "test/school")          # in the place of bench, whose inspect.py is not Python's
import argparse  # noqa: E402
import asyncio  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import ssl  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

from school import School, free_ports  # noqa: E402

took = {"asked": [], "signed": [], "browsed": []}
failed = []
again = 0                                       # "does not answer just now. Try again in a minute."


async def http(host_port, request, source, tls=None):
    """One request from this address; its answer whole."""
    reader, writer = await asyncio.open_connection(*host_port, local_addr=(source, 0), ssl=tls, server_hostname="localhost" if tls else None)
    writer.write(request.encode())
    await writer.drain()
    out = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    return out.decode("utf-8", "replace")


def unverified():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def timed(what, guest, coroutine, good):
    start = time.monotonic()
    try:
        out = await coroutine
    except (OSError, asyncio.TimeoutError) as e:
        out = repr(e)
    took[what].append(time.monotonic() - start)
    if not good(out):
        failed.append((what, guest, out[:300]))
    return out


class Evening:
    def __init__(self, school, codes):
        self.page, self.proxy, self.portal = (("127.0.0.1", school.ports[p]) for p in ("page", "proxy", "portal"))
        self.codes, self.tls = codes, unverified()

    def browse(self, source):
        return http(self.proxy, "GET http://open.example:%d/ HTTP/1.1\r\nHost: open.example:%d\r\nAccept: text/html\r\nConnection: close\r\n\r\n" % (self.site, self.site), source)

    async def guest(self, i, gate):
        source = f"127.{1 + i // 60000}.{i // 240 % 250}.{10 + i % 240}"
        async with gate:
            await timed("asked", source, http(self.page, "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\nConnection: close\r\n\r\n", source),
                        lambda out: " 302 " in out and "/sign" in out)
            await timed("browsed", source, self.browse(source), lambda out: " 200 " not in out.split("\r\n")[0])
            out = await timed("asked", source, http(self.portal, f"GET /guest HTTP/1.1\r\nHost: localhost:{self.portal[1]}\r\nConnection: close\r\n\r\n", source, self.tls),
                              lambda out: " 200 " in out.split("\r\n")[0])
            cookie = "; ".join(re.findall(r"^set-cookie: ([^;\r]+)", out, re.M | re.I))
            fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', out)
            body = "&".join([f"{n}={v}" for n, v in fields] + [f"code={self.codes[i]}"])
            await timed("signed", source, self.sign(source, cookie, body),
                        lambda out: " 200 " in out.split("\r\n")[0] and "You are connected" in out)
            for _ in range(50):
                try:
                    out = await self.browse(source)
                except (OSError, asyncio.TimeoutError) as e:
                    failed.append(("let on", source, repr(e)))
                if "First, the agreement" not in out and " 403 " not in out.split("\r\n")[0]:
                    break
                await asyncio.sleep(0.1)
            await timed("browsed", source, self.browse(source), lambda out: " 200 " in out.split("\r\n")[0])

    async def sign(self, source, cookie, body):
        """Types the code, and again where the page says so."""
        global again
        for _ in range(5):
            out = await http(self.portal, f"POST /guest HTTP/1.1\r\nHost: localhost:{self.portal[1]}\r\nOrigin: https://localhost:{self.portal[1]}\r\nCookie: {cookie}\r\n"
                        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}", source, self.tls)
            if "does not answer just now" not in out:
                break
            again += 1
            await asyncio.sleep(2)
        return out

    async def behind_one_router(self, n):
        async def one():
            await timed("asked", "one router", http(self.page, "GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\nConnection: close\r\n\r\n", "127.250.0.1"), lambda out: " 302 " in out)
        await asyncio.gather(*(one() for _ in range(n)))


def memory(pid):
    kids = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    total = 0
    for p in [str(pid), *kids]:
        found = re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{p}/smaps_rollup").read_text(), re.M)
        total += int(found[1]) if found else 0
    return total / 1024


def spent(pid):
    """Processor seconds of a program and those it started."""
    kids = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    ticks = 0
    for p in [str(pid), *kids]:
        fields = pathlib.Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", default="release")
    options.add_argument("--guests", type=int, default=2000)
    options.add_argument("--at-once", type=int, default=100)
    options.add_argument("--maker", default=str(ROOT / "build/bench/guests"))
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names = list(School.PORTS)
        school = School(pathlib.Path(folder) / "school", build=asked.build, ports=dict(zip(names, free_ports(len(names)))), quiet=True)
        school.make()
        school.start_all()
        try:
            run(school, asked)
        finally:
            school.stop()


def run(school, asked):
    start = time.monotonic()
    codes = subprocess.run([asked.maker, school.prefix, str(asked.guests)], env=school.env, capture_output=True, text=True, check=True).stdout.split()
    print(f"{len(codes)} visitors signed and have a code: {time.monotonic() - start:.1f} s")
    before = {n: (memory(school.running[n].pid), spent(school.running[n].pid)) for n in ("proxy", "portal", "keeper")}
    evening = Evening(school, codes)
    evening.site = school.ports["site_http"]

    async def all_of_them():
        gate = asyncio.Semaphore(asked.at_once)
        await asyncio.gather(*(evening.guest(i, gate) for i in range(asked.guests)))
        await evening.behind_one_router(200)
    start = time.monotonic()
    asyncio.run(all_of_them())
    print(f"{asked.guests} guests, {asked.at_once} at once: {time.monotonic() - start:.1f} s, {len(failed)} failures, {again} times asked to try again")
    for what, times in took.items():
        times.sort()
        print(f"  {what:8} {len(times):6} times, half in {1000 * statistics.median(times):.0f} ms, 99 of 100 in {1000 * times[int(len(times) * 0.99)]:.0f} ms")
    for name, (was, cpu) in before.items():
        used = spent(school.running[name].pid) - cpu
        print(f"  {name:8} {was:.0f} MB before, {memory(school.running[name].pid):.0f} MB after; {1000 * used / asked.guests:.1f} ms of processor time a guest")
    for f in failed[:5]:
        print("  failed:", f)
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
