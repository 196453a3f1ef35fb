"""News as strangers write it: nothing in it runs, loops, fetches, or goes beyond what may be shown."""

import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.intake import child, parsing
from comvir.intake.models import Wire
from comvir.intake.parsing import Elsewhere, Item, clamped, read_news
from comvir.intake.reading import digest_of
from comvir.intake.refusals import NotNews
from comvir.lib.text import _ATTRIBUTES, _SCHEMES, _TAGS, mentioned, render
from tests.intake.papers import numbered, rss

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile" / "feeds"
HERE = "https://town.example/rss"
NOW = datetime(2026, 6, 7, 12, tzinfo=UTC)


def read(data: bytes, content_type: str = "application/rss+xml"):
    return read_news(data, content_type, HERE)


def test_the_words_of_an_item_are_shown_as_they_were_written():
    words = (
        "<h1>Fair</h1><ul><li>one<li>two</ul><pre>a  b\n  c</pre>*not bold* [x](javascript:alert(1)) <script>x</script>"
    )
    (item,) = read(rss(("n1", "Tom &amp; Ana", words))).items
    assert item.title == "Tom & Ana"
    html = render(item.text)
    assert "alert(1)" in html and "<a" not in html and "script" not in html.replace("javascript:", "")
    assert (item.id, item.link, item.at) == ("n1", "https://town.example/n1", None)


def test_atom_in_other_alphabets_and_relative_addresses():
    data = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://mairie.example/a/'><title>Mairie</title>"
        "<link rel='self' href='rss'/><link rel='hub' href='https://hub.example/'/>"
        "<entry><id>urn:1</id><title>Été</title><link href='b'/><updated>2026-06-07T10:00:00+02:00</updated>"
        "<content type='html'>&lt;p&gt;東京&lt;/p&gt;</content></entry></feed>"
    )
    for encoding in ("utf-8", "utf-16"):
        news = read(data.encode(encoding), f"application/atom+xml; charset={encoding}")
        assert (news.title, news.hub, news.topic) == ("Mairie", "https://hub.example/", "https://mairie.example/a/rss")
        assert news.items == (
            Item("urn:1", "Été", "東京", "https://mairie.example/a/b", datetime(2026, 6, 7, 8, tzinfo=UTC)),
        )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        b"/etc/passwd",
        b"http://127.0.0.1/",
        b"<html><body>Hello</body></html>",
        b"{}",
        b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>",
        b"<rss version='2.0'><channel><item "
        + b" ".join(b"a%d='x'" % n for n in range(400_000))
        + b"/></channel></rss>",
    ],
    ids=["nothing", "zeros", "a path", "an address", "a page", "json", "no news", "a bomb of attributes"],
)
def test_what_is_no_news(data, monkeypatch):
    monkeypatch.setattr(parsing, "MOST_SECONDS", 2)  # the bomb would burn for the five it is given
    with pytest.raises(NotNews):
        read(data)


def test_entities_neither_grow_nor_read_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    laughs = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    for inner, name in ((f"<!ENTITY a 'haha'>{laughs}", "j"), (f"<!ENTITY x SYSTEM 'file://{secret}'>", "x")):
        data = rss(("n1", "NAME", "NAME")).replace(b"NAME", f"&{name};".encode())
        news = read(data.replace(b"<rss", f"<!DOCTYPE rss [{inner}]><rss".encode(), 1))
        told = f"{news.title}{news.items}"
        assert "hunter2" not in told and "haha" not in told and len(told) < 2000


@pytest.mark.parametrize(
    "words",
    ["<div>" * 40_000, "<" * 190_000, "&amp;" * 40_000, "<a " * 60_000, "> " * 60_000, "| " * 60_000, "[" * 190_000,
     "<!--" * 40_000, "<![CDATA[" * 20_000, "é\u0301" * 90_000],
    ids=lambda words: words[:9],
)  # fmt: skip
def test_nothing_takes_long_or_much(words):
    """It is parsed within the bounds of the child, or it is no news."""
    try:
        (item,) = read(rss(("n1", "Fair", words))).items
    except NotNews:
        return
    assert len(item.text) <= 20_000 and len(item.title) <= 160


