"""What a message says it is and speaks of: chips, the strip, the filter; quotes; what answered a question."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from comvir.conversation import acts
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.conversation.models import Message, Thread
from comvir.lib import clock
from comvir.people import acts as people
from tests.http.counting import queries_of
from tests.people import belong

NOW = datetime(2026, 6, 5, 10, 0, tzinfo=UTC)
POINT = {"latitude": 43.174051, "longitude": 5.605129}


def text_of(response) -> str:
    return response.content.decode()


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def strip_of(page: str) -> list[str]:
    """The cells of the strip under the opening, each as the words one reads."""
    found = re.search(r'<dl class="context">(.*?)</dl>', page, re.S)
    return [words_of(cell) for cell in re.findall(r"<div>(.*?)</div>", found[1], re.S)] if found else []


@pytest.fixture
def friday(monkeypatch):
    """It is Friday 5 June, noon by the clocks of the house."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def flash(town, circle=None, by=None, **more) -> Message:
    told = {
        "place": "Boulodrome", **POINT, "content_reference_time": NOW - timedelta(hours=1),
        "valid_until": NOW + timedelta(days=2), "source_kind": "eyes",
    }  # fmt: skip
    context = Context(kind="flash", **{**told, **more})
    return acts.start(
        by=by or town.bo, community=circle or town.petanque, text="A plane tree fell", beside=Beside(context)
    )


def question(town, text="Who has the key?") -> Thread:
    return acts.start(by=town.ana, community=town.petanque, text=text, beside=Beside(Context(kind="question"))).thread


# The strip


def test_the_strip_says_where_when_and_whence(town, friday, as_seen_by):
    page = text_of(as_seen_by(town.ana).get(f"/t/{flash(town).thread_id}/"))
    assert strip_of(page) == [
        "Where Boulodrome 43.17405, 5.60513",
        "When Today, 11:00 valid until Sunday, 12:00",
        "Source Seen on the spot by Bo",
    ]
    assert 'href="geo:43.17405,5.60513"' in page
    assert re.search(r'<span class="chip sun"><svg.*?</svg>Flash</span>', page)


def test_a_plain_message_has_neither_strip_nor_chip(town, friday, as_seen_by):
    thread = acts.start(by=town.bo, community=town.petanque, text="Hello").thread
    page = text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/"))
    assert ('class="context"' in page, 'class="chip' in page) == (False, False)


