"""One road from what people type to HTML: Markdown without HTML, then an allow-list.

The result is kept beside the text with the name of the sanitiser that made it, so
that a stricter one can find and render again what an older one let through.
"""

import re
import unicodedata
from collections.abc import Callable

import nh3
from markdown_it import MarkdownIt

SANITISER = "1"
MENTION = re.compile(r"(?<![\w@/.+-])@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?![\w@])")

# A tag: a # before letters and figures, one letter at least; "#3" is a number and "/#top" a place in a page.
LONGEST_TAG = 50
TAG = re.compile(r"(?<![\w#&/=+-])#(?=\d*[^\W\d_])(\w{2,50})(?!\w)")

_TAGS = {
    "p", "br", "em", "strong", "s", "blockquote", "code", "pre", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel", "geo"}
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# Characters that turn text round or hide in it: bidi overrides and isolates, C0 and C1 controls.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")

# Blanks that become one plain blank: several in a row, or one that is neither plain nor a no-break space.
_BLANKS = re.compile(r"\s{2,}|[^\S \u00a0\u202f]")
# Letters and marks by category, nothing to the eye: the joiner of graphemes, fillers of Hangul, empty Braille.
_BLANK_LETTERS = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"}

# Composing puts marks in order, in a time that grows with the square of how many stand on one letter: a body full of
# them would stop the whole process. So a piece at a time, cut after a blank wherever there is one.
_PIECE = re.compile(r"[\s\S]{1,500}(?:(?<=\s)|\Z)|[\s\S]{1,500}")

# Marks of Markdown, each pattern in a time that grows with the length only: pages take excerpts of what anybody wrote.
_MARKS = re.compile(r"```.*?```|^[^\S\n]*>[^\n]*|[*_`~]|^[^\S\n]*(?:#{1,6}|[-+])\s", re.S | re.M)
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)")


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    md.enable(["table", "strikethrough", "linkify"]).disable(["image", "html_block", "html_inline"])
    # "example.org" or "a.b" typed in passing is no link; an address with its scheme is.
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]
    # The rule that looks for links while it reads goes back over all it has read at each "://", which takes the square
    # of the text's length. The one that looks afterwards stays.
    md.inline.ruler.disable("linkify")
    return md


_MD = _markdown()
_NO_TABLES = _markdown().disable("table")
# A row shorter than its table's head is filled up: a few letters a row would make a page of millions.
_MOST_CELLS = 10_000


def tidy(text: str) -> str:
    """The text as it is kept: composed Unicode, plain line ends, nothing unseen, no outer blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(unicodedata.normalize("NFC", piece) for piece in _PIECE.findall(text))
    return _UNSEEN.sub("", text).strip()


def tidy_line(text: str) -> str:
    """The same for a single line: a name, a title."""
    return _one_line(tidy(text))


def shows_nothing(text: str) -> bool:
    """Whether there is nothing in it to see: blanks, joiners, fillers that look like a blank."""
    return all(unicodedata.category(char)[0] in "ZC" or char in _BLANK_LETTERS for char in text)


def render(text: str, people: dict[str, str] | None = None, *, tagged: bool = False) -> str:
    """Safe HTML of a Markdown text.

    `people` maps the handles that may be mentioned to the address of their page:
    only these become links; a #tag becomes one to its list where the text is `tagged`.
    Headings go down to h3 and h4, since h1 and h2 belong to the page.
    """
    lines = text.split("\n")
    cells = len(lines) * max(line.count("|") for line in lines)
    tokens = (_MD if cells <= _MOST_CELLS else _NO_TABLES).parse(text, {})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[token.tag]
        if token.type == "inline" and token.children:
            if people:
                token.children = _with_links(token.children, MENTION, lambda found: people.get(found.group(1)))
            if tagged and "#" in token.content:
                token.children = _with_links(token.children, TAG, lambda found: f"/tag/{tag_name(found.group(1))}/")
    html = _MD.renderer.render(tokens, _MD.options, {})
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="ugc nofollow noopener noreferrer"
    ).strip()


def mentioned(text: str) -> list[str]:
    """Handles written with an @ in the text, in order, each once."""
    return list(dict.fromkeys(MENTION.findall(text)))


def tags(text: str) -> list[str]:
    """The tags of a text, folded, in order, each once; at most twenty."""
    return list(dict.fromkeys(tag_name(tag) for tag in TAG.findall(text)))[:20]


def tag_name(word: str) -> str:
    """The name of a tag: folded, which may make it longer, and no longer than is kept."""
    return fold(word)[:LONGEST_TAG]


def fold(word: str) -> str:
    """A word in lower case, without accents: how tags and searches are compared."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char)))


def plain(text: str) -> str:
    """A Markdown text without its marks, on one line."""
    return _one_line(_LINK.sub(r"\1", _MARKS.sub(" ", text))) or _one_line(text)


def excerpt(text: str, length: int = 140) -> str:
    """The first words of a Markdown text, without its marks, on one line."""
    said = plain(text)
    if len(said) <= length:
        return said
    return said[:length].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _one_line(text: str) -> str:
    """The text on one line. A no-break space that stands alone stays: French sets one before “!” and “:”."""
    return _BLANKS.sub(" ", text).strip()


def _with_links(children: list, pattern: re.Pattern[str], to: Callable[[re.Match[str]], str | None]) -> list:  # type: ignore[type-arg]
    """The tokens, with what the pattern finds in plain text made a link wherever `to` gives an address."""
    out, inside_link = [], 0
    for child in children:
        inside_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or inside_link:
            out.append(child)
            continue
        at = 0
        for found in pattern.finditer(child.content):
            address = to(found)
            if address is None:
                continue
            out += [_text(child, child.content[at : found.start()]), *_link(child, found.group(0), address)]
            at = found.end()
        out.append(_text(child, child.content[at:]))
    return out


def _text(like, content: str):  # type: ignore[no-untyped-def]
    token = like.copy()
    token.content = content
    return token


def _link(like, content: str, address: str):  # type: ignore[no-untyped-def]
    opening, closing = like.copy(), like.copy()
    opening.type, opening.tag, opening.nesting, opening.attrs, opening.content = (
        "link_open",
        "a",
        1,
        {"href": address},
        "",
    )
    closing.type, closing.tag, closing.nesting, closing.attrs, closing.content = "link_close", "a", -1, {}, ""
    return [opening, _text(like, content), closing]
