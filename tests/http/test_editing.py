"""Changing what one said: its words, what it says of itself, and saying that it was wrong."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Message, Revision
from comvir.journal.models import Deed
from comvir.lib import clock

NOW = datetime(2026, 6, 3, 7, 20, 41, 123456, tzinfo=UTC)


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def flash(town) -> Message:
    """A flash of Ana's, told to the second, at a point."""
    context = Context(
        kind="flash", place="The lower path", latitude=43.17654, longitude=5.60543, content_reference_time=NOW,
        source_kind="person", source_name="Josette",
    )  # fmt: skip
    with clock.clock_at(NOW):
        message = acts.start(
            by=town.ana, community=town.petanque, text="A plane tree fell", beside=acts.Beside(context)
        )
        yield message


def fields(page: str) -> dict[str, str]:
    """What a browser would send back of the form to change a message, untouched."""
    form = page[page.index('<form class="composer"') :]
    form = form[: form.index("</form>")]
    told = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if ('type="radio"' in tag or 'type="checkbox"' in tag) and " checked" not in tag:
            continue
        told[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        told[name] = chosen[1]
    for name, value in re.findall(r'<textarea name="([^"]*)"[^>]*>\r?\n(.*?)</textarea>', form, re.S):
        told[name] = value
    told.pop("csrfmiddlewaretoken", None)
    return told


def change(browser, message: Message, **new):
    address = f"/m/{message.pk}/edit"
    return browser.post(address, {**fields(text_of(browser.get(address))), **new})


def now_of(message: Message) -> Message:
    return Message.objects.select_related("thread").get(pk=message.pk)


def test_mending_a_word_leaves_all_else_as_it_was_to_the_second(town, flash, as_seen_by):
    before = now_of(flash).context
    assert change(as_seen_by(town.ana), flash, text="A plane tree has fallen").status_code == 303
    after = now_of(flash)
    assert (after.text, after.context, after.corrected_at) == ("A plane tree has fallen", before, None)
    assert Deed.objects.latest("pk").verb == "edited"


def test_a_form_sent_back_untouched_changes_nothing(town, flash, as_seen_by):
    deeds = Deed.objects.count()
    assert change(as_seen_by(town.ana), flash).status_code == 303
    assert (Deed.objects.count(), Revision.objects.count(), now_of(flash).edited_at) == (deeds, 0, None)


@pytest.mark.parametrize("kind", ["", "question", "opinion", "resource", "fact", "testimony"])
def test_of_every_kind_an_untouched_form_changes_nothing(town, as_seen_by, kind):
    context = Context(kind=kind, place="Boulodrome", content_reference_time=NOW, source_kind="eyes")
    type(town.petanque).objects.filter(pk=town.petanque.pk).update(place="Boulodrome")
    for told in (context, Context(kind=kind), Context(kind=kind, source_kind="link", source_url="https://x.example/")):
        message = acts.start(by=town.ana, community=town.petanque, text="Something", beside=acts.Beside(told))
        change(as_seen_by(town.ana), message)
        assert (now_of(message).context, now_of(message).edited_at) == (told, None)


def test_the_end_of_a_flash_that_is_over_does_not_stand_in_the_way(town, flash, as_seen_by):
    until = now_of(flash).valid_until
    with clock.clock_at(NOW + timedelta(days=3)):
        assert change(as_seen_by(town.ana), flash, text="A plane tree had fallen").status_code == 303
    assert now_of(flash).valid_until == until


def test_what_it_speaks_of_is_changed_and_the_earlier_stays(town, flash, as_seen_by):
    told = {"kind": "fact", "where": "other", "place": "The upper street", "when": "date"}
    told |= {"seen_at": "2026-06-02T18:00", "source_kind": "link", "source_name": ""}
    told |= {"source_url": "https://town.example/"}
    assert change(as_seen_by(town.ana), flash, **told).status_code == 303
    assert now_of(flash).context == Context(
        kind="fact", place="The upper street", source_kind="link", source_url="https://town.example/",
        content_reference_time=datetime(2026, 6, 2, 16, 0, tzinfo=UTC),
    )  # fmt: skip
    assert now_of(flash).thread.kind == "fact"
    assert Revision.objects.get().context["place"] == "The lower path"


def test_a_form_of_words_alone_leaves_the_context(town, flash, as_seen_by):
    before = now_of(flash).context
    as_seen_by(town.ana).post(f"/m/{flash.pk}/edit", {"text": "A tree fell", "title": ""})
    assert now_of(flash).context == before


def test_saying_that_it_was_wrong_is_a_deed_of_its_own(town, flash, as_seen_by):
    browser = as_seen_by(town.ana)
    assert "What I said was wrong: tell those who have read it" in text_of(browser.get(f"/m/{flash.pk}/edit"))
    assert change(browser, flash, text="A branch fell", correction="yes").status_code == 303
    assert (now_of(flash).corrected_at, Deed.objects.latest("pk").verb) == (NOW, "corrected")
    assert "It is corrected. Those who have read it are told." in text_of(browser.get("/"))


def test_wrong_without_a_change_of_words_is_asked_for_again(town, flash, as_seen_by):
    refused = change(as_seen_by(town.ana), flash, correction="yes")
    page = text_of(refused)
    assert (refused.status_code, now_of(flash).corrected_at) == (400, None)
    assert "Change the words first, so that they tell what is right." in page
    assert re.search(r'name="correction" value="yes" checked', page)


def test_a_plain_message_is_only_corrected_once_somebody_spoke_for_or_against(town, as_seen_by):
    message = acts.start(by=town.ana, community=town.petanque, text="The bar is shut")
    browser, words = as_seen_by(town.ana), "What I said was wrong"
    assert words not in text_of(browser.get(f"/m/{message.pk}/edit"))
    change(browser, message, text="The bar is open", correction="yes")
    assert (now_of(message).corrected_at, Deed.objects.latest("pk").verb) == (None, "edited")
    Message.objects.filter(pk=message.pk).update(attested=1)
    assert words in text_of(browser.get(f"/m/{message.pk}/edit"))


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"where": "other", "place": ""}, "w-place", "The place is missing."),
        ({"seen_at": "2026-02-30T10:00"}, "w-seen_at", "There is no such day."),
        ({"until_at": "2026-06-01T10:00"}, "w-until_at", "is over already."),
        ({"source_kind": "link", "source_url": "ftp://x"}, "w-source_url", "It begins with https://"),
        ({"source_name": "y" * 301}, "w-source_name", "300 letters at most."),
        ({"text": " "}, "id_text", "The message is empty."),
    ],
)
def test_a_refused_change_keeps_what_was_typed_and_says_why_at_its_field(
    town, flash, as_seen_by, told, field, sentence
):
    before = now_of(flash).context
    refused = change(as_seen_by(town.ana), flash, **{"text": "Another text", **told})
    page = text_of(refused)
    assert (refused.status_code, now_of(flash).context, now_of(flash).text) == (400, before, "A plane tree fell")
    error = re.search(rf'<p class="err" id="{field}_error">.*?<span>(.*?)</span></p>', page)
    assert error and sentence in error[1]
    assert {name: fields(page)[name] for name in told} == told
