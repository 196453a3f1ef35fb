"""Links that let in: made, shown, used, closed; and codes that open nothing."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from comvir.lib import clock
from comvir.people import acts
from comvir.people.access import role_in
from comvir.people.models import Invitation, Role
from comvir.web.squares import square_of

PETANQUE = "/c/petanque-du-dimanche/"


@pytest.fixture(autouse=True)
def _no_attempts():
    cache.clear()
    yield
    cache.clear()


def text_of(response) -> str:
    return response.content.decode()


def newest() -> Invitation:
    return Invitation.objects.latest("pk")


def test_a_steward_closes_the_link_of_somebody_blocked_without_reading_their_name(town, as_seen_by):
    acts.describe(by=town.bo, name="Bob <b>", handle="bo", about="", languages="", time_zone="")
    acts.invite(by=town.bo, community=town.petanque, words="Come on Sunday")
    shown = [name in text_of(as_seen_by(town.gil).get(f"{PETANQUE}invite")) for name in ("Bob &lt;b&gt;", "Sunday”")]
    acts.block(by=town.bo, other=town.gil)
    page = text_of(as_seen_by(town.gil).get(f"{PETANQUE}invite"))
    assert (shown, "Bob" in page, "Sunday”" in page) == ([True, True], False, False)
    assert f'action="{PETANQUE}invite/{newest().pk}/withdraw"' in page


def test_a_member_makes_a_link_for_one_person(town, as_seen_by):
    ana = as_seen_by(town.ana)
    page = text_of(ana.post(f"{PETANQUE}invite", {"words": "Come on Sunday", "uses": "9"}, follow=True))
    link = newest()
    assert (link.by, link.uses_left, link.words) == (town.ana, 1, "Come on Sunday")
    assert f'value="http://testserver/i/{link.code}/"' in page
    assert "A QR code of the link" in page and "For one person," in page


def test_a_steward_makes_a_link_for_several(town, as_seen_by):
    gil = as_seen_by(town.gil)
    gil.post(f"{PETANQUE}invite", {"words": "", "uses": "25", "days": "3"})
    link = newest()
    assert (link.uses_left, link.expires_at - link.made_at) == (25, timedelta(days=3))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [("uses", "26", "Between 1 and 25 people."), ("days", "15", "Between 1 and 14 days."), ("uses", "x", "Between 1")],
)
def test_too_many_uses_or_days_are_refused_and_what_was_typed_stays(town, as_seen_by, field, typed, sentence):
    before = Invitation.objects.count()
    answers = {"words": "Come, all", "uses": "2", "days": "2", field: typed}
    response = as_seen_by(town.gil).post(f"{PETANQUE}invite", answers)
    assert response.status_code == 400
    assert sentence in text_of(response) and "Come, all" in text_of(response)
    assert Invitation.objects.count() == before


def test_a_member_sees_their_own_links_and_a_steward_all_without_the_codes_of_others(town, as_seen_by):
    mine = acts.invite(by=town.ana, community=town.petanque)
    other = acts.invite(by=town.bo, community=town.petanque)
    ana, gil = (text_of(as_seen_by(person).get(f"{PETANQUE}invite")) for person in (town.ana, town.gil))
    assert mine.code in ana and other.code not in ana and f"invite/{other.pk}/withdraw" not in ana
    assert f"invite/{other.pk}/withdraw" in gil and other.code not in gil and mine.code not in gil


def test_a_closed_link_lets_nobody_in(town, as_seen_by):
    link = acts.invite(by=town.ana, community=town.petanque)
    assert as_seen_by(town.bo).post(f"{PETANQUE}invite/{link.pk}/withdraw").status_code == 404
    assert as_seen_by(town.ana).post(f"{PETANQUE}invite/{link.pk}/withdraw").status_code == 303
    assert as_seen_by(town.eve).post(f"/i/{link.code}/").status_code == 404
    assert role_in(town.eve, town.petanque) is None


def test_looking_at_an_invitation_changes_nothing(town, as_seen_by):
    acts.write_charter(by=town.gil, community=town.petanque, text="Be kind")
    link = acts.invite(by=town.ana, community=town.petanque, words="Bring <olives>")
    for somebody in (town.eve, None):
        page = text_of(as_seen_by(somebody).get(f"/i/{link.code}/"))
        assert "Ana invites you" in page and "Pétanque du dimanche" in page and "Be kind" in page
        assert "Bring &lt;olives&gt;" in page
    link.refresh_from_db()
    assert (link.uses_left, role_in(town.eve, town.petanque)) == (1, None)


def test_coming_in_by_a_link(town, as_seen_by):
    link, eve = acts.invite(by=town.ana, community=town.petanque), as_seen_by(town.eve)
    response = eve.post(f"/i/{link.code}/", follow=True)
    assert role_in(town.eve, town.petanque) is Role.NEWCOMER
    assert "Say hello to the circle" in text_of(response)


def test_who_has_not_come_in_is_sent_to_the_entrance_and_back(town, as_seen_by):
    link, nobody = acts.invite(by=town.ana, community=town.petanque), as_seen_by(None)
    assert f"/in/?next=/i/{link.code}/" in text_of(nobody.get(f"/i/{link.code}/"))
    assert nobody.post(f"/i/{link.code}/")["Location"] == f"/in/?next=/i/{link.code}/"
    assert nobody.post("/i/no-such-code/")["Location"] == "/in/?next=/i/no-such-code/"


def test_who_belongs_already_keeps_the_link_for_somebody_else(town, as_seen_by):
    link, bo = acts.invite(by=town.ana, community=town.petanque), as_seen_by(town.bo)
    assert "You already belong to this circle." in text_of(bo.get(f"/i/{link.code}/"))
    assert bo.post(f"/i/{link.code}/")["Location"] == PETANQUE
    link.refresh_from_db()
    assert link.uses_left == 1


def test_codes_that_open_nothing_all_answer_alike(town, as_seen_by):
    used, revoked, old = (acts.invite(by=town.ana, community=town.petanque, days=1) for _ in range(3))
    by_blocked = acts.invite(by=town.bo, community=town.petanque)
    acts.accept_invitation(by=town.fay, invitation=used)
    acts.withdraw_invitation(by=town.ana, invitation=revoked)
    acts.block(by=town.bo, other=town.eve)
    Invitation.objects.filter(pk=old.pk).update(expires_at=clock.now())
    eve = as_seen_by(town.eve)
    pages = [eve.get(f"/i/{code}/") for code in ("unknown-1", used.code, revoked.code, old.code, by_blocked.code)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_who_tries_many_codes_is_asked_to_wait_even_with_the_right_one(town, as_seen_by):
    link, eve = acts.invite(by=town.ana, community=town.petanque), as_seen_by(town.eve)
    assert [eve.get(f"/i/guess-{number}/").status_code for number in range(31)] == [404] * 30 + [429]
    assert eve.get(f"/i/{link.code}/").status_code == 429
    elsewhere = eve.get(f"/i/{link.code}/", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_addresses_of_one_ipv6_network_are_counted_together(town, as_seen_by):
    nobody = as_seen_by(None)
    answers = [nobody.get("/i/guess/", REMOTE_ADDR=f"2001:db8::{number + 1:x}").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]
    assert nobody.get("/i/guess/", REMOTE_ADDR="2001:db8:0:1::1").status_code == 404


def test_the_links_of_who_leaves_or_is_parted_with_close(town, as_seen_by):
    from_ana, from_bo, from_dan = (
        acts.invite(by=person, community=town.petanque) for person in (town.ana, town.bo, town.dan)
    )
    acts.leave(by=town.ana, community=town.petanque)
    acts.part_with(by=town.gil, community=town.petanque, person=town.bo)
    eve = as_seen_by(town.eve)
    links = (from_ana, from_bo, from_dan)
    assert [eve.get(f"/i/{link.code}/").status_code for link in links] == [404, 404, 200]


def test_the_square_has_its_three_corners_and_its_margin():
    side, path = square_of("https://example.org/i/figue-phare-dune-482/")
    assert (side - 8 - 17) % 4 == 0
    corners = ["M4 4h7v1h-7z", f"M{side - 11} 4h7v1h-7z", f"M4 {side - 5}h7v1h-7z"]
    assert [corner in path for corner in corners] == [True, True, True]
    assert not re.search(r"M[0-3] ", path)
