"""Confirming and disputing what others said, taking one's word back, and all that is known of one message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comvir.conversation import acts
from comvir.conversation.attestations import tellers, word_of, words_given
from comvir.conversation.models import Message, Stance
from comvir.conversation.refusals import AlreadyRemoved, CannotSpeakHere, NothingToTakeBack, OwnWord
from comvir.conversation.wording import may_speak
from comvir.journal.reading import BATCH, catch_up, hold
from comvir.lib import clock
from comvir.lib.refusals import Refusal, Unfit
from comvir.lib.text import excerpt
from comvir.memory.readers import standing as standing_reader
from comvir.people.models import Person
from comvir.web.answers import place_of
from comvir.web.forms import tell
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.rows import real
from comvir.web.standing import boxes_of, has_box, hours_of
from comvir.web.standinghtml import box_html

# Words given in a day, over which somebody confirms or disputes for the sake of it.
A_DAY, MOST_A_DAY = timedelta(days=1), 20
ALL_HOURS = 200


class EnoughForToday(Refusal):
    status = 429
    sentence = _("You have given your word twenty times since yesterday. Leave some to the others; tomorrow is near.")


class Attesting(forms.Form):
    """How one knows. What cannot be taken is said by the act, but for somebody who was not among those offered."""

    # FR: Je l’ai vu ou entendu moi-même · On me l’a dit · Un document, un appel, un lien
    stance = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Stance.SAW.value, _("I saw or heard it myself")),
            (Stance.TOLD.value, _("I was told")),
            (Stance.SOURCE.value, _("A document, a call, a link")),
        ],
    )
    told_by = forms.ChoiceField(label=_("By whom?"), required=False)
    source_url = forms.CharField(
        label=_("Its address, if it has one"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    words = forms.CharField(
        label=_("In a few words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": None, "dir": "auto"}),
    )

    def __init__(
        self, data: Any = None, *, message: Message, people: list[Person], initial: dict[str, str] | None = None
    ) -> None:
        # Several may be open on one page: each has ids of its own.
        super().__init__(data, initial=initial, auto_id=f"a{message.pk}-%s")
        self.people = {person.handle: person for person in people}
        known = [(person.handle, person.name) for person in people]
        self.fields["told_by"].choices = [("", _("Somebody else")), *known]  # type: ignore[attr-defined]
        if self.data.get("stance") == Stance.DISPUTE:
            del self.fields["stance"]

    @property
    def teller(self) -> Person | None:
        return self.people.get(self.data.get("told_by", ""))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: Insider, pk: int) -> HttpResponse:
    """Say what one knows of a message: GET asks how one knows, POST takes it."""
    here = found(seen_messages(request), pk=pk)
    _may_attest(request, here)
    if request.method != "POST":
        return _ask(request, here, _asked(request, here))
    form = Attesting(request.POST, message=here, people=tellers(here, request.sight))
    stance = request.POST.get("stance", "")
    try:
        if words_given(request.me, clock.now() - A_DAY) >= MOST_A_DAY:
            raise EnoughForToday
        if stance == Stance.TOLD and request.POST.get("told_by") and form.teller is None:
            raise Unfit(gettext("Choose somebody of the circle, or “Somebody else”."), field="told_by")
        _give(request, here, stance, form.teller)
    except Refusal as refusal:
        form.errors.clear()
        return _ask(request, here, form, status=tell(form, refusal))
    return _done(request, here, _noted(stance), undo=True)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: Insider, pk: int) -> HttpResponse:
    """Take one's word back: GET asks once more, for who comes by a link."""
    here = found(seen_messages(request), pk=pk)
    if word_of(request.me, here) is None:
        raise NothingToTakeBack
    if request.method != "POST":
        return render(request, "standing/back.html", _page(request, here))
    with transaction.atomic():
        hold(standing_reader)
        acts.take_back(by=request.me, message=here)
        catch_up(standing_reader, most=BATCH)
    return _done(request, here, gettext("Your word is taken back."), undo=False)


