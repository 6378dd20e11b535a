#!/usr/bin/env python3
"""Makes C functions of the pages in ui/.

    tplgen.py --list ROOT          the files that go in, one a line
    tplgen.py ROOT OUT_H OUT_C     the functions

A page ui/page/NAME.html becomes `struct view_NAME` and `view_NAME_put(out, env, view)`; a part ui/part/NAME.html
becomes `struct part_NAME` and `part_NAME_put`. The language is described in docs/pages.md. Every value is escaped
for the place where it stands; in any other place the build stops. There is no way to ask for raw.
"""
import pathlib
import re
import sys

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SCRIPT = re.compile(r'<script src="/static/[a-z-]+\.js" defer></script>')     # the one form of script: a file of ours, whole and fixed
NEVER = {"script", "style", "iframe", "object", "embed", "base", "frame", "frameset", "applet", "template", "noscript"}
URL_ATTR = {"href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href", "background", "manifest"}
LIST_URL_ATTR = {"srcset", "ping", "imagesrcset", "archive"}
KEYWORDS = set("auto break case char const continue default do double else enum extern float for goto if inline int long "
               "register return short signed sizeof static struct switch typedef union unsigned void volatile while bool".split())
KEEP_SPACE = {"pre", "textarea"}
NAME = r"[a-z][a-z0-9_]*"


class Bad(Exception):
    """A finding: where and what."""


class Source:
    """A file and a place in it, for findings."""

    def __init__(self, path, text):
        self.path, self.text = path, text

    def bad(self, at, why):
        return Bad(f"{self.path}:{self.text.count(chr(10), 0, at) + 1}: {why}")


# ---------------------------------------------------------------- declarations

class Type:
    """text, url, int, bool, part NAME, or list of one of: fields, text, part NAME."""

    def __init__(self, kind, of=None, fields=None):
        self.kind, self.of, self.fields = kind, of, fields


def read_type(src, at, words):
    if words[0] in ("text", "url", "int", "bool"):
        return Type(words[0])
    if words[0] == "part" and len(words) > 1:
        return Type("part", of=words[1].replace("-", "_"))
    if words[0] == "list":
        if len(words) > 2 and words[1] == "part":
            return Type("list", of=Type("part", of=words[2].replace("-", "_")))
        if len(words) > 1 and words[1] in ("text", "int"):
            return Type("list", of=Type(words[1]))
        return Type("list", fields={})
    raise src.bad(at, f"no such type: {' '.join(words)}")


def read_let(src, body, at):
    """The declarations: `name type  # what it is`; fields of a list are indented below it."""
    top = {}
    stack = [(-1, top)]
    for line in body.split("\n"):
        start, at = at, at + len(line) + 1
        line = line.split("#")[0].rstrip()
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        words = line.split()
        if len(words) < 2 or not re.fullmatch(NAME, words[0]):
            raise src.bad(start, f"a declaration is `name type`: {line.strip()}")
        if words[0] in KEYWORDS or words[0] in ("env", "o", "v"):
            raise src.bad(start, f"{words[0]} is a word of C: take another name")
        while indent <= stack[-1][0]:
            stack.pop()
        if words[0] in stack[-1][1]:
            raise src.bad(start, f"{words[0]} is declared twice")
        t = read_type(src, start, words[1:])
        stack[-1][1][words[0]] = t
        if t.kind == "list" and t.fields is not None:
            stack.append((indent, t.fields))
    return top


# ---------------------------------------------------------------- parsing into a tree

class Node:
    def __init__(self, kind, at, **more):
        self.kind, self.at = kind, at
        self.__dict__.update(more)


TAGS = re.compile(r"\{\{(.*?)\}\}", re.S)


