"""The box under a message, who confirms it and how they know; giving one's word, and taking it back."""

from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Message
from comvir.journal.reading import catch_up
from comvir.lib.clock import clock_at
from comvir.memory.readers import standing as reader
from comvir.people import acts as people
from comvir.people.access import sight_of
from comvir.people.models import Role
from comvir.web.standing import hours_of, inline_standings, standing_boxes
from tests.acquainted import TODAY
from tests.http.counting import queries_of
from tests.http.square import Square, main_of, words_of
from tests.people import belong, person


@pytest.fixture
def square(db):
    with clock_at(TODAY):
        yield Square()


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


def test_lists_say_of_a_flash_and_of_a_fact_that_nobody_has_confirmed_them_yet(square, as_seen_by):
    kinds = ("flash", "fact", "testimony", "opinion")
    for kind in kinds:
        beside = acts.Beside(Context(kind=kind, source_kind="eyes"))
        acts.start(by=square.josette, community=square.flash.community, text=f"Of kind {kind}", beside=beside)
    page = as_seen_by(square.josette).get(f"/c/{square.flash.community.slug}/").content.decode()
    row = {kind: page.split(f"Of kind {kind}")[1].split("</li>")[0] for kind in kinds}
    assert [kind for kind in kinds if "not yet verified" in row[kind]] == ["flash", "fact"]
