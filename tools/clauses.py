#!/usr/bin/env python3
"""The clause ledger: which obligations are proved by a test that ran and passed.

  clauses.py [--feature F] [--results DIR]   run (or, with --results, read) the named tests and print the count
  clauses.py --list                          each clause with its tests
  clauses.py --adopt                         write tests named clause.cID_... into the ledger where they are missing

A clause counts only when every test it names is in the results of this run.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEDGER = ROOT / "data/clauses"
NOT_YET = "not yet"


class Clause:
    """One [clause ID] block."""

    def __init__(self, ident, path):
        self.id, self.path, self.fields, self.tests = ident, path, {}, []

    def schools(self):
        return self.fields.get("schools", "").split()


def load():
    """All clauses in order; stops on a block that lacks what it must have."""
    clauses = []
    for path in sorted(LEDGER.glob("*.conf")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            head = re.match(r"\[clause (\S+)\]$", line)
            if head:
                clauses.append(Clause(head[1], path))
            elif "=" in line and not line.startswith("#"):
                key, value = (s.strip() for s in line.split("=", 1))
                if key == "test":
                    if value != NOT_YET:
                        clauses[-1].tests.append(value)
                else:
                    clauses[-1].fields[key] = value
            elif line.strip() and not line.startswith("#"):
                sys.exit(f"{path}:{number}: neither a block nor key = value")
    for c in clauses:
        for key in ("section", "duty", "who", "schools", "kind", "feature", "evidence", "accept"):
            if not c.fields.get(key):
                sys.exit(f"{c.path}: clause {c.id} has no \"{key}\"")
    ids = [c.id for c in clauses]
    doubled = {i for i in ids if ids.count(i) > 1}
    if doubled or len(ids) != 618:
        sys.exit(f"the ledger holds {len(ids)} clauses (618 wanted); doubled: {sorted(doubled)}")
    return clauses


def declared():
    """Every test that the source declares: TEST(module, name) in C, and test names of test/e2e and test/lab."""
    names = set()
    for path in (ROOT / "src").rglob("*_test.c"):
        names |= {f"{m}.{n}" for m, n in re.findall(r"^TEST\((\w+), (\w+)\)", path.read_text(), re.M)}
    for path in (ROOT / "test").rglob("*"):
        if path.suffix in (".js", ".mjs", ".py", ".sh") or path.parent.name == "check.d":
            if "node_modules" not in path.parts and path.is_file():
                names |= set(re.findall(r"\b((?:e2e|lab|scene|clause)\.\w+)", path.read_text(errors="replace")))
    return names


def clause_of(test, ids):
    """clause.c7_2_03_words -> 7.2-03: the longest id whose underscored form begins the name."""
    name = test.split(".", 1)[1]
    fits = [i for i in ids if (name + "_").startswith("c" + i.replace(".", "_").replace("-", "_") + "_")]
    return max(fits, key=len, default=None)


def adopt(clauses):
    """Names tests in the ledger that carry a clause id."""
    by_id = {c.id: c for c in clauses}
    for test in sorted(t for t in declared() if t.startswith("clause.c")):
        ident = clause_of(test, by_id)
        if ident and test not in by_id[ident].tests:
            by_id[ident].tests.append(test)
    for path in sorted(LEDGER.glob("*.conf")):
        out, current = [], None
        for line in path.read_text().splitlines():
            head = re.match(r"\[clause (\S+)\]$", line)
            current = by_id[head[1]] if head else current
            if current and re.match(r"test\s*=", line):
                out += [f"test = {t}" for t in current.tests] or [f"test = {NOT_YET}"]
                current = None
            elif not re.match(r"test\s*=", line):
                out.append(line)
        path.write_text("\n".join(out) + "\n")


def run(tests):
    """Runs the tests and returns the names that passed."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "unit"
        programs = [p for p in (ROOT / "build/debug").glob("*-test") if p.is_file()]
        for program in programs:
            subprocess.run([program, *sorted(tests)], env={**__import__("os").environ, "GH_TEST_RESULTS": str(results)},
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        steps = [t.removeprefix("e2e.") for t in tests if t.startswith("e2e.")]
        if steps:
            subprocess.run([ROOT / "test/e2e/run", "--only", *sorted(steps)], env={**__import__("os").environ, "GH_RESULTS": folder}, check=False)
        if any(t.startswith("lab.") for t in tests):
            subprocess.run([ROOT / "test/check.d/42-lab"], env={**__import__("os").environ, "GH_RESULTS": folder}, stdout=subprocess.DEVNULL, check=False)
        return passed(folder)


def passed(folder):
    """Names in the result files of a folder."""
    names = set()
    for path in pathlib.Path(folder).glob("*"):
        if path.is_file():
            names |= {line[5:].strip() for line in path.read_text().splitlines() if line.startswith("pass ")}
    return names


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--feature")
    args.add_argument("--results")
    args.add_argument("--list", action="store_true")
    args.add_argument("--adopt", action="store_true")
    a = args.parse_args()
    clauses = load()
    if a.adopt:
        adopt(clauses)
        return 0
    if a.feature:
        clauses = [c for c in clauses if c.fields["feature"] == a.feature]
    if a.list:
        for c in clauses:
            print(c.id, c.fields["feature"], ", ".join(c.tests) or NOT_YET, sep="\t")
        return 0
    known = declared()
    lost = [f"{c.id}: {t}" for c in clauses for t in c.tests if t not in known]
    if lost:
        print("the ledger names tests that do not exist:\n  " + "\n  ".join(lost))
    wanted = {t for c in clauses for t in c.tests}
    good = passed(a.results) if a.results else run(wanted)
    served = [c for c in clauses if c.tests and all(t in good for t in c.tests)]
    failed = [f"{c.id}: {t}" for c in clauses for t in c.tests if t in known and t not in good]
    if failed:
        print("named but not passed in this run:\n  " + "\n  ".join(failed))
    part = {s: (sum(s in c.schools() for c in served), sum(s in c.schools() for c in clauses)) for s in ("junior", "primary")}
    print(f"served {len(served)} of {len(clauses)} (junior {part['junior'][0]} of {part['junior'][1]}, "
          f"primary {part['primary'][0]} of {part['primary'][1]})")
    return 1 if failed or lost else 0


sys.exit(main())
