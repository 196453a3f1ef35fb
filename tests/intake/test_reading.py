"""What a circle gets of outside news: the newest, a few at a time, in its source's name; how politely it is asked."""

from datetime import timedelta

import pytest
from django.db import connection

from comvir.conversation.acts import remove
from comvir.conversation.models import Message, Revision, Thread
from comvir.intake import acts, reading
from comvir.intake.housekeeping import poll_due
from comvir.intake.models import Wire, WireItem
from comvir.lib import clock
from comvir.lib.fetch import Unfetchable
from tests.intake.papers import numbered, rss
from tests.lib.outside import moved, page

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def start():
    return clock.now()


def read(wire: Wire, at=None) -> Wire:
    """Read it now, or when the clock says so."""
    with clock.clock_at(at or clock.now()):
        reading.read_wire(Wire.objects.select_related("community", "person").get(pk=wire.pk))
    return Wire.objects.get(pk=wire.pk)


def titles() -> list[str]:
    return list(
        Thread.objects.filter(messages__source_uri__isnull=False).order_by("pk").values_list("title", flat=True)
    )


def test_an_item_becomes_a_thread_of_its_source(town, web, wire):
    web.ways["/rss"] = page(
        rss(("n1", "Fair on <b>Sunday</b>", "<p>At <b>ten</b>, see <a href='/map'>the map</a>. @ana @everyone</p>"),
            dates=["Mon, 02 Jun 2025 09:20:00 +0200"]),
        "Content-Type: application/rss+xml",
    )  # fmt: skip
    read(wire)
    message = Message.objects.get(source_uri__isnull=False)
    assert message.text == f"At ten, see the map <{web.url('/map')}>. @\u2060ana @\u2060everyone"
    assert (message.author, message.kind, message.thread.kind) == (wire.person, "flash", "flash")
    assert (message.source_kind, message.source_name) == ("link", "Town hall")
    assert message.source_url == "https://town.example/n1"
    assert message.content_reference_time.isoformat() == "2025-06-02T07:20:00+00:00"
    assert message.thread.title == "Fair on Sunday"
    assert not message.mentions.exists()
    assert list(Message.objects.visible_to(town.ana).filter(pk=message.pk)) == [message]
    assert list(Message.objects.visible_to(town.eve).filter(pk=message.pk)) == []


def test_it_sets_neither_kind_nor_author_nor_standing(town, web, wire):
    pretender = "<category>fact</category><author>Ana</author><kind>testimony</kind><standing>corroborated</standing>"
    web.ways["/rss"] = page(rss(("n1", "Fair", "Words")).replace(b"<title>Fair", pretender.encode() + b"<title>Fair"))
    read(wire)
    message = Message.objects.get(source_uri__isnull=False)
    assert (message.kind, message.author, message.attested) == ("flash", wire.person, 0)


def test_the_first_reading_brings_the_five_newest_and_no_later_one_the_rest(web, wire, start):
    web.ways["/rss"] = page(rss(*numbered(1, 12)))
    read(wire, start)
    assert titles() == [f"News {number}" for number in range(8, 13)]
    read(wire, start + MINUTE)
    assert titles() == [f"News {number}" for number in range(8, 13)]
    web.ways["/rss"] = page(rss(*numbered(6, 14)))
    read(wire, start + 2 * MINUTE)
    assert titles() == [f"News {number}" for number in range(8, 15)]


def test_twenty_a_day_and_the_others_tomorrow(web, wire, start):
    web.ways["/rss"] = page(rss())
    read(wire, start)
    web.ways["/rss"] = page(rss(*numbered(1, 30)))
    read(wire, start + MINUTE)
    assert titles() == [f"News {number}" for number in range(11, 31)]
    read(wire, start + DAY)
    assert len(titles()) == 20
    read(wire, start + DAY + 2 * MINUTE)
    assert titles()[20:] == [f"News {number}" for number in range(1, 11)]


def test_no_more_than_two_hundred_items_are_looked_at(web, wire, start):
    web.ways["/rss"] = page(rss(*numbered(1, 300)))
    read(wire, start)
    assert (WireItem.objects.count(), titles()[-1]) == (200, "News 300")


def test_a_date_to_come_is_now_and_moves_nothing_up(web, wire, start):
    web.ways["/rss"] = page(
        rss(("a", "From 2999", "x"), ("b", "From 1200", "x"), ("c", "No date", "x"),
            dates=["Mon, 02 Jun 2999 09:20:00 GMT", "Mon, 02 Jun 1200 09:20:00 GMT", ""])
    )  # fmt: skip
    read(wire, start)
    found = dict(
        Message.objects.filter(source_uri__isnull=False).values_list("thread__title", "content_reference_time")
    )
    assert found["From 2999"] == found["No date"] == start
    assert found["From 1200"].year == 1970


