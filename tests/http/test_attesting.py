"""Confirming and disputing through the pages: in one press, with a form, refused, changed, taken back."""

import re
from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Attestation
from comvir.lib.clock import clock_at
from tests.acquainted import TODAY
from tests.http.square import Square, main_of
from tests.people import person


@pytest.fixture
def square(db):
    with clock_at(TODAY):
        yield Square()


def test_one_press_confirms_and_the_notice_has_the_way_back(square, as_seen_by):
    browser, pk = as_seen_by(square.ana), square.flash.pk
    given = browser.post(f"/m/{pk}/attest", {"stance": "saw"})
    assert (given.status_code, given["Location"]) == (303, f"/t/{square.flash.thread_id}/#m{pk}")
    page = main_of(browser.get(f"/m/{pk}/standing"))
    assert f'Noted: you confirm it. <a href="/m/{pk}/attest/back">Undo</a>' in page
    assert ("Seen by some" in page, "You confirm it: you saw it." in page) == (True, True)
    assert 'name="stance"' not in page
    assert "Take your word back?" in main_of(browser.get(f"/m/{pk}/attest/back"))
    back = browser.post(f"/m/{pk}/attest/back")
    assert (back.status_code, back["Location"]) == (303, f"/t/{square.flash.thread_id}/#m{pk}")
    page = main_of(browser.get(f"/m/{pk}/standing"))
    assert ("Not yet verified" in page, "Your word is taken back." in page) == (True, True)
    assert browser.get(f"/m/{pk}/attest/back").status_code == 409


def test_htmx_gets_the_box_as_it_stands_now_and_a_word_for_the_live_region(square, as_seen_by):
    browser, pk = as_seen_by(square.ana), square.flash.pk
    form = browser.get(f"/m/{pk}/attest?stance=told", headers={"hx-request": "true"}).content.decode()
    assert form.strip().startswith('<form class="card attest-how" method="post"')
    # The page of its own has no box for the answer to take the place of.
    alone = main_of(browser.get(f"/m/{pk}/attest?stance=told"))
    assert ("hx-post" in form, "hx-" in alone) == (True, False)
    answer = browser.post(f"/m/{pk}/attest", {"stance": "saw"}, headers={"hx-request": "true"})
    html = answer.content.decode()
    assert (answer.status_code, html.startswith(f'<div class="standing" id="s{pk}">')) == (200, True)
    assert ("Seen by some" in html, '<div id="live" hx-swap-oob="innerHTML"><p>Noted' in html) == (True, True)
    again = browser.get(f"/m/{pk}/standing", headers={"hx-request": "true"}).content.decode()
    assert again.startswith(f'<div class="standing" id="s{pk}">')
    wrong = browser.post(f"/m/{pk}/attest", {"stance": "dispute"}, headers={"hx-request": "true"})
    assert (wrong.status_code, "attest-how" in wrong.content.decode()) == (400, True)


