#!/usr/bin/env python3
"""Names: askers that are slow, half closed, too many or odd; resolvers that lie, guess, say too much or nothing at all.  About half a minute."""
import random
import socket
import ssl
import struct
import sys
import threading
import time

from kit import SPEND, Gate, Names, Tally, ends, free_port, together, until

t = Tally("faults of names")
WRONG = "203.0.113.66"


def later(seconds):
    """An answer that takes its time."""
    def make(query):
        def send(s, peer):
            time.sleep(seconds)
            s.sendto(Names.reply(query), peer)
        return send
    return make


def guesses(query):
    """Four hundred answers of somebody who does not know the id, then the right one."""
    own = int.from_bytes(query[:2], "big")
    ids = random.sample([i for i in range(65536) if i != own], 400)
    return [i.to_bytes(2, "big") + Names.reply(query, WRONG)[2:] for i in ids] + [Names.reply(query)]


def other_question(query):
    """An answer to another question, under the right id; then the right one."""
    name, end = Names.name_of(query)
    lie = query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + b"\5other\4test\0\0\1\0\1" + b"\xc0\x0c\0\1\0\1\0\0\x0e\x10\0\4" + socket.inet_aton(WRONG)
    return [lie, Names.reply(query)]


def other_case(query):
    """The question in other letters, as a guesser writes it."""
    _, end = Names.name_of(query)
    out = Names.reply(query, WRONG)
    return [out[:12] + out[12:end].swapcase() + out[end:]]


def strangers(query):
    """Records about a name that was not asked for, in every section (bailiwick)."""
    _, end = Names.name_of(query)
    if query[end - 4:end - 2] != b"\0\1":
        return False
    victim = b"\6victim\4test\0\0\1\0\1\0\0\x0e\x10\0\4" + socket.inet_aton(WRONG)
    own = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1")
    ns = b"\4test\0\0\2\0\1\0\0\x0e\x10\0\x0d\2ns\6victim\4test\0"[:-1] + b"\0"
    ns = b"\4test\0" + struct.pack(">HHIH", 2, 1, 3600, 16) + b"\2ns\6victim\4test\0"
    return query[:2] + b"\x85\x80\0\1\0\2\0\1\0\1" + query[12:end] + own + victim + ns + victim


BIG = {}


def special(name, query, tcp):
    """What the resolver makes of a name."""
    first = name.split(".")[0]
    if name.endswith("never.test"):
        return None
    if first == "slow":
        return False if tcp else later(0.7)(query)
    if first == "guess" and not tcp:
        return guesses(query)
    if first == "question" and not tcp:
        return other_question(query)
    if first == "case" and not tcp:
        return other_case(query)
    if first == "strangers":
        return strangers(query)
    _, end = Names.name_of(query)
    if first == "cut":                                 # to TCP, and whole there
        return Names.reply(query) if tcp else query[:2] + b"\x83\x80\0\1\0\0\0\0\0\0" + query[12:end]
    if first == "cut-again":                           # cut there too
        return query[:2] + b"\x83\x80\0\1\0\0\0\0\0\0" + query[12:end]
    if first == "huge" and not tcp:                    # more than anybody asked for
        return Names.reply(query) + b"\0" * 20000
    if first == "fat":                                 # 100 addresses: 1,600 bytes, whatever was asked for
        rr = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4"
        return query[:2] + b"\x81\x80\0\1\0\x64\0\0\0\0" + query[12:end] + b"".join(rr + bytes([198, 51, 100, i]) for i in range(100))
    if first == "loop":                                # a name that points at itself
        return query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:end] + b"\xc0" + bytes([end]) + b"\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"
    if first == "short":
        return Names.reply(query)[:15]
    if first == "empty":
        return [b""]
    return False


first, second = Names(special), Names(special)


def ask(s, name, ident, kind=1):
    q = ident.to_bytes(2, "big") + b"\1\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0" + kind.to_bytes(2, "big") + b"\0\1"
    return q if s is None else s.sendall(len(q).to_bytes(2, "big") + q)


def framed(s):
    """One answer of a connection."""
    n = b""
    while len(n) < 2:
        got = s.recv(2 - len(n))
        if not got:
            return None
        n += got
    want, out = int.from_bytes(n, "big"), b""
    while len(out) < want:
        got = s.recv(want - len(out))
        if not got:
            return None
        out += got
    return out


