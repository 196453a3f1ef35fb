"""The full page one writes on: words, what they are and speak of, who will read it, and how it will look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comvir.conversation import acts, wording
from comvir.conversation.acts.polls import fit_poll
from comvir.conversation.context import fit_context
from comvir.conversation.desk import Place, draft_for
from comvir.conversation.kinds import STATEMENTS
from comvir.conversation.models import Draft, Message
from comvir.conversation.refusals import CannotSpeakHere
from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.people.models import Community, Huddle, Person, Visibility
from comvir.people.models.membership import BELONGS
from comvir.people.queries import people_in_huddle
from comvir.web.contextual import Reader, chips_of, strip
from comvir.web.forms import tell
from comvir.web.forms.beside import beside_of
from comvir.web.forms.precise import Precise, told_of
from comvir.web.forms.writing import Wording, Writing
from comvir.web.gate import HereRequest, see_other
from comvir.web.pictures import field_of
from comvir.web.quoting import quote_asked
from comvir.web.templatetags.writing import told_in


@dataclass(frozen=True)
class Typed:
    """What a form holds: the words, and its other fields by name."""

    text: str = ""
    title: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """How it will look. `title` is empty when it is made of the first words."""

    title: str
    html: SafeString
    chips: SafeString
    strip: SafeString
    choices: tuple[str, ...]
    states: bool


def write_here(request: HereRequest, community: Community, huddle: Huddle | None) -> HttpResponse:
    """GET shows the form with what was kept; POST previews or says it."""
    assert request.me is not None
    if community.pk not in request.sight.communities:
        raise CannotSpeakHere
    place = Place(community, huddle)
    if request.method != "POST":
        kept = draft_for(by=request.me, community=community, huddle=huddle)
        return show(request, place, typed_of(kept, request), kept=kept)
    return say_or_show(request, place)


def say_or_show(request: HereRequest, place: Place, draft: Draft | None = None) -> HttpResponse:
    """Say what was sent, or show it, or show why it cannot be said; `draft` is the paper it was kept on."""
    typed = typed_in(request)
    try:
        if "preview" in request.POST:
            preview = preview_of(request, place, typed)
            return show(request, place, typed, draft=draft, preview=preview)
        message = say(request, place, typed, draft)
    except Refusal as refusal:
        return show(request, place, typed, draft=draft, refusal=refusal)
    messages.success(request, _said(message))
    return see_other(f"/t/{message.thread_id}/" if message.is_opening else f"/m/{message.pk}/")


def say(request: HereRequest, place: Place, typed: Typed, draft: Draft | None = None) -> Message:
    """One act: what was sent is said in its place. Raises as `start` and `answer`."""
    assert request.me is not None
    beside, pk = beside_of(request, request.sight), draft.pk if draft else None
    if place.thread is None:
        return acts.start(
            by=request.me, community=place.community, huddle=place.huddle, text=typed.text, title=typed.title,
            beside=beside, draft=pk,
        )  # fmt: skip
    replied = replied_in(request, place)
    return acts.answer(
        by=request.me, thread=place.thread, text=typed.text, in_reply_to=replied, beside=beside, draft=pk
    )


def replied_in(request: HereRequest, place: Place) -> Message | None:
    """The message of the thread that the form answers, if it may be seen."""
    said = request.POST.get("in_reply_to", "")
    if place.thread is None or not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    seen = Message.objects.visible_to(request.sight).select_related("author__same_as")
    return seen.filter(thread=place.thread, pk=int(said), removed_at=None).first()


def typed_in(request: HereRequest) -> Typed:
    """What was sent, as it was typed."""
    return Typed(request.POST.get("text", ""), request.POST.get("title", ""), told_of(request.POST))


def typed_of(draft: Draft | None, request: HereRequest) -> Typed:
    """What a draft kept; on a page without one, what its address asks for: a message to quote."""
    if draft is not None:
        return Typed(draft.text, draft.title, told_in(draft, request))
    quoted = request.GET.get("quote", "")
    return Typed(told={"quotes": quoted} if quoted.isascii() and quoted.isdigit() else {})


def preview_of(request: HereRequest, place: Place, typed: Typed) -> Preview:
    """How what was sent would look; nothing is said. Raises as `start` does."""
    assert request.me is not None
    beside, now = beside_of(request, request.sight), clock.now()
    context = fit_context(beside.context, now)
    poll = fit_poll(beside.poll, now) if beside.poll else None
    title, html = wording.preview(
        by=request.me, community=place.community, huddle=place.huddle, text=typed.text, title=typed.title
    )
    message = Message(pictured=len(beside.pictures), cell=context.cell, **asdict(context))
    return Preview(
        title=title if typed.title.strip() else "",
        html=mark_safe(html),  # what a sanitiser of ours has just made
        chips=chips_of(context.kind, context.valid_until, now),
        strip=strip(message, request.me.name, Reader(exact=True, language="", now=now)),
        choices=poll.choices if poll else (),
        states=context.kind in STATEMENTS,
    )


def show(
    request: HereRequest,
    place: Place,
    typed: Typed,
    *,
    draft: Draft | None = None,
    kept: Draft | None = None,
    refusal: Refusal | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    """The page with what was typed, and why it was refused.

    `kept` is what had been begun here, `draft` a paper for later that this page changes.
    """
    words: dict[str, Any] = {"text": typed.text, "title": typed.title}
    kind = Wording if place.thread else Writing
    form = kind(words) if refusal else kind(initial=words)
    precise, status = Precise(typed.told, usual=place.community.place), 200
    if refusal is not None:
        status = refusal.status
        if not precise.refuse(refusal) and refusal.field != "pictures":
            status = tell(form, refusal)
    context = {
        "community": place.community, "huddle": place.huddle, "thread": place.thread, "form": form,
        "precise": precise, "draft": draft, "kept": kept, "preview": preview,
        "publish_to": f"/drafts/{draft.pk}/" if draft else address_of(place),
        "later_to": f"/drafts/{draft.pk}/" if draft else "/drafts/later",
        "in_reply_to": request.POST.get("in_reply_to", "") or (draft.more.get("in_reply_to", "") if draft else ""),
        "members": _how_many(request, place), "quoted": quote_asked(request, place.community.pk),
        **_readers(request, place), **field_of(request, refusal),
    }  # fmt: skip
    return render(request, "threads/write.html", context, status=status)


def address_of(place: Place) -> str:
    """Where what is written for a place is sent."""
    if place.thread is not None:
        return f"/t/{place.thread.pk}/"
    circle = f"/c/{place.community.slug}"
    return f"{circle}/huddles/{place.huddle.pk}/write" if place.huddle else f"{circle}/write"


def _said(message: Message) -> str:
    if message.kind == "flash":
        # FR: Flash parti. Il reste « pas encore vérifié » jusqu’à ce que d’autres confirment.
        return gettext("The flash is out. It stays “not yet verified” until others confirm.")
    return gettext("It is said.")


def _how_many(request: HereRequest, place: Place) -> int:
    if place.huddle is not None:
        return len(_company(request, place.huddle))
    return place.community.memberships.filter(BELONGS).count()


def _company(request: HereRequest, huddle: Huddle) -> list[Person]:
    return [stay.person for stay in people_in_huddle(huddle, request.sight)]


def _readers(request: HereRequest, place: Place) -> dict[str, str]:
    """Who will read it, in words."""
    if place.thread is not None:
        return {"readers_icon": "message-circle", "readers": gettext("Those who read the conversation")}
    if place.huddle is not None:
        names = ", ".join(person.name for person in _company(request, place.huddle))
        return {"readers_icon": "users-round", "readers": gettext("Only the huddle: %(names)s") % {"names": names}}
    if place.community.visibility == Visibility.PUBLIC:
        return {"readers_icon": "globe", "readers": gettext("Everyone: it is a public circle")}
    return {"readers_icon": "lock", "readers": gettext("The members of the circle")}
