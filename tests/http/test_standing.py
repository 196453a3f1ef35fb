"""The box under a message, who confirms it and how they know; giving one's word, and taking it back."""

import re
from datetime import timedelta
from html import unescape

import pytest

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Attestation, Message
from comvir.journal.reading import catch_up
from comvir.lib.clock import clock_at
from comvir.memory.readers import standing as reader
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.people.models import Role
from comvir.web.standing import boxes_of, hours_of, inline_standings, standing_boxes
from tests.acquainted import TODAY, village
from tests.http.counting import queries_of
from tests.people import belong, person

NAMES = ("Ana", "Bo", "Chloe", "Dan", "Eli", "Fay")


class Square:
    """Seven people of a circle who know each other, on a day on which Josette says that the gate is locked."""

    def __init__(self) -> None:
        self.circle, everybody = village(*NAMES)
        self.josette, self.ana, self.bo, self.chloe, self.dan, self.eli, self.fay = everybody
        self.flash = acts.start(
            by=self.josette, community=self.circle, text="The gate is locked",
            beside=acts.Beside(Context(kind="flash", source_kind="eyes")),
        )  # fmt: skip

    def vouch(self, *who, **how):
        for somebody in who:
            acts.attest(by=somebody, message=self.flash, stance=how.pop("stance", "saw"), **how)
        catch_up(reader)

    def box(self, viewer, **how):
        message = Message.objects.select_related("author").get(pk=self.flash.pk)
        return boxes_of([message], sight_of(viewer), may_attest=viewer is not None, **how)[0]


@pytest.fixture
def square(db):
    with clock_at(TODAY):
        yield Square()


def words_of(html: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" ’", "’").replace(" :", ":")


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1]


def lines(box) -> list[tuple[str, str, bool]]:
    """The list of those who give their word: the sentence, their own words, whether it is greyed."""
    return [(words_of(one.said), one.words, one.quiet) for one in box.vouchers]


def test_each_state_has_its_look_its_icon_and_its_words(square):
    seen = []

    def note():
        box = square.box(square.fay)
        seen.append((box.look, box.icon, box.headline))

    note()
    square.vouch(square.ana)
    note()
    square.vouch(square.bo, square.chloe)
    note()
    acts.attest(by=square.dan, message=square.flash, stance="dispute", words="It was open at nine")
    square.vouch(square.eli, stance="dispute", words="I came through")
    note()
    for somebody in (square.ana, square.bo, square.chloe):
        acts.take_back(by=somebody, message=square.flash)
    catch_up(reader)
    note()
    square.vouch(square.ana, stance="dispute", words="I was wrong")
    note()
    assert seen == [
        ("none", "v-none", "Not yet verified"),
        ("some", "eye", "Seen by some"),
        ("ok", "v-ok", "Confirmed by 3 independent people"),
        ("dispute", "v-dispute", "Disputed: two accounts"),
        ("dispute", "v-dispute", "Disputed"),
        ("dispute", "v-dispute", "Contradicted by 3 independent people"),
    ]


def test_what_nobody_else_has_seen_asks_who_knows_more(square):
    told = {viewer: square.box(viewer).explained for viewer in (square.ana, square.josette)}
    assert told[square.ana] == "Only one person says so, who saw it. Do you know more?"
    assert told[square.josette] == "Only one person says so, who saw it."


def test_both_accounts_stand_side_by_side(square):
    square.vouch(square.ana)
    square.vouch(square.bo, stance="dispute", words="It was open", source_url="https://www.town.example/gates")
    box = square.box(square.fay)
    assert [(words_of(side.said), side.words, side.ground) for side in box.sides] == [
        ("Josette says:", "The gate is locked", "Seen on the spot."),
        ("Bo says:", "It was open", "Source: town.example"),
    ]


def test_the_list_says_how_each_one_knows_and_greys_what_leans_on_another(square):
    nina = belong(person("Nina"), square.circle, Role.NEWCOMER)
    square.vouch(square.ana, words="At ten")
    square.vouch(square.bo, stance="told", told_by=square.ana)
    square.vouch(square.chloe, stance="told", words="A neighbour")
    square.vouch(square.dan, stance="source", source_url="https://www.town.example/gates")
    square.vouch(nina)
    box = square.box(square.fay)
    assert lines(box) == [
        ("Ana saw it.", "At ten", False),
        ("Bo has it from Ana: the two words count as one.", "", True),
        ("Chloe was told.", "A neighbour", True),
        ("Dan has a source.", "", False),
        ("Nina saw it. Not counted yet.", "", True),
    ]
    assert (box.vouchers[3].link, box.vouchers[3].site) == ("https://www.town.example/gates", "town.example")
    assert [face.name for face in box.faces] == ["Ana", "Dan"]