def connections(gate):
    """Questions on connections: many at once, late ones, half closed, dripping, and many askers behind one address."""
    s = gate.dial(gate.dns)
    for i in range(200):
        ask(s, f"n{i}.up.test", i)
    got = [framed(s) for _ in range(200)]
    t.check("two hundred questions at once on one connection", sorted(int.from_bytes(g[:2], "big") for g in got) == list(range(200)))
    ask(s, "slow.up.test", 1), ask(s, "quick.up.test", 2)
    order = [framed(s)[1], framed(s)[1]]
    t.check("who is answered sooner does not wait for another (RFC 7766 6.2.1.1)", order == [2, 1], order)
    s = gate.dial(gate.dns)
    ask(s, "slow.half.test", 7)
    s.shutdown(1)
    out = framed(s)
    t.check("half closed: the answer still comes", out and out[1] == 7, out)

    def drips():
        took = ends(gate.dial(gate.dns), b"\0\x40" + b"a" * 60)
        t.check("a question that drips ends", took and took < 30, took)

    def over_tls():
        took = ends(gate.dial(gate.dot), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 400)
        t.check("a handshake that drips ends", took and took < 30, took)

    def idle():
        s = secure(gate)
        ask(s, "n1.up.test", 3)
        t.check("a question over TLS", framed(s)[1] == 3)
        took = ends(s, most=60)
        t.check("a connection with nothing to ask ends", took is None or took > 5, took)
    together(drips, over_tls)
    school = [gate.dial(gate.dns, source="127.0.0.5") for _ in range(300)]
    s = gate.dial(gate.dns, source="127.0.0.5")
    ask(s, "n2.up.test", 4)
    out = framed(s)
    t.check("three hundred connections of one address, and the next one is answered", out and out[1] == 4, out)
    more = [gate.dial(gate.dns, source="127.0.0.5") for _ in range(900)]
    for i in range(10):
        t.check("past every place: another address is answered", "127.0.0.1" in gate.dig("+tcp", f"m{i}.up.test"))
    for c in school + more:
        c.close()
    tablets = [secure(gate, "127.0.0.5") for _ in range(160)]
    ask(tablets[-1], "n3.up.test", 5)
    out = framed(tablets[-1])
    t.check("a hundred and sixty tablets of one school over TLS", out and out[1] == 5, out)


def secure(gate, source="127.0.0.1"):
    context = ssl._create_unverified_context()
    return context.wrap_socket(gate.dial(gate.dot, source), server_hostname="dns.school.example")


def poison(gate):
    """Nobody but the resolver that was asked, and nothing but what was asked, is believed."""
    for name, words in (("guess", "four hundred guesses of the id"), ("question", "an answer to another question"), ("case", "the question in other letters"), ("strangers", "records of another name")):
        out = gate.dig(f"{name}.up.test")
        t.check(f"{words}: the right answer", "127.0.0.1" in out and WRONG not in out, out)
        t.check("and nothing else was kept", WRONG not in gate.dig("victim.test") + gate.dig("other.test") + gate.dig(f"{name}.up.test"))
    before = len(first.peers) + len(second.peers)
    for i in range(60):
        gate.dig(f"r{i}.random-letters-of-a-name.test", "+tries=1")
    seen = (first.peers + second.peers)[-60:] if before else first.peers
    t.check("each question from a port of its own", len({p for p, _, _ in seen}) > 50, len({p for p, _, _ in seen}))
    t.check("with an id of its own", len({i for _, i, _ in seen}) > 50)
    spellings = {q[13:37] for _, _, q in seen if q[12] == 24} | {q[q.index(b"\x18") + 1:][:24] for _, _, q in seen if b"\x18" in q[12:]}
    t.check("and letters of its own", len(spellings) > 40, len(spellings))
    out = gate.dig("spoofed.never.test", "+tries=1", "+time=1")
    liar = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    threading.Thread(target=lambda: gate.dig("other-source.slow.test", "+tries=1"), daemon=True).start()
    t.check("nobody answers for a resolver that is silent", "ANSWER: 0" in out or "no servers" in out or "timed out" in out, out)
    liar.close()


def sizes(gate):
    """Too much, too little, cut, in circles."""
    for name in ("cut", "huge", "up"):
        out = gate.dig(f"{name}.x.test")
        t.check(f"{name}: an answer", "127.0.0.1" in out, out)
    t.check("cut answers come again by TCP", ("cut.x.test", True) in first.asked + second.asked)
    out = gate.dig("fat.x.test", "+bufsize=4096", "+ignore")
    t.check("a fat answer is cut for datagrams", "flags:" in out and " tc" in out.split("flags:")[1].split(";")[0], out)
    out = gate.dig("fat.x.test")
    t.check("and whole by TCP", out.count("198.51.100.") == 100 and "(TCP)" in out, out)
    for name in ("cut-again", "loop", "short", "empty"):
        out = gate.dig(f"{name}.x.test", "+time=8", "+tries=1")
        t.check(f"{name}: told that nobody answers", "SERVFAIL" in out, out)