def test_an_id_belongs_to_its_address(town, web, wire):
    """Another wire that uses the same ids changes nothing of the first, and hides nothing of itself."""
    web.ways["/rss"] = page(rss(("n1", "Fair on Sunday", "True")))
    web.ways["/false"] = page(rss(("n1", "Fair is off", "False")))
    other = acts.take_in(by=town.gil, community=town.petanque, url=web.url("/false"), title="Rumours", kind="resource")
    for one in (wire, other, wire, other):
        read(one)
    said = Message.objects.filter(source_uri__isnull=False).order_by("pk").values_list("text", "author__name", "kind")
    assert list(said) == [("True", "Town hall", "flash"), ("False", "Rumours", "resource")]
    assert not Revision.objects.exists()


def test_what_changes_keeps_its_first_words(web, wire, start):
    web.ways["/rss"] = page(rss(("n1", "Fair", "On <i>Sunday</i>")))
    read(wire, start)
    for minute, words in enumerate(["On Monday", "On Monday", "On Tuesday @ana"], start=1):
        web.ways["/rss"] = page(rss(("n1", "Fair", words)))
        read(wire, start + minute * MINUTE)
    message = Message.objects.get(source_uri__isnull=False)
    assert message.text == "On Tuesday @\u2060ana" and message.edited_at == start + 3 * MINUTE
    assert list(message.revisions.order_by("pk").values_list("text", flat=True)) == ["On Sunday", "On Monday"]
    assert not message.mentions.exists()


def test_what_never_stops_changing_is_left_alone(web, wire, start):
    for turn in range(15):
        web.ways["/rss"] = page(rss(*[(f"n{number}", "Clock", f"Turn {turn}") for number in range(7)]))
        read(wire, start + turn * MINUTE)
    changes = list(WireItem.objects.filter(message__isnull=False).values_list("changes", flat=True))
    assert max(changes) == 10
    assert Revision.objects.count() == sum(changes) <= 15 * 5


def test_a_message_taken_away_stays_away(web, wire, start):
    web.ways["/rss"] = page(rss(("n1", "Fair", "On Sunday")))
    read(wire, start)
    remove(by=wire.person, message=Message.objects.get(source_uri__isnull=False))
    web.ways["/rss"] = page(rss(("n1", "Fair", "On Monday")))
    read(wire, start + MINUTE)
    assert Message.objects.get(source_uri__isnull=False).is_removed


def test_taken_in_again_it_brings_nothing_twice(town, web, wire, start):
    web.ways["/rss"] = page(rss(*numbered(1, 3)))
    read(wire, start)
    acts.leave_out(by=town.gil, wire=wire)
    again = acts.take_in(by=town.gil, community=town.petanque, url=wire.url, title="Town hall", kind="resource")
    read(again, start + MINUTE)
    assert titles() == ["News 1", "News 2", "News 3"]


def test_left_out_while_it_is_read_it_brings_nothing_more(town, web, wire):
    web.ways["/rss"] = page(rss(*numbered(1, 3)))
    held = Wire.objects.select_related("community", "person").get(pk=wire.pk)
    acts.leave_out(by=town.gil, wire=wire)
    reading.read_wire(held)
    assert titles() == []