def test_how_a_word_counts_is_told_to_its_giver_alone(square):
    nina = belong(person("Nina"), square.circle, Role.NEWCOMER)
    square.vouch(nina, square.ana)
    square.vouch(square.bo, stance="told", told_by=square.ana)
    assert (square.box(nina).mine, square.box(nina).mine_counts) == (
        "You confirm it: you saw it.",
        "It is shown, and will count once people who have long been here say that they met you.",
    )
    assert square.box(square.bo).mine_counts == "It counts with the word of whoever told you."
    assert square.box(square.ana).mine_counts == ""
    assert {square.box(other).mine_counts for other in (square.fay, square.josette, None)} == {""}


def test_two_who_often_vouch_together_are_told_so_and_nobody_else(square, as_seen_by):
    # They came by each other's invitation and have met nobody since: their words are hardly two.
    twins = []
    for name in ("Tim", "Tom"):
        by = twins[-1] if twins else square.josette
        link = people.invite(by=by, community=square.circle)
        twins.append(person(name))
        people.accept_invitation(by=twins[-1], invitation=link)
        people.welcome(by=square.eli if twins[1:] else square.fay, community=square.circle, person=twins[-1])
    square.vouch(*twins)
    together = "Your word counts with others’ here: you know each other or often vouch together."
    assert sorted(square.box(twin).mine_counts for twin in twins) == ["", together]
    for other in (square.ana, square.josette):
        page = main_of(as_seen_by(other).get(f"/m/{square.flash.pk}/standing"))
        assert ("Tim" in page, "Tom" in page, "vouch together" in words_of(page.split("How we count")[0])) == (
            True,
            True,
            False,
        )


def test_whom_one_does_not_meet_is_counted_and_not_named(square, as_seen_by):
    square.vouch(square.ana, square.bo, square.chloe)
    people.block(by=square.fay, other=square.bo)
    box = square.box(square.fay)
    assert (box.headline, box.apart) == ("Confirmed by 3 independent people", 1)
    assert [line[0] for line in lines(box)] == ["Ana saw it.", "Chloe saw it."]
    page = main_of(as_seen_by(square.fay).get(f"/m/{square.flash.pk}/standing"))
    assert ("and one more person" in page, "<b>Ana</b>" in page, "<b>Bo</b>" in page) == (True, True, False)
    assert words_of(page).count("Somebody confirms.") == 1
    assert "<b>Bo</b>" in main_of(as_seen_by(square.eli).get(f"/m/{square.flash.pk}/standing"))


def test_who_told_it_is_named_to_members_alone(square, as_seen_by):
    with clock_at(TODAY):
        market = people.open_community(
            by=square.josette, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
        )
        for somebody in (square.ana, square.bo):
            people.join(by=somebody, community=market)
    open_to_all = acts.start(by=square.josette, community=market, text="No bread today")
    acts.attest(by=square.ana, message=open_to_all, stance="told", told_by=square.bo)
    address = f"/m/{open_to_all.pk}/standing"
    inside, outside = (main_of(as_seen_by(who).get(address)) for who in (square.josette, None))
    assert ("has it from <b>Bo</b>" in inside, "<b>Ana</b> was told." in inside) == (True, False)
    assert ("<b>Bo</b>" in outside, "<b>Ana</b> was told." in outside) == (False, True)


def test_too_few_are_counted_and_not_weighed(town, as_seen_by):
    flash = acts.start(by=town.ana, community=town.petanque, text="Closed", beside=acts.Beside(Context(kind="fact")))
    acts.attest(by=town.bo, message=flash, stance="saw")
    acts.attest(by=town.chloe, message=flash, stance="saw")
    acts.attest(by=town.dan, message=flash, stance="dispute", words="Open")
    catch_up(reader)
    page = words_of(main_of(as_seen_by(town.gil).get(f"/m/{flash.pk}/standing")))
    assert "2 people confirm, 1 disputes There are too few of us to weigh it." in page
    assert "Not counted yet" not in page


def test_a_correction_is_told_and_the_words_before_it_do_not_speak_for_the_new_wording(square):
    square.vouch(square.ana)
    with clock_at(TODAY + timedelta(hours=1)):
        acts.edit(by=square.josette, message=square.flash, text="The left gate is locked", correction=True)
        box = square.box(square.fay)
        assert (box.look, box.icon, box.headline, box.explained, box.faces) == (
            "plain", "undo-2", "Corrected by Josette, just now", "The earlier wording stays to be read.", [],
        )  # fmt: skip
    with clock_at(TODAY + timedelta(hours=2)):
        square.vouch(square.bo)
        box = square.box(square.fay)
        assert (box.headline, box.earlier) == ("Seen by some", "Corrected by Josette, 12:00")


