"""Samir arrives: a link from somebody, a welcome, a hello that is answered, a huddle, and the right to leave."""

from dataclasses import dataclass

import pytest
from django.test import Client

from comvir.config.readers import READERS
from comvir.conversation import acts as speaking
from comvir.conversation.models import Thread
from comvir.journal.reading import catch_up
from comvir.notifications.queries import waiting_for
from comvir.people import acts
from comvir.people.access import role_in, sight_of
from comvir.people.models import Community, Huddle, Invitation, Person, Role
from comvir.people.refusals import MembersOnly
from tests.people import belong, person

LINK_WORDS = "Come on Sunday, bring your olives"
TREE_WORDS = "A plane tree fell on the lower path"
HUDDLE_WORDS = "The key is under the pot of thyme"


@dataclass
class Sundays:
    josette: Person
    thuy: Person
    lucie: Person
    samir: Person
    circle: Community
    tree: Thread
    huddle: Huddle
    key: Thread


@pytest.fixture
def sundays(db) -> Sundays:
    """The pétanque circle before Samir: three people, a thread for all and one in a huddle."""
    josette, samir = person("Josette"), person("Samir")
    circle = acts.open_community(by=josette, name="Sunday petanque", theme="outings")
    thuy, lucie = belong(person("Thuy"), circle), belong(person("Lucie"), circle)
    tree = speaking.start(by=lucie, community=circle, text=TREE_WORDS).thread
    huddle = acts.gather_huddle(by=josette, community=circle, name="Around Gilles", others=[lucie])
    key = speaking.start(by=lucie, community=circle, huddle=huddle, text=HUDDLE_WORDS).thread
    return Sundays(josette, thuy, lucie, samir, circle, tree, huddle, key)


def page(browser: Client, address: str) -> tuple[int, str]:
    """What a page answers: its status and its words."""
    answer = browser.get(address)
    return answer.status_code, answer.content.decode()


def post(browser: Client, address: str, **form: object) -> str:
    """Fill a form in and send it; returns where one is sent on to."""
    answer = browser.post(address, form)
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def reads(somebody: Person | None) -> set[str]:
    return set(Thread.objects.visible_to(somebody).values_list("title", flat=True))


def waits_for(somebody: Person) -> list[tuple[str, str]]:
    for reader in READERS:
        catch_up(reader)
    return [(notice.deed.actor.name, notice.deed.verb) for notice in waiting_for(sight_of(somebody))]


def test_samir_arrives_is_welcomed_speaks_is_answered_joins_a_huddle_and_leaves(sundays, as_seen_by):
    samir, browser = sundays.samir, as_seen_by(sundays.samir)
    circle, tree = f"/c/{sundays.circle.slug}/", f"/t/{sundays.tree.pk}/"
    huddle, key = f"{circle}huddles/{sundays.huddle.pk}/", f"/t/{sundays.key.pk}/"

    # Before: the front page only, and nothing that was said.
    status, words = page(browser, circle)
    assert (status, sundays.circle.name in words, TREE_WORDS in words) == (200, True, False)
    assert [page(browser, address)[0] for address in (tree, key, huddle, circle + "m/")] == [404, 404, 404, 404]
    assert reads(samir) == set()

    # Thuy makes a link; it says who invites, and opens for one person.
    post(as_seen_by(sundays.thuy), circle + "invite", words=LINK_WORDS)
    link = Invitation.objects.latest("pk")
    door = f"/i/{link.code}/"
    status, words = page(as_seen_by(None), door)
    assert (status, "Thuy" in words, LINK_WORDS in words, TREE_WORDS in words) == (200, True, True, False)
    assert post(as_seen_by(None), door) == f"/in/?next={door}"
    assert role_in(samir, sundays.circle) is None
    post(browser, door)
    assert role_in(samir, sundays.circle) is Role.NEWCOMER
    assert page(as_seen_by(person("Hugo")), door)[0] == 404

    # A newcomer reads what members read, and no huddle; inviting comes with the welcome.
    assert reads(samir) == {TREE_WORDS}
    assert TREE_WORDS in page(browser, tree)[1]
    assert [page(browser, address)[0] for address in (key, huddle)] == [404, 404]
    with pytest.raises(MembersOnly):
        acts.invite(by=samir, community=sundays.circle)
    assert waits_for(sundays.thuy) == [("Samir", "joined"), ("Josette", "welcomed")]
    assert waits_for(sundays.josette)[0] == ("Samir", "joined")

    # Josette welcomes, Samir says hello, Lucie answers.
    post(as_seen_by(sundays.josette), f"{circle}m/{samir.handle}/welcome")
    assert role_in(samir, sundays.circle) is Role.MEMBER
    post(browser, circle + "write", title="", text="Hello, I bring the olives")
    hello = Thread.objects.get(starter=samir)
    post(as_seen_by(sundays.lucie), f"/t/{hello.pk}/", text="Then I bring the bread")
    assert "Then I bring the bread" in page(browser, f"/t/{hello.pk}/")[1]
    assert waits_for(samir) == [("Lucie", "said"), ("Josette", "welcomed")]

    # A huddle makes room for him: from then on he reads all of it.
    post(as_seen_by(sundays.josette), huddle + "people", person=samir.handle)
    assert HUDDLE_WORDS in page(browser, key)[1]
    assert page(browser, huddle)[0] == 200
    assert waits_for(samir)[0] == ("Josette", "added_to_huddle")
    assert reads(sundays.thuy) == {TREE_WORDS, "Hello, I bring the olives"}

    # He leaves: every door closes, and what he said stays with those who heard it.
    post(browser, circle + "leave")
    assert role_in(samir, sundays.circle) is None
    assert [page(browser, address)[0] for address in (tree, key, huddle, f"/t/{hello.pk}/")] == [404, 404, 404, 404]
    assert (reads(samir), waits_for(samir)) == (set(), [])
    status, words = page(as_seen_by(sundays.lucie), f"/t/{hello.pk}/")
    assert (status, "Hello, I bring the olives" in words, "Samir" in words) == (200, True, True)