def test_the_page_offers_three_ways_of_knowing_and_those_who_may_have_told(square, as_seen_by):
    page = main_of(as_seen_by(square.ana).get(f"/m/{square.flash.pk}/attest?stance=told"))
    assert re.findall(r'name="stance" value="(\w+)"( [^>]*checked)?', page) == [
        ("saw", ""), ("told", page[page.index('value="told"') + 12 :].split("checked")[0] + "checked"), ("source", ""),
    ]  # fmt: skip
    assert re.findall(r"<option[^>]*>([^<]+)", page) == ["Somebody else", "Josette", "Bo", "Chloe", "Dan", "Eli", "Fay"]
    disputes = main_of(as_seen_by(square.ana).get(f"/m/{square.flash.pk}/attest?stance=dispute"))
    assert ('type="radio"' in disputes, "What did you see instead?" in disputes) == (False, True)


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"stance": "dispute", "words": "  "}, 400, "Say what you saw instead"),
        ({"stance": "source", "words": "", "source_url": "not an address"}, 400, "does not look like an address"),
        ({"stance": "source"}, 400, "Say what you saw instead, or how you know"),
        ({"stance": "guess", "words": "I guess so"}, 400, "Choose how you know it."),
        ({"words": "I forgot to choose"}, 400, "Choose how you know it."),
        ({"stance": "told", "told_by": "nobody-here", "words": "Told so"}, 400, "Choose somebody of the circle"),
        ({"stance": "saw", "words": "w" * 501}, 400, "500 letters at most"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_a_sentence_and_what_was_typed(
    square, as_seen_by, typed, status, sentence
):
    answer = as_seen_by(square.ana).post(f"/m/{square.flash.pk}/attest", typed)
    page = main_of(answer)
    assert (answer.status_code, sentence in page, 'aria-invalid="true"' in page) == (status, True, True)
    assert (typed.get("words", "").strip() in page, typed.get("source_url", "") in page) == (True, True)
    assert not Attestation.objects.exists()


def test_ones_earlier_word_is_in_the_form_to_be_changed(square, as_seen_by):
    square.vouch(square.ana, stance="told", told_by=square.bo, words="On the telephone")
    page = main_of(as_seen_by(square.ana).get(f"/m/{square.flash.pk}/attest"))
    assert ("On the telephone</textarea>" in page, '<option value="bo" selected>Bo' in page) == (True, True)


def test_ones_word_can_be_changed_until_the_flash_is_over(square):
    square.vouch(square.ana)
    now = square.box(square.ana)
    with clock_at(TODAY + timedelta(days=1, minutes=1)):
        over = square.box(square.ana)
    assert [(box.answer, box.change, box.mine) for box in (now, over)] == [
        (False, True, "You confirm it: you saw it."),
        (False, False, "You confirm it: you saw it."),
    ]
    assert (square.box(square.bo).change, square.box(square.josette).change) == (False, False)


def test_twenty_words_a_day_are_enough(square, as_seen_by):
    browser = as_seen_by(square.ana)
    said = [
        acts.start(by=square.josette, community=square.circle, text=f"{n}", beside=acts.Beside(Context(kind="fact")))
        for n in range(21)
    ]
    answers = [browser.post(f"/m/{message.pk}/attest", {"stance": "saw"}) for message in said]
    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    assert "You have given your word twenty times since yesterday." in main_of(answers[-1])
    with clock_at(TODAY + timedelta(days=1, minutes=1)):
        assert browser.post(f"/m/{said[-1].pk}/attest", {"stance": "saw"}).status_code == 303


def test_what_one_may_not_see_takes_no_word_and_shows_none(square, as_seen_by):
    hugo = as_seen_by(person("Hugo"))
    square.vouch(square.ana)
    for address in ("/m/{}/standing", "/m/{}/attest", "/m/{}/attest/back"):
        kept, absent = hugo.get(address.format(square.flash.pk)), hugo.get(address.format(99_999))
        assert (kept.status_code, kept.content) == (404, absent.content)
    assert hugo.post(f"/m/{square.flash.pk}/attest", {"stance": "saw"}).status_code == 404
    assert as_seen_by(square.josette).post(f"/m/{square.flash.pk}/attest", {"stance": "saw"}).status_code == 409
    assert Attestation.objects.count() == 1


def test_no_page_shows_what_was_removed(square, as_seen_by):
    square.vouch(square.ana)
    acts.remove(by=square.josette, message=square.flash)
    browser, pk = as_seen_by(square.ana), square.flash.pk
    answers = [browser.get(f"/m/{pk}/{page}") for page in ("standing", "attest", "attest/back")]
    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert ["The gate is locked" in main_of(answer) for answer in answers] == [False, False, False]
    assert "saw it" not in main_of(answers[0])


def test_hostile_words_stay_words(square, as_seen_by):
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>%(name)s'
    square.vouch(square.ana, stance="dispute", words=hostile)
    page = main_of(as_seen_by(square.fay).get(f"/m/{square.flash.pk}/standing"))
    assert ("<script>alert" in page, "<img src=x" in page, page.count("%(name)s")) == (False, False, 2)
