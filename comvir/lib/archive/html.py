"""The words of an HTML mail as plain text: paragraphs, quotes, lists and the addresses of links. Never raises."""

import re
from html import unescape
from html.parser import HTMLParser

BLOCKS = {"p", "div", "table", "tr", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
          "header", "footer", "center", "form", "address", "fieldset", "body", "dt", "dd"}  # fmt: skip
SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "dl"}
UNREAD = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "select"}
DEEPEST_QUOTE = 8
# The parser goes back over every declaration and tag left open: without them it reads in one go.
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!(?!--)[^>]*>?", re.DOTALL)
LEFT_OPEN = re.compile(r"<(?=[^<>]*(?:<|\Z))")
LONGEST = 1_000_000
BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.quote = 0
        self.quotes: list[str] = []
        self.unread: list[str] = []
        self.preformatted = 0
        self.links: list[tuple[str, int, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "body":
            self.unread.clear()
        if tag in UNREAD:
            self.unread.append(tag)
        elif tag == "br":
            self._line()
        elif tag == "hr":
            self._block(spaced=True)
            self.lines[-1] += "---"
            self._block(spaced=True)
        elif tag == "blockquote":
            self._turn(+1)
        elif tag == "li":
            self._block()
            self._add("- ")
        elif tag in ("td", "th"):
            self._add(" " if self._open_line() else "")
        elif tag == "pre":
            self._block(spaced=True)
            self.preformatted += 1
        elif tag == "a":
            self.links.append((given.get("href", ""), len(self.lines) - 1, len(self.lines[-1])))
        elif tag in BLOCKS:
            self._block(spaced=tag in SPACED)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNREAD:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.unread:
            if tag in self.unread:
                del self.unread[self.unread.index(tag) :]
        elif tag == "blockquote" and self.quote:
            self._turn(-1)
        elif tag == "pre" and self.preformatted:
            self.preformatted -= 1
            self._block(spaced=True)
        elif tag == "a" and self.links:
            self._close_link(*self.links.pop())
        elif tag in BLOCKS or tag == "li":
            self._block(spaced=tag in SPACED)

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        if self.preformatted:
            first, *others = data.split("\n")
            self._add(first)
            for line in others:
                self._line()
                self._add(line)
            return
        words = BLANKS.sub(" ", data)
        self._add(words if self._open_line() else words.lstrip())

    def _turn(self, deeper: int) -> None:
        """Go into a quote or out of it, an empty line of the outer level between."""
        self._block()
        outer = min(self.quote, self.quote + deeper)
        self.lines[-1] = ">" * min(outer, DEEPEST_QUOTE)
        self.quote += deeper
        self._line()

    def _close_link(self, href: str, line: int, column: int) -> None:
        label = "".join([self.lines[line][column:], *self.lines[line + 1 :]]).strip()
        if re.match(r"(?i)https?://", href) and href.rstrip("/") != label.rstrip("/"):
            self._add(f" <{href}>" if label else f"<{href}>")

    def _open_line(self) -> str:
        return self.lines[-1].lstrip("> ")

    def _add(self, words: str) -> None:
        self.lines[-1] += words

    def _line(self) -> None:
        mark = ">" * min(self.quote, DEEPEST_QUOTE)
        self.lines.append(mark + " " if mark else "")

    def _block(self, spaced: bool = False) -> None:
        if self._open_line():
            self._line()
        if spaced and len(self.lines) > 1 and self.lines[-2].strip("> "):
            self._line()


def text_of(html: str) -> str:
    """Plain text of an HTML mail, quotes as "> " lines."""
    reader = _Reader()
    try:
        reader.feed(LEFT_OPEN.sub("&lt;", COMMENT.sub("", html[:LONGEST])))
        reader.close()
    except (AssertionError, ValueError, RecursionError, TypeError):
        # The parser of the standard library stumbles over some broken declarations.
        return unescape(re.sub(r"(?s)<[^<>]*>", " ", html))
    text = "\n".join(line.rstrip() for line in reader.lines).replace("\u00a0", " ")
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
