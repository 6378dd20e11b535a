#!/usr/bin/env python3
"""Makes src/policy/scan/letters_table.h and charset_table.h: `letters.py FOLDER`.

Which letters are read as the same letter (case, accents, width, look-alikes of other scripts), from the Unicode
data of Python; and what the bytes above 0x7f mean in the single-byte character sets of the web.
"""
import pathlib
import sys
import unicodedata

RANGES = [(0x80, 0x52F), (0x531, 0x587), (0x610, 0x6FF), (0x10A0, 0x10FF), (0x1D00, 0x1DBF), (0x1E00, 0x1FFF), (0x2070, 0x209F),
          (0x2100, 0x218F), (0x2460, 0x24FF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFB50, 0xFDF1),
          (0xFE70, 0xFEFC), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF), (0x1F110, 0x1F189), (0x1F1E6, 0x1F1FF)]
# Letters that look like Latin ones, in whatever script they stand (Cyrillic, Greek, phonetic, small capitals).
LIKE = dict(zip("аеорсухіјѕһԁԛԝвкмнтґгӏөүғ", "aeopcyxijshdqwbkmhtrrlouf")) | dict(zip("αβγδεζηικνορστυχωϲϳ", "abydezniknopstuxwcj")) | \
    dict(zip("ıłøđðħŋəɑɡɩɪʏʀɴɢʟʙʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱꜰ", "iloddhneagiyrnglbhacdejkmoptuvwzsf")) | {"þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ĳ": "ij", "ى": "ي"}
SETS = ["iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13",
        "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "cp866", "cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
        "cp1255", "cp1256", "cp1257", "cp1258", "mac-roman"]
PAIR = 0xE000       # two letters in one cell: this and 26 x the first and the second, counted from "a"


def circled(cp):
    """Letters in squares and circles that have no decomposition, and flags' letters."""
    for first, last in ((0x1F150, 0x1F169), (0x1F170, 0x1F189), (0x1F1E6, 0x1F1FF)):
        if first <= cp <= last:
            return chr(ord("a") + cp - first)
    return None


def fold(cp):
    """What a character is read as; itself where nothing is known."""
    ch = chr(cp)
    text = circled(cp) or unicodedata.normalize("NFKD", ch).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    text = "".join(LIKE.get(c, c) for c in text).strip("() .,")
    return text


def cell(cp):
    """The number in the table; 0: read as itself, 1: passed over."""
    if unicodedata.category(chr(cp)) in ("Mn", "Me", "Cf") or cp == 0x640:
        return 1
    text = fold(cp)
    if text == chr(cp) or not text:
        return 0
    if len(text) == 1 and ord(text) < 0xE000 and text.isalnum():
        return ord(text)
    if len(text) == 2 and all("a" <= c <= "z" for c in text):
        return PAIR + 26 * (ord(text[0]) - 97) + ord(text[1]) - 97
    return 0


def rows(numbers, out, per=18):
    """Numbers as lines of C."""
    for i in range(0, len(numbers), per):
        out.append("\t" + " ".join(f"0x{n:x}," if n > 9 else f"{n}," for n in numbers[i:i + per]))


def letters():
    """The table of letters."""
    out = ["/* Made by tools/letters.py: what letters are read as. */", "#pragma once", "#include <stdint.h>", ""]
    runs, cells = [], []
    for first, last in RANGES:
        got = [cell(cp) for cp in range(first, last + 1)]
        runs.append((first, last, len(cells)))
        cells += got
    out += ["static const struct { uint32_t first, last, at; } letter_runs[] = {"]
    out += [f"\t{{ 0x{f:x}, 0x{l:x}, {at} }}," for f, l, at in runs] + ["};", "", "static const uint16_t letter_cells[] = {"]
    rows(cells, out)
    return "\n".join(out + ["};", ""])


def sets():
    """The table of character sets."""
    out = ["/* Made by tools/letters.py: the bytes 0x80 to 0xff of single-byte character sets; 0: none. */", "#pragma once", "#include <stdint.h>", "",
           "static const struct { const char *name; uint16_t to[128]; } charsets[] = {"]
    for name in SETS:
        got = [ord(bytes([b]).decode(name, "replace")) for b in range(128, 256)]
        shown = name.replace("iso8859", "iso-8859").replace("cp12", "windows-12").replace("cp866", "ibm866").replace("cp874", "windows-874").replace("mac-roman", "macintosh")
        out.append(f'\t{{ "{shown}", {{')
        rows([0 if c == 0xFFFD else c for c in got], out)
        out.append("\t} },")
    return "\n".join(out + ["};", ""])


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "letters_table.h").write_text(letters(), encoding="utf-8")
    (folder / "charset_table.h").write_text(sets(), encoding="utf-8")


main()
