"""What somebody may not see shows nowhere: in no count, no title, no letter, no way to carry it on."""

from datetime import timedelta

import pytest

from comvir.conversation import acts, pictures
from comvir.conversation.models import Picture
from comvir.feeds.desk import make_key
from comvir.feeds.topics import Topic
from comvir.lib import clock
from comvir.notifications import desk
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.web.digests import letter_to
from comvir.web.following import unread_counts
from tests.people import belong

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def read_by(somebody, message) -> None:
    desk.seen(by=somebody, thread_id=message.thread_id, message_id=message.pk, position=message.position)


def unread(somebody, message) -> dict[int, int]:
    message.thread.refresh_from_db()
    return unread_counts(sight_of(somebody), [message.thread])


def test_what_one_cannot_read_is_not_counted_as_unread(town, as_seen_by):
    opening = acts.start(by=town.ana, community=town.petanque, text="Who comes?")
    read_by(town.chloe, acts.answer(by=town.bo, thread=opening.thread, text="Me"))
    people.block(by=town.chloe, other=town.dan)
    acts.answer(by=town.dan, thread=opening.thread, text="And me")
    acts.remove(by=town.bo, message=acts.answer(by=town.bo, thread=opening.thread, text="Oh"))
    assert (unread(town.chloe, opening), unread(town.nina, opening)) == ({}, {})
    page = as_seen_by(town.chloe).get(f"/c/{town.petanque.slug}/").content.decode()
    assert "1 answer<" in page and "to read" not in page
    acts.answer(by=town.gil, thread=opening.thread, text="Me as well")
    assert unread(town.chloe, opening) == {opening.thread_id: 1}


def test_no_letter_tells_of_what_one_cannot_read(town):
    opening = acts.start(by=town.ana, community=town.petanque, text="Who comes?")
    read_by(town.chloe, opening)
    people.block(by=town.chloe, other=town.dan)
    acts.answer(by=town.dan, thread=opening.thread, text="And me")
    assert letter_to(sight_of(town.chloe), clock.now() - DAY).groups == []
    acts.answer(by=town.gil, thread=opening.thread, text="Me as well")
    assert [circle for circle, _lines in letter_to(sight_of(town.chloe), clock.now() - DAY).groups] == [town.petanque]


def test_a_title_taken_away_is_gone_from_ones_addresses_of_news(town, as_seen_by):
    opening = acts.start(by=town.ana, community=town.petanque, text="Too much said", title="Between Ana and me")
    make_key(by=town.bo, topic=Topic("thread", str(opening.thread_id)))
    browser = as_seen_by(town.bo)
    assert "Between Ana and me" in browser.get("/me/news/").content.decode()
    acts.remove(by=town.ana, message=opening)
    for page in ("/me/news/", f"/t/{opening.thread_id}/news/", f"/t/{opening.thread_id}/follow"):
        assert "Between Ana and me" not in browser.get(page).content.decode()


def test_what_was_public_is_passed_on_by_its_author_alone_once_its_circle_closes(town, as_seen_by):
    market = people.open_community(
        by=town.fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
    )
    said = acts.start(by=town.fay, community=market, text="Open on Saturday")
    belong(town.bo, market)
    assert as_seen_by(town.bo).get(f"/m/{said.pk}/pass-on").status_code == 200
    people.change_community(
        by=town.fay, community=market, name="Market", summary="", place="", rhythm="", visibility="listed",
        join_mode="request", questions="",
    )  # fmt: skip
    assert as_seen_by(town.bo).get(f"/m/{said.pk}/pass-on").status_code == 403
    assert as_seen_by(town.fay).get(f"/m/{said.pk}/pass-on").status_code == 200


def test_nothing_one_writes_on_a_paper_keeps_the_desks_of_others_from_being_swept(town, as_seen_by):
    due = (clock.now() + 3 * DAY).strftime("%Y-%m-%dT%H:%M")
    paper = {"circle": town.petanque.slug, "text": "See you", "title": "Sunday", "due_at": due, "picture": "²"}
    assert as_seen_by(town.ana).post("/drafts/later", paper).status_code == 303
    Picture.objects.create(by=town.bo, name="x" * 32, width=1, height=1, size=1, kept_at=clock.now() - 2 * DAY)
    assert (pictures.sweep_desk(), Picture.objects.count()) == (1, 0)
