#!/usr/bin/env python3
"""The proxy and clients and hosts that misbehave: slow, half closed, too many, too large, saying two things at once.  About half a minute."""
import resource
import sys
import time

from kit import SPEND, Gate, Host, Names, Tally, ends, everything, processor_s, together

t = Tally("faults of the web")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


def said(head, what):
    return f" {what}".encode() in head.split(b"\r\n")[0]


def serve(c, head):
    """The host: its path says how it behaves."""
    if said(head, "/silent"):
        time.sleep(SPEND)
        return False
    if said(head, "/stops"):
        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        time.sleep(SPEND)
        return False
    if said(head, "/twice"):
        c.sendall(OK % (5, b"first") + OK % (8, b"smuggled"))
        return True
    if said(head, "/late-twice"):
        c.sendall(OK % (5, b"first") + b"HTTP/1.1 200 OK\r\nContent-")
        time.sleep(0.3)
        c.sendall(b"Length: 8\r\n\r\nsmuggled")
        return True
    for words, bytes_ in ANSWERS.items():
        path = f"/answer-{words}".replace(" ", "-")
        if said(head, path + "-and-stays "):
            c.sendall(bytes_)
            time.sleep(1)
            c.sendall(b"more")
            return True
        if said(head, path + " "):
            c.sendall(bytes_)
            return False
    text = b"asked " + head.split(b" ")[1]
    c.sendall(OK % (len(text), text))
    return True


# Answers that two readers would take differently (RFC 9112 5.2, 6.3, 7.1; RFC 9110 8.6).
ANSWERS = {
    "length and chunked": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nEVILx\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nEVILx",
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 4, 5\r\n\r\nEVILx",
    "a signed length": b"HTTP/1.1 200 OK\r\nContent-Length: +4\r\n\r\nEVIL",
    "a hex length": b"HTTP/1.1 200 OK\r\nContent-Length: 0x4\r\n\r\nEVIL",
    "a length past 64 bits": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nEVIL",
    "a folded line": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 4\r\n\r\nEVIL",
    "a space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 4\r\n\r\nEVIL",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 4\n\nEVIL",
    "a bare CR in a value": b"HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b=1\r\nContent-Length: 4\r\n\r\nEVIL",
    "a NUL in a value": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 4\r\n\r\nEVIL",
    "an empty name": b"HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 4\r\n\r\nEVIL",
    "chunked twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n4\r\nEVIL\r\n0\r\n\r\n",
    "gzip then chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nEVIL\r\n0\r\n\r\n",
    "xchunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n4\r\nEVIL\r\n0\r\n\r\n",
    "a negative chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-4\r\nEVIL\r\n0\r\n\r\n",
    "a chunk with 0x": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nEVIL\r\n0\r\n\r\n",
    "a chunk past 64 bits": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000004\r\nEVIL\r\n0\r\n\r\n",
    "chunks with bare LF": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\nEVIL\n0\n\n",
    "no status": b"HTTP/1.1 OK\r\nContent-Length: 4\r\n\r\nEVIL",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 4\r\n\r\nEVIL",
    "version 2.0": b"HTTP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nEVIL",
    "version 0.9": b"EVIL",
    "a switch nobody asked for": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nEVIL",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 40000 + b"\r\n\r\nEVIL",
    "a thousand fields": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1000 + b"\r\nEVIL",
}
HALF = {"a-negative-chunk", "a-chunk-with-0x", "a-chunk-past-64-bits", "chunks-with-bare-LF"}   # seen when the head was read already: then it just ends

host = Host(serve)
names = Names(lambda name, query, tcp: None if name == "never.test" else False)


def url(path, name="up.test"):
    return f"http://{name}:{host.port}{path}"


def request(path="/", name="up.test", more=""):
    return f"GET {url(path, name)} HTTP/1.1\r\nHost: {name}:{host.port}\r\n{more}\r\n".encode()


def slow(gate):
    """Whoever drips is let go after a head's time, however they drip."""
    drip = b"GET http://up.test/" + b"a" * 4000
    fields = b"X-Slow: a\r\n" * 400

    def head():
        took = ends(gate.dial(), drip)
        t.check("a request line that drips ends", took and took < 30, took)

    def field():
        s = gate.dial()
        s.sendall(request()[:-2])
        took = ends(s, fields)
        t.check("fields that drip end", took and took < 30, took)

    def connect():
        took = ends(gate.dial(), b"CONNECT up.test:" + b"4" * 4000)
        t.check("a CONNECT that drips ends", took and took < 30, took)

    def hello():
        s = gate.dial()
        s.sendall(f"CONNECT up.test:{gate.connect} HTTP/1.1\r\nHost: up.test\r\n\r\n".encode())
        t.check("CONNECT is answered", s.recv(4096).startswith(b"HTTP/1.1 200"))
        took = ends(s, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 400)
        t.check("a hello that drips ends", took and took < 30, took)

    def door():
        took = ends(gate.dial(gate.tls), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 400)
        t.check("a handshake at the door with TLS that drips ends", took and took < 30, took)

    def nothing():
        took = ends(gate.dial())
        t.check("a connection that says nothing ends", took and took < 30, took)

    def form():
        s = gate.dial(gate.page)
        s.sendall(b"POST /tell HTTP/1.1\r\nHost: gatehouse.home.arpa\r\nContent-Length: 4000\r\n\r\n")
        took = ends(s, b"a", every=0.3)
        t.check("a form that drips ends", took and took < 30, took)

    together(head, field, connect, hello, door, nothing, form)


