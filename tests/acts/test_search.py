"""Finding again what was said: what is found, and by whom."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from comvir.conversation import acts, search
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.conversation.models import Message
from comvir.conversation.search import Question, found_by, index_rest, question_of
from comvir.lib import clock
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.people.models import GhostAddress, Membership, Person, Role

pytestmark = pytest.mark.django_db


def texts(searcher, typed="", **filters):
    ranked = filters.pop("ranked", False)
    found = found_by(sight_of(searcher), question_of(typed, **filters), zone=UTC, ranked=ranked)
    return [message.text for message in found.messages]


@pytest.fixture
def said(town):
    """Four messages in the pétanque circle, the oldest first."""
    ana, petanque = town.ana, town.petanque
    first = acts.start(by=ana, community=petanque, text="Le platane est tombé sur l’allée basse", title="Attention")
    acts.answer(by=town.bo, thread=first.thread, text="Les platanes sont vieux, on s’entraide")
    acts.answer(by=town.chloe, thread=first.thread, text="Des gens entraidés, c’est beau")
    acts.start(by=town.bo, community=petanque, text="The meetings are on the lower alley", title="")
    return first


def test_words_are_found_in_any_form_and_without_their_accents(town, said):
    assert texts(town.chloe, "platane") == [
        "Les platanes sont vieux, on s’entraide",
        "Le platane est tombé sur l’allée basse",
    ]
    assert texts(town.chloe, "PLATANES allee") == ["Le platane est tombé sur l’allée basse"]
    assert texts(town.chloe, "entraidées") == [
        "Des gens entraidés, c’est beau",
        "Les platanes sont vieux, on s’entraide",
    ]
    assert texts(town.chloe, "meeting") == ["The meetings are on the lower alley"]


def test_a_phrase_stands_in_a_row_and_a_word_can_be_left_out(town, said):
    assert texts(town.chloe, "«allée basse»") == ["Le platane est tombé sur l’allée basse"]
    assert texts(town.chloe, '"basse allée"') == []
    assert texts(town.chloe, "platane -vieux") == ["Le platane est tombé sur l’allée basse"]


def test_a_title_is_found_by_its_opening(town, said):
    assert texts(town.chloe, "attention") == ["Le platane est tombé sur l’allée basse"]


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', '""""', "-", "-platane", "' OR 1=1 --", "NEAR(", "*", "words:", "((", "\\", "…"]
)
def test_a_question_of_signs_finds_nothing_and_breaks_nothing(town, said, typed):
    assert texts(town.chloe, typed) == []


def test_words_of_the_language_of_queries_are_words(town):
    acts.start(by=town.ana, community=town.petanque, text="AND OR NOT NEAR")
    assert texts(town.chloe, "and or not near") == ["AND OR NOT NEAR"]


def test_what_one_may_not_read_is_not_found(town):
    word = "mirabelle"
    acts.start(by=town.fay, community=town.music, text=f"{word} elsewhere")
    acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text=f"{word} between us")
    acts.start(by=town.dan, community=town.petanque, text=f"{word} by Dan")
    people.block(by=town.dan, other=town.chloe)
    removed = acts.start(by=town.bo, community=town.petanque, text=f"{word} too quick")
    acts.remove(by=town.bo, message=removed)
    acts.start(by=town.bo, community=town.petanque, text=f"{word} for all")
    assert texts(town.chloe, word) == [f"{word} for all"]
    assert texts(town.bo, word) == [f"{word} for all", f"{word} by Dan", f"{word} between us"]
    assert texts(town.fay, word) == [f"{word} elsewhere"]
    assert texts(town.eve, word) == []
    assert texts(None, word) == []


def test_discreet_circles_are_searched_by_nobody(town):
    circle = people.open_community(by=town.ana, name="Passerelles", theme="support")
    acts.start(by=town.ana, community=circle, text="mirabelle")
    assert texts(town.ana, "mirabelle") == []


def test_a_message_put_back_and_one_edited_are_found_as_they_are_now(town):
    message = acts.start(by=town.ana, community=town.petanque, text="mirabelle")
    acts.remove(by=town.ana, message=message)
    assert texts(town.bo, "mirabelle") == []
    acts.restore(by=town.ana, message=message)
    assert texts(town.bo, "mirabelle") == ["mirabelle"]
    acts.edit(by=town.ana, message=message, text="quetsche", title="prune")
    assert texts(town.bo, "mirabelle") == []
    assert texts(town.bo, "quetsche prune") == ["quetsche"]


