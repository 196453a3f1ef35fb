"""The header fields of a mail, or of a part of one."""

import re

from comvir.lib.archive.charsets import clean, decode

LINE = re.compile(rb"\r\n|\n|\r")
HEAD_END = re.compile(rb"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r(?!\n))")
FIELD = re.compile(rb"^([!-9;-~]{1,80})[ \t]*:[ \t]*(.*)$", re.DOTALL)


def split_head(raw: bytes) -> tuple[bytes, bytes]:
    """Headers and body. A mail that begins with no header is all body."""
    if raw[:1] in (b"\n", b"\r"):
        return b"", raw
    found = HEAD_END.search(raw)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")
    first_line = LINE.split(head, 1)[0]
    if not FIELD.match(first_line) and not first_line.startswith((b"From ", b">From ")):
        return b"", raw
    return head, body


def fields_of(head: bytes) -> dict[str, list[str]]:
    """Header fields by lower-case name, unfolded, their raw bytes read; what is no header is passed over."""
    if head.isascii():
        lines = clean(head.decode("ascii").replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    else:
        # Each line for itself: one header in Latin-1 must not spoil another in UTF-8.
        lines = [decode(line) for line in LINE.split(head)]
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if line[:1] in (" ", "\t"):
            if current is not None:
                current[-1] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t")
        current = None
        if colon and name and " " not in name and len(name) <= 80:
            current = fields.setdefault(name.lower(), [])
            current.append(value.strip())
    return fields


def first(fields: dict[str, list[str]], name: str) -> str:
    """The first value of a field, or an empty string."""
    values = fields.get(name)
    return values[0] if values else ""