def silent(gate):
    """A host that does not answer, or stops: said, or seen to be incomplete; never waited for without end."""
    status, body = gate.curl(url("/silent"), "-m", "30")
    t.check("a host that never answers is a page", status == "504" and "did not come" in body, (status, body))
    status, body = gate.curl(url("/stops"), "-m", "30", "-w", "\n%{exitcode}")
    t.check("one that stops in the middle is seen to be incomplete", "half" in body and status in ("18", "56"), (status, body))
    status, body = gate.curl(f"http://up.test:{host.port + 1 if host.port < 65000 else host.port - 1}/")
    t.check("another port is not open", status == "403", status)


def half_closed(gate):
    """A client that has said all hears all (RFC 9112 9.6)."""
    s = gate.dial()
    s.sendall(request("/half"))
    s.shutdown(1)
    out = everything(s)
    t.check("half closed at once: the answer comes", out.startswith(b"HTTP/1.1 200") and b"asked /half" in out, out)
    s = gate.dial()
    s.sendall(request("/one") + request("/two"))
    s.shutdown(1)
    out = everything(s)
    t.check("and the answers to all that was asked", b"asked /one" in out and b"asked /two" in out, out)
    s = gate.dial()
    s.sendall(request("/x")[:-2])
    s.shutdown(1)
    out = everything(s)
    t.check("half a request is nobody's", b"asked" not in out, out)


def smuggled(gate):
    """Answers that could be read in two ways, and bytes behind an answer."""
    for words in ANSWERS:
        path = f"/answer-{words}".replace(" ", "-")
        s = gate.dial()
        s.sendall(request(path, more="Connection: close\r\n"))
        out = everything(s)
        t.check(f"an answer with {words}", (out.startswith(b"HTTP/1.1 502") or (path[8:] in HALF and not out)) and b"EVIL" not in out, out)
    s = gate.dial()
    for words in ("two lengths", "a folded line", "a switch nobody asked for"):
        for path in (f"/answer-{words}-and-stays".replace(" ", "-"), "/then"):
            s.sendall(request(path))
            out = s.recv(65536)
            while b"</html>" not in out and b"asked" not in out:
                out += s.recv(65536)
            t.check(f"after an answer with {words} the client goes on ({path})", out.startswith(b"HTTP/1.1 502") or b"asked /then" in out, out)
    s.close()
    time.sleep(1.5)                                    # the host says more, to nobody
    for path in ("/twice", "/late-twice"):
        s = gate.dial()
        s.sendall(request(path))
        out = s.recv(65536)
        while b"first" not in out:
            out += s.recv(65536)
        for i in range(3):
            s.sendall(request(f"/after{i}"))
            out += s.recv(65536)
            time.sleep(0.2)
        t.check(f"an answer that nobody asked for goes to nobody ({path})", b"smuggled" not in out and out.count(b"asked /after") == 3, out)
        for i in range(3):
            status, body = gate.curl(url(f"/other{i}"))
            t.check("and not to another client", body == f"asked /other{i}", (status, body))


