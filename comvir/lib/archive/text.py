"""Part a mail into what its writer said, what they quoted, their signature and what the list added. Never raises."""

import re
from dataclasses import dataclass

from comvir.lib.archive.lines import CLOSES, letters

SAID, QUOTE, ATTRIBUTION, SIGNATURE, CODE = "said", "quote", "attribution", "signature", "code"
# The longest signature one believes in: what is longer was meant to be read.
LONGEST_SIGNATURE = 15
EMBEDDED = re.compile(r"a++e*+(?!q)|o|h{2,}")
HEADERS = re.compile(r"h(?:[htqd]{0,2}h){2,}[h]*")
FORWARD_HEADERS = re.compile(r"[od]e*h(?:t?h)+")
LONGEST_FOOTER = 1500
LIST_FOOTER = re.compile(
    r"\n[ \t]*[_=-]{20,}[ \t]*\n(?:[^\n]*\n){0,2}?[^\n]*(?:mailing list|liste de diffusion|listinfo|"
    r"/mailman|unsubscribe|"
    r"désabonn|lists?\.|groups\.|sympa)[^\n]*(?:\n[^\n]*){0,8}\s*$",
    re.IGNORECASE,
)
SCRUBBED = re.compile(
    r"\n?-{10,} next part -{10,}\n"
    r"((?:(?:A|An)[^\n]*(?:scrubbed|attachment)[^\n]*\n|[A-Z][\w-]*[ \t]*:[^\n]*\n?|\s*\n)*)"
)
HTML_DELETED = re.compile(r"^[>\s]*\[\[alternative HTML version deleted\]\][ \t]*\n?", re.MULTILINE)
SCRUBBED_FIELD = re.compile(r"^(Name|Size)\s*: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a mail that belong together; `kind` is said, quote, attribution, signature or code."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """A mail in order: its blocks, the quoted original that trails behind it, its signature."""

    blocks: tuple[Block, ...]
    trailing: tuple[str, ...]
    signature: tuple[str, ...]
    scrubbed: tuple[tuple[str, int], ...] = ()

    def remaining(self) -> str:
        """What is left for a reader when signature, attributions and the trailing original are cut off."""
        blocks = self.blocks
        if [block.kind for block in blocks[:2]] == [ATTRIBUTION, QUOTE] and blocks[2:]:
            blocks = blocks[2:]
        lines = [line for block in blocks for line in block.lines if block.kind != ATTRIBUTION or not line.strip()]
        return "\n".join(lines).rstrip().strip("\n")


def part(text: str) -> Parted:
    """Part a mail's plain text."""
    text, scrubbed = _unscrub(text.replace("\r\n", "\n").replace("\r", "\n"))
    footer = LIST_FOOTER.search(text, max(0, len(text) - LONGEST_FOOTER))
    if footer:
        text = text[: footer.start() + 1]
    lines = [line.rstrip() if line != "-- " else line for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    marks = letters(lines)
    marks = _stray_headers(marks)
    end, signature_from, signature_to = _said_until(lines, marks)
    trailing = tuple(lines[end:signature_from]) + tuple(lines[signature_to:])
    return Parted(
        tuple(_blocks(lines[:end], marks[:end])),
        _stripped(trailing),
        _stripped(tuple(lines[signature_from:signature_to])),
        scrubbed,
    )


def _stray_headers(marks: str) -> str:
    """A line like "To: somebody" is a header only among others; alone it is text."""
    kept = ["t" if mark == "h" else mark for mark in marks]
    for found in (*HEADERS.finditer(marks), *FORWARD_HEADERS.finditer(marks)):
        for number in range(found.start(), found.end()):
            if marks[number] in "ht":
                kept[number] = "h"
    return "".join(kept)


def _said_until(lines: list[str], marks: str) -> tuple[int, int, int]:
    """Where the writer's own words end, and where the signature begins and ends (in lines)."""
    end = _embedded_from(marks)
    first, last = _signature(marks, end)
    if first < last:
        rest = len(marks) if end == len(marks) else end
        body = len(marks[:first].rstrip("esdm" if first else ""))
        return _without_trailing_quote(marks, body, lines), max(first, body), rest
    body = len(marks[:end].rstrip("esdm"))
    return _without_trailing_quote(marks, body, lines), body, end


def _embedded_from(marks: str) -> int:
    """Where a whole mail begins that was left below the answer; the end when there is none."""
    for found in EMBEDDED.finditer(marks):
        if re.search(r"[tcq]", marks[: found.start()]):
            return found.start()
    return len(marks)


def _signature(marks: str, end: int) -> tuple[int, int]:
    """The signature after the last mark before `end`, when it is short enough to be one."""
    for found in reversed(list(re.finditer(r"s|(?<=e)d", marks[:end]))):
        tail = marks[found.start() : end]
        if not re.search(r"[tc]", marks[: found.start()]) and "q" not in marks[: found.start()]:
            return end, end
        following = re.search(r"[qac]", tail)
        if following is None and len(tail.rstrip("e")) <= LONGEST_SIGNATURE + 1:
            return found.start(), end
        if (
            following is not None
            and not re.search(r"[tc]", tail[following.start() :])
            and following.start() <= LONGEST_SIGNATURE
        ):
            return found.start(), found.start() + following.start()
        return end, end
    return end, end


def _without_trailing_quote(marks: str, end: int, lines: list[str]) -> int:
    body = marks[:end].rstrip("eqasdm")
    if re.search(r"[tc]", body):
        return len(body)
    worth = any(line.strip("> ") and not CLOSES.search(line) for line in lines[:end])
    return end if worth else 0


def _blocks(lines: list[str], marks: str) -> list[Block]:
    kinds = {"q": QUOTE, "a": ATTRIBUTION, "h": ATTRIBUTION, "o": ATTRIBUTION, "c": CODE}
    blocks: list[tuple[str, list[str]]] = []
    for line, mark in zip(lines, marks, strict=True):
        kind = kinds.get(mark, SAID)
        if blocks and (mark == "e" or blocks[-1][0] == kind):
            blocks[-1][1].append(line)
        else:
            blocks.append((kind, [line]))
    return [Block(kind, tuple(content)) for kind, content in blocks]


def _unscrub(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Take out what an archive wrote where it had cut an attachment off; names and sizes are kept."""
    if "[[alternative HTML" in text:
        text = HTML_DELETED.sub("", text)
    if " next part " not in text:
        return text, ()
    files: list[tuple[str, int]] = []

    def note(found: re.Match[str]) -> str:
        fields = dict(SCRUBBED_FIELD.findall(found[1]))
        if "Name" in fields and fields["Name"].strip() not in ("", "not available"):
            size = re.match(r"\d+", fields.get("Size", ""))
            files.append((fields["Name"].strip()[:100], int(size[0]) if size else 0))
        return "\n"

    return SCRUBBED.sub(note, text + "\n"), tuple(files)


def _stripped(lines: tuple[str, ...]) -> tuple[str, ...]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines
