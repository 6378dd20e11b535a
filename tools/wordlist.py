#!/usr/bin/env python3
"""Makes C of lists of words: `wordlist.py OUT.c OUT.h NAME=FILE...`.

A file holds words between white space; `#` begins a comment.  Words are small letters and digits, each kept once, in order.
The C is `const char *const NAME[]`, ending with NULL, and NAME_N in the header.
"""
import pathlib
import re
import sys


def words(path):
    """The words of a file, each once."""
    out = {}
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="ascii").splitlines(), 1):
        for word in line.split("#", 1)[0].split():
            if not re.fullmatch(r"[a-z0-9]{2,30}", word):
                sys.exit(f"{path}:{number}: {word}: write it with small letters and digits only, 2 to 30 of them")
            out[word] = True
    return list(out)


def main():
    """Writes both files."""
    c = ["/* Made by tools/wordlist.py. */", f'#include "{pathlib.Path(sys.argv[2]).name}"', ""]
    h = ["/* Made by tools/wordlist.py. */", "#pragma once", ""]
    for pair in sys.argv[3:]:
        name, path = pair.split("=", 1)
        found = words(path)
        c += [f"const char *const {name}[] = {{"] + [f'\t"{w}",' for w in found] + ["\t0,", "};", ""]
        h += [f"enum {{ {name}_N = {len(found)} }};", f"extern const char *const {name}[{len(found) + 1}];"]
    pathlib.Path(sys.argv[1]).write_text("\n".join(c) + "\n")
    pathlib.Path(sys.argv[2]).write_text("\n".join(h) + "\n")


main()
