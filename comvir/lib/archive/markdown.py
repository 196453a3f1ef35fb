"""Write a parted mail as Markdown that reads as the mail did: nothing in it is mistaken for a mark."""

import re
from collections.abc import Iterable, Iterator, Sequence

from comvir.lib.archive.text import ATTRIBUTION, CODE, QUOTE, Block, Parted

# The page's renderer stops at twenty levels of anything; nobody reads beyond the fifth answer to an answer.
DEEPEST_QUOTE = 5
QUOTE_MARK = re.compile(r"^ {0,3}((?:(?:[A-Z]{1,3}|[a-z])?> ?)+)")
URL = re.compile(r"(<https?://[^<>\s]*>|https?://[^\s<>\"]+)")
TRICKY_URL = re.compile(r"[*`\\~]|(?<![^\W_])_|_(?![^\W_])")
MIGHT_MISLEAD = re.compile(r"[\\`*_&\[<]|~~|^[ \t]*(?:[#>+=-]|\d{1,9}[.)])", re.MULTILINE)
PAIR = (
    r"(?<![\w*_`\\])(?:\*[^\s*_`](?:[^*_`]{0,200}[^\s*_`])?\*|_[^\s*_`](?:[^*_`]{0,200}[^\s*_`])?_|"
    r"`[^`']{1,200}`)(?![\w*_`])"
)
SPECIAL = re.compile(
    rf"(?P<pair>{PAIR})|(?P<mark>\\(?=[!-/:-@\[-`{{-~]|$)|`|\*|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|&(?=#?\w{{1,31}};)"
    r"|!(?=\[)|\[(?=[^\[\]]{0,200}\][(:\[])|<(?=[^\s<>@]{1,64}@))"
)
LINE_START = re.compile(
    r"^(?:(?P<sign>#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-+\s*$)|(?P<number>\d{1,9})(?=[.)](?:\s|$)))"
)
RULE = re.compile(r"^\s*([-_*])(?:\s*\1){2,}\s*$")
TABLE_ROW = re.compile(r"^[\s|:+-]*-[\s|:+-]*\|[\s|:+-]*$|^[\s|:+-]*\|[\s|:+-]*-[\s|:+-]*$")
ALIGNED = re.compile(r"\S {3,}\S")
CODE_LIKE = re.compile(r"[{}();=|\\$\[\]]|<-|^\s*[#>]")


def markdown_of(parted: Parted) -> str:
    """The whole mail: words, quotes as block quotes, the trailing original as one, the signature after "-- "."""
    pieces = list(_pieces(parted.blocks))
    if parted.trailing:
        pieces.append(_trailing(parted.trailing))
    signature = [line for line in parted.signature if not RULE.match(line) and line.strip() not in ("--", "—", "–")]
    while signature and not signature[0].strip():
        signature.pop(0)
    if any(line.strip() for line in signature):
        first, *others = prose(signature)
        pieces.append("\n\n".join([f"-- \n{first}" if not first.startswith("```") else f"-- \n\n{first}", *others]))
    return "\n\n".join(piece for piece in pieces if piece.strip("> \n"))


def _pieces(blocks: Sequence[Block]) -> Iterator[str]:
    waiting: tuple[str, ...] = ()
    for block in blocks:
        if waiting and block.kind != QUOTE:
            yield "\n\n".join(prose(waiting))
            waiting = ()
        if block.kind == ATTRIBUTION:
            waiting = block.lines
        elif block.kind == QUOTE:
            yield _quote([*((1, line) for line in waiting), *((1, "") for _ in waiting[:1]), *map(_depth, block.lines)])
            waiting = ()
        elif block.kind == CODE:
            yield _fence(block.lines[1 : _last(block.lines)])
        else:
            yield "\n\n".join(prose(block.lines))
    if waiting:
        yield "\n\n".join(prose(waiting))


def _last(lines: Sequence[str]) -> int:
    return max(number for number, line in enumerate(lines) if line.strip())


def _trailing(lines: Iterable[str]) -> str:
    measured = [_depth(line) for line in lines]
    # Below "On … wrote:" the marks count already; below an Outlook block they count from inside it.
    marked = sum(depth > 0 for depth, _ in measured) * 2 > len(measured)
    return _quote((max(depth, 1) if marked else depth + 1, line) for depth, line in measured)