def parse(src):
    """(declarations, nodes)"""
    let, root = {}, []
    stack = [(None, root)]
    pos = 0
    for m in TAGS.finditer(src.text):
        if m.start() > pos:
            stack[-1][1].append(Node("lit", pos, text=src.text[pos:m.start()]))
        pos = m.end()
        inside = m.group(1)
        word = inside.strip()
        if word.startswith("!"):
            continue
        if inside.startswith("let"):
            if let or len(stack) > 1:
                raise src.bad(m.start(), "{{let}} stands once, at the top")
            let = read_let(src, inside[3:], m.start() + 5)
            continue
        parse_tag(src, word, m.start(), stack)
    if pos < len(src.text):
        stack[-1][1].append(Node("lit", pos, text=src.text[pos:]))
    if len(stack) > 1:
        raise src.bad(stack[-1][0].at, f"{{{{#{stack[-1][0].kind}}}}} is never closed")
    return let, root


def parse_tag(src, word, at, stack):
    out = stack[-1][1]
    if m := re.fullmatch(rf"#if\s+(not\s+)?({NAME})(?:\s+is\s+([A-Za-z0-9_-]+))?", word):
        n = Node("if", at, neg=bool(m.group(1)), name=m.group(2), word=m.group(3), then=[], other=[])
        out.append(n)
        stack.append((n, n.then))
    elif m := re.fullmatch(rf"#each\s+({NAME})", word):
        n = Node("each", at, name=m.group(1), then=[], other=[])
        out.append(n)
        stack.append((n, n.then))
    elif word == "else":
        if len(stack) < 2 or stack[-1][1] is not stack[-1][0].then:
            raise src.bad(at, "{{else}} without an open block")
        n = stack.pop()[0]
        stack.append((n, n.other))
    elif m := re.fullmatch(r"/(if|each)", word):
        if len(stack) < 2 or stack[-1][0].kind != m.group(1):
            raise src.bad(at, f"{{{{/{m.group(1)}}}}} closes nothing")
        stack.pop()
    elif m := re.fullmatch(r"t\s+([a-z0-9_.]+)((?:\s+[a-z0-9_]+=[a-z0-9_]+)*)", word):
        args = dict(a.split("=") for a in m.group(2).split())
        out.append(Node("t", at, key=m.group(1), args=args))
    elif m := re.fullmatch(rf">\s*([a-z0-9_-]+)\s+({NAME}|\.)", word):
        out.append(Node("part", at, part=m.group(1).replace("-", "_"), name=m.group(2), args=None))
    elif m := re.fullmatch(r">\s*([a-z0-9_-]+)((?:\s+[a-z0-9_]+=(?:\"[^\"]*\"|t:[a-z0-9_.]+|yes|no|\d+|[a-z0-9_.]+))*)", word, re.S):
        args = dict(a.split("=", 1) for a in re.findall(r"[a-z0-9_]+=(?:\"[^\"]*\"|[^\s\"]+)", m.group(2)))
        out.append(Node("part", at, part=m.group(1).replace("-", "_"), name=None, args=args))
    elif word in ("csrf", "body"):
        out.append(Node(word, at))
    elif re.fullmatch(rf"{NAME}|\.", word):
        out.append(Node("var", at, name=word))
    else:
        raise src.bad(at, f"not understood: {{{{{word}}}}}")


# ---------------------------------------------------------------- where in the HTML we are

