"""Whatever people write comes out of each form as it went in, and nothing of it becomes part of the form."""

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.feeds.formats import written
from comvir.feeds.items import clean
from comvir.feeds.papers import Entry, Paper
from comvir.lib.text import render, tidy, tidy_line

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "hostile"
ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def hostile() -> list[str]:
    lines = json.loads((DATA / "strings" / "blns.json").read_text("utf-8"))
    for file in sorted((DATA / "xss").glob("*.txt")):
        lines += file.read_text("utf-8", errors="replace").splitlines()
    return [line for line in lines if tidy_line(line)]


def entry(words: str, number: int = 1) -> Entry:
    line = clean(tidy_line(words))
    return Entry(
        id=f"tag:example.org,2026:message/{number}", title=line, url="https://example.org/m/1/",
        answer="https://example.org/t/1/#answer", replies="", author=line, published=NOON, updated=NOON,
        html=clean(render(tidy(words), tagged=True)), kind="flash", kind_words="Flash", status="seen",
        status_words="Seen", tags=(), place=line, point="", box="", seen_at=None, until=None, corrected_at=None,
        comments=0, commented_at=None, in_reply_to="", pictures=(), language="fr",
    )  # fmt: skip


def paper(entries: list[Entry]) -> Paper:
    return Paper("tag:example.org,2026:news/", entries[0].title, entries[0].title, "https://example.org/",
                 "https://example.org/news.atom", "https://example.org/hub", NOON, "fr", tuple(entries))  # fmt: skip


def assert_comes_back(entries: list[Entry]) -> None:
    atom = ElementTree.fromstring(written(paper(entries), "atom"))
    assert [
        (one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}author/{ATOM}name"), one.findtext(f"{ATOM}content"))
        for one in atom.findall(f"{ATOM}entry")
    ] == [(one.title, one.author, one.html) for one in entries]
    rss = ElementTree.fromstring(written(paper(entries), "rss"))
    assert [
        (one.findtext("title"), one.findtext("{urn:comvir:news:1}place"), one.findtext("description"))
        for one in rss.findall("channel/item")
    ] == [(one.title, one.place, one.html) for one in entries]
    told = json.loads(written(paper(entries), "json"))
    assert [(one["title"], one["content_html"]) for one in told["items"]] == [(one.title, one.html) for one in entries]


@pytest.mark.skipif(not DATA.exists(), reason="the collections of hostile words are not here")
def test_all_hostile_words_come_back_as_they_went_in():
    words = hostile()
    assert len(words) > 3000
    for at in range(0, len(words), 200):
        assert_comes_back([entry(one, at + n) for n, one in enumerate(words[at : at + 200])])


@given(st.text(max_size=80).filter(lambda words: bool(clean(tidy_line(words)))))
def test_any_words_come_back_as_they_went_in(words):
    assert_comes_back([entry(words)])