def bombs(gate):
    """Heads without end."""
    cases = {
        "one line of a megabyte": b"GET http://up.test/" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: up.test\r\n\r\n",
        "one field of a megabyte": b"GET http://up.test/ HTTP/1.1\r\nHost: up.test\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n",
        "a hundred thousand fields": b"GET http://up.test/ HTTP/1.1\r\nHost: up.test\r\n" + b"a: b\r\n" * 100000 + b"\r\n",
        "fields without end and without a value": b"GET http://up.test/ HTTP/1.1\r\nHost: up.test\r\n" + b"a:\r\n" * 100000,
    }
    for words, bytes_ in cases.items():
        s = gate.dial()
        try:
            s.sendall(bytes_)
        except OSError:
            pass                                       # it was told before it had said all
        out = everything(s)
        t.check(f"{words} is too large", out.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")) or out == b"", out)
    status, body = gate.curl(url("/after-bombs"))
    t.check("and the next one is served", body == "asked /after-bombs", (status, body))


def floods(gate):
    """Many connections of one address: a whole school may stand behind it, and nobody of it is turned away; whoever holds
    all places with nothing to say makes room."""
    idle = [gate.dial(source="127.0.0.5") for _ in range(380)]
    status, body = gate.curl(url("/behind-one-address"), source="127.0.0.5")
    t.check("400 connections of one address, and the next one is served", body == "asked /behind-one-address", (status, body))
    more = [gate.dial(source="127.0.0.5") for _ in range(600)]
    for i in range(20):
        status, body = gate.curl(url(f"/flooded{i}"))
        t.check("past every place: another address is served", body == f"asked /flooded{i}", (status, body))
    status, body = gate.curl(url("/same"), source="127.0.0.5")
    t.check("and so is who else comes from the same address", body == "asked /same", (status, body))
    s = gate.dial()
    s.sendall(request("/slow-reader"))
    t.check("a served connection", b"asked" in s.recv(4096))
    for c in idle + more:
        c.close()
    s.sendall(request("/still"))
    t.check("that one was not taken for an idle one", b"asked /still" in s.recv(4096))


def safe(gate):
    """"Is this device safe?" shows what it says: each picture comes exactly where it should."""
    seen = "/.well-known/gatehouse/seen.svg"
    status, body = gate.curl("http://gatehouse.home.arpa/safe")
    t.check("the page is there without a sign-in", status == "200" and "Is this device safe?" in body and "somebody signed in on it" in body, (status, body))
    tried = [u.split('"')[0] for u in body.split('data="')[1:] if u.split('"')[0].split('/')[2].split(':')[0].endswith('filter-check.test')]
    t.check("test names are tried", len(tried) == 2, tried)
    for u in tried:
        status, body = gate.curl(u)
        t.check("a test name that is refused shows its tick", status == "200" and ">Yes</title>" in body, (status, body))
    status, body = gate.curl(f"http://open.test:{host.port}{seen}")
    t.check("a name that is open shows none", "<svg" not in body, body)
    status, body = gate.curl("http://names.gatehouse.home.arpa" + seen)
    t.check("the gate's name for names", "<svg" in body, body)
    status, body = gate.curl("http://gatehouse.home.arpa/safe", source="127.0.0.77")
    t.check("a stranger learns nothing of groups and networks", status == "200" and "Only the pages for signing" in body and "Rules of" not in body and "Tried names" not in body, (status, body))


def held(gate):
    """One connection in each state, as the gate is told to stop."""
    asked = [b"GET http://up", request("/silent"), request("/stops"), f"CONNECT up.test:{gate.connect} HTTP/1.1\r\nHost: up.test\r\n\r\n".encode(),
             f"POST {url('/post')} HTTP/1.1\r\nHost: up.test:{host.port}\r\nContent-Length: 100\r\n\r\nhalf".encode(),
             f"GET http://never.test:{host.port}/ HTTP/1.1\r\nHost: never.test:{host.port}\r\n\r\n".encode()]
    kept = []
    for bytes_ in asked:
        kept.append(gate.dial())
        kept[-1].sendall(bytes_)
    kept += [gate.dial(gate.tls), gate.dial(gate.page)]
    time.sleep(1)
    return kept


def starved():
    """A gate that may open few files: it does not turn in circles, and goes on when there is room."""
    few = Gate([names.port], http_port=host.port)
    few.start("proxy", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (72, 72)))
    try:
        end = time.monotonic() + SPEND
        while few.curl(url("/few"))[1] != "asked /few" and time.monotonic() < end:
            time.sleep(0.1)
        held = []
        for _ in range(200):
            try:
                held.append(few.dial(source="127.0.0.5", timeout=3))
            except OSError:
                break
        for i in range(5):
            status, body = few.curl(url(f"/few{i}"))
            t.check("with no file left another one is served", body == f"asked /few{i}", (status, body))
        before = processor_s(few.worker("proxy"))
        time.sleep(2)
        used = processor_s(few.worker("proxy")) - before
        t.check("and nothing turns in circles", used < 1, used)
        t.check("nor fills the log", few.log("proxy").count("accept") < 50, few.log("proxy")[-400:])
        for s in held:
            s.close()
        status, body = few.curl(url("/free"))
        t.check("and it goes on", body == "asked /free", (status, body))
    finally:
        few.stop(t)


def main():
    gate = Gate([names.port], http_port=host.port, connect_port=host.port, proxy="connections = 500\nwait = 3\n")
    gate.both()
    try:
        safe(gate), half_closed(gate), smuggled(gate), bombs(gate)
        together(lambda: slow(gate), lambda: silent(gate))
        floods(gate)
        kept = held(gate)
    finally:
        gate.stop(t)
    t.check("whoever was connected at the stop is let go", all(ends(s, most=5) is not None for s in kept))
    starved()
    return t.end()


if __name__ == "__main__":
    sys.exit(main())
