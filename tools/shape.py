#!/usr/bin/env python3
"""Prints how long our functions and files are: medians and the longest ten."""
import pathlib
import re
import statistics

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = re.compile(r"^[A-Za-z_].*\)\s*$|^(TEST|FUZZ)\(")


def functions(path):
    """(lines, name, place) of each function: a head line, then `{` alone up to `}` at the margin."""
    lines = path.read_text().splitlines()
    start = None
    for i, line in enumerate(lines):
        if line == "{" and i and HEAD.match(lines[i - 1].strip() and lines[i - 1]) or (line == "{" and start is None):
            start = i
        elif line == "}" and start is not None:
            name = lines[start - 1].split("(")[0].split()[-1].lstrip("*") if start else "?"
            yield i - start - 1, name, f"{path.relative_to(ROOT)}:{start}"
            start = None


def main():
    files = [p for p in sorted((ROOT / "src").rglob("*.[ch]"))]
    code = [p for p in files if not p.stem.endswith(("_test", "_fuzz"))]
    funcs = sorted((f for p in code for f in functions(p)), reverse=True)
    sizes = sorted(((len(p.read_text().splitlines()), str(p.relative_to(ROOT))) for p in files), reverse=True)
    if not funcs:
        return
    print(f"functions: {len(funcs)}, median {statistics.median(f[0] for f in funcs):.0f} lines, "
          f"{sum(f[0] > 100 for f in funcs)} past 100")
    for n, name, place in funcs[:10]:
        print(f"  {n:4} {name:32} {place}")
    print(f"files: {len(sizes)}, median {statistics.median(s[0] for s in sizes):.0f} lines, {sum(s[0] > 600 for s in sizes)} past 600")
    for n, name in sizes[:10]:
        print(f"  {n:4} {name}")


main()
