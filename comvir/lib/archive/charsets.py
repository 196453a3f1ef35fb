"""Turn bytes of any stated, unstated or misstated charset into clean text. Never raises."""

import base64
import binascii
import codecs
import re
from functools import lru_cache

# Mail says less than it means: the wider charset reads all that the narrower one does.
WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949",
    "euc-kr": "cp949", "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-8-i": "iso-8859-8", "iso-8859-11": "cp874", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "big5": "big5hkscs", "x-mac-roman": "mac-roman", "macintosh": "mac-roman",
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "utf-8mb4": "utf-8",
}  # fmt: skip
UNSTATED = {
    "",
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "unknown-8bit",
    "x-unknown",
    "unknown",
    "default",
    "binary",
    "8bit",
}
# Python has codecs that run rules instead of reading letters: none of these is a charset of mail.
NO_CHARSET = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "unicode-escape"}
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@lru_cache(maxsize=512)
def codec_of(label: str) -> str | None:
    """The Python codec for a charset label, or None when the label names none that reads letters."""
    name = label.strip().strip("\"'").lower().split("*")[0]
    if name in UNSTATED:
        return None
    name = WIDER.get(name, name)
    if name in NO_CHARSET or not name.isascii() or "\x00" in name:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return found.name if found._is_text_encoding else None


def decode(data: bytes, label: str = "") -> str:
    """Read bytes by their label, mistrusting it where the bytes show better. Control characters are taken out."""
    if data.isascii() and b"\x1b" not in data and b"+" not in data:
        return clean(data.decode("ascii"))
    codec = codec_of(label)
    for attempt in _attempts(codec):
        try:
            return clean(data.decode(attempt))
        except (UnicodeError, ValueError):
            continue
    return clean(data.decode("cp1252", "replace"))


def _attempts(codec: str | None) -> tuple[str, ...]:
    # Text in a Western one-byte charset is next to never valid UTF-8 by chance, so UTF-8 goes first.
    if codec in (None, "cp1252", "utf-8", "ascii", "latin-1", "iso8859-1", "iso8859-15"):
        return ("utf-8",) if codec in (None, "ascii", "utf-8") else ("utf-8", codec or "cp1252")
    return (codec or "utf-8", "utf-8")


def clean(text: str) -> str:
    """Text without NULs, control characters, lone surrogates or byte order marks."""
    return CONTROLS.sub("", text) if CONTROLS.search(text) else text


def decode_words(value: str) -> str:
    """A header with its encoded words (RFC 2047) read; those that are broken stay as they stand."""
    if "=?" not in value:
        return value
    parts: list[str] = []
    pending, pending_label, position = b"", "", 0
    joined = BETWEEN_WORDS.sub(r"\1", value)
    for word in ENCODED_WORD.finditer(joined):
        gap = joined[position : word.start()]
        read = _word_bytes(word[2], word[3])
        # A letter of several bytes may be cut between two words: same charset, side by side, are read as one.
        if pending and (gap or read is None or word[1].lower() != pending_label):
            parts.append(decode(pending, pending_label))
            pending = b""
        parts.append(gap)
        if read is None:
            parts.append(word[0])
        else:
            pending, pending_label = pending + read, word[1].lower()
        position = word.end()
    if pending:
        parts.append(decode(pending, pending_label))
    return "".join(parts) + joined[position:]


def _word_bytes(way: str, payload: str) -> bytes | None:
    try:
        data = payload.encode("ascii")
    except UnicodeError:
        return payload.encode("utf-8", "replace") if way in "qQ" else None
    if way in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" "), header=False)
    return from_base64(data)


def from_base64(data: bytes) -> bytes | None:
    """Read base64 however it is broken into lines or cut off; None when there is nothing of base64 in it."""
    letters = NOT_BASE64.sub(b"", data.partition(b"=\n\n")[0])
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    if not letters:
        return b"" if not data.strip() else None
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None
