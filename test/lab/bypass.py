#!/usr/bin/env python3
"""The bypass suite: each trick of tricks.tsv against the real gate, and behind a router that filters nothing.

There it must reach what is forbidden, or it is no trick; here it must not.  bypass.py [--show] prints each outcome.
"""
import subprocess
import sys

from lab import HERE, Lab
from tricks import read_tricks


def outcomes(lab, space, expected):
    """{name: what came of it} as played in a namespace."""
    got = subprocess.run(["ip", "netns", "exec", lab.ns(space), sys.executable, HERE / "tricks.py", HERE / "tricks.tsv"], capture_output=True, text=True,
                         timeout=300, check=False)
    out = dict(line.split("\t", 1) for line in got.stdout.splitlines())
    if len(out) != expected:
        raise SystemExit(f"FAIL {space}: {len(out)} of {expected} tricks were played: {got.stderr[-3000:]}")
    return out


def report(tricks, real, free):
    """(blocked, passed, others): names."""
    blocked, passed, wrong = [], [], []
    for name, way, target, _, expected in tricks:
        if free[name] != "PASSED":
            wrong.append(f"no trick: \"{name}\" ({way} {target}) reaches nothing where nothing is filtered: {free[name]}")
        if real[name] == "PASSED":
            passed.append(f"PASSED \"{name}\" ({way} {target})")
            continue
        blocked.append(name)
        if real[name] not in expected.split("|"):
            wrong.append(f"otherwise than expected: \"{name}\" ({way} {target}): {real[name]}, not {expected}")
    return blocked, passed, wrong


def main():
    tricks = read_tricks(HERE / "tricks.tsv")
    names = [t[0] for t in tricks]
    if len(set(names)) != len(names):
        raise SystemExit(f"FAIL two tricks have one name: {[n for n in names if names.count(n) > 1][0]}")
    with Lab(plain=True) as lab:
        free = outcomes(lab, "free", len(tricks))
        real = outcomes(lab, "learner", len(tricks))
        alive = "OPEN-PAGE" in lab.run("learner", "curl", "-s", "-m", "5", "http://www.open.example/")
    if "--show" in sys.argv:
        for t in tricks:
            print(f"{t[0]}\t{t[1]}\t{real[t[0]]}\t(unfiltered: {free[t[0]]})")
    blocked, passed, wrong = report(tricks, real, free)
    for line in passed + wrong:
        print(line)
    if not alive:
        wrong.append("the gate serves nobody after it")
        print(wrong[-1])
    bad = len(passed) + len(wrong) + len(lab.faults)
    print(f"{len(tricks) - bad} passed, {bad} failed" if bad <= len(tricks) else f"0 passed, {bad} failed")
    print(f"{len(blocked)} blocked, {len(passed)} passed")
    return 0 if not bad else 1


if __name__ == "__main__":
    sys.exit(main())
