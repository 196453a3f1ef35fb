"""What one hears of, how far one has read, and the mail with what one has not."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from comvir.conversation import acts
from comvir.journal.models import Deed
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.notifications import desk
from comvir.notifications.models import Digest, Follow, Notice, Seen
from comvir.notifications.readers import notices
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.people.models import Account
from comvir.web.digests import send_digests, token_of
from comvir.web.following import first_unread, hearing, unread_counts, unread_from
from tests.http.counting import queries_of
from tests.people import belong

CIRCLE = "/c/petanque-du-dimanche/follow"


def chosen(html: str) -> str:
    return re.search(r'value="(\w*)" checked', html)[1]


def start(town, text="Who comes?", answers=0):
    thread = acts.start(by=town.ana, community=town.petanque, text=text).thread
    for number in range(answers):
        acts.answer(by=town.bo, thread=thread, text=f"Answer {number}")
    thread.refresh_from_db()
    return thread


def test_a_level_is_chosen_and_taken_back(town, as_seen_by):
    browser = as_seen_by(town.ana)
    assert chosen(browser.get(CIRCLE).content.decode()) == "answers"
    answer = browser.post(CIRCLE, {"level": "everything"})
    assert (answer.status_code, answer["Location"]) == (303, f"{CIRCLE}?was=usual")
    page = browser.get(answer["Location"]).content.decode()
    assert "You will hear of everything said in “Pétanque du dimanche”." in page
    assert chosen(page) == "everything"
    undo = re.search(r'<form class="notice".*?name="level" value="(\w*)"', page, flags=re.S)[1]
    assert undo == "answers"
    assert browser.post(CIRCLE, {"level": undo, "undo": "yes"})["Location"] == CIRCLE
    assert chosen(browser.get(CIRCLE).content.decode()) == "answers"


def test_a_thread_can_be_left_to_its_circle_again(town, as_seen_by):
    thread, browser = start(town), as_seen_by(town.ana)
    address = f"/t/{thread.pk}/follow"
    assert chosen(browser.get(address).content.decode()) == ""
    assert browser.post(address, {"level": "silence"})["Location"] == f"{address}?was=usual"
    page = browser.get(f"{address}?was=usual").content.decode()
    assert 'name="level" value=""' in page
    browser.post(address, {"level": "", "undo": "yes"})
    assert Follow.objects.count() == 0


@pytest.mark.parametrize("sent", [{}, {"level": "loud"}, {"level": ""}, {"level": "x" * 5000}])
def test_what_is_no_level_is_said_at_its_field(town, as_seen_by, sent):
    answer = as_seen_by(town.ana).post(CIRCLE, sent)
    assert answer.status_code == 400
    assert "Choose one of these." in answer.content.decode()
    assert Follow.objects.count() == 0


def test_choosing_and_reading_leave_no_deed(town, as_seen_by):
    thread, browser, before = start(town), as_seen_by(town.bo), Deed.objects.count()
    browser.post(CIRCLE, {"level": "silence"})
    browser.post(f"/t/{thread.pk}/seen", {"message": thread.messages.get().pk})
    browser.post("/me/following", {"rhythm": "daily", "hour": "7"})
    assert (Deed.objects.count(), Seen.objects.count(), Digest.objects.count()) == (before, 1, 1)


def test_a_page_marks_what_was_read_and_never_less(town, as_seen_by):
    thread, browser = start(town, answers=3), as_seen_by(town.chloe)
    first, second, third = thread.messages.filter(position__gt=0).order_by("position")
    told = browser.post(f"/t/{thread.pk}/seen", {"message": second.pk, "position": "99", "quietly": "yes"})
    assert told.status_code == 204
    assert unread_from(sight_of(town.chloe), thread) == 2
    by_hand = browser.post(f"/t/{thread.pk}/seen", {"message": first.pk})
    assert (by_hand.status_code, by_hand["Location"]) == (303, f"/t/{thread.pk}/#m{first.pk}")
    assert unread_from(sight_of(town.chloe), thread) == 2
    assert first_unread(sight_of(town.chloe), thread) == f"/t/{thread.pk}/#m{third.pk}"
    assert unread_counts(sight_of(town.chloe), [thread]) == {thread.pk: 1}
    browser.post(f"/t/{thread.pk}/seen", {"message": third.pk})
    assert first_unread(sight_of(town.chloe), thread) == ""
    assert unread_counts(sight_of(town.chloe), [thread]) == {}


@pytest.mark.parametrize("message", ["", "x", "²", "9" * 40, "0", "-1", "999999"])
def test_what_is_no_message_of_the_thread_is_not_found(town, as_seen_by, message):
    thread, other = start(town), start(town, "Another")
    browser = as_seen_by(town.chloe)
    assert browser.post(f"/t/{thread.pk}/seen", {"message": message}).status_code == 404
    assert browser.post(f"/t/{thread.pk}/seen", {"message": other.messages.get().pk}).status_code == 404
    assert Seen.objects.count() == 0


def test_the_first_unread_of_a_long_thread_is_on_its_page(town):
    thread, sight = start(town, answers=60), sight_of(town.chloe)
    desk.seen(by=town.chloe, thread_id=thread.pk, message_id=thread.messages.get(position=40).pk, position=40)
    assert first_unread(sight, thread) == f"/t/{thread.pk}/?after=35#m{thread.messages.get(position=41).pk}"
    people.block(by=town.chloe, other=town.bo)
    assert first_unread(sight_of(town.chloe), thread) == ""


def test_nothing_is_unread_in_what_one_never_opened(town, django_assert_num_queries):
    threads = [start(town, answers=2), start(town)]
    assert first_unread(sight_of(town.chloe), threads[0]) == ""
    assert unread_counts(sight_of(None), threads) == {}
    sight = sight_of(town.chloe)
    with django_assert_num_queries(1):
        assert unread_counts(sight, threads) == {}


def test_what_one_hears_in_a_few_words(town):
    thread, sight = start(town), sight_of(town.ana)
    assert hearing(sight_of(None), town.petanque) is None
    assert hearing(sight, town.petanque).words == "answers to you"
    desk.follow(by=town.ana, community=town.petanque, level="mentions")
    assert hearing(sight, town.petanque, thread).words == "when you are named"
    assert hearing(sight, town.petanque, thread).address == f"/t/{thread.pk}/follow"


def test_all_choices_stand_on_one_page_for_the_same_price(town, as_seen_by):
    browser = as_seen_by(town.ana)
    thread = start(town, "Who comes on Sunday?")
    desk.follow(by=town.ana, community=town.petanque, thread_id=thread.pk, level="everything")
    few = queries_of(browser, "/me/following")
    for number in range(4):
        desk.follow(
            by=town.ana, community=town.petanque, thread_id=start(town, f"No {number}").pk, level="silence"
        )  # fmt: skip
        belong(town.ana, people.open_community(by=town.fay, name=f"Walks {number}", theme="outings"))
    assert queries_of(browser, "/me/following") == few
    page = browser.get("/me/following").content.decode()
    assert "Who comes on Sunday?" in page
    assert page.count("You hear: nothing") == 4
    assert page.count("You hear: answers to you") == 5


def test_a_thread_one_may_no_longer_read_is_not_named(town, as_seen_by):
    message = acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us")
    desk.follow(by=town.bo, community=town.petanque, thread_id=message.thread_id, level="silence")
    assert "Between us" in as_seen_by(town.bo).get("/me/following").content.decode()
    people.leave_huddle(by=town.bo, huddle=town.huddle)
    assert "Between us" not in as_seen_by(town.bo).get("/me/following").content.decode()


# The mail


def at(monkeypatch, moment: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC))


def test_the_mail_is_asked_for_changed_and_stopped(town, as_seen_by, monkeypatch):
    at(monkeypatch, "2026-06-04T10:00")  # a Thursday, noon in Paris
    browser = as_seen_by(town.ana)
    assert 'value="" ' in browser.get("/me/following").content.decode()
    browser.post("/me/following", {"rhythm": "weekly", "weekday": "6", "hour": "18"})
    digest = Digest.objects.get()
    assert (digest.person, digest.rhythm, digest.next_at) == (
        town.ana, "weekly", datetime(2026, 6, 7, 16, tzinfo=UTC)
    )  # fmt: skip
    assert "A mail will come on Sunday from 18:00" in browser.get("/me/following").content.decode()
    browser.post("/me/following", {"rhythm": "daily", "hour": "12"})
    assert Digest.objects.get().next_at == datetime(2026, 6, 5, 10, tzinfo=UTC)
    browser.post("/me/following", {"rhythm": ""})
    assert Digest.objects.count() == 0


@pytest.mark.parametrize(
    "sent", [{"rhythm": "hourly"}, {"rhythm": "daily", "hour": "24"}, {"rhythm": "weekly", "weekday": "7"}]
)
def test_what_is_no_hour_is_said_at_its_field(town, as_seen_by, sent):
    answer = as_seen_by(town.ana).post("/me/following", sent)
    assert answer.status_code == 400
    assert "Choose one of these." in answer.content.decode()
    assert Digest.objects.count() == 0


def mails_at(monkeypatch, moment: str) -> list[str]:
    mail.outbox.clear()
    at(monkeypatch, moment)
    catch_up(notices)
    while send_digests():
        pass
    return [letter.body for letter in mail.outbox]


def ask(town, monkeypatch, **how) -> None:
    at(monkeypatch, "2026-06-04T10:00")
    Account.objects.update(language="en")
    catch_up(notices)
    Notice.objects.all().delete()
    desk.choose_digest(by=town.chloe, **({"rhythm": "daily", "hour": 8} | how))


def test_it_tells_what_was_not_read_once_a_day_and_corrections_first(town, monkeypatch):
    ask(town, monkeypatch)
    flash, read = start(town, "The plane tree fell"), start(town, "Who has a saw?")
    for thread in (flash, read):
        desk.seen(by=town.chloe, thread_id=thread.pk, message_id=thread.messages.get().pk, position=0)
    mine = acts.start(by=town.chloe, community=town.petanque, text="Coffee after?").thread
    acts.answer(by=town.bo, thread=mine, text="Yes")
    acts.edit(by=town.ana, message=flash.messages.get(), text="It only leans", correction=True)
    start(town, "Bring a rake")
    assert mails_at(monkeypatch, "2026-06-05T05:59") == []
    (letter,) = mails_at(monkeypatch, "2026-06-05T06:01")
    in_order = [
        letter.index(words)
        for words in ("CORRECTED", "Ana corrected what you read.", "> It only leans", "AWAITS", "rake")
    ]
    assert in_order == sorted(in_order)
    assert "Coffee after?" in letter
    assert "Who has a saw?" not in letter
    assert mails_at(monkeypatch, "2026-06-05T09:00") == []


def test_nothing_to_tell_is_no_mail(town, monkeypatch):
    ask(town, monkeypatch)
    assert mails_at(monkeypatch, "2026-06-05T06:01") == []
    assert Digest.objects.get().next_at == datetime(2026, 6, 6, 6, tzinfo=UTC)


def test_after_a_closed_week_one_mail_comes_and_not_seven(town, monkeypatch):
    ask(town, monkeypatch)
    start(town, "Bring a rake")
    assert len(mails_at(monkeypatch, "2026-06-12T10:00")) == 1
    assert Digest.objects.get().next_at == datetime(2026, 6, 13, 6, tzinfo=UTC)


def test_of_two_who_look_at_once_one_sends(town, monkeypatch):
    ask(town, monkeypatch)
    start(town, "Bring a rake")
    at(monkeypatch, "2026-06-05T06:01")
    mine, theirs = Digest.objects.select_related("person").get(), Digest.objects.select_related("person").get()
    assert [desk.take_digest(one, clock.now()) for one in (mine, theirs)] == [True, False]


def test_a_mail_that_cannot_leave_is_tried_again_in_an_hour(town, monkeypatch, settings, caplog):
    ask(town, monkeypatch)
    start(town, "Bring a rake")
    settings.EMAIL_BACKEND = "tests.http.test_mail.Down"
    assert mails_at(monkeypatch, "2026-06-05T06:01") == []
    assert [one.getMessage() for one in caplog.records] == [
        "a mail of what was not read could not be sent: ConnectionRefusedError"
    ]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails_at(monkeypatch, "2026-06-05T07:00") == []
    assert len(mails_at(monkeypatch, "2026-06-05T07:02")) == 1


def test_a_mail_says_nothing_of_discreet_places(town, monkeypatch):
    bridge = people.open_community(by=town.fay, name="Footbridges", theme="support", visibility="hidden")
    belong(town.chloe, bridge)
    ask(town, monkeypatch)
    desk.follow(by=town.chloe, community=bridge, level="everything")
    acts.start(by=town.fay, community=bridge, text="A heavy week, @chloe")
    acts.start(by=town.fay, community=bridge, text="Another")
    start(town, "Bring a rake")
    (letter,) = mails_at(monkeypatch, "2026-06-05T06:01")
    assert "Bring a rake" in letter
    assert [word for word in ("Footbridges", "heavy", "Another", "discreet") if word in letter] == []


def test_a_mail_can_be_stopped_from_the_mail_program_without_coming_in(town, monkeypatch, as_seen_by, settings):
    settings.PUBLIC_ADDRESS = "https://saint-jean.example"
    ask(town, monkeypatch)
    start(town, "Bring a rake")
    mails_at(monkeypatch, "2026-06-05T06:01")
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<https://saint-jean\.example(/mail/stop/.+/)>", headers["List-Unsubscribe"])[1]
    html = str(mail.outbox[0].alternatives[0][0])
    assert "https://saint-jean.example/me/following" in html
    stranger = as_seen_by(None)
    assert "Stop these mails?" in stranger.get(address).content.decode()
    assert Digest.objects.count() == 1
    stopped = type(stranger)(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert (stopped.status_code, Digest.objects.count()) == (200, 0)
    assert stranger.post(address).status_code == 200


def test_a_link_that_was_not_signed_here_stops_nothing(town, as_seen_by):
    desk.choose_digest(by=town.ana, rhythm="daily")
    good = token_of(town.ana)
    for token in ("1", "x" * 300, good[:-1], good.replace(":", ";"), good + "a"):
        assert as_seen_by(None).post(f"/mail/stop/{token}/").status_code == 404
    assert Digest.objects.count() == 1


def test_the_hour_is_that_of_ones_own_clock_in_summer_and_winter(town, monkeypatch):
    people.describe(
        by=town.chloe, name="Chloe", handle="chloe", about="", languages="fr", time_zone="America/Montreal"
    )  # fmt: skip
    town.chloe.refresh_from_db()
    ask(town, monkeypatch, rhythm="weekly", weekday=0, hour=8)
    digest = Digest.objects.get()
    assert digest.next_at == datetime(2026, 6, 8, 12, tzinfo=UTC)
    after = digest.next_at + timedelta(weeks=26)
    assert desk.next_time(digest, town.chloe, after).astimezone(UTC).hour == 13