class Html:
    """A small strict HTML reader: quoted attributes only, balanced elements, no script, style or event handler."""

    def __init__(self):
        self.mode = "text"
        self.tag = self.attr = self.value = ""
        self.attrs = ()
        self.stack = ()
        self.csrf_due = False

    def copy(self):
        h = Html()
        h.__dict__.update(self.__dict__)
        return h

    def same(self, o):
        mine, theirs = dict(self.__dict__), dict(o.__dict__)
        for d in (mine, theirs):
            d["value"] = self.prefix(d["value"]) if d["mode"] == "value" else ""
            d["attr"] = d["attr"] if d["mode"] == "value" else ""
            d["tag"] = d["tag"] if d["mode"] != "text" else ""
            d["mode"] = "after" if d["mode"] == "tag" else d["mode"]
            d["attrs"] = ()
        if mine == theirs and self.mode == "tag":
            self.mode = o.mode
        elif mine == theirs and o.mode == "tag":
            o.mode = self.mode
        return mine == theirs

    @staticmethod
    def prefix(value):
        if not value:
            return "empty"
        if re.match(r"(/(?![/\\])|\?|#|https://[a-z0-9.-]+[/?#]|mailto:|tel:)", value):
            return "safe"
        return "other"

    def feed(self, src, at, text):
        for i, c in enumerate(text):
            getattr(self, "in_" + self.mode)(src, at + i, c)
        if self.mode == "name":                # a name ends where a {{ begins
            self.in_name(src, at + len(text), " ")
            self.mode = "after"

    def in_text(self, src, at, c):
        if c == "<":
            self.mode, self.tag = "open", ""
        elif c == ">":
            raise src.bad(at, "a bare > in text: write &gt;")

    def in_open(self, src, at, c):
        if c.isalnum() or c in "-!/":
            self.tag += c
            if self.tag.startswith("!-"):
                raise src.bad(at, "HTML comments are not kept: write {{! ... }}")
        elif c in " \n\t>":
            self.start(src, at, c)
        else:
            raise src.bad(at, "a bare < in text: write &lt;")

    def start(self, src, at, c):
        name = self.tag.lower()
        if name.lstrip("/") in NEVER and not self.own_script(src, at, name):
            raise src.bad(at, f"<{self.tag}> has no place in a page")
        self.tag, self.attrs, self.mode = name, (), "tag"
        if c == ">":
            self.close(src, at, False)

    def own_script(self, src, at, name):
        if name == "/script":
            return bool(self.stack) and self.stack[-1] == "script"
        return name == "script" and bool(SCRIPT.match(src.text, at - len("<script")))

    def close(self, src, at, self_closed):
        name, self.mode = self.tag, "text"
        if name == "!doctype":
            return
        if name.startswith("/"):
            if not self.stack or self.stack[-1] != name[1:]:
                raise src.bad(at, f"<{name}> closes nothing; open: {' '.join(self.stack) or 'none'}")
            if name == "/form" and self.csrf_due:
                raise src.bad(at, "a form that posts needs {{csrf}}")
            self.stack = self.stack[:-1]
            return
        if name == "form" and dict(self.attrs).get("method") == "post":
            self.csrf_due = True
        if name == "form" and "method" not in dict(self.attrs):
            raise src.bad(at, "say the method of a form")
        if name not in VOID and not self_closed:
            self.stack += (name,)

    def in_tag(self, src, at, c):
        if c in " \n\t":
            return
        if c == ">":
            self.close(src, at, False)
        elif c == "/":
            self.mode = "slash"
        elif c.isalpha():
            self.attr, self.mode = c, "name"
        else:
            raise src.bad(at, f"unexpected {c!r} in <{self.tag}>")

    def in_slash(self, src, at, c):
        if c != ">":
            raise src.bad(at, "a lone / in a tag")
        self.close(src, at, True)

    def in_name(self, src, at, c):
        if c.isalnum() or c in "-:_":
            self.attr += c
        elif c == "=":
            self.check_attr(src, at)
            self.mode = "before"
        elif c in " \n\t":
            self.check_attr(src, at)
            self.attrs += ((self.attr.lower(), ""),)
            self.mode = "tag"
        elif c == ">":
            self.check_attr(src, at)
            self.attrs += ((self.attr.lower(), ""),)
            self.close(src, at, False)
        else:
            raise src.bad(at, f"unexpected {c!r} in an attribute's name")

    def check_attr(self, src, at):
        name = self.attr.lower()
        if name.startswith("on") or name in ("style", "srcdoc", "http-equiv"):
            raise src.bad(at, f"the attribute {name} has no place in a page")

    def in_before(self, src, at, c):
        if c != '"':
            raise src.bad(at, "quote every attribute with \"")
        self.mode, self.value = "value", ""

    def in_value(self, src, at, c):
        if c == '"':
            self.attrs += ((self.attr.lower(), self.value),)
            self.mode = "after"
        elif c == "<":
            raise src.bad(at, "a < in an attribute: write &lt;")
        else:
            self.value += c

    def in_after(self, src, at, c):
        if c not in " \n\t>/":
            raise src.bad(at, "a space is missing after an attribute")
        self.mode = "tag"
        self.in_tag(src, at, c)

    def place(self, src, at, kind):
        """How a value of this kind is written here: the name of the writer."""
        if self.mode == "text":
            return "tpl_int" if kind == "int" else "tpl_text"
        if self.mode != "value":
            raise src.bad(at, "a value may stand in text or inside a quoted attribute only")
        attr = self.attr.lower()
        if attr in LIST_URL_ATTR:
            raise src.bad(at, f"a value may not stand in {attr}")
        if attr not in URL_ATTR:
            how = "tpl_int" if kind == "int" else "tpl_text"
        else:
            where = self.prefix(self.value)
            if where == "empty" and kind == "url":
                how = "tpl_url"
            elif where == "safe":
                how = "tpl_int" if kind == "int" else "tpl_url_piece"
            else:
                raise src.bad(at, f"{attr} must begin with a value of type url, or with a fixed path")
        self.value += "x"
        return how


