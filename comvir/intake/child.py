"""Run as a program in a process of its own: news by RSS or Atom comes in, plain words go out as JSON.

Parsers have been made to loop and eat memory by made-up files, so this bounds itself before it reads anything.
It is given bytes and never an address: nothing is fetched, whatever they name.

    python -I child.py <content type> <address they came from>  < bytes
"""

import calendar
import io
import json
import re
import resource
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
MOST_ITEMS = 200
LONGEST_HTML = 200_000
LONGEST_TEXT = 4000
LONGEST_TITLE = 150
LONGEST_LINK = 1000

UNREADABLE = 3
_ITEM_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.I)
_LINK_TAG = re.compile(r"<link\b[^<>]{0,1000}>", re.I)
_ALTERNATE = re.compile(r"""type\s*=\s*["']?application/(?:rss|atom)\+xml""", re.I)
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""", re.I)


def bound() -> None:
    """No more memory or time than the largest honest file takes; no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def news_of(data: bytes, content_type: str, address: str) -> dict[str, Any]:
    """What a file of news says: its title, its newest items, who tells of it at once (`hub`, `topic`)."""
    import feedparser  # noqa: PLC0415 - after the bounds

    # A stream, since of a string or bytes feedparser tries to make an address or the name of a file.
    read = feedparser.parse(
        io.BytesIO(_shortened(data)),
        response_headers={"content-type": content_type, "content-location": address},
        sanitize_html=True,
        resolve_relative_uris=True,
    )
    if not read.get("version"):
        return {"alternate": _alternate(data)}
    head = read.get("feed") or {}
    links = {str(link.get("rel")): str(link.get("href", "")) for link in reversed(head.get("links") or [])}
    return {
        "title": _line(head, "title"),
        "hub": links.get("hub", ""),
        "topic": links.get("self", ""),
        "ttl": str(head.get("ttl", ""))[:10],
        "items": [item for entry in read.get("entries", [])[:MOST_ITEMS] if (item := _item(entry))],
    }


def _shortened(data: bytes) -> bytes:
    """The file without the items beyond those looked at, which alone would take a thousand times as long."""
    ends = [found.end() for found in _ITEM_END.finditer(data)]
    return data if len(ends) <= MOST_ITEMS else data[: ends[MOST_ITEMS - 1]] + data[ends[-1] :]


def _item(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        title, text, link = _line(entry, "title"), _text(entry), str(entry.get("link", ""))
        link = link if re.match(r"(?i)https?://", link) and len(link) <= LONGEST_LINK else ""
        if not (title or text):
            return None
        named = str(entry.get("id") or link or f"{title}\n{text}")
        return {"id": named, "title": title, "text": text, "link": link, "at": _moment(entry)}
    except Exception:  # one item never stops the others, whatever is in it
        return None


def _moment(entry: Mapping[str, Any]) -> int | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = entry.get(name)
        if moment:
            try:
                return calendar.timegm(moment)
            except (OverflowError, TypeError, ValueError):
                return None
    return None


def _plain(detail: Mapping[str, Any]) -> str:
    from comvir.lib.archive.html import text_of  # noqa: PLC0415 - after the bounds

    value = str(detail.get("value") or "")[:LONGEST_HTML]
    return value if detail.get("type") == "text/plain" else text_of(value)


def _line(thing: Mapping[str, Any], name: str) -> str:
    line = " ".join(unescape(_plain(thing.get(f"{name}_detail") or {"value": thing.get(name)})).split())
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE]}…"


def _text(entry: Mapping[str, Any]) -> str:
    """The summary, else the whole, as Markdown that shows what was written and no more."""
    from comvir.lib.archive.markdown import prose  # noqa: PLC0415 - after the bounds

    said = [entry.get("summary_detail"), *entry.get("content", []), {"value": entry.get("summary")}]
    text = next((text for detail in said if detail and (text := _plain(detail).strip())), "")
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT].rsplit(' ', 1)[0]} …"
    return "\n\n".join(prose(text.split("\n")))


def _alternate(data: bytes) -> str:
    """Of a page that isn't news itself, the address of the news it points to."""
    for tag in _LINK_TAG.findall(data[:LONGEST_HTML].decode("utf-8", "replace")):
        href = _HREF.search(tag)
        if href and _ALTERNATE.search(tag):
            return unescape(href[1] or href[2])
    return ""


if __name__ == "__main__":
    # Isolated, Python knows only what is installed: where the house stands it is told here.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    bound()
    try:
        told = news_of(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2])
    except Exception:  # whatever a made-up file brings about, it is not news
        sys.exit(UNREADABLE)
    sys.stdout.write(json.dumps(told))
