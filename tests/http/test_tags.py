"""The list of a tag."""

import re

import pytest

from comvir.conversation import acts
from comvir.people import acts as people
from tests.http.counting import queries_of


def text_of(response) -> str:
    return response.content.decode()


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def listed(browser, address: str) -> list[str]:
    """The first words of what is listed, in order."""
    return re.findall(r'<h2><a href="/m/\d+/"[^>]*>([^<]*)</a></h2>', text_of(browser.get(address)))


def test_a_tag_lists_what_was_said_with_it_newest_first(town, as_seen_by):
    acts.start(by=town.ana, community=town.petanque, text="First #Été")
    thread = acts.start(by=town.bo, community=town.petanque, title="The boules", text="Nothing").thread
    acts.answer(by=town.chloe, thread=thread, text="Then #ete again")
    acts.start(by=town.bo, community=town.petanque, text="Of #summer")
    page = text_of(as_seen_by(town.dan).get("/tag/ete/"))
    assert listed(as_seen_by(town.dan), "/tag/ete/") == ["The boules", "First #Été"]
    assert "Then #ete again" in page
    assert "summer" not in page
    assert "You have seen everything." in page


def test_a_tag_written_otherwise_leads_to_its_list(town, as_seen_by):
    there = as_seen_by(town.dan).get("/tag/Été/")
    assert (there.status_code, there["Location"]) == (302, "/tag/ete/")
    for odd in ("/tag/12/", "/tag/a%20b/", "/tag/%3Cb%3E/", f"/tag/{'a' * 51}/"):
        assert as_seen_by(town.dan).get(odd).status_code == 404


def test_a_tag_shows_only_what_one_may_read(town, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    support = people.open_community(by=town.ana, name="Passerelles", theme="support", visibility="hidden")
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    acts.start(by=town.fay, community=market, text="Everyone #sunday")
    acts.start(by=town.ana, community=support, text="Support #sunday")
    acts.start(by=town.fay, community=town.music, text="Music #sunday")
    acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Huddle #sunday")
    acts.write_to_stewards(by=town.eve, request=request, text="Request #sunday")
    acts.remove(by=town.bo, message=acts.start(by=town.bo, community=town.petanque, text="Removed #sunday"))
    acts.start(by=town.dan, community=town.petanque, text="Dan #sunday")
    people.block(by=town.chloe, other=town.dan)
    seen = {
        name: [
            words.removesuffix(" #sunday") for words in listed(as_seen_by(getattr(town, name, None)), "/tag/sunday/")
        ]
        for name in ("ana", "bo", "chloe", "gil", "fay", "eve", "nobody")
    }
    assert seen == {
        "ana": ["Dan", "Huddle", "Everyone"],
        "bo": ["Dan", "Huddle", "Everyone"],
        "chloe": ["Everyone"],
        "gil": ["Dan", "Everyone"],
        "fay": ["Music", "Everyone"],
        "eve": ["Everyone"],
        "nobody": ["Everyone"],
    }


def test_a_tag_of_others_is_like_a_tag_of_nobody(town, as_seen_by):
    acts.start(by=town.fay, community=town.music, text="Music #strings")
    kept, absent = (text_of(as_seen_by(town.ana).get(f"/tag/{name}/")) for name in ("strings", "nothing"))
    assert without_tokens(kept.replace("strings", "nothing")) == without_tokens(absent)
    assert "Nothing with #nothing that you can read." in absent


def test_every_message_of_a_tag_is_reached_once(town, as_seen_by):
    for number in range(45):
        acts.start(by=town.ana, community=town.petanque, text=f"Words {number} #many")
        # What one may not read leaves no gap: a page is full before it ends.
        acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text=f"Hidden {number} #many")
    browser, address, pages = as_seen_by(town.dan), "/tag/many/", []
    while address:
        pages.append([int(said) for said in re.findall(r">Words (\d+) #many</a>", text_of(browser.get(address)))])
        older = re.search(r'href="(\?before=\d+)"', text_of(browser.get(address)))
        address = f"/tag/many/{older[1]}" if older else ""
    assert pages == [list(range(44, 24, -1)), list(range(24, 4, -1)), list(range(4, -1, -1))]


@pytest.mark.parametrize("said", ["before=x", "before=-1", f"before={'9' * 30}", "before="])
def test_an_odd_mark_is_no_trouble(town, as_seen_by, said):
    assert as_seen_by(town.dan).get(f"/tag/ete/?{said}").status_code == 200


def test_a_long_list_costs_no_more_queries_than_a_short_one(town, as_seen_by):
    browser = as_seen_by(town.dan)
    acts.start(by=town.ana, community=town.petanque, text="Words #many")
    few = queries_of(browser, "/tag/many/")
    for number in range(15):
        acts.start(by=town.ana, community=town.petanque, text=f"Words {number} #many")
    assert queries_of(browser, "/tag/many/") == few
