"""Previews of links: which are asked for, what is taken from a page, and when one gives up."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comvir.conversation import acts, previews
from comvir.conversation.models import LinkPreview, Message
from comvir.lib import clock
from comvir.lib.fetch import Answer, Unfetchable
from comvir.people import acts as people

PAGE = "<html><head><title>A page</title></head><body>Words</body></html>"


def page(body: str | bytes = PAGE, status: int = 200, kind: str = "text/html; charset=utf-8") -> Answer:
    return Answer(status, {"content-type": kind}, body if isinstance(body, bytes) else body.encode(), "https://x/", 0.1)


@pytest.fixture
def web(monkeypatch):
    """Addresses and what comes back; whatever is not among them cannot be reached."""
    ways: dict[str, Answer] = {}
    asked: list[str] = []

    def fetch(url, **how):
        asked.append(url)
        if url not in ways:
            raise Unfetchable("unreachable")
        return ways[url]

    monkeypatch.setattr(previews, "fetch", fetch)
    return ways, asked


def said(town, text: str, **more) -> Message:
    return acts.start(by=town.ana, community=more.pop("community", town.petanque), text=text, **more)


def waiting(message: Message) -> list[str]:
    return list(LinkPreview.objects.filter(message=message).order_by("pk").values_list("url", flat=True))


def later(monkeypatch, **span) -> None:
    now = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_three_links_at_most_each_once(town):
    message = said(town, " ".join(f"https://example.org/{n}?a=1&b=2" for n in (1, 1, 2, 3, 4)))
    assert waiting(message) == [f"https://example.org/{n}?a=1&b=2" for n in (1, 2, 3)]
    assert Message.objects.get(pk=message.pk).linked == 3


@pytest.mark.parametrize(
    "text",
    [
        "No link at all, only example.org",
        "Our own: https://localhost/t/1/ and https://house.example/t/2/ and http://house.example:8000/",
        "Inside: http://192.168.1.1.nip:99999/ ftp://example.org/ mailto:a@example.org http://box.local/",
        "Of code: `https://example.org/`",
    ],
)
def test_what_is_no_link_to_elsewhere_is_not_asked_for(town, settings, text):
    settings.PUBLIC_ADDRESS = "https://house.example"
    assert waiting(said(town, text)) == []


def test_what_is_not_for_a_whole_circle_calls_nobody(town):
    support = people.open_community(by=town.ana, name="Side by side", theme="support")
    link = "See https://example.org/illness"
    assert waiting(said(town, link, community=support)) == []
    assert waiting(said(town, link, huddle=town.huddle)) == []
    assert waiting(said(town, link)) == ["https://example.org/illness"]


def test_what_came_from_outside_calls_nobody(town):
    message = acts.bring_in(
        by=town.gil, community=town.petanque, text="See https://example.org/more", title="News", kind="resource",
        source_name="Paper", source_url="https://paper.example/1", source_uri="wire:1", happened_at=clock.now(),
    )  # fmt: skip
    assert waiting(message) == []


def test_without_a_link_nothing_is_asked_of_the_database(town, django_assert_num_queries):
    message = said(town, "Who comes on Sunday? **Me**, #boules")
    with django_assert_num_queries(0):
        previews.ask_previews(message)


def test_editing_forgets_what_is_no_longer_there_and_keeps_what_was_fetched(town, web):
    web[0]["https://example.org/1"] = page()
    message = said(town, "https://example.org/1 https://example.org/2")
    assert previews.fetch_previews() == 2
    acts.edit(by=town.ana, message=message, text="https://example.org/1 https://example.org/3")
    assert waiting(message) == ["https://example.org/1", "https://example.org/3"]
    assert list(LinkPreview.objects.order_by("pk").values_list("title", flat=True)) == ["A page", ""]
    acts.edit(by=town.ana, message=message, text="Nothing")
    assert (waiting(message), Message.objects.get(pk=message.pk).linked) == ([], 0)


def test_what_a_page_says_of_itself_is_kept(town, web):
    web[0]["https://news.example.org:443/a"] = page(
        "<head><title>Plain</title><meta name=description content='All of it'>"
        "<meta property='og:title' content='The  plane\ntree&amp;us'></head>"
    )
    message = said(town, "https://news.example.org:443/a")
    previews.fetch_previews()
    kept = LinkPreview.objects.get(message=message)
    assert (kept.title, kept.summary, kept.site) == ("The plane tree&us", "All of it", "news.example.org")
    assert (kept.fetched_at is not None, previews.fetch_previews()) == (True, 0)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        page(status=404),
        page(status=500),
        page(kind="application/pdf"),
        page(kind="image/svg+xml"),
        page(kind=""),
        page("<body>No title</body>"),
        page("<title> \u2800 </title>"),
    ],
    ids=["away", "404", "500", "pdf", "svg", "no kind", "no title", "blank title"],
)
def test_two_tries_and_then_none(town, web, monkeypatch, answer):
    ways, asked = web
    if answer is not None:
        ways["https://example.org/1"] = answer
    message = said(town, "https://example.org/1")
    assert [previews.fetch_previews(), previews.fetch_previews()] == [1, 0]  # not at once again
    later(monkeypatch, minutes=11)
    assert [previews.fetch_previews(), previews.fetch_previews()] == [1, 0]
    later(monkeypatch, days=1)
    assert (previews.fetch_previews(), asked) == (0, ["https://example.org/1"] * 2)
    assert Message.objects.get(pk=message.pk).linked == 0


def test_a_removed_message_asks_for_nothing_more(town, web):
    acts.remove(by=town.ana, message=said(town, "https://example.org/1"))
    assert (previews.fetch_previews(), web[1]) == (0, [])


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<title>One</title><title>Two</title>", ("One", "")),
        ("<title>A &lt;b&gt; &amp; c</title>", ("A <b> & c", "")),
        ("<script>var x = '<title>No</title>'</script><title>Yes</title>", ("Yes", "")),
        ("<!-- <title>No</title> --><title>Yes</title>", ("Yes", "")),
        ("<body><title>No</title>", ("", "")),
        ("<title>No end", ("No end", "")),
        ("<title>\u202egnp.exe</title>", ("gnp.exe", "")),
        (f"<title>{'x' * 500}</title><meta name=description content={'y' * 900}>", ("x" * 199 + "…", "y" * 399 + "…")),
        ("<meta property=og:title><title>T</title>", ("T", "")),
        (f"<script>{'x' * 100_000}</script><title>After</title>", ("After", "")),
    ],
)
def test_titles_and_summaries(html, told):
    assert previews.what_page_says(html) == told


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "<a x=", "<!", "&", "<title>", "<![CDATA[", "<a='", "</", "<?", "&#x", "<svg/"]
)
def test_a_page_made_to_be_slow_is_put_away(piece):
    # Without the bounds some of these take minutes.
    title, summary = previews.what_page_says(piece * (512 * 1024 // len(piece)))
    assert (len(title) <= 200, summary) == (True, "")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/!-\"'= &;#xtilemabody\n\u202e", max_size=300))
def test_whatever_a_page_is_its_title_is_one_line_that_fits(html):
    title, summary = previews.what_page_says(html)
    assert (len(title) <= 200, len(summary) <= 400, "\n" in title + summary, "\u202e" in title + summary) == (
        True, True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        ("<title>Été</title>".encode("latin-1"), "text/html; charset=iso-8859-1", "Été"),
        ("<meta charset=windows-1252><title>Été</title>".encode("cp1252"), "text/html", "Été"),
        ("<title>Été</title>".encode(), "text/html; charset=no-such", "Été"),
        (b"<title>Ete</title>", "text/html; charset=punycode", "Ete"),
        (b"<title>Ete</title>", "text/html; charset=zlib_codec", "Ete"),
        (b"<title>\xff\xfe</title>", "text/html; charset=utf-8", "��"),
    ],
)
def test_letters_come_as_they_were_meant(town, web, body, kind, title):
    web[0]["https://example.org/1"] = page(body, kind=kind)
    said(town, "https://example.org/1")
    previews.fetch_previews()
    assert LinkPreview.objects.get().title == title
