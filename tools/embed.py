#!/usr/bin/env python3
"""Embeds the gate's own pages: `embed.py UI_BLOCK OUT.c OUT.h`.

A page is HTML with {{name}} for a value (escaped in C), {{#name}}...{{/name}} shown when it is not empty,
{{^name}}...{{/name}} when it is, and {{> file}} for a piece put in here.  A value may stand in text or in a
double-quoted attribute only; an address (href, src, action) takes names that end in _url, which C checks.
No script, no style attribute, no handler: the pages' security policy would refuse them anyway.
"""
import pathlib
import re
import sys

TAG = re.compile(r"\{\{([#^/>]?)\s*([a-z0-9_.-]+)\s*\}\}")


def fail(path, text):
    """Ends the build with one sentence."""
    sys.exit(f"{path}: {text}")


def include(folder, path, depth=0):
    """The page with its pieces put in."""
    if depth > 3:
        fail(path, "pieces inside pieces inside pieces")
    text = path.read_text()
    return re.sub(r"\{\{>\s*([a-z0-9_.-]+)\s*\}\}\n?", lambda m: include(folder, folder / m[1], depth + 1), text)


def check_place(path, text, at, name):
    """A value stands where the escaping of C is right."""
    before = text[:at]
    inside = before.rfind("<") > before.rfind(">")
    if not inside:
        return
    m = re.search(r'([a-z-]+)="[^"]*$', before)
    if not m:
        fail(path, f"{{{{{name}}}}} stands in a tag but not in a quoted attribute")
    address = m[1] in ("href", "src", "action")
    if m[1].startswith("on") or m[1] == "style":
        fail(path, f"{{{{{name}}}}} stands in {m[1]}")
    if address and not (before.endswith(f'{m[1]}="') and name.endswith("_url")):
        fail(path, f"{{{{{name}}}}} in {m[1]} must be the whole of it or its start and end in _url")


def check(path, text):
    """What a page must keep to."""
    stack = []
    for bad in ("<script", " style=", " onclick", "javascript:"):
        if bad in text.lower():
            fail(path, f"holds {bad.strip()}")
    for m in TAG.finditer(text):
        if m[1] in "#^" and m[1]:
            stack.append(m[2])
        elif m[1] == "/":
            if not stack or stack.pop() != m[2]:
                fail(path, f"{{{{/{m[2]}}}}} closes nothing")
        else:
            check_place(path, text, m.start(), m[2])
    if stack:
        fail(path, f"{{{{#{stack[-1]}}}}} is not closed")


def literal(text):
    """A C string, a line of the page on each line."""
    out = []
    for line in text.splitlines(keepends=True):
        line = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        out.append(f'\t"{line}"')
    return "\n".join(out)


def main():
    folder, out_c, out_h = (pathlib.Path(p) for p in sys.argv[1:4])
    c = ['/* Made by tools/embed.py from ui/block. */', '#include "gen_block.h"', ""]
    h = ["/* Made by tools/embed.py from ui/block. */", "#pragma once", ""]
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".html", ".css"):
            continue
        name = path.stem.replace("-", "_")
        name = f"block_{name}" if path.suffix == ".html" else f"block_{name}_css"
        text = include(folder, path)
        if path.suffix == ".html":
            check(path, text)
        h.append(f"extern const char {name}[];")
        c.append(f"const char {name}[] =\n{literal(text)};\n")
    out_c.write_text("\n".join(c))
    out_h.write_text("\n".join(h) + "\n")


main()
