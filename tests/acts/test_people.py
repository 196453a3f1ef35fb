"""Coming in, being welcomed, going; what is refused and why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.journal.models import Deed
from comvir.lib import clock
from comvir.people import acts, keys
from comvir.people.access import role_in
from comvir.people.models import Community, Invitation, Membership, Role
from comvir.people.refusals import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyMember,
    AlreadyWelcomed,
    AskedTooSoon,
    AsksFirst,
    ClosedDoor,
    HandleTaken,
    HandleUnfit,
    HiddenNeedsInvitation,
    InvitationClosed,
    LastSteward,
    MembersOnly,
    NameMissing,
    NameTooLong,
    NotInThisCircle,
    NotYourself,
    StewardsOnly,
    TooManyUses,
)
from comvir.web.arrival import open_account
from tests.people import belong, person


def in_days(monkeypatch, days: float) -> None:
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_an_invitation_lets_in_once_and_remembers_who_gave_it(town):
    link = acts.invite(by=town.ana, community=town.petanque)
    stay = acts.accept_invitation(by=town.eve, invitation=link)
    assert (stay.role, stay.by_invitation.by) == ("newcomer", town.ana)
    with pytest.raises(InvitationClosed):
        acts.accept_invitation(by=town.fay, invitation=link)
    assert role_in(town.fay, town.petanque) is None


def test_a_name_has_to_be_seen(town):
    with pytest.raises(NameMissing):
        acts.open_community(by=town.ana, name="\u200b\u3164", theme="music")


def test_an_invitation_dies_after_fourteen_days(town, monkeypatch):
    link = acts.invite(by=town.ana, community=town.petanque)
    in_days(monkeypatch, 14)
    with pytest.raises(InvitationClosed):
        acts.accept_invitation(by=town.eve, invitation=link)


def test_a_withdrawn_invitation_is_closed(town):
    link = acts.invite(by=town.ana, community=town.petanque)
    with pytest.raises(StewardsOnly):
        acts.withdraw_invitation(by=town.bo, invitation=link)
    acts.withdraw_invitation(by=town.gil, invitation=link)
    with pytest.raises(InvitationClosed):
        acts.accept_invitation(by=town.eve, invitation=link)


def test_only_stewards_make_links_for_many_and_25_is_the_most(town):
    with pytest.raises(StewardsOnly):
        acts.invite(by=town.ana, community=town.petanque, uses=2)
    with pytest.raises(TooManyUses):
        acts.invite(by=town.gil, community=town.petanque, uses=26)
    with pytest.raises(TooManyUses):
        acts.invite(by=town.gil, community=town.petanque, days=15)
    with pytest.raises(MembersOnly):
        acts.invite(by=town.nina, community=town.petanque)
    link = acts.invite(by=town.gil, community=town.petanque, uses=25)
    for number in range(25):
        acts.accept_invitation(by=person(f"P{number}"), invitation=link)
    with pytest.raises(InvitationClosed):
        acts.accept_invitation(by=town.eve, invitation=link)


def test_the_database_itself_refuses_a_26th_use(town):
    link = acts.invite(by=town.gil, community=town.petanque, uses=25)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=link.pk).update(uses_left=26)


def test_a_link_of_somebody_one_has_blocked_looks_used(town):
    link = acts.invite(by=town.ana, community=town.petanque)
    acts.block(by=town.ana, other=town.eve)
    with pytest.raises(InvitationClosed):
        acts.accept_invitation(by=town.eve, invitation=link)


def test_nobody_is_a_member_twice(town):
    link = acts.invite(by=town.gil, community=town.petanque, uses=5)
    with pytest.raises(AlreadyMember):
        acts.accept_invitation(by=town.ana, invitation=link)
    link.refresh_from_db()
    assert link.uses_left == 5


def test_each_way_in_refuses_the_others(town):
    with pytest.raises(AsksFirst):
        acts.join(by=town.eve, community=town.petanque)
    with pytest.raises(ClosedDoor):
        acts.join(by=town.eve, community=town.music)
    with pytest.raises(ClosedDoor):
        acts.ask_to_join(by=town.eve, community=town.music, answers="")
    market = acts.open_community(by=town.fay, name="Market", theme="neighbourhood", join_mode="open")
    assert acts.join(by=town.eve, community=market).role == "newcomer"


def test_a_request_is_answered_once_by_a_steward(town):
    request = acts.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    with pytest.raises(AlreadyAsked):
        acts.ask_to_join(by=town.eve, community=town.petanque, answers="Really")
    with pytest.raises(StewardsOnly):
        acts.accept_request(by=town.ana, request=request)
    acts.accept_request(by=town.gil, request=request)
    assert role_in(town.eve, town.petanque) is Role.NEWCOMER
    deed = Deed.objects.latest("pk")
    assert (deed.actor, deed.verb, list(deed.to.all())) == (town.gil, "accepted", [town.eve])
    with pytest.raises(AlreadyAnswered):
        acts.decline_request(by=town.gil, request=request)


def test_a_declined_applicant_may_ask_again_after_two_weeks(town, monkeypatch):
    request = acts.ask_to_join(by=town.eve, community=town.petanque, answers="")
    acts.decline_request(by=town.gil, request=request)
    with pytest.raises(AskedTooSoon):
        acts.ask_to_join(by=town.eve, community=town.petanque, answers="Please")
    in_days(monkeypatch, 14.01)
    assert acts.ask_to_join(by=town.eve, community=town.petanque, answers="").pk != request.pk


def test_a_request_ends_when_its_author_comes_in_by_a_link(town):
    request = acts.ask_to_join(by=town.eve, community=town.petanque, answers="")
    acts.accept_invitation(by=town.eve, invitation=acts.invite(by=town.ana, community=town.petanque))
    request.refresh_from_db()
    assert request.outcome == "accepted"


def test_a_welcome_makes_a_member_once(town):
    with pytest.raises(NotYourself):
        acts.welcome(by=town.ana, community=town.petanque, person=town.ana)
    with pytest.raises(MembersOnly):
        acts.welcome(by=town.nina, community=town.petanque, person=town.nina)
    stay = acts.welcome(by=town.ana, community=town.petanque, person=town.nina)
    assert (stay.role, stay.welcomed_by) == ("member", town.ana)
    with pytest.raises(AlreadyWelcomed):
        acts.welcome(by=town.bo, community=town.petanque, person=town.nina)


def test_the_last_steward_stays_as_long_as_there_are_others(town):
    with pytest.raises(LastSteward):
        acts.leave(by=town.gil, community=town.petanque)
    with pytest.raises(LastSteward):
        acts.appoint(by=town.gil, community=town.petanque, person=town.gil, role="member")
    acts.appoint(by=town.gil, community=town.petanque, person=town.ana, role="steward")
    acts.leave(by=town.gil, community=town.petanque)
    assert role_in(town.gil, town.petanque) is None
    with pytest.raises(NotInThisCircle):
        acts.leave(by=town.gil, community=town.petanque)


def test_leaving_and_coming_back_are_two_stays(town):
    acts.leave(by=town.bo, community=town.petanque)
    belong(town.bo, town.petanque)
    stays = Membership.objects.filter(person=town.bo, community=town.petanque).order_by("pk")
    assert [stay.left_at is None for stay in stays] == [False, True]


def test_only_members_of_the_circle_come_into_a_huddle(town):
    with pytest.raises(NotInThisCircle):
        acts.gather_huddle(by=town.ana, community=town.petanque, name="Us", others=[town.eve])
    with pytest.raises(MembersOnly):
        acts.add_to_huddle(by=town.gil, huddle=town.huddle, person=town.gil)
    with pytest.raises(MembersOnly):
        acts.gather_huddle(by=town.nina, community=town.petanque, name="Us")
    assert set(town.huddle.members.values_list("person__name", flat=True)) == {"Ana", "Bo"}


def test_a_hidden_circle_has_no_visible_door(town):
    with pytest.raises(HiddenNeedsInvitation):
        acts.open_community(by=town.eve, name="Secret", theme="support", visibility="hidden", join_mode="open")
    assert not Community.objects.filter(name="Secret").exists()


def test_names_are_needed_and_short(town):
    for name, refusal in [("", NameMissing), (" \u200b\n ", None), ("x" * 81, NameTooLong)]:
        if refusal:
            with pytest.raises(refusal):
                acts.open_community(by=town.eve, name=name, theme="music")


def test_addresses_are_made_of_names_and_never_taken_twice(town):
    names = ["Café du port", "Cafe du port", "Café  du  port!", "日本語", "new"]
    slugs = [acts.open_community(by=town.eve, name=name, theme="music").slug for name in names]
    assert slugs[:3] == ["cafe-du-port", "cafe-du-port-2", "cafe-du-port-3"]
    assert slugs[3].startswith("c-")
    assert slugs[4] == "new-2"


def test_a_handle_is_unique_and_plain(town):
    common = {"name": "Ana", "about": "", "languages": "fr", "time_zone": "Europe/Paris"}
    with pytest.raises(HandleTaken):
        acts.describe(by=town.ana, handle="bo", **common)
    for handle in ("Ana", "-ana", "ana_b", "ana\n", "", "a" * 41):
        with pytest.raises(HandleUnfit):
            acts.describe(by=town.ana, handle=handle, **common)
    town.ana.refresh_from_db()
    assert town.ana.handle == "ana"


def test_a_handle_somebody_left_is_given_to_nobody_else(town):
    common = {"name": "Ana", "about": "", "languages": "fr", "time_zone": "Europe/Paris"}
    acts.describe(by=town.ana, handle="anouk", **common)
    with pytest.raises(HandleTaken):
        acts.describe(by=town.bo, handle="ana", **common | {"name": "Bo"})
    assert acts.arrive(by=open_account("another@example.org"), name="Ana").handle == "ana-2"
    assert acts.describe(by=town.ana, handle="ana", **common).handle == "ana"


def test_a_block_is_told_to_nobody(town):
    acts.block(by=town.ana, other=town.dan)
    deed = Deed.objects.latest("pk")
    assert (deed.verb, deed.audience, list(deed.to.all())) == ("blocked", "named", [])
    with pytest.raises(NotYourself):
        acts.block(by=town.ana, other=town.ana)


def test_a_key_opens_once_and_for_its_purpose_only(db, monkeypatch):
    key = keys.make_key(keys.ENTER, "ana@example.org", minutes=15)
    assert keys.use_key(keys.FIRST_STEWARD, key) is None
    assert keys.look_at_key(keys.ENTER, key) == "ana@example.org"
    assert keys.use_key(keys.ENTER, key) == "ana@example.org"
    assert keys.use_key(keys.ENTER, key) is None
    late = keys.make_key(keys.ENTER, "ana@example.org", minutes=15)
    in_days(monkeypatch, 1)
    assert keys.use_key(keys.ENTER, late) is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(uses=st.integers(1, 5), order=st.permutations(["a", "b", "c", "d", "e", "f", "a", "b"]), stop=st.integers(0, 8))
def test_in_any_order_a_link_lets_in_exactly_its_uses(town, uses, order, stop):
    """Distinct people in order, until the uses are gone or the link is withdrawn: worked out beside the act."""
    with transaction.atomic():
        guests = {name: person(f"Guest-{name}") for name in "abcdef"}
        link = acts.invite(by=town.gil, community=town.petanque, uses=uses)
        expected: list[str] = []
        for turn, name in enumerate(order):
            if turn == stop:
                acts.withdraw_invitation(by=town.gil, invitation=link)
            may = turn < stop and len(expected) < uses and name not in expected
            try:
                acts.accept_invitation(by=guests[name], invitation=link)
            except (InvitationClosed, AlreadyMember):
                assert not may
            else:
                assert may
                expected.append(name)
        came = Membership.objects.filter(by_invitation=link).order_by("pk").values_list("person__name", flat=True)
        assert list(came) == [f"Guest-{name}" for name in expected]
        transaction.set_rollback(True)
