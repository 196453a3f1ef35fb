"""One rule of visibility, told twice: by a query for lists, in memory for the live page. They must agree."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.conversation import acts as conversation
from comvir.conversation.models import Message, Thread
from comvir.journal.models import Addressee, Deed
from comvir.journal.sight import Audience
from comvir.journal.verbs import SAID
from comvir.people import acts
from comvir.people.access import sight_of
from comvir.people.models import Community, Person

NOON = datetime(2026, 6, 7, 12, tzinfo=UTC)
NAMES = ["ana", "bo", "chloe", "dan", "gil", "nina", "fay", "eve"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.sampled_from(list(Audience)),
            st.sampled_from(["petanque", "music", None]),
            st.booleans(),
            st.sets(st.sampled_from(NAMES), max_size=2),
        ),
        min_size=1,
        max_size=6,
    ),
    blocks=st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=2),
    public=st.booleans(),
)
def test_the_query_and_the_predicate_agree(town, deeds, blocks, public):
    from django.db import transaction

    with transaction.atomic():
        Community.objects.filter(pk=town.petanque.pk).update(visibility="public" if public else "listed")
        for one, other in blocks:
            if one != other:
                acts.block(by=getattr(town, one), other=getattr(town, other))
        written, named = [], {}
        for actor, audience, where, huddled, to in deeds:
            deed = Deed.objects.create(
                actor=getattr(town, actor), verb=SAID, object_type="x", audience=audience, happened_at=NOON,
                recorded_at=NOON, community=getattr(town, where) if where else None,
                huddle=town.huddle if huddled and where == "petanque" else None,
            )  # fmt: skip
            named[deed.pk] = {getattr(town, name).pk for name in to}
            Addressee.objects.bulk_create([Addressee(deed=deed, person_id=pk) for pk in named[deed.pk]])
            written.append(deed)
        for viewer in [None, *(getattr(town, name) for name in NAMES)]:
            sight = sight_of(viewer)
            by_query = set(Deed.objects.seen_with(sight).filter(pk__in=named).values_list("pk", flat=True))
            assert by_query == {deed.pk for deed in written if deed.seen_with(sight, named[deed.pk])}
        transaction.set_rollback(True)


def who_sees(town, queryset_of, thing) -> set[str]:
    seen = {name for name in NAMES if queryset_of(getattr(town, name)).filter(pk=thing.pk).exists()}
    return seen | ({"anonymous"} if queryset_of(None).filter(pk=thing.pk).exists() else set())


INSIDE = {"ana", "bo", "chloe", "dan", "gil", "nina"}


def test_a_thread_is_seen_by_members_only(town):
    thread = conversation.start(by=town.ana, community=town.petanque, text="Sunday").thread
    assert who_sees(town, Thread.objects.visible_to, thread) == INSIDE


def test_a_huddle_keeps_its_words_even_from_the_steward(town):
    message = conversation.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us")
    assert who_sees(town, Thread.objects.visible_to, message.thread) == {"ana", "bo"}
    assert who_sees(town, Message.objects.visible_to, message) == {"ana", "bo"}


def test_who_leaves_the_circle_leaves_its_huddles(town):
    message = conversation.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us")
    acts.leave(by=town.bo, community=town.petanque)
    assert who_sees(town, Message.objects.visible_to, message) == {"ana"}
    acts_back = acts.invite(by=town.gil, community=town.petanque)
    acts.accept_invitation(by=town.bo, invitation=acts_back)
    assert who_sees(town, Message.objects.visible_to, message) == {"ana"}


def test_a_circle_that_stops_being_public_takes_its_words_back(town):
    market = acts.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    message = conversation.start(by=town.fay, community=market, text="Open")
    deed = Deed.objects.latest("pk")
    assert who_sees(town, Message.objects.visible_to, message) == {*NAMES, "anonymous"}
    acts.change_community(
        by=town.fay, community=market, name="Market", summary="", place="", rhythm="", visibility="listed",
        join_mode="request", questions="",
    )  # fmt: skip
    assert who_sees(town, Message.objects.visible_to, message) == {"fay"}
    assert not Deed.objects.seen_with(sight_of(None)).filter(pk=deed.pk).exists()


def test_a_block_hides_each_from_the_other_and_from_nobody_else(town):
    hers = conversation.start(by=town.ana, community=town.petanque, text="Hers")
    his = conversation.start(by=town.dan, community=town.petanque, text="His")
    acts.block(by=town.ana, other=town.dan)
    assert who_sees(town, Message.objects.visible_to, hers) == INSIDE - {"dan"}
    assert who_sees(town, Message.objects.visible_to, his) == INSIDE - {"ana"}
    assert who_sees(town, Person.objects.visible_to, town.ana) == INSIDE - {"dan"}
    assert who_sees(town, Person.objects.visible_to, town.dan) == INSIDE - {"ana"}
    acts.unblock(by=town.ana, other=town.dan)
    assert who_sees(town, Message.objects.visible_to, hers) == INSIDE


def test_unblocking_leaves_the_block_of_the_other(town):
    acts.block(by=town.ana, other=town.dan)
    acts.block(by=town.dan, other=town.ana)
    acts.unblock(by=town.ana, other=town.dan)
    assert town.dan.pk in sight_of(town.ana).shut_out


def test_a_hidden_circle_is_known_inside_only(town):
    assert who_sees(town, Community.objects.visible_to, town.music) == {"fay"}
    assert who_sees(town, Community.objects.visible_to, town.petanque) == {*NAMES, "anonymous"}
    assert who_sees(town, Community.objects.read_by, town.petanque) == INSIDE


def test_persons_are_seen_by_those_who_share_a_circle(town):
    assert who_sees(town, Person.objects.visible_to, town.ana) == INSIDE
    assert who_sees(town, Person.objects.visible_to, town.eve) == {"eve"}


def test_an_applicant_and_the_stewards_see_each_other(town):
    request = acts.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    assert who_sees(town, Person.objects.visible_to, town.eve) == {"eve", "gil"}
    assert who_sees(town, Person.objects.visible_to, town.gil) == INSIDE | {"eve"}
    message = conversation.write_to_stewards(by=town.gil, request=request, text="Do you have boules?")
    assert who_sees(town, Message.objects.visible_to, message) == {"eve", "gil"}
    acts.decline_request(by=town.gil, request=request)
    assert who_sees(town, Person.objects.visible_to, town.eve) == {"eve"}


@pytest.mark.parametrize("left", [False, True])
def test_a_ghost_opens_no_door(town, left):
    from comvir.people.models import GhostAddress, Membership, Role

    ghost = Person.objects.create(handle="old-eve", name="Eve of old", arrived_at=NOON)
    Membership.objects.create(community=town.music, person=ghost, role=Role.GHOST, joined_at=NOON)
    GhostAddress.objects.create(person=ghost, community=town.music, email="Eve@Example.org")
    assert acts.claim(by=town.eve, email="eve@example.org") == [ghost]
    assert sight_of(town.eve).communities == frozenset()
    assert ghost.pk in sight_of(town.eve).selves
    assert not Community.objects.visible_to(town.eve).filter(pk=town.music.pk).exists()
