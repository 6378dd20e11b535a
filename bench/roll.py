#!/usr/bin/env python3
"""How long a roll of 5,000 takes: first time, again, and in September (everybody moves, a year leaves).

  bench/roll.py [--build release] [--people 5000]

A school of its own in a temporary folder, on SQLite; under `test/pg bench/roll.py` on PostgreSQL.  The figures are the command's own ("applied in ...") and the wall clock of the whole command, reading and comparing included.
"""
import argparse
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
GIVEN = "Tansy Otter Bramble Hazel Nettle Fern Rowan Teasel Sorrel Clover Linnet Wren Finch Bracken Moss Thistle Acorn Pebble Willow Briar".split()
GIVEN = [name + end for name in GIVEN for end in ("", "a", "ina", "ette", "o", "is", "en", "by", "wyn", "ora")]
FAMILY = "Testerley Mockford Pupilsson Madeupton Samplewick Fakenham-Lee Dummerby Inventley Notreal Placeholder".split()


def table(people, later):
    """The CSV text of one year; `later`: the year after, without its last class."""
    random.seed(1)
    rows = ["UPN,Legal Surname,Forename,DOB,Year Group,Reg Group,Contact 1 Name,Contact 1 Relationship,Contact 1 Email"]
    for i in range(people):
        year = i % 7 + later
        name = (random.choice(FAMILY), random.choice(GIVEN), random.randint(1, 28), random.randint(1, 8))
        if year > 6:
            continue
        rows.append(f"Z{i:012},{name[0]},{name[1]},{name[2]:02}/{name[3]:02}/{2021 - i % 7},{year or 'R'},{year}-{i // 7 % 25},Ms {name[1]} Carer{i},Mother,carer{i}@families.example")
    return "\r\n".join(rows) + "\r\n"


def run(program, env, *words):
    start = time.monotonic()
    done = subprocess.run([program, "import", *words], env=env, capture_output=True, text=True, check=False)
    took = time.monotonic() - start
    if done.returncode:
        raise SystemExit(done.stdout[-500:] + done.stderr[-2000:])
    applied = re.search(r"applied in ([\d.]+) s", done.stdout)
    return took, applied[1] if applied else "-"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", default="release")
    options.add_argument("--people", type=int, default=5000)
    asked = options.parse_args()
    program = ROOT / "build" / asked.build / "gatehouse"
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        server = os.environ.get("GH_TEST_PG")
        where = f"[house]\ndatabase = postgres:{server}\n" if server else ""
        (home / "gatehouse.conf").write_text("[school]\nname = Testerley\nprofile = primary\n" + where)
        env = {**os.environ, "GATEHOUSE_PREFIX": folder, "GATEHOUSE_DATA": str(ROOT / "data")}
        subprocess.run([program, "init"], env=env, check=True, capture_output=True)
        first, september = home / "first.csv", home / "september.csv"
        first.write_text(table(asked.people, 0))
        september.write_text(table(asked.people, 1))
        leave = sum(1 for i in range(asked.people) if i % 7 == 6) * 2         # with their adults
        for what, words in (("dry run", (first, "--dry-run")), ("first time", (first, "--yes")), ("the same again", (first, "--yes")),
                            ("September", (september, "--yes", "--leavers", str(leave)))):
            took, applied = run(program, env, *words)
            print(f"{what:15} {took:6.2f} s whole command, {applied:>6} s applying")


main()