def _depth(line: str) -> tuple[int, str]:
    found = QUOTE_MARK.match(line) if ">" in line[:7] else None
    return (found[1].count(">"), line[found.end() :]) if found else (0, line)


def _quote(measured: Iterable[tuple[int, str]]) -> str:
    out: list[str] = []
    last = 0
    for depth, lines in _levels(measured):
        words = "\n\n".join(prose(lines))
        if not words:
            continue
        if out:
            # Without an empty line the outer words would be read as going on with the inner ones.
            out.append(("> " * min(depth, last)).rstrip())
        mark = "> " * depth
        bare = mark.rstrip()
        out.extend([mark + line if line else bare for line in words.split("\n")])
        last = depth
    return "\n".join(out)


def _levels(measured: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    level = 0
    lines: list[str] = []
    for depth, line in measured:
        depth = depth if 0 < depth <= DEEPEST_QUOTE else DEEPEST_QUOTE if depth else 1
        if depth != level and lines:
            yield level, lines
            lines = []
        level = depth
        lines.append(line)
    if lines:
        yield level, lines


def prose(lines: Iterable[str]) -> list[str]:
    """Plain lines as Markdown paragraphs; those set in columns or as code are fenced."""
    out: list[str] = []
    paragraph: list[str] = []
    for line in lines:
        if not line or line.isspace():
            _close(paragraph, out)
        elif line[-1] in "-_*" and RULE.match(line):
            _close(paragraph, out)
            out.append("---")
        else:
            paragraph.append(line)
    _close(paragraph, out)
    return out


def _close(paragraph: list[str], out: list[str]) -> None:
    if paragraph:
        joined = "\n".join(paragraph)
        if _preformatted(paragraph, joined):
            out.append(_fence(paragraph))
        elif MIGHT_MISLEAD.search(joined):
            out.append("\n".join([escape(line) for line in paragraph]))
        else:
            out.append("\n".join([line.strip() for line in paragraph]))
        paragraph.clear()


def _preformatted(lines: list[str], joined: str) -> bool:
    if "   " not in joined and "\t" not in joined and "|" not in joined:
        return False
    wide = [line.expandtabs(8) for line in lines]
    half = (len(wide) + 1) // 2
    if len(wide) > 1 and sum(ALIGNED.search(line) is not None for line in wide) >= half:
        return True
    if any(TABLE_ROW.match(line) for line in wide):
        return True
    indented = [line for line in wide if line.startswith("    ")]
    return len(indented) >= half and sum(CODE_LIKE.search(URL.sub("", line)) is not None for line in indented) >= half


def _fence(lines: Sequence[str]) -> str:
    wide = [line.expandtabs(8).rstrip() for line in lines]
    margin = min((len(line) - len(line.lstrip(" ")) for line in wide if line), default=0)
    longest = max((len(run) for line in wide for run in re.findall(r"`+", line)), default=0)
    mark = "`" * max(3, longest + 1)
    return "\n".join([mark, *(line[margin:] for line in wide), mark])


def escape(line: str) -> str:
    """One line of plain text so that Markdown shows it as it stands; *words*, _words_ and `code` keep their sense."""
    line = line.strip()
    if not MIGHT_MISLEAD.search(line):
        return line
    pieces = URL.split(line) if "://" in line else [line]
    pieces[1::2] = [_url(piece) for piece in pieces[1::2]]
    pieces[0::2] = [SPECIAL.sub(_escaped, piece) for piece in pieces[0::2]]
    return LINE_START.sub(lambda found: f"\\{found[0]}" if found["sign"] else f"{found['number']}\\", "".join(pieces))


def _escaped(found: re.Match[str]) -> str:
    return found["pair"] or f"\\{found['mark']}"


def _url(url: str) -> str:
    if url.startswith("<") or not TRICKY_URL.search(url):
        return url
    kept = url.rstrip(".,;:!?)'*_~")
    return f"<{kept}>{SPECIAL.sub(_escaped, url[len(kept) :])}"