# ---------------------------------------------------------------- emitting C

def c_str(text):
    out = []
    for b in text.encode():
        ch = chr(b)
        if ch == "\n":
            out.append("\\n")
        elif ch in '"\\':
            out.append("\\" + ch)
        elif ch == "?":
            out.append("\\?")
        elif 32 <= b < 127:
            out.append(ch)
        else:
            out.append(f"\\{b:03o}")
    return "".join(out)


class Unit:
    """One page or part, on its way to C."""

    def __init__(self, kind, path, root):
        self.kind = kind                       # view or part
        self.name = path.stem.replace("-", "_")
        self.src = Source(path.relative_to(root), path.read_text())
        self.let, self.nodes = parse(self.src)
        self.used = set()
        self.uses_parts = {t.of for t in walk_types(self.let) if t.kind == "part"}

    @property
    def struct(self):
        return f"{self.kind}_{self.name}"


def walk_types(fields):
    for t in fields.values():
        yield t
        if t.kind == "list" and t.fields is not None:
            yield from walk_types(t.fields)
        elif t.kind == "list":
            yield t.of


def c_type(t):
    return {"text": "struct str", "url": "struct str", "int": "int64_t", "bool": "bool"}.get(t.kind) or f"struct part_{t.of}"


def emit_struct(name, fields, out):
    for field, t in fields.items():
        if t.kind == "list" and t.fields is not None:
            emit_struct(f"{name}_{field}", t.fields, out)
    out.append(f"struct {name} {{")
    for field, t in fields.items():
        if t.kind != "list":
            out.append(f"\t{c_type(t)} {field};")
            continue
        item = f"struct {name}_{field}" if t.fields is not None else c_type(t.of)
        out.append(f"\tconst {item} *{field};\n\tsize_t n_{field};")
    if not fields:
        out.append("\tchar unused;")
    out.append("};\n")