def odd(gate):
    """Questions that no proper program sends: never an answer that could be taken for one, never the end of a worker."""
    opt = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"
    q = ask(None, "odd.test", 9)
    cases = {
        "nothing": b"", "a header alone": q[:12], "no question": q[:4] + b"\0\0" + q[6:12], "two questions": q[:4] + b"\0\2" + q[6:] + q[12:],
        "an answer": q[:2] + b"\x81\x80" + q[4:], "a name that points at itself": q[:12] + b"\xc0\x0c\0\1\0\1", "a name past its end": q[:12] + b"\x3fabc",
        "a label of 64": q[:12] + b"\x40" + b"a" * 64 + b"\0\0\1\0\1", "a name of 300": q[:12] + (b"\x3f" + b"a" * 63) * 5 + b"\0\0\1\0\1",
        "two OPT": q[:10] + b"\0\2" + q[12:] + opt * 2, "OPT of a name": q[:10] + b"\0\1" + q[12:] + b"\1a" + opt, "OPT cut short": q[:10] + b"\0\1" + q[12:] + opt[:7],
        "OPT longer than it is": q[:10] + b"\0\1" + q[12:] + opt[:-2] + b"\xff\xff", "an option past the end": q[:10] + b"\0\1" + q[12:] + opt[:-2] + b"\0\4\0\x0f\xff\xff",
        "room of none": q[:10] + b"\0\1" + q[12:] + b"\0\0\x29\0\0\0\0\0\0\0\0", "a version of 255": q[:10] + b"\0\1" + q[12:] + b"\0\0\x29\x04\xd0\0\xff\0\0\0\0",
        "every flag": q[:10] + b"\0\1" + q[12:] + b"\0\0\x29\x04\xd0\0\0\xff\xff\0\0", "more than it has": q[:6] + b"\xff\xff\xff\xff\xff\xff" + q[12:],
        "four kilobytes": q + b"\0" * 4000, "class NONE": q[:-2] + b"\0\xfe", "a transfer": q[:-4] + b"\0\xfc\0\1",
    }
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    s.settimeout(0.3)
    for words, bytes_ in cases.items():
        s.sendto(bytes_, ("127.0.0.1", gate.dns))
        try:
            out = s.recv(65536)
        except TimeoutError:
            out = b""
        good = not out or (out[2] & 0x80 and out[:2] == bytes_[:2] and len(out) <= 1232 and (out[3] & 15 or out[6:8] == b"\0\0" or words in ("room of none", "every flag", "four kilobytes")))
        t.check(f"odd: {words}", good, out)
    for _ in range(3000):                              # anything at all
        s.sendto(random.randbytes(random.randrange(80)), ("127.0.0.1", gate.dns))
    t.check("and the gate goes on", "127.0.0.1" in gate.dig("after-odd.test"))


def flood(gate):
    """One address asks for thousands of names that nobody answers: others, and others behind it, are answered."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.5", 0))
    stop = threading.Event()

    def run():
        i = 0
        while not stop.is_set():
            s.sendto(ask(None, f"r{i}.d{i % 977}-never.test", i % 65536), ("127.0.0.1", gate.dns))
            i += 1
            if i % 50 == 0:
                time.sleep(0.02)
    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(3)
    for source in ("127.0.0.1", "127.0.0.5"):
        good = sum("127.0.0.1" in gate.dig(f"w{i}.kites.test", "+tries=3", source=source) for i in range(15))
        t.check(f"in a flood of names that nobody answers: {source} is answered", good == 15, good)
    stop.set()
    thread.join()


def failover(gate):
    """A resolver goes, and comes again."""
    global first
    port = first.port
    first.stop()
    good = sum("127.0.0.1" in gate.dig(f"f{i}.gone.test", "+time=5") for i in range(20))
    t.check("one resolver gone: every name is answered", good == 20, good)
    t.check("by the other", any(n.endswith("gone.test") for n, _ in second.asked))
    first = Names(special, port)
    until("the first resolver is asked again", lambda: gate.dig(f"b{time.monotonic_ns()}.back.test") and any(n.endswith("back.test") for n, _ in first.asked), 40)
    t.check("a resolver that comes again is asked again", True)
    gate.dig("kept.test")
    first.stop(), second.stop()
    t.check("none left: what is known is answered", "127.0.0.1" in gate.dig("kept.test"))
    out = gate.dig("unknown.test", "+time=10", "+tries=1")
    t.check("and what is not is said", "SERVFAIL" in out, out)


def main():
    gate = Gate([first.port, second.port])
    gate.start("dns")
    until("the names with their policy", lambda: "NOERROR" in gate.dig("up.test", "+tries=1", "+time=1"))
    try:
        for part in (poison, sizes, odd, connections, flood, failover):
            part(gate)
    finally:
        gate.stop(t)
    return t.end()


if __name__ == "__main__":
    sys.exit(main())
