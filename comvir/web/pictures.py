"""Pictures of messages: taken from a form, described, discarded, shown.

A form that takes some is multipart, includes `pictures/field.html` with the context of `field_of(request)`, and gives
`pictures_from(request)` to its act. What was taken stays on the desk when the rest is refused.
"""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation import pictures
from comvir.conversation.models import DESCRIPTION_LIMIT, Message, Picture, ThreadAudience
from comvir.conversation.refusals import DescriptionTooLong, NotYours, TooManyPictures
from comvir.lib import images
from comvir.lib import text as texts
from comvir.lib.mishaps import mishap_of
from comvir.lib.refusals import Refusal, Unfit
from comvir.web.gate import HereRequest, anyone, found, insiders, see_other
from comvir.web.going import safe_next

ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
# What a public page shows may stay in a cache for a minute: not longer, since it can be taken away.
PUBLIC_SECONDS = 60
NAME_SHOWN = 40
# Of one request: photos made to be slow to read must not keep a thread from the others.
MOST_SECONDS = 20
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class NotAllTaken(Unfit):
    """Something of what was sent can't be taken; the rest is on the desk. `can_shrink`: it would be, made lighter."""

    field = "pictures"

    def __init__(self, sentence: str, status: int, *, can_shrink: bool) -> None:
        self.status, self.can_shrink = status, can_shrink
        super().__init__(sentence)


class TooManyAtOnce(Unfit):
    status = 429
    field = "pictures"
    sentence = gettext_lazy("That is many pictures in a short time. In half an hour there is room again.")


class NoRoom(Unfit):
    status = HTTPStatus.INSUFFICIENT_STORAGE
    field = "pictures"
    sentence = gettext_lazy("The house has no room for pictures just now. Your words can go without, or wait.")


def pictures_from(request: HereRequest) -> list[int]:
    """Ids of the pictures a form sends, in order: those of one's desk it names, then those that come with it.

    Files are `pictures`; `picture` names what is on the desk, described by `description-<id>`. Raises NotAllTaken,
    once all that can be taken is on the desk, where `field_of` finds it.
    """
    desk = _named(request)
    request.desk = desk  # type: ignore[attr-defined]
    troubles = _described(request, desk)
    files = request.FILES.getlist("pictures")
    until = time.monotonic() + MOST_SECONDS
    for sent in files:
        try:
            if len(desk) >= pictures.MOST_PICTURES:
                raise TooManyPictures
            if time.monotonic() > until:
                raise images.TooManyPhotos
            desk.append(_taken(request, sent))
        except Refusal as refusal:
            troubles.append((refusal, _name_of(sent) if len(files) > 1 else ""))
            if refusal.status != HTTPStatus.BAD_REQUEST or isinstance(refusal, TooManyPictures):
                break  # the next ones fare no better
    if troubles:
        raise _told(troubles)
    return [picture.pk for picture in desk]


def field_of(request: HereRequest, error: Refusal | None = None) -> dict[str, Any]:
    """What `pictures/field.html` needs: `desk` (pictures), and of an `error` of pictures its sentence.

    A page that opens a draft sets `request.desk` before.
    """
    if not hasattr(request, "desk"):
        request.desk = _named(request)  # type: ignore[attr-defined]
    mine = error if error is not None and error.field == "pictures" else None
    return {
        "desk": request.desk,  # type: ignore[attr-defined]
        "pictures_error": str(mine) if mine else "",
        "can_shrink": getattr(mine, "can_shrink", False),
        "pictures_accept": ACCEPT,
        "description_limit": DESCRIPTION_LIMIT,
        "begun": begun(),
    }


def begun() -> str:
    """How a description begins before anything is typed."""
    # FR: Photo de…
    return _("Photo of…").rstrip("…. ") + " "


def plain(description: str) -> str:
    """A description as it was typed; nothing, if it is only how each one begins."""
    tidied = texts.tidy_line(description)
    return "" if tidied.rstrip("…. ") == begun().strip() else tidied


