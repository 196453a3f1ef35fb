"""Giving one's word on what another said, and taking it back."""

import pytest

from comvir.conversation import acts
from comvir.conversation.attestations import people_named, tellers, words_given, words_on
from comvir.conversation.context import Context
from comvir.conversation.models import Attestation, Message
from comvir.conversation.refusals import (
    AlreadyRemoved,
    CannotSpeakHere,
    LinkUnclear,
    NoSuchStance,
    NothingToTakeBack,
    OwnWord,
    ReasonMissing,
    WordsTooLong,
)
from comvir.journal.models import Addressee, Deed
from comvir.lib import clock
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.people.refusals import NotInThisCircle
from tests.people import person


@pytest.fixture
def flash(town) -> Message:
    """What Ana says of the gate."""
    return acts.start(
        by=town.ana, community=town.petanque, text="The gate is locked", beside=acts.Beside(Context(kind="flash"))
    )


def deeds(message) -> list[tuple[str, str, str]]:
    found = Deed.objects.filter(object_type="conversation.message", object_id=message.pk).exclude(verb="said")
    return [(deed.actor.name, deed.verb, deed.object_name) for deed in found.order_by("pk")]


def rows(message) -> list[tuple[str, str, str, bool]]:
    words = Attestation.objects.filter(message=message).order_by("pk")
    return [(word.person.name, word.stance, word.words, word.taken_back_at is None) for word in words]


def test_each_way_of_knowing_is_kept_and_the_journal_knows_what_it_rests_on(town, flash):
    acts.attest(by=town.bo, message=flash, stance="saw", words=" I passed\nby ")
    acts.attest(by=town.chloe, message=flash, stance="told", told_by=town.bo)
    acts.attest(by=town.dan, message=flash, stance="told", words="A neighbour")
    acts.attest(by=town.nina, message=flash, stance="source", source_url="https://www.town.example/news/7/")
    acts.attest(by=town.gil, message=flash, stance="dispute", words="It is open")
    assert rows(flash) == [
        ("Bo", "saw", "I passed by", True),
        ("Chloe", "told", "", True),
        ("Dan", "told", "A neighbour", True),
        ("Nina", "source", "", True),
        ("Gil", "dispute", "It is open", True),
    ]
    grounds = [(name, verb, ground.split("#")[0]) for name, verb, ground in deeds(flash)]
    assert grounds == [
        ("Bo", "vouched", ""),
        ("Chloe", "vouched", f"person:{town.bo.pk}"),
        ("Dan", "vouched", "hearsay"),
        ("Nina", "vouched", "doc:town.example"),
        ("Gil", "disputed", ""),
    ]
    told = Addressee.objects.filter(deed__verb__in=["vouched", "disputed"])
    assert {one.person for one in told} == {town.ana}
    assert Message.objects.get(pk=flash.pk).attested == 5


def test_the_same_document_is_one_ground_however_it_is_written(town, flash):
    acts.attest(by=town.bo, message=flash, stance="source", words="The notice at the GATE")
    acts.attest(by=town.chloe, message=flash, stance="source", words="the notice  at the gate")
    acts.attest(by=town.dan, message=flash, stance="source", words="I rang the town hall")
    acts.attest(by=town.nina, message=flash, stance="source", source_url="town.example/a/", words="It says so")
    acts.attest(by=town.gil, message=flash, stance="source", source_url="https://www.town.example/a", words="Here")
    first, second, third, fourth, fifth = (ground for _, _, ground in deeds(flash))
    assert (first == second, first == third, fourth == fifth) == (True, False, True)
    assert (first[:5], fourth.split("#")[0]) == ("doc:#", "doc:town.example")


def test_saying_the_same_again_is_no_deed_and_saying_otherwise_takes_its_place(town, flash):
    first = acts.attest(by=town.bo, message=flash, stance="saw", words="At nine")
    again = acts.attest(by=town.bo, message=flash, stance="saw", words="At nine")
    assert (first.pk, first.at) == (again.pk, again.at)
    acts.attest(by=town.bo, message=flash, stance="dispute", words="No, at ten it was open")
    assert rows(flash) == [("Bo", "dispute", "No, at ten it was open", True)]
    assert [verb for _, verb, _ in deeds(flash)] == ["vouched", "disputed"]
    assert Message.objects.get(pk=flash.pk).attested == 1


