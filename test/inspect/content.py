"""What comes down, inside TLS that is read, with a real curl."""
import io
import json
import urllib.parse
import zipfile

PE = "4d5a90000300000004000000ffff0000" + "00" * 60
PICTURE = "89504e470d0a1a0a" + "00" * 60


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for n in names:
            z.writestr(n, "words " * 500)
    return out.getvalue().hex()


def downloads(curl, check):
    """No program comes down, whatever it is called; what a lesson needs does."""
    refused = {
        "by its name": ("setup.exe", {"type": "application/octet-stream", "bytes": "00"}),
        "by its type": ("file", {"type": "application/x-msdownload", "bytes": "00"}),
        "by the name it is saved under": ("get", {"type": "application/octet-stream", "disposition": "attachment; filename=\"a.txt\"; filename*=UTF-8''game%2Eexe", "bytes": "00"}),
        "a false name and type": ("photo.png", {"type": "image/png", "bytes": PE}),
        "no name and no type": ("x", {"bytes": PE}),
        "packed for the way": ("photo.png", {"type": "image/png", "bytes": PE, "coding": "gzip"}),
        "ELF": ("notes.txt", {"type": "text/plain", "bytes": "7f454c4602010100" + "00" * 60}),
        "inside an archive": ("work.zip", {"type": "application/zip", "bytes": packed("a.txt", "deep/setup.exe")}),
        "an app": ("work.zip", {"type": "application/zip", "bytes": packed("AndroidManifest.xml")}),
        "a script that says it is a page": ("run.bat", {"type": "text/html", "bytes": b"@echo off\r\ndel x".hex()}),
    }
    open_ = {
        "a picture": ("photo.png", {"type": "image/png", "bytes": PICTURE}),
        "an archive of work": ("work.zip", {"type": "application/zip", "bytes": packed("homework.txt", "picture.png")}),
        "a page about a program": ("setup.exe", {"type": "text/html", "bytes": b"<!doctype html><p>File: setup.exe".hex()}),
        "a letter that begins with MZ": ("mz.txt", {"type": "text/plain", "bytes": b"MZ is a letter pair.".hex()}),
        "a site named like a program": ("bbc.com", {"type": "image/png", "bytes": PICTURE}),
    }
    for source in (None, "127.0.0.3"):
        for words, (name, query) in refused.items():
            out = curl("www.good.test", f"/load/{name}?{urllib.parse.urlencode(query)}", "-i", "--compressed", source=source)
            check(f"not downloaded, {words}", " 403" in out and ("not downloaded at school" in out or "approved sources" in out), out)
        for words, (name, query) in open_.items():
            out = curl("www.good.test", f"/load/{name}?{urllib.parse.urlencode(query)}", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", source=source)
            check(f"comes down: {words}", out == f"200 {len(query['bytes']) // 2}", out)


def players(curl, check, port):
    """A player inside an approved page, and a poster in every other frame."""
    host, film = "video-sharing.filter-check.test", "/embed/abcd1234"

    def framed(path, dest, page):
        return curl(host, path, "-i", "-H", f"Sec-Fetch-Dest: {dest}", "-H", f"Referer: https://{page}", source="127.0.0.3")
    lesson = f"lessons.test:{port}/week3"
    check("a player in an approved page", f"GET {film} host={host}" in framed(film, "iframe", lesson))
    out = framed("/s/player.js", "script", f"{host}:{port}{film}")
    check("its parts", f"GET /s/player.js host={host}" in out, out[:300] + out[-900:])
    out = framed(film, "iframe", f"www.good.test:{port}/")
    check("a poster in any other", "This film is closed at school" in out and "frame-ancestors" not in out and "<form" not in out, out)
    out = framed(film, "document", lesson)
    check("not as a page of its own", "This page is closed at school" in out and "frame-ancestors 'none'" in out, out)
    check("nothing else of that site", "host=" not in framed("/browse", "iframe", lesson))
    check("not for another group", "host=" not in curl(host, film, "-i", "-H", "Sec-Fetch-Dest: iframe", "-H", f"Referer: https://{lesson}", source="127.0.0.2"))


def assistants(curl, check):
    """Closed to pupils by its category; the answers of one that is open are read as they come."""
    def asked(host, words, *more):
        return curl(host, "/chat", "-i", "-N", "-H", "Content-Type: application/json", "-d", json.dumps({"say": words[::-1]}), *more, source="127.0.0.3")

    closed = "gatehouse zebra forbidden"
    check("an assistant is closed to pupils", "This page is closed" in asked("ai.filter-check.test", "hello"))
    out = asked("helper.test", "The moon goes round the earth")
    said = "".join(json.loads(line[6:])["choices"][0]["delta"]["content"] for line in out.splitlines() if line.startswith("data: "))
    check("one that is open answers", " 200" in out and said == "The moon goes round the earth .", out)
    out = asked("helper.test", closed[::-1])
    check("what may not be typed is not asked", " 403" in out and "data:" not in out, out)
    out = asked("helper.test", "The moon. gatehouse zebra forbidden. And what must not be seen", "--compressed")
    check("its answer ends where it must", " 200" in out and '"The"' in out and "see" not in out, out[-600:])
    for version in ("--http1.1", "--http2"):
        out = asked("helper.test", "The moon. gatehouse zebra forbidden. And what must not be seen", version, "-w", "<%{exitcode}>")
        check(f"and the browser hears that it is not whole {version}", "<0>" not in out and "see" not in out, out[-300:])
