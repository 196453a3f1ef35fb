"""Today: what awaits, what is new, what somebody sees who has not come in."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.conversation.desk import keep_draft
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.notifications.desk import follow, seen
from comvir.notifications.readers import notices
from comvir.people import acts as people
from comvir.people.models import House, Role
from comvir.web.today import count_waiting, greeting
from tests.people import belong


def page(browser) -> str:
    catch_up(notices)
    return browser.get("/").content.decode()


def cards(html: str) -> list[str]:
    return re.findall(r'<article class="card awaits">(.*?)</article>', html, flags=re.S)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def settle_all(person) -> None:
    catch_up(notices)
    person.notices.all().delete()


def test_several_notices_of_one_thread_are_one_card(town, as_seen_by):
    settle_all(town.ana)
    thread = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread
    acts.answer(by=town.bo, thread=thread, text="I do")
    acts.answer(by=town.dan, thread=thread, text="So do I, @ana")
    html = page(as_seen_by(town.ana))
    assert len(cards(html)) == 1
    told = words_of(cards(html)[0])
    assert "Dan named you." in told
    assert "Bo answered you." in told
    assert "So do I, @ana" in told
    assert cards(html)[0].count('name="notice"') == 2
    assert "One thing is waiting" in html


def test_a_removed_answer_waits_without_its_words(town, as_seen_by):
    settle_all(town.ana)
    thread = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread
    acts.remove(by=town.bo, message=acts.answer(by=town.bo, thread=thread, text="Something bitter"))
    html = page(as_seen_by(town.ana))
    assert len(cards(html)) == 1
    assert "bitter" not in html


def test_somebody_blocked_since_waits_no_more(town, as_seen_by):
    settle_all(town.ana)
    thread = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread
    acts.answer(by=town.bo, thread=thread, text="Something bitter")
    assert len(cards(page(as_seen_by(town.ana)))) == 1
    people.block(by=town.ana, other=town.bo)
    assert cards(page(as_seen_by(town.ana))) == []


def test_who_asks_to_join_waits_for_the_stewards_alone(town, as_seen_by):
    settle_all(town.gil)
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    card = cards(page(as_seen_by(town.gil)))[0]
    assert "Eve asks to join Pétanque du dimanche." in words_of(card)
    assert f'href="/c/petanque-du-dimanche/requests/{request.pk}/"' in card
    assert "Eve asks" not in page(as_seen_by(town.ana))
    people.accept_request(by=town.gil, request=request)
    assert "It has been answered since." in page(as_seen_by(town.gil))
    assert "Gil said yes: you belong to Pétanque du dimanche." in page(as_seen_by(town.eve))


def test_who_is_no_steward_any_more_reads_of_no_request(town, as_seen_by):
    people.appoint(by=town.gil, community=town.petanque, person=town.bo, role=Role.STEWARD)
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="To play")
    acts.write_to_stewards(by=town.eve, request=request, text="Hello")
    browser = as_seen_by(town.bo)
    assert "Eve" in page(browser)
    people.appoint(by=town.gil, community=town.petanque, person=town.bo, role=Role.MEMBER)
    assert "Eve" not in page(browser)


def test_who_came_by_ones_invitation_can_be_welcomed_at_once(town, as_seen_by):
    settle_all(town.ana)
    invitation = people.invite(by=town.ana, community=town.petanque)
    people.accept_invitation(by=town.eve, invitation=invitation)
    card = cards(page(as_seen_by(town.ana)))[0]
    assert "Eve joined Pétanque du dimanche by your invitation." in words_of(card)
    assert 'action="/c/petanque-du-dimanche/m/eve/welcome"' in card
    people.welcome(by=town.bo, community=town.petanque, person=town.eve)
    assert "/welcome" not in cards(page(as_seen_by(town.ana)))[0]


def test_being_brought_into_a_huddle_leads_there(town, as_seen_by):
    settle_all(town.dan)
    people.add_to_huddle(by=town.ana, huddle=town.huddle, person=town.dan)
    card = cards(page(as_seen_by(town.dan)))[0]
    assert "Ana brought you into the huddle La bande à Ana." in words_of(card)
    assert f"/c/petanque-du-dimanche/huddles/{town.huddle.pk}/" in card


def test_a_discreet_circle_shows_neither_names_nor_words(town, as_seen_by):
    bridge = people.open_community(by=town.fay, name="Footbridges", theme="support", visibility="hidden")
    belong(town.ana, bridge)
    settle_all(town.ana)
    thread = acts.start(by=town.ana, community=bridge, title="A heavy week", text="I do not sleep").thread
    acts.answer(by=town.fay, thread=thread, text="Neither do I")
    keep_draft(by=town.ana, community=bridge, text="Nights are long")
    keep_draft(by=town.ana, community=town.petanque, text="Sunday I could")
    html = page(as_seen_by(town.ana))
    assert len(cards(html)) == 1
    assert "Something awaits you in a discreet place" in cards(html)[0]
    assert "A discreet place" in html
    assert "Sunday I could" in html
    hidden = ("heavy", "sleep", "Neither", "Fay", "Footbridges", "Nights")
    assert [word for word in hidden if word in html] == []
    assert as_seen_by(town.ana).get(f"/t/{thread.pk}/row?on=today").status_code == 404
    assert as_seen_by(town.ana).get(f"/t/{thread.pk}/row").status_code == 200


def test_the_news_come_by_circle_at_most_five_lines_each_and_end(town, as_seen_by):
    belong(town.ana, town.music)
    for number in range(7):
        acts.start(by=town.bo, community=town.petanque, text=f"Round {number}")
    acts.start(by=town.fay, community=town.music, text="A waltz")
    acts.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Whispered")
    html = page(as_seen_by(town.ana))
    assert re.findall(r"Round (\d)</a>", html) == ["6", "5", "4", "3", "2"]
    assert html.index("A waltz") < html.index("You’ve seen everything.")
    assert "Whispered" not in html
    assert "A waltz" not in page(as_seen_by(town.bo))


def test_the_title_of_a_removed_opening_is_not_shown(town, as_seen_by):
    message = acts.start(by=town.bo, community=town.petanque, text="Something bitter")
    assert "Something bitter" in page(as_seen_by(town.ana))
    acts.remove(by=town.bo, message=message)
    assert "bitter" not in page(as_seen_by(town.ana))
    assert "bitter" not in as_seen_by(town.ana).get(f"/t/{message.thread_id}/").content.decode()


def test_nothing_waiting_is_said_kindly(town, as_seen_by):
    settle_all(town.chloe)
    assert "Nothing is waiting for you. Enjoy it." in page(as_seen_by(town.chloe))
    assert "You’re not in a circle yet" in page(as_seen_by(town.eve))


def queries(browser) -> int:
    page(browser)
    with CaptureQueriesContext(connection) as seen:
        browser.get("/")
    return len(seen)


def test_four_circles_and_many_notices_cost_no_more_queries_than_one(town, as_seen_by):
    def fill(community, by, times):
        for number in range(times):
            thread = acts.start(by=by, community=community, text=f"{number} @ana").thread
            acts.answer(by=by, thread=thread, text="@ana again")

    fill(town.petanque, town.bo, 1)
    invited = people.invite(by=town.ana, community=town.petanque)
    people.accept_invitation(by=town.eve, invitation=invited)
    few = queries(as_seen_by(town.ana))
    for name in ("Strings", "Winds", "Walks"):
        other = people.open_community(by=town.fay, name=name, theme="music")
        belong(town.ana, other, Role.STEWARD)
        fill(other, town.fay, 2)
    assert queries(as_seen_by(town.ana)) == few
    assert few <= 25


def test_what_one_read_and_is_no_longer_so_comes_first(town, as_seen_by):
    settle_all(town.bo)
    flash = Beside(context=Context(kind="flash", place="Lower lane", source_kind="eyes"))
    message = acts.start(by=town.ana, community=town.petanque, text="The plane tree fell", beside=flash)
    seen(by=town.bo, thread_id=message.thread_id, message_id=message.pk, position=0)
    acts.attest(by=town.chloe, message=message, stance="dispute", words="It stands")
    acts.start(by=town.dan, community=town.petanque, text="Come, @bo")
    found = cards(page(as_seen_by(town.bo)))
    assert len(found) == 2
    assert "A flash you read is disputed." in words_of(found[0])
    assert f'href="/m/{message.pk}/"' in found[0]
    # Who gave their word does not matter, and is not told.
    assert "Chloe" not in found[0]
    acts.take_back(by=town.chloe, message=message)
    first = words_of(cards(page(as_seen_by(town.bo)))[0])
    assert "A flash you read is neither confirmed by independent people nor disputed any more." in first
    assert "is disputed." not in first


def test_a_correction_says_who_corrected_it_and_the_author_is_told_what_became_of_theirs(town, as_seen_by):
    settle_all(town.bo)
    message = acts.start(by=town.ana, community=town.petanque, text="The plane tree fell")
    seen(by=town.bo, thread_id=message.thread_id, message_id=message.pk, position=0)
    acts.edit(by=town.ana, message=message, text="It only leans", correction=True)
    assert "Ana corrected what you read." in words_of(cards(page(as_seen_by(town.bo)))[0])
    settle_all(town.ana)
    acts.attest(by=town.bo, message=message, stance="dispute", words="It stands")
    assert "What you said is disputed." in words_of(cards(page(as_seen_by(town.ana)))[0])


def test_what_turned_where_one_no_longer_reads_can_only_be_put_away(town, as_seen_by):
    settle_all(town.bo)
    public = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    message = acts.start(by=town.fay, community=public, text="The road is shut")
    belong(town.ana, public)
    seen(by=town.bo, thread_id=message.thread_id, message_id=message.pk, position=0)
    acts.attest(by=town.ana, message=message, stance="dispute", words="It is open")
    assert "The road is shut" in page(as_seen_by(town.bo))
    people.block(by=town.bo, other=town.fay)
    html = page(as_seen_by(town.bo))
    assert "where you no longer read, has changed since" in html
    assert [words for words in ("The road is shut", "Fay") if words in html] == []


def test_what_one_follows_is_one_line_a_thread(town, as_seen_by):
    settle_all(town.chloe)
    follow(by=town.chloe, community=town.petanque, level="everything")
    thread = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread
    for number in range(3):
        acts.answer(by=town.bo, thread=thread, text=f"Number {number}")
    acts.start(by=town.dan, community=town.petanque, text="Who has a car?")
    html = page(as_seen_by(town.chloe))
    followed = re.search(r'<section class="followed".*?</section>', html, flags=re.S)[0]
    assert re.findall(r'dir="auto">(.*?)</a>', followed) == ["Who has a car?", "Sunday"]
    assert followed.count('name="notice"') == 2
    assert html.count("Who has a car?") == 1
    assert cards(html) == []
    assert "Nothing is waiting for you" in html


def test_a_discreet_circle_one_follows_is_not_named(town, as_seen_by):
    bridge = people.open_community(by=town.fay, name="Footbridges", theme="support", visibility="hidden")
    belong(town.ana, bridge)
    settle_all(town.ana)
    follow(by=town.ana, community=bridge, level="everything")
    acts.start(by=town.fay, community=bridge, title="A heavy week", text="I do not sleep")
    html = page(as_seen_by(town.ana))
    followed = words_of(re.search(r'<section class="followed".*?</section>', html, flags=re.S)[0])
    assert "A discreet place" in followed
    assert [words for words in ("Footbridges", "heavy", "sleep") if words in html] == []


def test_three_cards_then_the_rest_behind_a_line(town, as_seen_by):
    settle_all(town.ana)
    for number in range(5):
        acts.start(by=town.bo, community=town.petanque, text=f"{number} @ana")
    html = page(as_seen_by(town.ana))
    before, behind = html.split('<details class="more-cards">')
    assert (len(cards(before)), len(cards(behind))) == (3, 2)
    assert "Two more things" in behind
    assert "Five things are waiting" in html


def test_turned_followed_and_asked_cost_no_more_for_many_than_for_few(town, as_seen_by):
    follow(by=town.nina, community=town.petanque, level="everything")

    def fill(number):
        message = acts.start(by=town.ana, community=town.petanque, text=f"Flash {number}")
        seen(by=town.nina, thread_id=message.thread_id, message_id=message.pk, position=0)
        acts.attest(by=town.chloe, message=message, stance="dispute", words="No")
        acts.start(by=town.bo, community=town.petanque, text=f"News {number}")
        on = clock.now().date() - timedelta(days=number)
        people.say_met(by=town.bo, community=town.petanque, person=town.nina, on=on)

    fill(1)
    few = queries(as_seen_by(town.nina))
    for number in range(2, 6):
        fill(number)
    assert queries(as_seen_by(town.nina)) == few


def test_today_changes_nothing(town, as_seen_by):
    catch_up(notices)
    browser = as_seen_by(town.ana)
    browser.get("/")
    with CaptureQueriesContext(connection) as seen:
        browser.get("/")
    assert [query["sql"] for query in seen if not query["sql"].lstrip().upper().startswith("SELECT")] == []


def test_a_visitor_sees_the_house_and_only_what_is_open(town, as_seen_by):
    people.found(by=town.gil, name="Saint-Jean", language="fr")
    acts.start(by=town.ana, community=town.petanque, text="For members only")
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    acts.start(by=town.fay, community=market, text="Stalls at eight")
    html = as_seen_by(None).get("/").content.decode()
    assert "Saint-Jean" in html
    assert "Stalls at eight" in html
    assert "For members only" not in html
    assert 'href="/in/"' in html


def test_an_unfounded_house_says_so(db, as_seen_by):
    assert House.objects.count() == 0
    assert as_seen_by(None).get("/").status_code == 200


@pytest.mark.parametrize(("hour", "said"), [(3, "evening"), (4, "morning"), (12, "afternoon"), (18, "evening")])
def test_the_greeting_follows_the_hour(town, hour, said):
    assert greeting(town.ana, hour) == f"Good {said} Ana"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "One thing is"), (2, "Two things are"), (16, "Sixteen things are"), (17, "17 things are")],
)
def test_how_many_wait_is_said_in_words_up_to_sixteen(count, said):
    assert count_waiting(count) == f"{said} waiting, the rest can wait."
