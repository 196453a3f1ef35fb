"""Saying on somebody's page that one met them; being asked on Today whether it was so."""

import re
from datetime import timedelta

import pytest

from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.notifications.models import Notice
from comvir.notifications.readers import notices
from comvir.people import acts
from comvir.people.models import Meeting
from comvir.web.met import day_in_words
from tests.http.counting import queries_of
from tests.people import belong


def day(back=1):
    return clock.now().date() - timedelta(days=back)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def today(browser) -> str:
    catch_up(notices)
    return browser.get("/").content.decode()


def test_the_story_of_a_meeting(town, as_seen_by):
    catch_up(notices)
    Notice.objects.all().delete()
    ana, bo, words = as_seen_by(town.ana), as_seen_by(town.bo), day_in_words(day())
    assert "You have met? Say when" in ana.get("/p/bo/").content.decode()
    said = ana.post("/p/bo/met", {"on": day().isoformat()})
    assert (said.status_code, said["Location"]) == (303, "/p/bo/#met")
    page = words_of(ana.get("/p/bo/").content.decode())
    assert "Bo will be asked whether it was so." in page
    assert f"You said that you met on {words}. Bo hasn’t answered yet." in page
    html = today(bo)
    assert f"Ana says that you met on {words}. Was it so?" in words_of(html)
    pk = Meeting.objects.get().pk
    assert f'action="/meetings/{pk}/answer"' in html
    yes = bo.post(f"/meetings/{pk}/answer", {"so": "yes"})
    assert yes["Location"] == "/p/ana/#met"
    for browser, other in ((ana, "bo"), (bo, "ana")):
        assert f"You met on {words}." in words_of(browser.get(f"/p/{other}/").content.decode())
    assert "Was it so?" not in today(bo)
    assert "Bo says so too: you met." in words_of(today(ana))
    # Others of the circle see nothing of it on these pages: it is between the two.
    assert "You met on" not in as_seen_by(town.dan).get("/p/bo/").content.decode()


def test_no_can_be_taken_back_and_so_can_yes(town, as_seen_by):
    meeting = acts.say_met(by=town.ana, community=town.petanque, person=town.bo, on=day())
    bo = as_seen_by(town.bo)
    no = bo.post(f"/meetings/{meeting.pk}/answer", {"so": "no"})
    assert no["Location"] == f"/p/ana/?unsaid={meeting.pk}#met"
    page = bo.get(no["Location"]).content.decode()
    assert f"{day_in_words(day())}: not a meeting." in words_of(page)
    bo.post(f"/meetings/{meeting.pk}/answer", {"so": "yes"})
    meeting.refresh_from_db()
    assert meeting.agreed_at is not None
    ana = as_seen_by(town.ana)
    ana.post(f"/meetings/{meeting.pk}/answer", {"so": "no"})
    assert "You met on" not in bo.get("/p/ana/").content.decode()
    ana.post(f"/meetings/{meeting.pk}/answer", {"so": "yes"})
    assert "Was it so?" in bo.get("/p/ana/").content.decode()


def test_an_answer_given_already_is_said_kindly(town, as_seen_by):
    meeting = acts.say_met(by=town.ana, community=town.petanque, person=town.bo, on=day())
    bo = as_seen_by(town.bo)
    for _time in range(2):
        assert bo.post(f"/meetings/{meeting.pk}/answer", {"so": "yes"}).status_code == 303
    assert bo.get("/p/ana/").content.decode().count('class="notice bad') == 1


def test_of_two_circles_one_chooses(town, as_seen_by):
    walks = acts.open_community(by=town.fay, name="Walks", theme="outings")
    for person in (town.ana, town.bo):
        belong(person, walks)
    ana = as_seen_by(town.ana)
    assert '<option value="walks">' in ana.get("/p/bo/").content.decode()
    ana.post("/p/bo/met", {"on": day().isoformat(), "circle": "walks"})
    assert Meeting.objects.get().community == walks
    assert ana.post("/p/bo/met", {"on": day().isoformat(), "circle": "nowhere"}).status_code == 400


def test_a_discreet_circle_is_no_place_to_tell_of_a_meeting(town, as_seen_by):
    bridge = acts.open_community(by=town.fay, name="Footbridges", theme="support", visibility="hidden")
    belong(town.eve, bridge)
    assert "You have met?" not in as_seen_by(town.eve).get("/p/fay/").content.decode()
    assert as_seen_by(town.eve).post("/p/fay/met", {"on": day().isoformat()}).status_code == 404


@pytest.mark.parametrize(
    ("on", "status", "said"),
    [
        ("", 400, "The day is missing."),
        ("soon", 400, "There is no such day. It is written as 2026-06-07."),
        ("2026-02-30", 400, "There is no such day."),
        ("9" * 5000, 400, "There is no such day."),
        ("1999-01-01", 400, "Choose a day of the last twelve months."),
        ("9999-12-31", 400, "Choose a day of the last twelve months."),
    ],
)
def test_a_wrong_day_is_said_at_its_field_and_comes_back(town, as_seen_by, on, status, said):
    answer = as_seen_by(town.ana).post("/p/bo/met", {"on": on})
    page = answer.content.decode()
    assert (answer.status_code, said in page) == (status, True)
    assert "<details open>" in page
    if len(on) == 10:
        assert f'value="{on}"' in page
    assert Meeting.objects.count() == 0


def test_saying_it_twice_is_said_over_the_form(town, as_seen_by):
    ana = as_seen_by(town.ana)
    ana.post("/p/bo/met", {"on": day().isoformat()})
    again = ana.post("/p/bo/met", {"on": day().isoformat()})
    assert (again.status_code, "It is said already." in again.content.decode()) == (409, True)


def test_ones_own_page_and_that_of_a_stranger_offer_nothing(town, as_seen_by):
    ana = as_seen_by(town.ana)
    assert "You have met?" not in ana.get("/p/ana/").content.decode()
    assert ana.post("/p/ana/met", {"on": day().isoformat()}).status_code == 404
    assert ana.post("/p/eve/met", {"on": day().isoformat()}).status_code == 404
    acts.block(by=town.bo, other=town.ana)
    assert ana.post("/p/bo/met", {"on": day().isoformat()}).status_code == 404


def test_what_others_agreed_is_not_mine_to_answer(town, as_seen_by):
    meeting = acts.say_met(by=town.ana, community=town.petanque, person=town.bo, on=day())
    acts.agree_met(by=town.bo, meeting=meeting)
    assert as_seen_by(town.dan).post(f"/meetings/{meeting.pk}/answer", {"so": "no"}).status_code == 404
    meeting.refresh_from_db()
    assert meeting.agreed_at is not None


def test_many_meetings_cost_no_more_than_one(town, as_seen_by):
    def meet(back):
        acts.agree_met(
            by=town.bo,
            meeting=acts.say_met(by=town.ana, community=town.petanque, person=town.bo, on=day(back)),
        )

    meet(1)
    few = queries_of(as_seen_by(town.ana), "/p/bo/")
    for back in range(2, 7):
        meet(back)
    assert queries_of(as_seen_by(town.ana), "/p/bo/") == few
