"""Putting away what waited."""

from comvir.conversation import acts
from comvir.journal.reading import catch_up, latest
from comvir.notifications.models import Notice
from comvir.notifications.readers import notices


def waiting(person) -> list[str]:
    return [notice.deed.verb for notice in Notice.objects.filter(person=person, settled_at=None).order_by("pk")]


def answered(town):
    Notice.objects.all().delete()
    thread = acts.start(by=town.ana, community=town.petanque, text="Who comes?").thread
    acts.answer(by=town.bo, thread=thread, text="I do")
    catch_up(notices)
    Notice.objects.exclude(deed__verb="said").delete()
    return thread


def test_one_puts_away_ones_own_and_nobody_elses(town, as_seen_by):
    answered(town)
    notice = Notice.objects.get(person=town.ana)
    assert as_seen_by(town.bo).post("/notices/", {"notice": notice.pk}).status_code == 303
    assert waiting(town.ana) == ["said"]
    away = as_seen_by(town.ana).post("/notices/", {"notice": notice.pk})
    assert (away.status_code, away["Location"]) == (303, "/")
    assert waiting(town.ana) == []


def test_reading_a_thread_to_its_end_puts_away_what_was_on_the_page_and_not_what_came_after(town, as_seen_by):
    thread = answered(town)
    seen = latest()
    acts.answer(by=town.dan, thread=thread, text="So do I")
    catch_up(notices)
    told = {"thread": thread.pk, "upto": seen, "quietly": "yes"}
    assert as_seen_by(town.ana).post("/notices/", told).status_code == 204
    assert [notice.deed.actor for notice in Notice.objects.filter(person=town.ana, settled_at=None)] == [town.dan]


def test_the_page_of_a_thread_offers_it_only_while_something_waits(town, as_seen_by):
    thread = answered(town)
    browser = as_seen_by(town.ana)
    assert 'id="put-away"' in browser.get(f"/t/{thread.pk}/").content.decode()
    assert 'id="put-away"' not in as_seen_by(town.dan).get(f"/t/{thread.pk}/").content.decode()
    browser.post("/notices/", {"thread": thread.pk, "upto": latest()})
    assert 'id="put-away"' not in browser.get(f"/t/{thread.pk}/").content.decode()


def test_nonsense_puts_nothing_away(town, as_seen_by):
    answered(town)
    for told in ({}, {"notice": "x"}, {"notice": "9" * 40}, {"thread": "1"}, {"thread": "²", "upto": "1"}):
        assert as_seen_by(town.ana).post("/notices/", told).status_code == 303
    assert waiting(town.ana) == ["said"]


def test_who_has_not_come_in_is_shown_the_way_and_a_page_cannot_be_read_here(town, as_seen_by):
    assert as_seen_by(None).post("/notices/", {})["Location"].startswith("/in/")
    assert as_seen_by(town.ana).get("/notices/").status_code == 405
