#!/usr/bin/env python3
"""Lists the sources of a layer: `sources.py lib|test|fuzz ROOT FOLDER`.

A layer is a folder of src/ with its subfolders, less those that are layers of their own (src/LAYERS).
"""
import pathlib
import sys


def layers(root):
    """The folders named in src/LAYERS."""
    names = []
    for line in (root / "src/LAYERS").read_text().splitlines():
        if line.startswith("["):
            break
        if line and not line.startswith("#"):
            names.append(line.split()[0])
    return names


def belongs(path, folder, names):
    """Whether the deepest layer that holds path is this folder."""
    inside = [n for n in names if path.as_posix().startswith(n + "/")]
    return max(inside, key=len, default="") == folder


def kind(path):
    """What a C file is for."""
    if "testing" in path.parts:
        return "testing"
    for word in ("test", "fuzz"):
        if path.stem.endswith("_" + word):
            return word
    return "lib"


def main():
    want, root, folder = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    names = layers(root)
    for path in sorted((root / "src" / folder).rglob("*.c")):
        rel = path.relative_to(root / "src")
        if kind(rel) == want and belongs(rel, folder, names):
            print(f"{root}/src/{rel}")


main()