def test_asked_again_with_what_the_last_answer_was_known_by(web, wire, start):
    web.ways["/rss"] = page(rss(*numbered(1, 1)), 'ETag: W/"x1"', "Last-Modified: Mon, 02 Jun 2025 09:20:00 GMT")
    read(wire, start)
    web.ways["/rss"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    after = read(wire, start + MINUTE)
    assert "If-None-Match" not in web.asked[0] and "If-Modified-Since" not in web.asked[0]
    assert 'If-None-Match: W/"x1"\r\nIf-Modified-Since: Mon, 02 Jun 2025 09:20:00 GMT\r\n' in web.asked[1]
    assert (after.last_read_at, after.etag, after.trouble, titles()) == (start + MINUTE, 'W/"x1"', "", ["News 1"])


@pytest.mark.parametrize(
    ("headers", "more", "pause"),
    [
        ((), "", 30 * MINUTE),
        (("Cache-Control: public, max-age=7200",), "", 120 * MINUTE),
        (("Cache-Control: max-age=60",), "", 30 * MINUTE),
        (("Cache-Control: s-maxage=7200",), "", 30 * MINUTE),
        (("Cache-Control: max-age=999999999",), "", DAY),
        ((), "<ttl>60</ttl>", 60 * MINUTE),
        ((), "<ttl>99999</ttl>", DAY),
        ((), "<ttl>-5</ttl>", 30 * MINUTE),
        ((), "<ttl>soon</ttl>", 30 * MINUTE),
    ],
)
def test_it_is_left_alone_as_long_as_it_asks(web, wire, start, headers, more, pause):
    web.ways["/rss"] = page(rss(more=more), *headers)
    assert read(wire, start).next_at == start + pause


@pytest.mark.parametrize(
    ("answer", "trouble", "words"),
    [
        (page(b"", status="404 Not Found"), "status", "That address answers with an error (404)."),
        (page(b"<html>no</html>"), "not_news", "There is no news by RSS at that address any more."),
        (moved("http://10.0.0.1/"), "private", "That address isn’t on the public web, so we don’t read it."),
        (page(b"", length=9), "cut", "That address stopped in the middle of its answer."),
        (b"", "unreadable", "That address answered something no browser could read."),
    ],
)
def test_what_goes_wrong_is_told_and_tried_less_and_less(web, wire, start, answer, trouble, words):
    web.ways["/rss"] = answer
    at, pauses = start, []
    for _ in range(8):
        after = read(wire, at)
        pauses.append(after.next_at - at)
        at = after.next_at
    assert (after.last_error, after.trouble, after.failures, after.failing_since) == (trouble, words, 8, start)
    assert all(0.8 * 30 * 2**n <= pauses[n] / MINUTE <= 1.2 * 30 * 2**n for n in range(5))
    assert max(pauses) <= 1.2 * DAY
    web.ways["/rss"] = page(rss(*numbered(1, 1)))
    after = read(wire, at)
    assert (after.failures, after.failing_since, after.trouble, titles()) == (0, None, "", ["News 1"])


def test_after_a_month_we_stop_asking(web, wire, start):
    at, asked = start, 0
    while (after := Wire.objects.get(pk=wire.pk)).gave_up_at is None:
        with clock.clock_at(at):
            asked += poll_due()
        at = max(Wire.objects.get(pk=wire.pk).next_at, at + MINUTE)
    assert timedelta(days=30) <= after.gave_up_at - start <= timedelta(days=32)
    with clock.clock_at(at + 9 * DAY):
        assert poll_due() == 0
    assert len(web.asked) == asked < 60


def test_news_that_has_ended_is_asked_no_more(web, wire, start):
    web.ways["/rss"] = page(b"", status="410 Gone")
    after = read(wire, start)
    assert (after.gave_up_at, after.trouble) == (start, "That address says that its news has ended.")


@pytest.mark.parametrize(
    ("status", "said", "least"),
    [
        ("503 Busy", "7200", 120 * MINUTE),
        ("429 Slow down", "Wed, 01 Jan 2031 00:00:00 GMT", 7 * DAY),
        ("503 Busy", "999999999", 7 * DAY),
        ("503 Busy", "soon", 24 * MINUTE),
        ("503 Busy", "-5", 24 * MINUTE),
        ("404 No", "7200", 24 * MINUTE),
    ],
)
def test_who_says_when_to_come_back_is_heard(web, wire, start, status, said, least):
    web.ways["/rss"] = page(b"", f"Retry-After: {said}", status=status)
    pause = read(wire, start).next_at - start
    assert least <= pause <= max(least, 36 * MINUTE)


def test_each_is_read_when_its_time_has_come_and_none_holds_up_another(town, web, wire, monkeypatch):
    others = [
        acts.take_in(by=town.gil, community=town.petanque, url=web.url(f"/{name}"), title=name, kind="resource")
        for name in ("broken", "late", "fine")
    ]
    now = clock.now()
    Wire.objects.filter(pk=others[1].pk).update(next_at=now + DAY)
    web.ways.update({"/rss": page(rss(*numbered(1, 1))), "/fine": page(rss(("f", "Fine", "Day")))})
    ask = reading.fetch

    def spoilt(url, **more):
        assert connection.savepoint_ids == []
        if url.endswith("/broken"):
            raise RuntimeError("a mistake of ours")
        return ask(url, **more)

    monkeypatch.setattr(reading, "fetch", spoilt)
    with clock.clock_at(now + MINUTE):
        assert poll_due(batch=2) == 2
        assert poll_due(batch=2) == 1
        assert poll_due() == 0
    assert sorted(titles()) == ["Fine", "News 1"]
    assert Wire.objects.get(pk=others[0].pk).trouble == "We could not read what is at that address."


def test_two_who_poll_at_once_read_it_once(web, wire, monkeypatch):
    seen = []

    def meanwhile(one):
        seen.append(one.pk)
        assert poll_due() == 0

    monkeypatch.setattr("comvir.intake.housekeeping.read_wire", meanwhile)
    assert (poll_due(), seen) == (1, [wire.pk])


def test_a_look_takes_nothing_in_and_finds_the_news_of_a_page(db, web):
    web.ways["/"] = page(
        b"<html><head><link rel='stylesheet' href='/a.css'>"
        b"<link rel=alternate type='application/rss+xml' href='/rss?a=1&amp;b=2'></head></html>",
        "Content-Type: text/html",
    )
    web.ways["/rss?a=1&b=2"] = page(
        rss(*numbered(1, 4), dates=[f"Mon, {day:02} Jun 2025 09:20:00 GMT" for day in (1, 9, 3, 4)])
    )
    seen = reading.look(web.url("/"))
    assert (seen.url, seen.title, [item.title for item in seen.items]) == (
        web.url("/rss?a=1&b=2"), "Town hall", ["News 3", "News 1", "News 2"],
    )  # fmt: skip
    assert not WireItem.objects.exists() and not Thread.objects.exists()
    web.ways["/in"] = page(b"<link rel=alternate type='application/rss+xml' href='http://10.0.0.1/rss'>")
    with pytest.raises(Unfetchable):
        reading.look(web.url("/in"))