def test_a_word_taken_back_can_be_given_again(town, flash):
    acts.attest(by=town.bo, message=flash, stance="saw")
    acts.take_back(by=town.bo, message=flash)
    assert rows(flash) == [("Bo", "saw", "", False)]
    with pytest.raises(NothingToTakeBack):
        acts.take_back(by=town.bo, message=flash)
    with pytest.raises(NothingToTakeBack):
        acts.take_back(by=town.dan, message=flash)
    acts.attest(by=town.bo, message=flash, stance="saw")
    assert rows(flash) == [("Bo", "saw", "", True)]
    assert [verb for _, verb, _ in deeds(flash)] == ["vouched", "took_back", "vouched"]


def test_what_says_nothing_or_too_much_is_refused(town, flash):
    refusals = [
        (NoSuchStance, {"stance": "guess"}),
        (ReasonMissing, {"stance": "dispute", "words": " \u200b "}),
        (ReasonMissing, {"stance": "source"}),
        (WordsTooLong, {"stance": "saw", "words": "w" * 501}),
        (LinkUnclear, {"stance": "source", "source_url": "javascript:alert(1)"}),
    ]
    for refusal, given in refusals:
        with pytest.raises(refusal):
            acts.attest(by=town.bo, message=flash, **given)
    assert (rows(flash), deeds(flash)) == ([], [])


def test_who_may_not_speak_here_wrote_it_or_comes_too_late_gives_no_word(town, flash):
    with pytest.raises(CannotSpeakHere):
        acts.attest(by=town.eve, message=flash, stance="saw")
    with pytest.raises(OwnWord):
        acts.attest(by=town.ana, message=flash, stance="saw")
    acts.remove(by=town.ana, message=flash)
    with pytest.raises(AlreadyRemoved):
        acts.attest(by=town.bo, message=flash, stance="saw")
    assert rows(flash) == []


def test_one_was_told_by_somebody_of_the_circle_whom_one_meets(town, flash):
    with pytest.raises(NotInThisCircle):
        acts.attest(by=town.bo, message=flash, stance="told", told_by=town.eve)
    people.block(by=town.dan, other=town.bo)
    with pytest.raises(NotInThisCircle):
        acts.attest(by=town.bo, message=flash, stance="told", told_by=town.dan)
    assert acts.attest(by=town.bo, message=flash, stance="told", told_by=town.bo).told_by is None
    assert acts.attest(by=town.bo, message=flash, stance="told", told_by=town.ana).told_by == town.ana


def test_an_author_who_blocks_is_not_told(town, flash):
    people.block(by=town.ana, other=town.dan)
    acts.attest(by=town.dan, message=flash, stance="saw")
    assert [(deed.verb, list(deed.to.all())) for deed in Deed.objects.filter(verb="vouched")] == [("vouched", [])]


def test_words_are_asked_for_once_and_not_at_all_where_there_are_none(town, flash, django_assert_num_queries):
    silent = acts.start(by=town.ana, community=town.petanque, text="Who comes?")
    for somebody in (town.dan, town.bo, town.chloe):
        acts.attest(by=somebody, message=flash, stance="saw")
    acts.take_back(by=town.bo, message=flash)
    flash.refresh_from_db()
    with django_assert_num_queries(1):
        found = words_on([flash, silent])
        said = {pk: [word.person.name for word in words] for pk, words in found.items()}
    assert said == {flash.pk: ["Dan", "Chloe"]}
    with django_assert_num_queries(0):
        assert words_on([silent]) == {}


def test_how_often_one_gave_ones_word_counts_what_was_taken_back(town, flash):
    before = clock.now()
    acts.attest(by=town.bo, message=flash, stance="saw")
    acts.take_back(by=town.bo, message=flash)
    acts.attest(by=town.bo, message=flash, stance="dispute", words="No")
    assert (words_given(town.bo, before), words_given(town.dan, before), words_given(town.bo, clock.now())) == (2, 0, 0)


def test_those_who_may_have_told_are_the_author_and_members_one_meets(town, flash):
    people.block(by=town.bo, other=town.dan)
    outside = person("Zoe")
    flash = Message.objects.select_related("thread__community", "author").get(pk=flash.pk)
    sight = sight_of(town.bo)
    assert [one.name for one in tellers(flash, sight)] == ["Ana", "Chloe", "Gil", "Nina"]
    assert people_named([town.ana.pk, town.dan.pk, outside.pk], sight) == {town.ana.pk: "Ana", outside.pk: "Zoe"}
