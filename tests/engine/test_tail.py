"""The tail: one query a round whoever listens, every deed once, and the same rule as the journal's own."""

from __future__ import annotations

import pytest

from comvir.conversation import acts as talk
from comvir.journal.models import Deed
from comvir.journal.reading import Reader, deeds_after
from comvir.people import acts
from comvir.people.access import sight_of
from comvir.web.live import viewer
from comvir.web.live.tail import Tail, events_of
from tests.people import Town


@pytest.fixture
def thread(town: Town):
    return talk.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread


def test_a_round_in_which_nothing_was_said_is_one_query(town, django_assert_num_queries):
    tail = Tail(lambda events: None)
    tail._look()
    with django_assert_num_queries(1):
        tail._look()


def test_the_tail_begins_where_the_journal_stands_and_tells_each_deed_once(town, thread):
    told: list[int] = []
    tail = Tail(lambda events: told.extend(event.id for event in events))
    tail._look()
    said = [talk.answer(by=town.bo, thread=thread, text="I do.") for _ in range(3)]
    tail._look()
    tail._look()
    deeds = Deed.objects.filter(object_id__in=[one.pk for one in said], verb="said").order_by("pk")
    assert told == list(deeds.values_list("pk", flat=True))


def test_a_deed_in_memory_is_covered_just_where_the_journal_would_show_it(town, thread):
    """All deeds of the town, in the eyes of everybody: the live page and the pages never differ."""
    talk.start(by=town.ana, community=town.petanque, huddle=town.huddle, title="", text="Only us.")
    acts.block(by=town.chloe, other=town.dan)
    talk.answer(by=town.dan, thread=thread, text="Hello @ana")
    everybody = [town.ana, town.bo, town.chloe, town.dan, town.gil, town.nina, town.fay, town.eve, None]
    deeds = list(Deed.objects.order_by("pk"))
    for person in everybody:
        sight = sight_of(person)
        shown = list(Deed.objects.seen_with(sight).order_by("pk").values_list("pk", flat=True))
        assert [event.id for event in events_of(deeds) if event.covered(sight)] == shown
    assert len(deeds) > 20


def test_an_event_says_ids_and_never_a_word(town, thread):
    talk.answer(by=town.bo, thread=thread, text="A secret between us.")
    bodies = b"".join(event.body for event in events_of(deeds_after(0)))
    assert b"secret" not in bodies
    assert b"Sunday" not in bodies
    assert b"tanque" not in bodies
    assert b'"verb":"said"' in bodies


def test_what_was_missed_is_what_the_topics_would_have_told(town, thread):
    """The question put to the database and the rule in memory are the same one."""
    talk.answer(by=town.bo, thread=thread, text="I do.")
    talk.start(by=town.fay, community=town.music, title="", text="Elsewhere.")
    events = events_of(deeds_after(0))
    for asked in (("thread", str(thread.pk)), ("community", town.petanque.slug), ("today", "1")):
        view = _view(town.bo, asked)
        # Not 0: PostgreSQL counts on from test to test, and too wide a span is answered by "fetch yourself anew".
        _, missed = viewer.missed(view, Deed.objects.earliest("pk").pk - 1)
        told = [event.id for event in events if event.topics & view.topics and event.covered(view.sight)]
        assert missed is not None
        assert [event.id for event in missed] == told
        assert told


def _view(person, asked):
    topics = viewer._topics(sight_of(person), *asked)
    assert topics is not None
    return viewer.View("", asked, None, person.pk, *topics, sight_of(person))


def test_a_deed_on_a_messages_standing_is_told_when_its_readers_have_read_it(town, thread):
    order: list[str] = []
    before = Reader("before", lambda deeds: order.append("read"), lambda: None)
    tail = Tail(lambda events: order.append("told"), first=[before])
    tail._look()
    talk.answer(by=town.bo, thread=thread, text="I do.")
    tail._look()
    talk.attest(by=town.bo, message=thread.messages.get(position=0), stance="saw")
    tail._look()
    assert order == ["told", "read", "told"]


def test_a_reader_that_fails_keeps_no_news_from_open_pages(town, thread, caplog):
    def fail(deeds):
        raise OSError("no room")

    told: list[int] = []
    tail = Tail(lambda events: told.extend(event.id for event in events), first=[Reader("failing", fail, lambda: None)])
    tail._look()
    talk.attest(by=town.bo, message=thread.messages.get(position=0), stance="saw")
    tail._look()
    assert told == [Deed.objects.latest("pk").pk]
    assert "a reader before the live pages failed" in caplog.text