def test_a_hundred_thousand_items_are_two_hundred():
    data = b"<rss version='2.0'><channel>" + b"<item><title>a</title></item>" * 100_000 + b"</channel></rss>"
    assert len(read(data).items) == 200
    kept = read(rss(*numbered(1, 900), more="<ttl>60</ttl>") + b"<!-- end -->")
    assert [item.id for item in kept.items] == [f"n{number}" for number in range(900, 700, -1)]


def test_a_child_that_hangs_is_ended(monkeypatch, tmp_path):
    (tmp_path / "hangs.py").write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(parsing.child, "__file__", str(tmp_path / "hangs.py"))
    monkeypatch.setattr(parsing, "MOST_SECONDS", 0.3)
    with pytest.raises(NotNews):
        read(rss())


def test_a_page_leads_to_its_news_once():
    page = b"<LINK href='//news.example/rss' TYPE='application/atom+xml' rel=alternate>"
    with pytest.raises(Elsewhere) as there:
        read(page)
    assert there.value.address == "https://news.example/rss"
    for no in (b"http://localhost/", b"javascript:alert(1)", b"rss", b""):
        with pytest.raises(NotNews):
            read(page.replace(b"//news.example/rss", no))


def test_an_item_that_breaks_stops_no_other(monkeypatch):
    whole = child._text
    monkeypatch.setattr(child, "_text", lambda entry: 1 // 0 if entry["id"] == "n2" else whole(entry))
    told = child.news_of(rss(*numbered(1, 3)), "", HERE)
    assert [item["id"] for item in told["items"]] == ["n3", "n1"]


@given(st.none() | st.datetimes(timezones=st.just(UTC)))
def test_a_date_is_never_ahead_and_keeps_its_order(at):
    found = clamped(at, NOW)
    assert datetime(1970, 1, 1, tzinfo=UTC) <= found <= NOW
    assert clamped(found, NOW) == found
    if at is not None:
        assert found == at or at > NOW or at.year < 1970
        assert clamped(at, NOW) <= clamped(at + timedelta(0), NOW + timedelta(seconds=1))


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_two_items_share_a_name_only_when_they_are_one(one, other):
    digests = [
        digest_of(Wire(url=f"https://{url.encode().hex()}.example/"), Item(name, "", "", "", None))
        for url, name in (one, other)
    ]
    assert (digests[0] == digests[1]) == (one == other)


# The hostile files


class Judge:
    """What a browser would make of a piece of HTML: nothing but what members may write."""

    def __init__(self) -> None:
        self.parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)

    def faults(self, html: str) -> list[str]:
        found = []
        for element in self.parser.parseFragment(html).iter():
            if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
                continue
            if element.tag not in _TAGS | {"tbody"}:
                found.append(element.tag)
            for name, value in element.attrib.items():
                if name not in _ATTRIBUTES.get(element.tag, set()) | {"rel"}:
                    found.append(f"{element.tag} {name}")
                if name == "href" and value.split(":")[0].lower() not in _SCHEMES:
                    found.append(value)
        return found


def test_every_hostile_file_comes_out_harmless():
    """In this process rather than a child each, which would take minutes: nothing in these files crashes it."""
    files = sorted(path for path in HOSTILE.rglob("*") if path.is_file())
    if not files:
        pytest.skip("the hostile files are not here: ../shared/data/hostile/feeds")
    judge, seen, shown = Judge(), 0, set()
    for path in files:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # feedparser's own
            told = child.news_of(path.read_bytes(), "", HERE)
        for said in told.get("items", []):
            item, seen = parsing._item(said), seen + 1
            for words in (item.text, item.title):
                html = render(words)
                if html not in shown:
                    shown.add(html)
                    assert judge.faults(html) == [], path
                assert mentioned(item.text) == []
            assert not item.link or item.link.lower().startswith(("http://", "https://"))
    assert seen > 400 and len(shown) > 100


def test_the_judge_would_notice():
    faults = Judge().faults("<p onclick=x>a<img src=x><a href='javascript:x'>b</a><script>c</script>")
    assert faults == ["p onclick", "img", "img src", "javascript:x", "script"]


def test_feedparser_is_given_bytes_and_never_an_address():
    """Of anything else it would make an address to fetch, or the name of a file to open."""
    source = Path(child.__file__).read_text()
    assert source.count("feedparser.parse(") == 1 and "io.BytesIO(_shortened(data))" in source
