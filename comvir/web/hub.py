"""The hub of WebSub: where a reader elsewhere asks to be sent our news. A door for machines."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, QueryDict
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comvir.feeds.issues import Asked
from comvir.feeds.models import ADDRESS_LIMIT
from comvir.feeds.refusals import HubRefusal
from comvir.feeds.subscribing import ask
from comvir.web.feeds import asked_at, origin_of
from comvir.web.gate import HereRequest, anyone
from comvir.web.limits import Limit

MOST_BYTES = 16 * 1024
FROM_ONE_ADDRESS = Limit("hub", 120, 600)
# Whoever stands at the other end did not ask us to knock: so many times in ten minutes, whoever asks.
TO_ONE_HOST = 60
TO_ONE_HOST_SECONDS = 600


@csrf_exempt
@anyone
@require_POST
def hub(request: HereRequest) -> HttpResponse:
    """Subscribe or unsubscribe: 202 when the request is sound and will be verified, else why not, in plain words."""
    try:
        _ask(request)
    except HubRefusal as refusal:
        response = _plain(str(refusal), refusal.status)
        if refusal.status in (429, 503):
            response.headers["Retry-After"] = str(TO_ONE_HOST_SECONDS)
        return response
    return _plain("Accepted: the callback will be asked.", 202)


def _ask(request: HereRequest) -> None:
    if request.content_type != "application/x-www-form-urlencoded":
        raise HubRefusal("application/x-www-form-urlencoded is expected", 415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise HubRefusal("The request is too long", 413)
    if FROM_ONE_ADDRESS.is_reached(request):
        raise HubRefusal("Too many requests. Try again later.", 429)
    FROM_ONE_ADDRESS.count(request)
    said = _form(request)
    address, callback = said.get("hub.topic", ""), said.get("hub.callback", "")
    if len(address) > ADDRESS_LIMIT:
        raise HubRefusal("hub.topic: too long")
    _knock(callback)
    ask(
        _meant(request, address), mode=said.get("hub.mode", ""), address=address, callback=callback,
        lease=said.get("hub.lease_seconds", ""), secret=said.get("hub.secret", ""),
    )  # fmt: skip


def _form(request: HereRequest) -> QueryDict:
    try:
        said = request.POST
    except BadRequest:
        raise HubRefusal("The form cannot be read") from None
    if any("\x00" in value for values in said.lists() for value in values[1]):
        raise HubRefusal("The form cannot be read")
    return said


def _meant(request: HereRequest, address: str) -> Asked | None:
    """What a topic means: only an address of news of ours, written exactly as we write it."""
    origin = origin_of(request)
    try:
        parts = urlsplit(address)
        match = resolve(unquote(parts.path))
    except (ValueError, Http404):
        return None
    if f"{parts.scheme}://{parts.netloc}" != origin:
        return None
    if not (match.url_name or "").endswith("-feed"):
        return None
    asked = asked_at(match.url_name or "", match.kwargs, QueryDict(parts.query), origin)
    return asked if asked is not None and asked.address == address else None


def _knock(callback: str) -> None:
    """Count requests that would have us ask one host. Raises HubRefusal."""
    try:
        host = urlsplit(callback).hostname or ""
    except ValueError:
        return
    key = f"limit:hub-host:{host[:200].encode().hex()}"
    cache.add(key, 0, TO_ONE_HOST_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out just now
        return
    if count > TO_ONE_HOST:
        raise HubRefusal("Too many requests for this callback's host. Try again later.", 429)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")
