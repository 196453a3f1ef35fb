"""Find the words of a mail among its parts, however they are wrapped and encoded. Never raises."""

import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes

from comvir.lib.archive.charsets import decode, decode_words, from_base64
from comvir.lib.archive.fields import fields_of, split_head
from comvir.lib.archive.html import text_of

PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s]*))")
TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")
UU_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (.{1,200})\n", re.MULTILINE)
SILENT = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
          "application/pgp-encrypted", "message/delivery-status", "text/rfc822-headers"}  # fmt: skip
MOST_PARTS = 200
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with a mail: its name and its size in bytes (0: unknown)."""

    name: str
    size: int


@dataclass(slots=True)
class _Found:
    attachments: list[Attachment]
    parts: int = 0


def body_of(fields: dict[str, list[str]], body: bytes) -> tuple[str, list[Attachment]]:
    """The text of a mail and its attachments, from its header fields and the bytes below them."""
    found = _Found([])
    text = _read(fields, body, found, 0)
    return text, found.attachments


def _read(fields: dict[str, list[str]], body: bytes, found: _Found, depth: int) -> str:
    found.parts += 1
    stated = " ".join(fields.get("content-type", ["text/plain"])[:1])
    kind_found = TYPE.match(stated)
    kind = kind_found[1].lower() if kind_found else "text/plain"
    parameters = {name.lower(): quoted or plain for name, quoted, plain in PARAMETER.findall(stated)}
    if found.parts > MOST_PARTS:
        return ""
    if kind.startswith("multipart/") and depth < DEEPEST:
        parts = _parts(body, parameters.get("boundary", ""))
        if parts is not None:
            return _multipart(kind, parts, found, depth)
        kind = "text/plain"
    disposition = " ".join(fields.get("content-disposition", ())).lower()
    data = _unwrap(body, " ".join(fields.get("content-transfer-encoding", ())).strip().lower())
    if kind == "message/rfc822" and depth < DEEPEST:
        return _forwarded(data, found, depth)
    if kind in ("text/plain", "text/html", "text/enriched") and not disposition.startswith("attachment"):
        return _text(kind, parameters, decode(data, parameters.get("charset", "")), found)
    if kind.startswith("multipart/") or (kind == "text/plain" and not disposition):
        return decode(data)
    if kind not in SILENT:
        found.attachments.append(Attachment(_file_name(fields, kind), len(data)))
    return ""


def _multipart(kind: str, parts: list[bytes], found: _Found, depth: int) -> str:
    from_each: list[tuple[str, str]] = []
    for part in parts:
        fields, body = _part_fields(part)
        if kind == "multipart/digest" and "content-type" not in fields:
            fields["content-type"] = ["message/rfc822"]
        part_kind = " ".join(fields.get("content-type", ["text/plain"])[:1]).lower().split(";")[0].strip()
        if kind == "multipart/alternative" and part_kind == "text/html" and any(text.strip() for _, text in from_each):
            continue
        from_each.append((part_kind, _read(fields, body, found, depth + 1)))
    texts = [text for _, text in from_each if text.strip()]
    if kind == "multipart/alternative":
        return texts[0] if texts else ""
    return "\n\n".join(text.rstrip("\n") for text in texts)


def _part_fields(part: bytes) -> tuple[dict[str, list[str]], bytes]:
    head, body = split_head(part)
    # A part without headers begins with an empty line, which is no word of it.
    return fields_of(head), body if head else re.sub(rb"^(?:\r\n|\n|\r)", b"", body)


def _parts(body: bytes, boundary: str) -> list[bytes] | None:
    """The parts between boundary lines; None when the boundary is not there. A missing last one is forgiven."""
    if not boundary:
        return None
    line = re.compile(
        rb"(?:\A|\r\n|\n|\r)--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*(?=\r|\n|\Z)"
    )
    marks = list(line.finditer(body))
    if not marks:
        return None
    parts = []
    for here, following in zip(marks, [*marks[1:], None], strict=True):
        if here[1]:
            break
        part = body[here.end() : following.start() if following else len(body)]
        parts.append(re.sub(rb"\A(?:\r\n|\n|\r)", b"", part))
    return parts


def _unwrap(body: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        read = from_base64(body)
        return body if read is None else read
    return body


def _text(kind: str, parameters: dict[str, str], text: str, found: _Found) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "text/html":
        return text_of(text)
    if kind == "text/enriched":
        return re.sub(r"(?i)</?[a-z-]{1,40}>", "", re.sub(r"(?is)<param>.*?</param>", "", text))
    text = _without_files(text, found)
    if parameters.get("format", "").lower() == "flowed":
        return unflow(text, joined=parameters.get("delsp", "").lower() == "yes")
    return text


def _without_files(text: str, found: _Found) -> str:
    """Take out files put into the text itself (uuencode), as mails had them before there were parts."""
    kept, position = [], 0
    while begun := UU_BEGIN.search(text, position):
        end = text.find("\nend", begun.end() - 1)
        if end < 0:
            break
        kept.append(text[position : begun.start()])
        found.attachments.append(Attachment(begun[1].strip(), (end - begun.end()) * 3 // 4))
        position = end + len("\nend")
    return "".join([*kept, text[position:]])


def unflow(text: str, *, joined: bool = False) -> str:
    """Undo the soft line breaks of RFC 3676. `joined`: the blank before a soft break is no part of the text."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        # One blank after the marks is stuffing; in signatures it is not, and "-- " never flows.
        words = words[1:] if words.startswith(" ") else words
        signature = words.rstrip("\r") == "-- "
        if open_depth == depth and not signature:
            out[-1] += words
        else:
            out.append((">" * depth + " " if depth else "") + words)
        open_depth = depth if words.endswith(" ") and not signature else -1
        if open_depth >= 0 and joined:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _forwarded(data: bytes, found: _Found, depth: int) -> str:
    fields, body = _part_fields(data)
    lines = [
        f"{name.title()}: {' '.join(decode_words(fields[name][0]).split())}"
        for name in ("from", "date", "subject")
        if fields.get(name)
    ]
    return "\n".join(["---------- Forwarded message ----------", *lines, "", _read(fields, body, found, depth + 1)])


def _file_name(fields: dict[str, list[str]], kind: str) -> str:
    head = "".join(
        f"{name}: {' '.join(fields[name])}\n" for name in ("content-type", "content-disposition") if name in fields
    )
    try:
        stated = message_from_bytes(head.encode("utf-8", "replace") + b"\n").get_filename("")
    except (ValueError, LookupError, TypeError):
        stated = ""
    name = " ".join(decode_words(str(stated)).split()).rpartition("/")[2].rpartition("\\")[2]
    return name[:100] or kind