class Emitter:
    def __init__(self, unit, units, texts):
        self.u, self.units, self.texts = unit, units, texts
        self.html = Html()
        self.lines, self.pending, self.depth, self.loops = [], "", 1, 0

    def line(self, text):
        self.flush()
        self.lines.append("\t" * self.depth + text)

    def flush(self):
        if self.pending:
            text, self.pending = self.pending, ""
            for i in range(0, len(text), 900):
                self.lines.append("\t" * self.depth + f'buf_add(o, STR("{c_str(text[i:i + 900])}"));')

    def bad(self, node, why):
        return self.u.src.bad(node.at, why)

    def find(self, node, scopes, name):
        """(type, C expression) of a name in the innermost scope that has it."""
        for fields, expr, whole in reversed(scopes):
            if name == "." and whole is not None:
                return whole, expr
            if fields and name in fields:
                return fields[name], f"{expr}->{name}"
        raise self.bad(node, f"{name} is not declared in {{{{let}}}}")

    def nodes(self, nodes, scopes):
        for n in nodes:
            getattr(self, "emit_" + n.kind)(n, scopes)

    def literal(self, text):
        if KEEP_SPACE.isdisjoint(self.html.stack):
            text = re.sub(r"\s*\n\s*", "\n", text)
        self.pending += text

    def emit_lit(self, n, scopes):
        self.html.feed(self.u.src, n.at, n.text)
        self.literal(n.text)

    def emit_var(self, n, scopes):
        t, expr = self.find(n, scopes, n.name)
        if t.kind not in ("text", "url", "int"):
            raise self.bad(n, f"{n.name} is a {t.kind}: it cannot be printed")
        self.line(f"{self.html.place(self.u.src, n.at, t.kind)}(o, {expr});")

    def emit_t(self, n, scopes):
        if n.key not in self.texts:
            raise self.bad(n, f"no sentence {n.key} in ui/text")
        if self.html.mode == "value" and self.html.attr.lower() in URL_ATTR:
            raise self.bad(n, "a sentence has no place in an address")
        holes = set(re.findall(r"\{([a-z0-9_]+)\}", self.texts[n.key]))
        if holes != set(n.args):
            raise self.bad(n, f"{n.key} wants {sorted(holes) or 'nothing'}, given {sorted(n.args) or 'nothing'}")
        for i, piece in enumerate(re.split(r"\{([a-z0-9_]+)\}", self.texts[n.key])):
            if i % 2:
                self.emit_var(Node("var", n.at, name=n.args[piece]), scopes)
            elif piece:
                self.html.place(self.u.src, n.at, "text")
                self.pending += escape(piece)

    def emit_csrf(self, n, scopes):
        if self.html.mode != "text":
            raise self.bad(n, "{{csrf}} stands in the text of a form")
        self.html.csrf_due = False
        self.line("tpl_csrf(o, env);")

    def emit_body(self, n, scopes):
        if self.u.kind != "part" or self.u.name != "layout" or self.html.mode != "text" or self.lines is None:
            raise self.bad(n, "{{body}} belongs to the layout")
        self.flush()
        self.lines.append("@@BODY@@")

    def condition(self, n, scopes):
        t, expr = self.find(n, scopes, n.name)
        if n.word is not None:
            if t.kind != "text":
                raise self.bad(n, "`is` compares a text")
            test = f'str_is({expr}, "{n.word}")'
        elif t.kind in ("text", "url"):
            test = f"{expr}.n > 0"
        elif t.kind == "int":
            test = f"{expr} != 0"
        elif t.kind == "bool":
            test = expr
        elif t.kind == "list":
            test = self.count(expr) + " > 0"
        else:
            raise self.bad(n, f"{n.name} is a {t.kind}: it is neither yes nor no")
        return f"!({test})" if n.neg else test

    @staticmethod
    def count(expr):
        head, _, field = expr.rpartition("->")
        return f"{head}->n_{field}"

    def block(self, n, scopes, other_scopes):
        before = self.html.copy()
        self.depth += 1
        self.nodes(n.then, scopes)
        self.flush()
        self.depth -= 1
        after, self.html = self.html, before
        if n.other:
            self.line("} else {")
            self.depth += 1
            self.nodes(n.other, other_scopes)
            self.flush()
            self.depth -= 1
        if not after.same(self.html):
            raise self.bad(n, "the block must end in the same place of the HTML as it began, or both branches in one place")
        self.html = after
        self.line("}")

    def emit_if(self, n, scopes):
        self.line(f"if ({self.condition(n, scopes)}) {{")
        self.block(n, scopes, scopes)

    def emit_each(self, n, scopes):
        t, expr = self.find(n, scopes, n.name)
        if t.kind != "list":
            raise self.bad(n, f"{n.name} is not a list")
        self.loops += 1
        i, e = f"i{self.loops}", f"e{self.loops}"
        if n.other:
            self.line(f"if ({self.count(expr)} > 0) {{")
            self.depth += 1
        self.line(f"for (size_t {i} = 0; {i} < {self.count(expr)}; {i}++) {{")
        if t.fields is not None or t.of.kind == "part":
            fields = t.fields if t.fields is not None else self.units[t.of.of].let
            inner = scopes + [(fields, e, t.of if t.fields is None else None)]
            self.lines.append("\t" * (self.depth + 1) + f"const __typeof__({expr}[0]) *{e} = &{expr}[{i}];")
        else:
            inner = scopes + [({}, f"{expr}[{i}]", t.of)]
        before = self.html.copy()
        self.depth += 1
        self.nodes(n.then, inner)
        self.flush()
        self.depth -= 1
        self.line("}")
        if not before.same(self.html):
            raise self.bad(n, "a loop's body must end in the same place of the HTML as it began")
        if n.other:
            self.depth -= 1
            self.line("} else {")
            self.depth += 1
            self.nodes(n.other, scopes)
            self.flush()
            self.depth -= 1
            self.line("}")
            if not before.same(self.html):
                raise self.bad(n, "both branches must end in the same place of the HTML")

    def emit_part(self, n, scopes):
        if n.part not in self.units:
            raise self.bad(n, f"there is no part {n.part}")
        if self.html.mode != "text":
            raise self.bad(n, "a part stands between elements only")
        unit = self.units[n.part]
        if n.name:
            t, expr = self.find(n, scopes, n.name)
            if t.kind != "part" or t.of != n.part:
                raise self.bad(n, f"{n.name} is not a part {n.part}")
            amp = "" if n.name == "." or re.fullmatch(r"e\d+", expr) else "&"
            self.line(f"part_{n.part}_put(o, env, {amp}{expr});")
            return
        sets = [self.argument(n, unit, k, v, scopes) for k, v in n.args.items()]
        self.line(f"part_{n.part}_put(o, env, &(struct part_{n.part}){{ {', '.join(sets) or '0'} }});")

    def argument(self, n, unit, key, value, scopes):
        if key not in unit.let:
            raise self.bad(n, f"part {unit.name} declares no {key}")
        want = unit.let[key]
        if value.startswith('"'):
            if want.kind not in ("text", "url"):
                raise self.bad(n, f"{key} is not a text")
            return f'.{key} = STR("{c_str(value[1:-1])}")'
        if value.startswith("t:"):
            if value[2:] not in self.texts or "{" in self.texts[value[2:]]:
                raise self.bad(n, f"no plain sentence {value[2:]} in ui/text")
            return f'.{key} = STR("{c_str(self.texts[value[2:]])}")'
        if value in ("yes", "no"):
            return f".{key} = {'true' if value == 'yes' else 'false'}"
        if value.isdigit():
            return f".{key} = {value}"
        t, expr = self.find(n, scopes, value)
        if t.kind != want.kind and not (want.kind == "text" and t.kind == "url"):
            raise self.bad(n, f"{key} is a {want.kind}, {value} is a {t.kind}")
        if t.kind == "list":
            return f".{key} = {expr}, .n_{key} = {self.count(expr)}"
        return f".{key} = {expr}"

    def finish(self):
        self.flush()
        h = self.html
        if h.mode != "text" or h.stack:
            raise Bad(f"{self.u.src.path}: left open at the end: {' '.join(h.stack) or h.mode}")
        return self.lines


