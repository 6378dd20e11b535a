"""Pages in every coding that servers use, and in some that nobody can read, with a real curl that takes the bytes as they come."""
import gzip
import urllib.parse
import zlib

from talking import SHOWN

PAGE = b"<!doctype html><p>" + SHOWN + b"</p>"
GOOD = b"<!doctype html><p>a page of good words</p>"
# PAGE and GOOD as the tools of br and zstd write them.
BR = {PAGE: "1b2600f8454f96ea53302d3011c694a720c22c94185c824c3919bd6ad23f2d167501", GOOD: "1b2900f81d076eccc57e669ca606f13983533c6145f6d682a8b28a301a032e9639c8a1cdfb35a402"}
ZSTD = {PAGE: "28b52ffd04583901003c21646f63747970652068746d6c3e3c703e736e6f7a7a63756d6265722070616765733c2f703ee52cbe05", GOOD: "28b52ffd04585101003c21646f63747970652068746d6c3e3c703e612070616765206f6620676f6f6420776f7264733c2f703e44229d1a"}


def raw(body):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(body) + z.flush()


HOW = {
    "gzip": gzip.compress, "deflate": zlib.compress, "deflate ": raw, "br": lambda b: bytes.fromhex(BR[b]), "zstd": lambda b: bytes.fromhex(ZSTD[b]),
    "gzip, gzip": lambda b: gzip.compress(gzip.compress(b)), "br, gzip": lambda b: gzip.compress(bytes.fromhex(BR[b])),
    "zstd, deflate, gzip": lambda b: gzip.compress(zlib.compress(bytes.fromhex(ZSTD[b]))), "gzip, identity": gzip.compress, "utf-8": lambda b: b,
}


def codings(curl, check, source="127.0.0.3"):
    def get(body, coding, type_="text/html", lines=1):
        query = {"type": type_, "raw": "1", "coding": coding, "bytes": body.hex(), "lines": str(lines)}
        return curl("www.good.test", f"/load/page?{urllib.parse.urlencode(query)}", "-i", "--output", "-", source=source)
    for coding, pack in HOW.items():
        out = get(pack(PAGE), coding)
        check(f"a page that is cut, packed with {coding}", " 403" in out and "not right for school" in out, out)
        out = get(pack(GOOD), coding)
        check(f"a good one passes, packed with {coding}", " 200" in out and "content-encoding" in out.lower() and "is closed" not in out, out)
    out = get(gzip.compress(gzip.compress(PAGE)), "gzip", lines=2)
    check("two lines say two codings", " 403" in out, out)
    for coding in ("compress", "dcb", "x-own", "gzip, gzip, gzip, gzip"):
        out = get(b"whatever", coding)
        check(f"what cannot be read is not shown: {coding}", " 403" in out and "could not read this page" in out, out)
    check("nor what is not what it says", "could not read this page" in get(b"not gzip at all", "gzip"))
    check("a picture is none of this", " 200" in get(b"\x89PNG....", "x-own", "image/png"))
    for dest, asked in (("document", "identity"), ("empty", "gzip")):
        out = curl("www.good.test", "/asked", "-H", "Accept-Encoding: br, zstd, gzip, dcb", "-H", f"Sec-Fetch-Dest: {dest}", source=source)
        check(f"hosts are asked for what can be read: {dest}", f"Accept-Encoding: {asked}\n" in out, out)
