"""Somebody's page: what two people may know of each other."""

from comvir.conversation import acts as conversation
from comvir.people import acts
from comvir.people.models import Block, Person
from tests.http.counting import queries_of
from tests.http.test_entrance import ghost
from tests.people import belong, person


def page_of(browser, handle: str) -> str:
    answer = browser.get(f"/p/{handle}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_shows_what_both_can_read_and_nothing_more(town, as_seen_by):
    conversation.start(by=town.bo, community=town.petanque, text="The plane tree fell")
    conversation.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between Ana and me")
    chloe, ana = page_of(as_seen_by(town.chloe), "bo"), page_of(as_seen_by(town.ana), "bo")
    assert ("The plane tree fell" in chloe, "Between Ana and me" in chloe) == (True, False)
    assert ("The plane tree fell" in ana, "Between Ana and me" in ana) == (True, True)


def test_what_was_said_in_a_discreet_circle_stays_there(town, as_seen_by):
    circle = acts.open_community(by=town.gil, name="Passerelles", theme="support")
    for somebody in (town.ana, town.bo):
        belong(somebody, circle)
    conversation.start(by=town.bo, community=circle, text="I have not slept")
    seen = page_of(as_seen_by(town.ana), "bo")
    assert ("Passerelles" in seen, "I have not slept" in seen) == (True, False)
    assert "I have not slept" not in page_of(as_seen_by(town.bo), "bo")


def test_only_circles_in_common_are_shown(town, as_seen_by):
    acts.accept_invitation(by=town.bo, invitation=acts.invite(by=town.fay, community=town.music))
    seen = page_of(as_seen_by(town.ana), "bo")
    assert ("Pétanque du dimanche" in seen, "Cordes et vents" in seen) == (True, False)


def test_who_shares_no_circle_is_not_found(town, as_seen_by):
    assert as_seen_by(town.ana).get("/p/eve/").status_code == 404
    assert as_seen_by(None).get("/p/ana/").headers["Location"] == "/in/?next=/p/ana/"


def test_how_somebody_came_is_shown_when_one_may_see_who_invited_them(town, as_seen_by):
    assert "Pétanque du dimanche: invited by Gil" in page_of(as_seen_by(town.ana), "bo")
    acts.block(by=town.gil, other=town.ana)
    assert "invited by" not in page_of(as_seen_by(town.ana), "bo")


def test_a_steward_is_said_to_be_one(town, as_seen_by):
    assert "Steward of Pétanque du dimanche" in page_of(as_seen_by(town.ana), "gil")
    assert "Steward of" not in page_of(as_seen_by(town.ana), "bo")


def test_a_ghost_is_said_to_come_from_the_archive(town, as_seen_by):
    old = ghost(town.petanque, "Lucie", "lucie@example.org", "In 2009")
    seen = page_of(as_seen_by(town.ana), old.handle)
    assert ("From the archive of Pétanque du dimanche" in seen, "In 2009" in seen) == (True, True)
    assert "lucie@example.org" not in seen


def test_a_claimed_ghost_is_the_person_it_became(town, as_seen_by):
    old = ghost(town.petanque, "Bo", "bo@example.org", "In 2009")
    acts.claim(by=town.bo, email="bo@example.org")
    answer = as_seen_by(town.ana).get(f"/p/{old.handle}/")
    assert answer.headers["Location"] == "/p/bo/"
    assert "In 2009" in page_of(as_seen_by(town.ana), "bo")


def test_a_block_hides_each_from_the_other_and_tells_nobody(town, as_seen_by):
    conversation.start(by=town.bo, community=town.petanque, text="The plane tree fell")
    answer = as_seen_by(town.ana).post("/p/bo/block")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/blocks")
    assert as_seen_by(town.ana).get("/p/bo/").status_code == 404
    assert as_seen_by(town.bo).get("/p/ana/").status_code == 404
    assert as_seen_by(town.bo).get("/p/nobody/").status_code == 404
    assert page_of(as_seen_by(town.chloe), "bo")
    assert "Ana" not in as_seen_by(town.bo).get("/me/").content.decode()


def test_one_cannot_block_who_one_cannot_see(town, as_seen_by):
    assert as_seen_by(town.ana).post("/p/eve/block").status_code == 404
    assert as_seen_by(town.ana).get("/p/bo/block").status_code == 405
    assert Block.objects.count() == 0


def test_one_s_own_page_can_be_changed_and_not_blocked(town, as_seen_by):
    own = page_of(as_seen_by(town.ana), "ana")
    assert ('href="/me/profile"' in own, "/block" in own) == (True, False)
    assert as_seen_by(town.ana).post("/p/ana/block").status_code == 409


def test_nothing_is_counted(town, as_seen_by):
    for n in range(7):
        conversation.start(by=town.bo, community=town.petanque, text=f"Word number {'abcdefg'[n]}")
    seen = page_of(as_seen_by(town.ana), "bo")
    assert (seen.count("Word number") // 2, " 7 " in seen, "messages)" in seen) == (5, False, False)


def test_a_page_takes_as_many_queries_however_much_was_said(town, as_seen_by):
    browser = as_seen_by(town.ana)
    counts = []
    for n in range(4):
        circle = acts.open_community(by=town.gil, name=f"Circle {n}", theme="music")
        for somebody in (town.ana, town.bo):
            belong(somebody, circle)
        conversation.start(by=town.bo, community=circle, text="Hello")
        counts.append(queries_of(browser, "/p/bo/"))
    assert counts == counts[:1] * 4


def test_a_name_in_another_alphabet_has_a_page(town, as_seen_by):
    anna = belong(person("Anna"), town.petanque)
    Person.objects.filter(pk=anna.pk).update(name="Анна")
    assert "Анна" in page_of(as_seen_by(town.ana), "anna")


def test_the_title_of_a_removed_opening_is_gone_here_too(town, as_seen_by):
    opening = conversation.start(by=town.ana, community=town.petanque, title="Too hasty", text="I regret")
    conversation.answer(by=town.bo, thread=opening.thread, text="No harm done")
    assert "Too hasty" in page_of(as_seen_by(town.chloe), "bo")
    conversation.remove(by=town.ana, message=opening)
    after = page_of(as_seen_by(town.chloe), "bo")
    assert ("Too hasty" in after, "No harm done" in after) == (False, True)