def escape(text):
    for a, b in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(a, b)
    return text


# ---------------------------------------------------------------- sentences

def read_texts(root):
    """Sentences of ui/text/en*.conf: {area.key: text}."""
    texts = {}
    for path in sorted((root / "ui/text").glob("en*.conf")):
        area, key = "", None
        for no, line in enumerate(path.read_text().split("\n"), 1):
            if not line.strip() or line.startswith("#"):
                key = None if not line.strip() else key
            elif m := re.fullmatch(r"\[([a-z0-9_]+)\]\s*", line):
                area, key = m.group(1), None
            elif line[0] in " \t" and key:
                texts[key] += " " + line.strip()
            elif m := re.fullmatch(r"([a-z0-9_]+)\s*=\s*(.*?)\s*", line):
                key = f"{area}.{m.group(1)}"
                if key in texts:
                    raise Bad(f"{path}:{no}: {key} stands twice")
                texts[key] = m.group(2)
            else:
                raise Bad(f"{path}:{no}: not understood: {line}")
    return texts


# ---------------------------------------------------------------- whole

def ordered(parts):
    """Parts so that each comes after those whose structs it holds."""
    done, out = set(), []

    def add(u, trail):
        if u.name in done:
            return
        if u.name in trail:
            raise Bad(f"{u.src.path}: a part holds itself")
        for other in u.uses_parts:
            if other not in parts:
                raise Bad(f"{u.src.path}: there is no part {other}")
            add(parts[other], trail | {u.name})
        done.add(u.name)
        out.append(u)

    for u in parts.values():
        add(u, set())
    return out


