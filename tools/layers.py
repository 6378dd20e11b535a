#!/usr/bin/env python3
"""Enforces src/LAYERS: who may include whom, and that each header compiles alone."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def table():
    """The allowed folders and the forbidden headers."""
    allowed, never, part = {}, {}, "allowed"
    for line in (SRC / "LAYERS").read_text().splitlines():
        if line.startswith("[never]"):
            part = "never"
        elif line.strip() and not line.startswith("#"):
            folder, *rest = line.split()
            (allowed if part == "allowed" else never)[folder] = rest
    return allowed, never


def layer_of(rel, names):
    """The deepest layer that holds this path."""
    return max((n for n in names if rel.startswith(n + "/")), key=len, default=None)


def check_file(path, allowed, never):
    """Findings of one file."""
    rel = path.relative_to(SRC).as_posix()
    mine = layer_of(rel, allowed)
    if mine is None:
        return [] if rel.startswith("gen/") else [f"src/{rel}: stands in no layer of src/LAYERS"]
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        m = INCLUDE.match(line)
        if not m:
            continue
        theirs = layer_of(m[2], allowed)
        if m[1] == '"' and theirs and theirs != mine and "*" not in allowed[mine] and theirs not in allowed[mine]:
            found.append(f"src/{rel}:{number}: {mine} may not include {theirs} ({m[2]})")
        if m[1] == '"' and theirs is None and not (SRC / m[2]).exists() and not m[2].startswith("gen_"):
            found.append(f"src/{rel}:{number}: {m[2]} is not written from src/")
        for folder, headers in never.items():
            if rel.startswith(folder + "/") and any(m[2].startswith(h) for h in headers):
                found.append(f"src/{rel}:{number}: {folder} must never include {m[2]}")
    return found


def alone(header):
    """Whether a header compiles by itself."""
    cmd = ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-Isrc", "-Ibuild/debug/src/gen", "-include", "src/base/banned.h", "-x", "c", str(header)]
    done = subprocess.run(cmd, cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [f"{header.relative_to(ROOT)}: does not compile alone:\n{done.stderr}"]


def main():
    allowed, never = table()
    found = []
    for path in sorted(SRC.rglob("*.[ch]")):
        found += check_file(path, allowed, never)
    for header in sorted(SRC.rglob("*.h")):
        found += alone(header)
    print("\n".join(found) if found else "layers: every include keeps to src/LAYERS; every header compiles alone")
    return 1 if found else 0


sys.exit(main())
