"""Reading the tales: plain text, written as one writes a play.

A file begins with `@ circle`. `= A title` begins a thread (`= A title @ huddle` one in a huddle),
and each thing said is a line `-- who, when` with the words below it. After the moment may come
`#name` (so that it can be pointed at), `> name` (answers that one), `edits name` or `corrects name`
(the words below are the new ones), `removes name`, `settles name` (that one answered the question),
`passes name to circle`, or a word on what another said: `saw name`, `told name by who`, `sources name`,
`disputes name`; `votes name 2` chooses the second line of a poll.

Lines below it that begin with `|` say what goes with the words: `| kind flash`, `| place the pond`,
`| seen 10` (minutes before), `| eyes`, `| person the baker`, `| link https://…`, and `| choice yes` for
each line of a poll.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
CUE = re.compile(
    r"-- (?P<who>[a-z]+), (?P<when>\S+(?: \w{3} \d\d:\d\d)?)(?: #(?P<key>\w+))?"
    r"(?: (?P<how>>|edits|corrects|removes|settles|saw|told|sources|disputes|votes|passes) (?P<of>\w+)"
    r"(?:(?: by| to)? (?P<more>\w+))?)?\Z"
)
# A table of a message begins with a bar too; none of its columns is called so.
_BESIDE = re.compile(r"\| (?:kind|place|seen|eyes|person|document|link|choice)\b")
NARROW, BROAD = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Line:
    """One thing done: said, or what `how` says, to the line whose key is `of`. `beside` is what goes with the words."""

    who: str
    when: str
    text: str
    key: str
    how: str
    of: str
    more: str = ""
    beside: tuple[tuple[str, str], ...] = ()


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
    told = [line[2:].strip().partition(" ") for line in words.splitlines() if _BESIDE.match(line)]
    words = "\n".join(line for line in words.splitlines() if not _BESIDE.match(line))
    return Line(
        who=found["who"], when=found["when"], text=typeset(words), key=found["key"] or "", how=found["how"] or "",
        of=found["of"] or "", more=found["more"] or "",
        beside=tuple((name, value if name in ("link", "seen") else typeset(value)) for name, _, value in told),
    )  # fmt: skip
