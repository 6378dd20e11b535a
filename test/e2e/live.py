"""Appends directives to P/policy/live.log, for tests without a house (docs of the bytes: src/base/frame_rec.h,
src/policy/read/live_record.c)."""
import socket
import struct
import time

BIND, BLOCK = 2, 5
STANDING_CURRENT, HOW_PORTAL, SCOPE_EVERYONE = 4, 2, 0


def crc32c(data, crc=0):
    """CRC-32C, continued from crc."""
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def text(word):
    """A counted text."""
    return struct.pack("<H", len(word)) + word.encode()


def record(kind, addr="", group="", host="", ident=0, seconds=3600, person=0):
    """One framed directive of school 1."""
    now = int(time.time())
    raw = b"\0" * 16
    if addr:
        raw = socket.inet_pton(socket.AF_INET6, addr if ":" in addr else "::ffff:" + addr)
    body = struct.pack("<6qI", now - 1, now + seconds, 1, person, 0, 0, ident) + raw + b"\0" * 6
    body += bytes([STANDING_CURRENT, HOW_PORTAL, 90, SCOPE_EVERYONE, 0])
    body += text(group) + text(host) + text("") + text("") + b"\0"
    head = struct.pack("<IHH", len(body), kind, 1)
    check = crc32c(head)
    return head + struct.pack("<II", check, crc32c(body, check)) + body


def append(prefix, *records):
    """Writes them behind what is there."""
    with open(prefix / "policy/live.log", "ab") as f:
        f.write(b"".join(records))
