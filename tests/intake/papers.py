"""News as outside sites publish it, small enough to read."""

from collections.abc import Iterable
from html import escape

Item = tuple[str, str, str]


def rss(*items: Item, title: str = "Town hall", more: str = "", dates: Iterable[str] = ()) -> bytes:
    """RSS 2.0 with these items: id, title, description (HTML). The first is the newest, unless they have dates."""
    days = [*dates, *[""] * len(items)]
    body = "".join(
        f"<item><guid isPermaLink='false'>{escape(guid)}</guid><title>{escape(name)}</title>"
        f"<link>https://town.example/{escape(guid)}</link><description>{escape(words)}</description>"
        + (f"<pubDate>{day}</pubDate>" if day else "")
        + "</item>"
        for (guid, name, words), day in zip(items, days, strict=False)
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'>"
        f"<channel><title>{escape(title)}</title>{more}{body}</channel></rss>"
    ).encode()


def numbered(first: int, last: int) -> list[Item]:
    """Items n{first}…n{last}, in the order sites have them: the newest before."""
    return [(f"n{number}", f"News {number}", f"<p>Words {number}</p>") for number in range(last, first - 1, -1)]


HUB = "<atom:link rel='hub' href='{hub}'/><atom:link rel='self' href='{topic}'/>"