def emit_unit(u, units, texts):
    e = Emitter(u, units, texts)
    e.nodes(u.nodes, [(u.let, "v", None)])
    lines = e.finish()
    args = f"struct buf *o, const struct tpl_env *env, const struct {u.struct} *v"
    quiet = "\t(void)env;\n\t(void)v;"
    if u.kind == "part" and u.name == "layout":
        if lines.count("@@BODY@@") != 1:
            raise Bad(f"{u.src.path}: a layout holds {{{{body}}}} once, outside every block")
        cut = lines.index("@@BODY@@")
        head, tail = lines[:cut], lines[cut + 1:]
        return [f"void part_layout_head({args})\n{{\n{quiet}", *head, "}\n",
                f"void part_layout_tail({args})\n{{\n{quiet}", *tail, "}\n"]
    return [f"void {u.struct}_put({args})\n{{\n{quiet}", *lines, "}\n"]


def prototypes(u):
    args = f"struct buf *o, const struct tpl_env *env, const struct {u.struct} *v"
    if u.kind == "part" and u.name == "layout":
        return [f"void part_layout_head({args});", f"void part_layout_tail({args});"]
    return [f"void {u.struct}_put({args});"]


def make(root):
    texts = read_texts(root)
    parts = {}
    for path in sorted((root / "ui/part").glob("*.html")):
        u = Unit("part", path, root)
        parts[u.name] = u
    pages = [Unit("view", p, root) for p in sorted((root / "ui/page").glob("*.html"))]
    units = ordered(parts) + pages
    h = ["/* Made by tools/tplgen.py from ui/: the pages and their parts. */", "#pragma once", '#include "house/web/tpl.h"', ""]
    h += ["enum text_key {"] + [f"\tTEXT_{k.replace('.', '_')}," for k in texts] + ["\tN_TEXTS", "};", ""]
    c = ["/* Made by tools/tplgen.py from ui/. */", '#include "gen_ui.h"', ""]
    c += ["static const struct str SENTENCES[] = {"] + [f'\t{{ "{c_str(t)}", sizeof "{c_str(t)}" - 1 }},' for t in texts.values()]
    c += ["\t{ \"\", 0 }", "};", "", "struct str tpl_sentence(unsigned key) { return key < N_TEXTS ? SENTENCES[key] : STR(\"\"); }", ""]
    for u in units:
        emit_struct(u.struct, u.let, h)
        h += prototypes(u) + [""]
    for u in units:
        c += emit_unit(u, parts, texts)
    return "\n".join(h) + "\n", "\n".join(c) + "\n"


def write(path, text):
    path = pathlib.Path(path)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    if sys.argv[1] == "--list":
        root = pathlib.Path(sys.argv[2])
        for pattern in ("ui/page/*.html", "ui/part/*.html", "ui/text/en*.conf"):
            for path in sorted(root.glob(pattern)):
                print(path)
        return
    root = pathlib.Path(sys.argv[1])
    try:
        header, code = make(root)
    except Bad as e:
        sys.exit(f"{e}")
    write(sys.argv[2], header)
    write(sys.argv[3], code)


if __name__ == "__main__":
    main()