def test_a_flash_ends_and_takes_no_more_words(square):
    square.vouch(square.ana)
    with clock_at(TODAY + timedelta(days=1, minutes=1)):
        box = square.box(square.fay)
        assert (box.look, box.icon, box.headline, box.answer) == ("plain", "hourglass", "Over", False)
        assert box.explained == "It held until: 11:00. Seen by some."
    assert square.box(square.fay).answer is True


def test_what_states_nothing_and_what_was_removed_have_no_box(square):
    question = acts.start(
        by=square.ana, community=square.circle, text="Which gate?", beside=acts.Beside(Context(kind="question"))
    )
    acts.remove(by=square.josette, message=square.flash)
    found = [Message.objects.select_related("author").get(pk=pk) for pk in (question.pk, square.flash.pk)]
    assert standing_boxes(found, sight_of(square.fay), may_attest=True, form_field=lambda: "") == {}
    acts.attest(by=square.bo, message=question, stance="saw")
    found[0].refresh_from_db()
    boxes = standing_boxes(found, sight_of(square.fay), may_attest=True, form_field=lambda: "")
    assert list(boxes) == [question.pk]


def test_a_few_words_for_lists_in_one_query(square, django_assert_num_queries):
    silent = acts.start(by=square.ana, community=square.circle, text="Nobody saw this")
    square.vouch(square.ana, square.bo, square.chloe)
    with django_assert_num_queries(1):
        inline = inline_standings([square.flash.pk, silent.pk])
    assert {pk: words_of(html) for pk, html in inline.items()} == {square.flash.pk: "confirmed by 3"}
    assert 'class="stands ok"' in inline[square.flash.pk]
    acts.take_back(by=square.ana, message=square.flash)
    acts.take_back(by=square.bo, message=square.flash)
    acts.take_back(by=square.chloe, message=square.flash)
    catch_up(reader)
    assert inline_standings([square.flash.pk]) == {}


def test_boxes_take_two_queries_however_many_there_are_and_none_where_nobody_spoke(square, django_assert_num_queries):
    def boxes(messages):
        return standing_boxes(messages, sight, may_attest=True, form_field=lambda: "")

    sight = sight_of(square.fay)
    more = [
        acts.start(by=square.josette, community=square.circle, text=f"{n}", beside=acts.Beside(Context(kind="fact")))
        for n in range(5)
    ]
    with django_assert_num_queries(0):
        assert len(boxes(more)) == 5
    for message in more:
        for somebody in (square.ana, square.bo):
            acts.attest(by=somebody, message=message, stance="told", told_by=square.chloe)
    catch_up(reader)
    pks = [message.pk for message in more]
    messages = list(Message.objects.filter(pk__in=pks).select_related("author", "author__same_as"))
    with django_assert_num_queries(2):
        assert len(boxes(messages[:1])) == 1
    with django_assert_num_queries(2):
        assert len(boxes(messages)) == 5


def test_the_page_of_a_message_takes_as_many_queries_for_one_word_as_for_five(square, as_seen_by):
    address = f"/m/{square.flash.pk}/standing"
    square.vouch(square.ana)
    few = queries_of(as_seen_by(square.fay), address)
    square.vouch(square.bo, square.chloe, square.dan)
    square.vouch(square.eli, stance="dispute", words="No")
    assert queries_of(as_seen_by(square.fay), address) == few


def test_hour_by_hour(square):
    for hour, somebody in enumerate((square.ana, square.bo, square.chloe), 1):
        with clock_at(TODAY + timedelta(hours=hour)):
            square.vouch(somebody)
    with clock_at(TODAY + timedelta(hours=4)):
        square.vouch(square.dan, stance="dispute", words="Open")
    with clock_at(TODAY + timedelta(hours=5)):
        acts.take_back(by=square.chloe, message=square.flash)
        catch_up(reader)
    with clock_at(TODAY + timedelta(hours=6)):
        acts.edit(by=square.josette, message=square.flash, text="The left one", correction=True)
    message = Message.objects.select_related("author").get(pk=square.flash.pk)
    hours = hours_of(message, sight_of(square.fay))
    assert [((line.at - TODAY).seconds // 3600, words_of(line.said), line.dot) for line in hours.lines] == [
        (0, "Josette publishes. Not yet verified.", "deed"),
        (1, "Ana confirms, on the spot. Seen by some.", ""),
        (2, "Bo confirms, on the spot.", ""),
        (3, "Chloe confirms, on the spot. Confirmed.", "met"),
        (4, "Dan says otherwise.", "met"),
        (5, "Chloe takes their word back. Disputed.", ""),
        (6, "Josette corrects what was said.", "deed"),
    ]
    short = hours_of(message, sight_of(square.fay), most=3)
    assert [(line.at - TODAY).seconds // 3600 for line in short.lines] == [0, 5, 6]
    assert short.all_of_it == f"/m/{message.pk}/standing#hours"


# Giving one's word


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