@anyone
@require_safe
def standing(request: HereRequest, pk: int) -> HttpResponse:
    """All that is known of a message: who says what, hour by hour, and how it is counted. For htmx, the box alone."""
    here = found(seen_messages(request), pk=pk)
    if request.htmx:
        return HttpResponse(_box(request, here))
    hours = None if here.is_removed else hours_of(here, request.sight, most=ALL_HOURS)
    context = {**_page(request, here), "box": _box(request, here, unfolded=True), "hours": hours}
    return render(request, "standing/standing.html", context)


def seen_messages(request: HereRequest) -> QuerySet[Message]:
    """The messages this request may see, with all that these pages say of one."""
    return Message.objects.visible_to(request.sight).select_related(
        "thread", "thread__community", "thread__huddle", "thread__join_request", "author", "author__same_as"
    )


def _may_attest(request: Insider, here: Message) -> None:
    # What the act would refuse whatever was filled in is said before anything is.
    if not may_speak(request.sight, here.thread):
        raise CannotSpeakHere
    if here.is_by(request.sight):
        raise OwnWord
    if here.is_removed:
        raise AlreadyRemoved


def _give(request: Insider, here: Message, stance: str, teller: Person | None) -> None:
    url = request.POST.get("source_url", "") if stance in (Stance.SOURCE, Stance.DISPUTE) else ""
    # One transaction: an open page that is told of the deed must not find the message standing as before.
    with transaction.atomic():
        hold(standing_reader)
        acts.attest(
            by=request.me, message=here, stance=stance, words=request.POST.get("words", ""), told_by=teller,
            source_url=url,
        )  # fmt: skip
        catch_up(standing_reader, most=BATCH)


def _asked(request: Insider, here: Message) -> Attesting:
    """The form as it is first shown: with one's earlier word in it, or the stance the link names."""
    stance = request.GET.get("stance", "")
    mine = word_of(request.me, here)
    first: dict[str, str] = {"stance": Stance.SAW.value}
    if mine is not None:
        first = {"stance": mine.stance, "words": mine.words, "source_url": mine.source_url}
        first["told_by"] = mine.told_by.handle if mine.told_by else ""
    if stance in Stance.values and stance != first["stance"]:
        first = {"stance": stance}
    form = Attesting(initial=first, message=here, people=tellers(here, request.sight))
    if first["stance"] == Stance.DISPUTE:
        del form.fields["stance"]
    return form


def _ask(request: Insider, here: Message, form: Attesting, status: int = 200) -> HttpResponse:
    disputes = "stance" not in form.fields
    form.fields["words"].help_text = _hint(disputes)
    context = {**_page(request, here), "form": form, "disputes": disputes, "in_place": bool(request.htmx)}
    template = "standing/form.html" if request.htmx else "standing/attest.html"
    return render(request, template, context, status=status)


def _hint(disputes: bool) -> str:
    if disputes:
        return gettext("What did you see instead? Both accounts will stand side by side.")
    return gettext("Where and when, or what the document says. Others read it.")


def _noted(stance: str) -> str:
    if stance == Stance.DISPUTE:
        return gettext("Noted: you say that it was otherwise.")
    return gettext("Noted: you confirm it.")


def _done(request: Insider, here: Message, said: str, *, undo: bool) -> HttpResponse:
    if request.htmx:
        here.refresh_from_db(fields=["attested"])
        return render(request, "standing/done.html", {"box": _box(request, here), "said": said})
    link = format_html(' <a href="/m/{}/attest/back">{}</a>', here.pk, gettext("Undo")) if undo else ""
    notices.success(request, format_html("{}{}", said, link))
    return see_other(place_of(here))


def _box(request: HereRequest, here: Message, *, unfolded: bool = False) -> SafeString:
    speaks = request.me is not None and may_speak(request.sight, here.thread)
    boxes = boxes_of([here] if has_box(here) else [], request.sight, may_attest=speaks)
    return mark_safe("".join(box_html(box, lambda: _form_field(request), unfolded=unfolded) for box in boxes))


def _form_field(request: HereRequest) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


def _page(request: HereRequest, here: Message) -> dict[str, Any]:
    return {
        "message": here,
        "author": real(here.author),
        "quoted": "" if here.is_removed else excerpt(here.text, 280),
        "place": place_of(here),
        "community": here.thread.community,
    }