def test_filters_by_kind_place_person_and_circle(town):
    flash = Beside(Context(kind="flash", place="Boulodrome des Platanes"))
    acts.start(by=town.ana, community=town.petanque, text="tombé", beside=flash)
    acts.start(by=town.bo, community=town.petanque, text="tombé au boulodrome")
    other = people.open_community(by=town.bo, name="Quartier", theme="neighbourhood")
    acts.start(by=town.bo, community=other, text="tombé aussi")
    assert texts(town.bo, "tombé", kind="flash") == ["tombé"]
    assert texts(town.bo, "", kind="flash") == ["tombé"]
    assert texts(town.bo, "tombé", place="boulodrome") == ["tombé"]
    assert texts(town.bo, "boulodrome") == ["tombé au boulodrome", "tombé"]
    assert texts(town.bo, "tombé", person=town.bo.pk) == ["tombé aussi", "tombé au boulodrome"]
    assert texts(town.bo, "tombé", community=other.pk) == ["tombé aussi"]
    assert texts(town.bo, "tombé", community=town.music.pk) == []


def test_days_are_those_of_the_searcher(town):
    message = acts.start(by=town.ana, community=town.petanque, text="mirabelle")
    late = message.happened_at.replace(year=2026, month=3, day=31, hour=22, minute=30)
    Message.objects.filter(pk=message.pk).update(happened_at=late)
    message.refresh_from_db()
    search.index([Message.objects.select_related("thread__community", "author").get(pk=message.pk)])
    sight, paris = sight_of(town.bo), ZoneInfo("Europe/Paris")

    def days(zone, since, until):
        return len(found_by(sight, question_of("mirabelle", since=since, until=until), zone=zone).messages)

    assert days(paris, date(2026, 4, 1), date(2026, 4, 1)) == 1
    assert days(UTC, date(2026, 4, 1), date(2026, 4, 1)) == 0
    assert days(UTC, date(2026, 3, 31), date(2026, 3, 31)) == 1
    assert days(UTC, None, date(2026, 3, 30)) == 0
    assert days(UTC, date(2019, 1, 1), None) == 1


def test_pages_follow_each_other_without_a_gap(town):
    for number in range(25):
        acts.start(by=town.dan if number % 3 == 0 else town.bo, community=town.petanque, text=f"mirabelle {number}")
    people.block(by=town.dan, other=town.chloe)
    sight, question = sight_of(town.chloe), question_of("mirabelle")
    seen, before = [], None
    while True:
        found = found_by(sight, question, zone=UTC, before=before, limit=5)
        seen += [message.text for message in found.messages]
        before = found.before
        if before is None:
            break
    assert seen == [f"mirabelle {number}" for number in reversed(range(25)) if number % 3]


def test_the_best_come_first_when_that_is_asked(town):
    acts.start(by=town.ana, community=town.petanque, text="mirabelle mirabelle mirabelle")
    acts.start(by=town.ana, community=town.petanque, text="une mirabelle parmi beaucoup d’autres fruits du verger")
    assert texts(town.bo, "mirabelle", ranked=True)[0] == "mirabelle mirabelle mirabelle"
    assert texts(town.bo, "mirabelle")[0] == "une mirabelle parmi beaucoup d’autres fruits du verger"


def test_among_given_messages_only(town, said):
    found = found_by(sight_of(town.chloe), question_of("platane", among=[said.pk]), zone=UTC).messages
    assert [message.pk for message in found] == [said.pk]
    assert texts(town.chloe, "platane", among=[]) == []


def test_imported_messages_are_taken_in_behind_the_pages(town, said):
    search.forget(list(Message.objects.values_list("pk", flat=True)))
    Message.objects.update(indexed=0)
    assert texts(town.chloe, "platane") == []
    assert [index_rest(3), index_rest(3), index_rest(3)] == [3, 1, 0]
    assert len(texts(town.chloe, "platane")) == 2


def test_an_empty_question_asks_nothing():
    assert Question().asks_something is False
    assert question_of("", since=date(2026, 1, 1) - timedelta(days=1)).asks_something is True


def test_who_claims_a_name_of_the_archive_is_found_by_what_it_said(town):
    ghost = Person.objects.create(handle="old-ana", name="Old Ana", arrived_at=clock.now())
    Membership.objects.create(community=town.petanque, person=ghost, role=Role.GHOST, joined_at=clock.now())
    GhostAddress.objects.create(person=ghost, community=town.petanque, email="ana@example.org")
    acts.bring_in(
        by=ghost, community=town.petanque, text="About trees", title="Trees", kind="resource", source_name="",
        source_url="", source_uri="urn:example:1", happened_at=clock.now(),
    )  # fmt: skip
    assert (texts(town.bo, "trees", person=town.ana.pk), texts(town.bo, "trees", person=ghost.pk)) == (
        [],
        ["About trees"],
    )
    assert people.claim(by=town.ana, email="ana@example.org") == [ghost]
    assert texts(town.bo, "trees", person=town.ana.pk) == ["About trees"]


COME_APART = ["\uff9e", "\uff9f\uff9e", "½", "\u037a", "ﷺ" * 64, "⑴", "\u0e33", "𝕒" * 64]


@pytest.mark.parametrize("word", COME_APART, ids=lambda word: hex(ord(word[0])))
def test_letters_that_come_apart_into_nothing_or_more_than_letters_are_found(town, word):
    acts.start(by=town.ana, community=town.petanque, text=f"{word} hello {word}", title="Odd")
    assert texts(town.bo, word) == [f"{word} hello {word}"]