@insiders
@require_POST
def add(request: HereRequest) -> HttpResponse:
    """Put pictures on one's desk while one writes; answers with what the form then holds of them."""
    error: Refusal | None = None
    try:
        pictures_from(request)
    except Unfit as refusal:
        error = refusal
    return render(request, "pictures/added.html", field_of(request, error), status=error.status if error else 200)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HereRequest, pk: int) -> HttpResponse:
    """Say what a picture shows."""
    assert request.me is not None
    picture = found(_seen(request), pk=pk)
    if picture.by_id not in request.sight.selves:
        raise NotYours
    context = {"picture": picture, "description": picture.description or begun(), "limit": DESCRIPTION_LIMIT}
    status = 200
    if request.method == "POST":
        context["description"] = request.POST.get("description", "")
        try:
            pictures.describe_picture(by=request.me, picture=picture, description=plain(context["description"]))
        except DescriptionTooLong as refusal:
            context["error"], status = str(refusal), refusal.status
        else:
            place = f"/m/{picture.message_id}/" if picture.message_id else safe_next(request)
            return HttpResponse(status=204) if "quietly" in request.POST else see_other(place)
    return render(request, "pictures/describe.html", context, status=status)


@insiders
@require_POST
def discard(request: HereRequest, pk: int) -> HttpResponse:
    """Take a picture from one's desk."""
    assert request.me is not None
    pictures.discard_picture(by=request.me, picture=found(_seen(request).filter(message=None), pk=pk))
    return HttpResponse(status=204) if "quietly" in request.POST else see_other(safe_next(request))


@anyone
@require_safe
def file(request: HereRequest, name: str) -> HttpResponse:
    """A picture, or the small one of it, for who may read its message. The type is fixed; nothing in it can run."""
    picture = found(_seen(request).select_related("message__thread__community"), name=name.removesuffix("-s"))
    path = images.files_of(pictures.folder(), picture.name)[name.endswith("-s")]
    tag = f'"{name}"'
    try:
        # A name stands for the same bytes for ever, so its file is asked for only when it is sent.
        kept = request.headers.get("if-none-match") == tag
        response = HttpResponseNotModified() if kept else HttpResponse(path.read_bytes(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
    response["ETag"] = tag
    # Asked again each time: who was blocked, or left, must not find it in a cache.
    public = f"public, max-age={PUBLIC_SECONDS}"
    response["Cache-Control"] = public if _is_public(picture.message) else "private, no-cache"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _seen(request: HereRequest) -> Any:
    return Picture.objects.visible_to(request.sight)


def _is_public(message: Message | None) -> bool:
    if message is None:
        return False
    return message.thread.audience == ThreadAudience.PUBLIC and message.thread.community.is_public


def _named(request: HereRequest) -> list[Picture]:
    """What the form names of one's desk, as many as a message takes."""
    if request.me is None:
        return []
    said = [int(one) for one in request.POST.getlist("picture") if _NUMBER.fullmatch(one)]
    return pictures.on_desk(request.me, list(dict.fromkeys(said))[: pictures.MOST_PICTURES])


def _described(request: HereRequest, desk: list[Picture]) -> list[tuple[Refusal, str]]:
    """Keep the descriptions that came with the form; returns what is wrong with them."""
    assert request.me is not None
    troubles: list[tuple[Refusal, str]] = []
    for picture in desk:
        said = request.POST.get(f"description-{picture.pk}")
        if said is None or plain(said) == picture.description:
            continue
        try:
            pictures.describe_picture(by=request.me, picture=picture, description=plain(said))
        except DescriptionTooLong as refusal:
            troubles.append((refusal, ""))
    return troubles


def _taken(request: HereRequest, sent: UploadedFile[bytes]) -> Picture:
    assert request.me is not None
    if ratelimit.consume(request, app="allauth.account", action="picture", user=request.user) is None:
        raise TooManyAtOnce
    shrink = "shrink" in request.POST
    if (sent.size or 0) > (images.MOST_HEAVY_BYTES if shrink else images.MOST_BYTES):
        raise images.CanShrink(sent.size or 0)
    description = plain(request.POST.get("pictures_description", ""))
    try:
        return pictures.put_on_desk(by=request.me, data=sent.read(), description=description, shrink=shrink)
    except OSError as error:
        if mishap_of(error) is None:
            raise
        raise NoRoom from None


def _name_of(sent: UploadedFile[bytes]) -> str:
    return texts.tidy_line(sent.name or "")[:NAME_SHOWN]


def _told(troubles: list[tuple[Refusal, str]]) -> NotAllTaken:
    sentences = [_("%(name)s: %(why)s") % {"name": name, "why": why} if name else str(why) for why, name in troubles]
    refusals = [refusal for refusal, _name in troubles]
    return NotAllTaken(
        " ".join(dict.fromkeys(sentences)),
        max(refusal.status for refusal in refusals),
        can_shrink=any(isinstance(refusal, images.CanShrink) for refusal in refusals),
    )
