"""Split an mbox file into messages without holding it in memory.

Four dialects are in use and no file says which one it is: mboxo and mboxrd escape a line that begins with "From ",
mboxcl and mboxcl2 give the length of the body instead. What follows accepts them all, with any line ending.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE_END = re.compile(rb"[\r\n]|\Z")
STRICT = re.compile(
    rb"From .*?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+"
    rb"(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\b.*?\d:\d\d",
)
LOOSE = re.compile(rb"From (?:-|MAILER-DAEMON|\S+@|\S+ at \S+\.|.*\d\d:\d\d|.*\b(?:19|20)\d\d\b)")
BOM = b"\xef\xbb\xbf"
KNOWN_FIELD = re.compile(
    rb"(?:return-path|received|from|to|cc|date|subject|message-id|reply-to|sender|delivered-to|in-reply-to|references|"
    rb"mime-version|status|envelope-to|(?:x|content|list|dkim|arc|authentication)-[!-9;-~]*)[ \t]*:",
    re.IGNORECASE,
)
BLANK_BEFORE = re.compile(rb"(?:\r\n|\n|\r)(?:[ \t]*)(?:\r\n|\n|\r)\Z")
HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r(?!\n)|\n\r\n")
CONTENT_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
MAGIC = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"\xfd7zXZ\x00", "xz"), (b"BZh", "bzip2"),
         (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!", "rar"))  # fmt: skip
HEAD_LIMIT = 1 << 20


class NotAnArchive(Exception):
    """The file holds no mail archive. `reason` is missing, folder, unreadable, empty, packed, binary or mail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Place:
    """Where one message lies: byte offsets of its From_ line, of its first header and of its end."""

    start: int
    head: int
    end: int
    escaped: bool


class Archive:
    """An mbox file opened for reading; a context manager.

    Raises NotAnArchive from the constructor when the file cannot be one.
    """

    def __init__(self, path: Path) -> None:
        check_kind(path)
        with path.open("rb") as file:
            # Mapped, not read: the system brings in what is looked at, so a file of any size costs no memory.
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size = len(self.bytes)
        self.preamble = 0

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes.close()

    def places(self) -> Iterator[Place]:
        """Each message in the order of the file. Raises NotAnArchive("mail") when there is no separator at all."""
        current = self._next(0)
        if current is None:
            raise NotAnArchive("mail")
        self.preamble = current[0]
        while current is not None:
            start, head = current
            following = self._next(head)
            end = following[0] if following else self.size
            stated_end = self._end_by_length(head, end)
            if stated_end is not None and stated_end > end:
                following = self._next(stated_end)
                end = following[0] if following else self.size
            yield Place(start, head, end, escaped=stated_end is None)
            current = following

    def envelope(self, place: Place) -> bytes:
        """The From_ line of a message, without its line ending."""
        return self.bytes[place.start : place.head].strip(b"\xef\xbb\xbf\r\n")

    def raw(self, place: Place) -> bytes:
        """A message as it was before it was put in the file: headers, empty line, body."""
        raw = self.bytes[place.head : place.end]
        return unescape(raw) if place.escaped and b">From " in raw else raw

    def _next(self, position: int) -> tuple[int, int] | None:
        start = self.bytes.find(b"From ", position)
        while start >= 0:
            # What stands before tells quickest that this is no separator: most are words in a sentence.
            if start == 0 or self.bytes[start - 1] in b"\r\n" or (start == 3 and self.bytes[:3] == BOM):
                line_end = LINE_END.search(self.bytes, start)
                end = line_end.start() if line_end else self.size
                head = self._after_line(end)
                if self._separates(start, self.bytes[start:end], head):
                    return start, head
            start = self.bytes.find(b"From ", start + 5)
        return None

    def _separates(self, start: int, line: bytes, head: int) -> bool:
        before = self.bytes[max(0, start - 80) : start]
        first = start < 80 and not before.strip(b"\xef\xbb\xbf\r\n")
        alone = first or BLANK_BEFORE.search(before) is not None
        following = self.bytes[head : head + 100]
        if alone and STRICT.match(line):
            return True
        if KNOWN_FIELD.match(following):
            return STRICT.match(line) is not None or (alone and LOOSE.match(line) is not None)
        return False

    def _after_line(self, position: int) -> int:
        ending = self.bytes[position : position + 2]
        return position + (2 if ending == b"\r\n" else len(ending[:1]))

    def _end_by_length(self, head: int, limit: int) -> int | None:
        """The end of a message that gives its own length, if a separator or the end of the file stands there."""
        gap = HEAD_END.search(self.bytes, head, min(limit, head + HEAD_LIMIT))
        if gap is None:
            return None
        stated = CONTENT_LENGTH.search(self.bytes, head, gap.end())
        if stated is None:
            return None
        end = gap.end() + int(stated[1])
        rest = self.bytes[end : end + 8].lstrip(b"\r\n")
        if end > self.size or (end < self.size and rest and not rest.startswith(b"From "[: len(rest)])):
            return None
        return end


def check_kind(path: Path) -> None:
    """Refuse what is plainly no archive. Raises NotAnArchive with the reason."""
    if not path.exists():
        raise NotAnArchive("missing")
    if not path.is_file():
        raise NotAnArchive("folder")
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise NotAnArchive("unreadable", error.strerror or "") from error
    if not start.strip(b"\xef\xbb\xbf\r\n \t"):
        raise NotAnArchive("empty")
    for magic, name in MAGIC:
        if start.startswith(magic):
            raise NotAnArchive("packed", name)
    if start[257:262] == b"ustar":
        raise NotAnArchive("packed", "tar")
    if not start.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From ") and b"\x00" in start:
        raise NotAnArchive("binary")


def unescape(raw: bytes) -> bytes:
    """Take back the ">" put before lines that began with "From ", except among quoted lines, where it quotes."""
    return ESCAPED.sub(lambda found: found[0] if _among_quotes(raw, found) else found[1], raw)


def _among_quotes(raw: bytes, found: re.Match[bytes]) -> bool:
    before = raw.rfind(b"\n", 0, max(0, found.start() - 1)) + 1
    after = raw.find(b"\n", found.end()) + 1
    return _quotes(raw[before : before + 20]) or (after > 0 and _quotes(raw[after : after + 20]))


def _quotes(line: bytes) -> bool:
    return line.startswith(b">") and not line.lstrip(b">").startswith(b"From ")
