"""Atom (RFC 4287, answers by RFC 4685), RSS 2.0 and JSON Feed 1.1 of a paper: the same paper, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, rfc3339_date

from comvir.feeds.papers import NAMESPACE, Entry, Paper

KINDS, STANDINGS = f"{NAMESPACE}:kind", f"{NAMESPACE}:standing"


def written(paper: Paper, form: str) -> bytes:
    """The paper in one of the three forms of `papers.FORMS`."""
    return _WRITERS[form](paper)


class _Atom(Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {
            **super().root_attributes(),
            "xmlns:thr": "http://purl.org/syndication/thread/1.0",
            "xmlns:georss": "http://www.georss.org/georss",
            "xmlns:comvir": NAMESPACE,
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        entry: Entry = item["entry"]
        handler.addQuickElement("title", entry.title)
        handler.addQuickElement("id", entry.id)
        handler.addQuickElement("published", rfc3339_date(entry.published))
        handler.addQuickElement("updated", rfc3339_date(entry.updated))
        handler.startElement("author", {})
        handler.addQuickElement("name", entry.author)
        handler.endElement("author")
        handler.addQuickElement("link", "", {"rel": "alternate", "type": "text/html", "href": entry.url})
        handler.addQuickElement("link", "", {"rel": "related", "type": "text/html", "href": entry.answer})
        handler.addQuickElement("link", "", _replies(entry))
        for address, size, words in entry.pictures:
            attributes = {"rel": "enclosure", "type": "image/webp", "href": address, "length": str(size)}
            handler.addQuickElement("link", "", {**attributes, "title": words} if words else attributes)
        for attributes in _categories(entry):
            handler.addQuickElement("category", "", attributes)
        handler.addQuickElement("content", entry.html, {"type": "html", "xml:lang": entry.language})
        if entry.in_reply_to:
            handler.addQuickElement("thr:in-reply-to", "", {"ref": entry.in_reply_to})
        handler.addQuickElement("thr:total", str(entry.comments))
        _ours(handler, entry)


class _Rss(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
            "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
            "xmlns:georss": "http://www.georss.org/georss",
            "xmlns:comvir": NAMESPACE,
        }

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for attributes in _categories(entry):
            handler.addQuickElement("category", attributes["label"], {"domain": attributes.get("scheme", "")})
        handler.addQuickElement("dc:creator", entry.author)
        handler.addQuickElement("atom:updated", rfc3339_date(entry.updated))
        handler.addQuickElement("atom:link", "", {"rel": "related", "type": "text/html", "href": entry.answer})
        handler.addQuickElement("slash:comments", str(entry.comments))
        if entry.replies:
            handler.addQuickElement("wfw:commentRss", f"{entry.replies}.rss")
        _ours(handler, entry)


def _atom(paper: Paper) -> bytes:
    feed = _Atom(
        title=paper.title, link=paper.url, description=None, subtitle=paper.subtitle or None, language=paper.language,
        feed_url=paper.self_url, feed_guid=paper.id, hub=paper.hub, updated=paper.updated,
    )  # fmt: skip
    for entry in paper.entries:
        feed.add_item(entry.title, entry.url, entry.html, updateddate=entry.updated, entry=entry)
    feed.latest_post_date = lambda: paper.updated  # type: ignore[method-assign]
    return feed.writeString("utf-8").encode()


def _rss(paper: Paper) -> bytes:
    feed = _Rss(
        title=paper.title, link=paper.url, description=paper.subtitle or paper.title, language=paper.language,
        feed_url=paper.self_url, hub=paper.hub,
    )  # fmt: skip
    for entry in paper.entries:
        # RSS has room for one enclosure only.
        enclosures = [Enclosure(address, str(size), "image/webp") for address, size, _words in entry.pictures[:1]]
        feed.add_item(
            entry.title, entry.url, entry.html, pubdate=entry.published, unique_id=entry.id,
            unique_id_is_permalink=False, comments=entry.answer, enclosures=enclosures, entry=entry,
        )  # fmt: skip
    feed.latest_post_date = lambda: paper.updated  # type: ignore[method-assign]
    return feed.writeString("utf-8").encode()


def _json(paper: Paper) -> bytes:
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.title,
        "home_page_url": paper.url,
        "feed_url": paper.self_url,
        "description": paper.subtitle,
        "language": paper.language,
        "hubs": [{"type": "WebSub", "url": paper.hub}],
        "items": [_json_item(entry) for entry in paper.entries],
    }
    return json.dumps(_without_empty(whole), ensure_ascii=False, separators=(",", ":")).encode()


def _json_item(entry: Entry) -> dict[str, Any]:
    ours = {
        "about": NAMESPACE,
        "kind": entry.kind,
        "standing": entry.status,
        "standing_words": entry.status_words,
        "place": entry.place,
        "point": entry.point,
        "box": entry.box,
        "seen_at": _iso(entry.seen_at),
        "valid_until": _iso(entry.until),
        "corrected_at": _iso(entry.corrected_at),
        "answer_url": entry.answer,
        "comments_updated_at": _iso(entry.commented_at),
        "in_reply_to": entry.in_reply_to,
    }
    return _without_empty(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.html,
            "date_published": _iso(entry.published),
            "date_modified": _iso(entry.updated),
            "authors": [{"name": entry.author}],
            "tags": [category["label"] for category in _categories(entry)],
            "language": entry.language,
            "attachments": [
                _without_empty({"url": address, "mime_type": "image/webp", "size_in_bytes": size, "title": words})
                for address, size, words in entry.pictures
            ],
            "_comvir": {**_without_empty(ours), "comments": entry.comments},
        }
    )


def _ours(handler: Any, entry: Entry) -> None:
    told = {
        "comvir:kind": entry.kind,
        "comvir:standing": entry.status,
        "comvir:place": entry.place,
        "comvir:seen-at": _iso(entry.seen_at),
        "comvir:valid-until": _iso(entry.until),
        "comvir:corrected-at": _iso(entry.corrected_at),
        "georss:point": entry.point,
        "georss:box": "" if entry.point else entry.box,
    }
    for name, words in told.items():
        if words:
            handler.addQuickElement(name, words)


def _replies(entry: Entry) -> dict[str, str]:
    link = {"rel": "replies", "thr:count": str(entry.comments)}
    if entry.commented_at:
        link["thr:updated"] = rfc3339_date(entry.commented_at)
    if entry.replies:
        return {**link, "type": "application/atom+xml", "href": f"{entry.replies}.atom"}
    return {**link, "type": "text/html", "href": entry.url}


def _categories(entry: Entry) -> list[dict[str, str]]:
    found = [{"term": tag, "label": tag} for tag in entry.tags]
    if entry.kind:
        found.append({"term": entry.kind, "scheme": KINDS, "label": entry.kind_words})
    if entry.status:
        found.append({"term": entry.status, "scheme": STANDINGS, "label": entry.status_words})
    return found


def _iso(moment: datetime | None) -> str:
    return rfc3339_date(moment) if moment else ""


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ("", [], None)}


_WRITERS: dict[str, Callable[[Paper], bytes]] = {"atom": _atom, "rss": _rss, "json": _json}
