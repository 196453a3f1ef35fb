"""Reading the tales: plain text, written as one writes a play.

A file begins with `@ circle`. `= A title` begins a thread (`= A title @ huddle` one in a huddle),
and each thing said is a line `-- who, when` with the words below it. After the moment may come
`#name` (so that it can be pointed at), `> name` (answers that one), `edits name` (the words below
are the new ones) or `removes name`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
CUE = re.compile(
    r"-- (?P<who>[a-z]+), (?P<when>[^,#>]+?)(?: #(?P<key>\w+))?(?: (?P<how>>|edits|removes) (?P<of>\w+))?\Z"
)
NARROW, BROAD = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Line:
    """One thing said, edited (`how` "edits") or removed ("removes"); `of` is the key of the line it is about."""

    who: str
    when: str
    text: str
    key: str
    how: str
    of: str


@dataclass(frozen=True)
class Tale:
    """One thread: where it happened, and its lines in the order of the file."""

    circle: str
    huddle: str
    title: str
    lines: tuple[Line, ...]


def tales() -> list[Tale]:
    """All the tales of the town, file by file."""
    return [
        tale for path in sorted((FOLDER / "tales").glob("*.txt")) for tale in read(path.read_text(encoding="utf-8"))
    ]


def charter(circle: str, version: int) -> str:
    """The text of one version of a circle's charter."""
    return typeset((FOLDER / "charters" / f"{circle}-{version}.txt").read_text(encoding="utf-8"))


def read(script: str) -> list[Tale]:
    """The tales of one file. Raises ValueError for a cue nobody can follow."""
    circle, *scenes = re.split(r"^= ", script, flags=re.M)
    circle = circle.strip().removeprefix("@").strip()
    return [_tale(circle, scene) for scene in scenes]


def typeset(text: str) -> str:
    """The text as a printer would set it: curled apostrophes, and French spaces that do not break."""
    text = text.strip().replace("'", "’")
    text = re.sub(r" ([;!?])", rf"{NARROW}\1", text)
    text = re.sub(r"« ?", f"«{BROAD}", text).replace(" »", f"{BROAD}»").replace(" :", f"{BROAD}:")
    return re.sub(r"(?<=\d) (?=(?:h|m|km|min|g|euros|ans)\b)|(?<=\d h) (?=\d)", BROAD, text)


def _tale(circle: str, scene: str) -> Tale:
    head, *parts = re.split(r"^(?=-- )", scene, flags=re.M)
    title, _, huddle = head.strip().partition(" @ ")
    return Tale(circle, huddle.strip(), typeset(title), tuple(_line(part) for part in parts))


def _line(part: str) -> Line:
    cue, _, words = part.partition("\n")
    found = CUE.match(cue.strip())
    if found is None:
        raise ValueError(f"not a cue: {cue}")
    return Line(
        who=found["who"], when=found["when"], text=typeset(words),
        key=found["key"] or "", how=found["how"] or "", of=found["of"] or "",
    )  # fmt: skip