@pytest.mark.parametrize(
    ("told", "cells"),
    [
        ({"kind": "fact", "place": "The market"}, ["Where The market"]),
        ({"kind": "fact", **POINT}, ["Where 43.17405, 5.60513"]),
        ({"kind": "fact", "content_reference_time": NOW - timedelta(days=1)}, ["When Yesterday afternoon, 12:00"]),
        ({"kind": "fact", "content_reference_time": NOW - timedelta(days=3)}, ["When Tuesday, 12:00"]),
        ({"kind": "fact", "content_reference_time": NOW - timedelta(days=4)}, ["When 1 June, 12:00"]),
        ({"kind": "fact", "source_kind": "person", "source_name": "Marcel"}, ["Source Told by Marcel"]),
        ({"kind": "fact", "source_kind": "person"}, ["Source Told by somebody"]),
        ({"kind": "fact", "source_kind": "document", "source_name": "The lease"}, ["Source A document The lease"]),
        (
            {"kind": "resource", "source_kind": "link", "source_name": "BBC", "source_url": "https://evil.example/bbc"},
            ["Source evil.example BBC"],
        ),
        ({"kind": "opinion"}, []),
    ],
)
def test_a_cell_without_anything_is_left_out(town, friday, as_seen_by, told, cells):
    thread = acts.start(by=town.bo, community=town.petanque, text="So it is", beside=Beside(Context(**told))).thread
    assert strip_of(text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/"))) == cells


def test_an_outsider_is_told_the_neighbourhood_and_never_the_point(town, friday, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    thread = flash(town, market, town.fay).thread
    inside, outside = (text_of(as_seen_by(who).get(f"/t/{thread.pk}/")) for who in (town.fay, town.eve))
    assert strip_of(inside)[0] == "Where Boulodrome 43.17405, 5.60513"
    assert strip_of(outside)[0] == "Where Boulodrome about a kilometre around 43.175, 5.605"
    for page in (outside, text_of(as_seen_by(None).get(f"/m/{thread.messages.get().pk}/row"))):
        assert ("43.174" in page, "5.6051" in page) == (False, False)


def test_a_flash_that_is_over_says_so_on_its_page_and_in_lists(town, monkeypatch, as_seen_by):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    thread = flash(town).thread
    browser = as_seen_by(town.ana)
    assert "Over" not in text_of(browser.get("/c/petanque-du-dimanche/"))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    page = text_of(browser.get(f"/t/{thread.pk}/"))
    assert strip_of(page)[1] == "When Friday, 11:00 was valid until yesterday afternoon, 12:00"
    for html in (page, text_of(browser.get("/c/petanque-du-dimanche/"))):
        assert re.search(r'<span class="chip line">.*?Over</span>', html)


def test_an_answer_says_its_context_in_one_line(town, friday, as_seen_by):
    thread = acts.start(by=town.ana, community=town.petanque, text="What happened?").thread
    context = Context(kind="testimony", place="Rue Haute", source_kind="eyes")
    said = acts.answer(by=town.bo, thread=thread, text="A leak", beside=Beside(context))
    row = text_of(as_seen_by(town.ana).get(f"/m/{said.pk}/row"))
    found = re.search(r'<p class="context-line">(.*?)</p>', row, re.S)
    assert words_of(found[1]) == "Where Rue Haute Source Seen on the spot"
    assert re.search(r'<span class="chip sea">.*?Account</span>', row)


def test_members_words_in_the_strip_keep_their_language_and_are_escaped(town, friday, as_seen_by):
    thread = flash(town, place='<b>"Là"</b>').thread
    page = text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/"))
    assert '<bdi lang="fr">&lt;b&gt;&quot;Là&quot;&lt;/b&gt;</bdi>' in page


def test_words_in_the_language_of_the_page_carry_none(town, friday, as_seen_by):
    thread = flash(town).thread
    with translation.override("fr"):
        page = text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/", headers={"accept-language": "fr"}))
    assert "<bdi>Boulodrome</bdi>" in page


def test_a_removed_message_tells_nothing_of_its_context(town, friday, as_seen_by):
    message = flash(town)
    acts.remove(by=town.bo, message=message)
    browser = as_seen_by(town.ana)
    for address in (f"/t/{message.thread_id}/", f"/m/{message.pk}/row", "/c/petanque-du-dimanche/"):
        page = text_of(browser.get(address))
        assert ("Boulodrome</bdi>" in page, "43.174" in page, 'class="chip sun"' in page) == (False, False, False)


def test_earlier_contexts_are_read_beside_earlier_wordings_and_no_nearer(town, friday, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    message = flash(town, market, town.fay)
    acts.edit(
        by=town.fay, message=message, text="Two trees fell", title="", context=Context(kind="fact", place="The quay")
    )
    address = f"/m/{message.pk}/history"
    inside, outside = (text_of(as_seen_by(who).get(address)) for who in (town.fay, town.eve))
    for page, where in ((inside, "43.17405, 5.60513"), (outside, "about a kilometre around 43.175, 5.605")):
        now, before = page.split("A plane tree fell", 1)
        assert ("The quay" in now, "Fact</span>" in now, "Boulodrome" in now) == (True, True, False)
        assert strip_of(before)[0] == f"Where Boulodrome {where}"
        assert "Flash</span>" in now.split("Two trees fell")[-1]
    assert ("43.174" in outside, "5.6051" in outside) == (False, False)


# Lists and their filter


def test_a_circle_is_filtered_by_kind_and_offers_the_kinds_there_are(town, friday, as_seen_by):
    flash(town)
    question(town)
    acts.start(by=town.ana, community=town.petanque, text="Just so")
    acts.start(
        by=town.ana, community=town.petanque, huddle=town.huddle, text="Ours", beside=Beside(Context(kind="opinion"))
    )
    browser = as_seen_by(town.bo)
    page = text_of(browser.get("/c/petanque-du-dimanche/"))
    assert re.findall(r'href="/c/petanque-du-dimanche/\?kind=(\w+)"', page) == ["flash", "question"]
    only = text_of(browser.get("/c/petanque-du-dimanche/?kind=question"))
    assert ("Who has the key?" in only, "plane tree" in only, "Just so" in only) == (True, False, False)
    assert "Nothing of this kind here." in text_of(browser.get("/c/petanque-du-dimanche/?kind=opinion"))
    assert "Just so" in text_of(browser.get("/c/petanque-du-dimanche/?kind=rumour"))


def test_the_pages_of_a_filter_keep_it(town, as_seen_by):
    for number in range(21):
        question(town, f"Question {number}?")
        acts.start(by=town.ana, community=town.petanque, text=f"Remark {number}")
    browser, address, seen = as_seen_by(town.bo), "?kind=question", []
    while address:
        page = text_of(browser.get(f"/c/petanque-du-dimanche/{address}"))
        seen += re.findall(r">(Question \d+|Remark \d+)\??</a>", page)
        older = re.search(r'href="(\?kind=question&amp;before=[^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"Question {number}" for number in range(20, -1, -1)]


def test_a_list_costs_the_same_with_chips_answers_and_quotes(town, as_seen_by):
    def more(count: int) -> None:
        for number in range(count):
            message = flash(town, content_reference_time=None, valid_until=None)
            acts.attest(by=town.chloe, message=message, stance="saw")
            asked = question(town, f"Key {number}?")
            acts.settle(by=town.ana, answer=acts.answer(by=town.bo, thread=asked, text="Me"))

    browser = as_seen_by(town.dan)
    more(1)
    few = queries_of(browser, "/c/petanque-du-dimanche/")
    more(6)
    assert queries_of(browser, "/c/petanque-du-dimanche/") == few


# What answered a question


def test_the_asker_marks_the_answer_and_it_stands_first(town, as_seen_by):
    thread = question(town)
    acts.answer(by=town.bo, thread=thread, text="Not me")
    answer = acts.answer(by=town.chloe, thread=thread, text="The warden has it")
    asker, other = as_seen_by(town.ana), as_seen_by(town.dan)
    assert "This answered my question" in text_of(asker.get(f"/t/{thread.pk}/"))
    assert "This answered my question" not in text_of(other.get(f"/t/{thread.pk}/"))
    done = asker.post(f"/m/{answer.pk}/settle")
    assert (done.status_code, done["Location"]) == (303, f"/t/{thread.pk}/#answered")
    page = text_of(other.get(f"/t/{thread.pk}/"))
    box = re.search(r'<section class="settled".*?</section>', page, re.S)[0]
    assert ("The warden has it" in box, f'href="/t/{thread.pk}/#m{answer.pk}"' in box) == (True, True)
    assert page.index('class="settled"') < page.index("Not me")
    assert "Answered the question" in text_of(other.get(f"/m/{answer.pk}/row"))
    assert re.search(r'<span class="chip olive">.*?Answered</span>', text_of(other.get(f"/t/{thread.pk}/row")))


def test_the_question_is_opened_again_by_its_asker_only(town, as_seen_by):
    thread = question(town)
    acts.settle(by=town.ana, answer=acts.answer(by=town.chloe, thread=thread, text="The warden"))
    assert "still open" not in text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))
    assert as_seen_by(town.dan).post(f"/t/{thread.pk}/reopen").status_code == 403
    browser = as_seen_by(town.ana)
    assert "My question is still open" in text_of(browser.get(f"/t/{thread.pk}/"))
    assert browser.post(f"/t/{thread.pk}/reopen")["Location"] == f"/t/{thread.pk}/"
    page = text_of(browser.get(f"/t/{thread.pk}/"))
    assert ('class="settled"' in page, "Your question is open again." in page) == (False, True)


def test_nothing_is_marked_where_nothing_was_asked(town, as_seen_by):
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    answer = acts.answer(by=town.bo, thread=thread, text="Hello")
    browser = as_seen_by(town.ana)
    assert "This answered" not in text_of(browser.get(f"/t/{thread.pk}/"))
    assert browser.post(f"/m/{answer.pk}/settle").status_code == 409
    assert Thread.objects.get(pk=thread.pk).answer is None


def test_the_answer_of_somebody_blocked_is_neither_shown_nor_told_of(town, as_seen_by):
    thread = question(town)
    acts.settle(by=town.ana, answer=acts.answer(by=town.chloe, thread=thread, text="The warden"))
    people.block(by=town.dan, other=town.chloe)
    browser = as_seen_by(town.dan)
    for address in (f"/t/{thread.pk}/", f"/t/{thread.pk}/row"):
        page = text_of(browser.get(address))
        assert ("The warden" in page, ">Answered<" in page) == (False, False)
        assert not re.search(r"</svg>Answered", page)


# Quotes


def test_a_quote_carries_its_author_kind_standing_and_link(town, as_seen_by):
    quoted = flash(town, content_reference_time=None, valid_until=None)
    thread = acts.start(by=town.ana, community=town.petanque, text="About the tree").thread
    browser = as_seen_by(town.ana)
    page = text_of(browser.get(f"/t/{thread.pk}/?quote={quoted.pk}"))
    assert f'<input type="hidden" name="quotes" value="{quoted.pk}">' in page
    assert 'class="quote-card"' in page
    browser.post(f"/t/{thread.pk}/", {"text": "Look", "quotes": quoted.pk})
    said = Message.objects.latest("pk")
    assert said.quotes == quoted
    row = text_of(as_seen_by(town.dan).get(f"/m/{said.pk}/row"))
    card = re.search(r'<blockquote class="quote-card">.*?</blockquote>', row, re.S)[0]
    assert words_of(card) == "B Bo just now Flash not yet verified A plane tree fell See the whole message"
    assert f'href="/m/{quoted.pk}/"' in card


def test_the_form_lets_go_of_a_quote_that_was_sent_and_keeps_one_that_was_not(town, as_seen_by):
    quoted = acts.start(by=town.bo, community=town.petanque, text="A plane tree fell")
    browser, address = as_seen_by(town.ana), f"/t/{quoted.thread_id}/"
    sent = browser.post(address, {"text": "Look", "quotes": quoted.pk}, headers={"hx-request": "true"})
    assert ("quote-card" in text_of(sent), 'name="quotes"' in text_of(sent)) == (True, False)
    for headers in ({"hx-request": "true"}, {}):
        refused = browser.post(address, {"text": " ", "quotes": quoted.pk}, headers=headers)
        assert (refused.status_code, f'name="quotes" value="{quoted.pk}"' in text_of(refused)) == (400, True)


@pytest.mark.parametrize("how", ["removed", "hidden", "blocked", "huddle"])
def test_a_quote_one_cannot_read_says_the_same_whatever_the_reason(town, as_seen_by, how):
    belong(town.fay, town.petanque)
    where = {"hidden": (town.music, None), "huddle": (town.petanque, town.huddle)}.get(how, (town.petanque, None))
    author = {"hidden": town.fay, "huddle": town.ana}.get(how, town.bo)
    quoted = acts.start(by=author, community=where[0], huddle=where[1], text="Not for all ears")
    thread = acts.start(by=author, community=town.petanque, text="Look").thread
    said = acts.answer(by=author, thread=thread, text="Here", beside=Beside(quotes=quoted))
    reader, addresses = as_seen_by(town.dan), [f"/m/{said.pk}/row", f"/t/{thread.pk}/"]
    if how == "removed":
        acts.remove(by=author, message=quoted)
    if how == "blocked":
        said = acts.answer(by=town.chloe, thread=question(town), text="See", beside=Beside(quotes=quoted))
        addresses = [f"/m/{said.pk}/row", f"/t/{said.thread_id}/"]
        people.block(by=town.dan, other=town.bo)
    for address in addresses:
        page = text_of(reader.get(address))
        assert ("Not for all ears" in page, f"/m/{quoted.pk}/" in page) == (False, False)
        assert page.count('<p class="quote-card quiet">') == 1
        assert "A message one cannot read here." in page


def test_one_cannot_begin_to_quote_what_one_cannot_read(town, as_seen_by):
    quoted = acts.start(by=town.fay, community=town.music, text="Rehearsal")
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    browser = as_seen_by(town.ana)
    for number in (quoted.pk, 999_999, "x", "9" * 30):
        page = text_of(browser.get(f"/t/{thread.pk}/?quote={number}"))
        assert ("quote-card" in page, 'name="quotes"' in page) == (False, False)
    browser.post(f"/t/{thread.pk}/", {"text": "Look", "quotes": quoted.pk})
    assert Message.objects.latest("pk").quotes is None


def test_a_page_of_quotes_costs_the_same_with_one_and_with_ten(town, as_seen_by):
    quoted = [flash(town, content_reference_time=None, valid_until=None) for _number in range(10)]
    thread = acts.start(by=town.ana, community=town.petanque, text="All of them").thread
    browser = as_seen_by(town.dan)
    acts.answer(by=town.ana, thread=thread, text="1", beside=Beside(quotes=quoted[0]))
    few = queries_of(browser, f"/t/{thread.pk}/")
    for one in quoted[1:]:
        acts.answer(by=town.ana, thread=thread, text="More", beside=Beside(quotes=one))
    assert queries_of(browser, f"/t/{thread.pk}/") == few


def test_words_of_a_discreet_place_are_quoted_nowhere_else(town, as_seen_by):
    support = people.open_community(by=town.ana, name="Passerelles", theme="support", visibility="hidden")
    quoted = acts.start(by=town.ana, community=support, text="Very private")
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    acts.answer(by=town.ana, thread=thread, text="See", beside=Beside(quotes=quoted))
    assert "Very private" not in text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/"))
    assert "quote-card" not in text_of(as_seen_by(town.ana).get(f"/t/{question(town).pk}/?quote={quoted.pk}"))
    inside = acts.answer(by=town.ana, thread=quoted.thread, text="See", beside=Beside(quotes=quoted))
    assert "Very private" in text_of(as_seen_by(town.ana).get(f"/m/{inside.pk}/row"))


def test_a_newcomer_quotes_like_anybody(town, as_seen_by):
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    assert f"?quote={thread.messages.get().pk}#answer" in text_of(as_seen_by(town.nina).get(f"/t/{thread.pk}/"))
