"""Telling another circle what was said in one."""

import re

import pytest

from comvir.conversation import acts
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.conversation.models import Message, Thread
from comvir.people import acts as people
from comvir.people.models import Community
from tests.people import belong


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def market(town) -> Community:
    """A public circle of Fay's, where Ana is too."""
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    belong(town.ana, market)
    return market


@pytest.fixture
def leak(town, market) -> Message:
    """A flash of Fay's that everyone may read."""
    return acts.start(
        by=town.fay, community=market, text="A leak in the high street", beside=Beside(Context(kind="flash"))
    )


def test_a_public_message_is_passed_on_with_its_source(town, market, leak, as_seen_by):
    browser = as_seen_by(town.ana)
    assert f'href="/m/{leak.pk}/pass-on"' in text_of(browser.get(f"/t/{leak.thread_id}/"))
    form = text_of(browser.get(f"/m/{leak.pk}/pass-on"))
    assert re.findall(r'name="circle" value="([^"]+)"', form) == ["petanque-du-dimanche"]
    typed = {"circle": "petanque-du-dimanche", "text": "Mind the high street"}
    done = browser.post(f"/m/{leak.pk}/pass-on", typed)
    thread = Thread.objects.latest("pk")
    assert (done.status_code, done["Location"]) == (303, f"/t/{thread.pk}/")
    assert (thread.community, thread.messages.get().quotes) == (town.petanque, leak)
    page = text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))
    card = re.search(r'<blockquote class="quote-card">.*?</blockquote>', page, re.S)[0]
    assert ("A leak in the high street" in card, 'href="/c/market/"' in card, ">Fay<" in card) == (True, True, True)
    assert re.search(r'<span class="chip sun">.*?Flash</span>', card)


def test_the_card_tells_how_the_message_stands_now(town, market, leak, as_seen_by):
    passed = acts.pass_on(by=town.ana, message=leak, community=town.petanque, text="Mind the street")
    reader = as_seen_by(town.dan)
    before = text_of(reader.get(f"/m/{passed.pk}/row"))
    acts.remove(by=town.fay, message=leak)
    after = text_of(reader.get(f"/m/{passed.pk}/row"))
    assert ("A leak in the high street" in before, "A leak in the high street" in after) == (True, False)
    assert "A message one cannot read here." in after


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"circle": "petanque-du-dimanche", "text": " "}, "The message is empty."),
        ({"circle": "", "text": "Mind"}, "Choose a circle."),
        ({"circle": "market", "text": "Mind"}, "Choose a circle."),
        ({"circle": "cordes-et-vents", "text": "Mind"}, "Choose a circle."),
    ],
)
def test_a_refused_passing_on_keeps_what_was_typed(town, market, leak, as_seen_by, typed, sentence):
    refused = as_seen_by(town.ana).post(f"/m/{leak.pk}/pass-on", typed)
    assert refused.status_code == 400
    assert sentence in text_of(refused)
    assert f"{typed['text']}</textarea>" in text_of(refused)
    assert Thread.objects.count() == 1


def test_what_was_said_among_members_only_its_author_passes_on(town, market, as_seen_by):
    message = acts.start(by=town.bo, community=town.petanque, text="Among us")
    browser = as_seen_by(town.ana)
    assert "pass-on" not in text_of(browser.get(f"/t/{message.thread_id}/"))
    assert browser.get(f"/m/{message.pk}/pass-on").status_code == 403
    belong(town.bo, market)
    assert f"/m/{message.pk}/pass-on" in text_of(as_seen_by(town.bo).get(f"/t/{message.thread_id}/"))


def test_who_is_in_no_other_circle_is_not_asked(town, market, leak, as_seen_by):
    own = acts.start(by=town.bo, community=town.petanque, text="Among us")
    assert "pass-on" not in text_of(as_seen_by(town.bo).get(f"/t/{own.thread_id}/"))
    assert f"/m/{leak.pk}/pass-on" in text_of(as_seen_by(town.bo).get(f"/t/{leak.thread_id}/"))
    assert "pass-on" not in text_of(as_seen_by(town.eve).get(f"/t/{leak.thread_id}/"))
    assert "pass-on" not in text_of(as_seen_by(None).get(f"/t/{leak.thread_id}/"))


def test_nothing_is_carried_out_of_a_discreet_place(town, market, as_seen_by):
    support = people.open_community(by=town.ana, name="Passerelles", theme="support", visibility="hidden")
    own = acts.start(by=town.ana, community=support, text="Private")
    browser = as_seen_by(town.ana)
    assert "pass-on" not in text_of(browser.get(f"/t/{own.thread_id}/"))
    typed = {"circle": "market", "text": "Look"}
    assert browser.post(f"/m/{own.pk}/pass-on", typed).status_code == 403
    assert Thread.objects.count() == 1


def test_a_removed_message_is_passed_on_by_nobody(town, market, leak, as_seen_by):
    acts.remove(by=town.fay, message=leak)
    assert as_seen_by(town.ana).get(f"/m/{leak.pk}/pass-on").status_code == 409


def test_ones_own_words_go_with_what_others_may_not_read(town, market):
    message = acts.start(by=town.ana, community=town.petanque, text="Among us\n\nand *only* us")
    passed = acts.pass_on(by=town.ana, message=message, community=market, text="For the market too")
    assert passed.text == "For the market too\n\n> Among us\n>\n> and *only* us"
    assert (passed.quotes, passed.thread.title) == (None, "For the market too")
