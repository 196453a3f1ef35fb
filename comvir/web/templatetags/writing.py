"""What a composer of one line needs of its page: the details it folds away, filled in, with what is wrong in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from comvir.conversation.models import Draft
from comvir.conversation.pictures import on_desk
from comvir.lib.refusals import Refusal
from comvir.web.forms.precise import Precise, sunday_is_offered, told_of
from comvir.web.gate import HereRequest
from comvir.web.pictures import field_of
from comvir.web.times import in_full

register = template.Library()
AT_FORM = frozenset(Precise.base_fields) | {"content_reference_time", "valid_until", "pictures"}


register.filter(in_full)


@register.filter
def in_details(refusal: Refusal | None) -> bool:
    """Whether a refusal is told at a field of the details, and not over the words."""
    return refusal is not None and refusal.field in AT_FORM


@register.simple_tag(takes_context=True)
def details(context: RequestContext) -> SafeString:
    """The details of a composer. Reads `community` or `thread`, and `draft` (Draft), `refusal` where there are any.

    A page that was refused shows what its form sent; one without anything told, always the same bytes, made once.
    """
    community = context.get("community") or context["thread"].community
    draft, refusal = context.get("draft"), context.get("refusal")
    if refusal is None and not (isinstance(draft, Draft) and draft.more.get("fields")):
        return _blank(community.place, get_language(), sunday_is_offered())
    request: HereRequest = context["request"]
    return render_details(request, community.place, draft, refusal)


def render_details(request: HereRequest, usual: str, draft: Draft | None, refusal: Refusal | None) -> SafeString:
    """The details with what was typed."""
    told: dict[str, Any] = told_of(request.POST) if refusal is not None else told_in(draft, request)
    form = Precise(told, usual=usual)
    if refusal is not None:
        form.refuse(refusal)
    return render_to_string("threads/details.html", {"form": form, **field_of(request, refusal)})


def told_in(draft: Draft | None, request: HereRequest) -> dict[str, Any]:
    """The fields a draft kept; its pictures are laid on the desk of this page."""
    told: dict[str, Any] = dict(draft.more.get("fields", {})) if draft else {}
    ids = [int(one) for one in told.pop("picture", []) if str(one).isdigit() and len(str(one)) < 19]
    assert request.me is not None
    request.desk = on_desk(request.me, ids[:10])  # type: ignore[attr-defined]
    return told


@lru_cache(maxsize=512)
def _blank(usual: str, _language: str | None, _sunday: bool) -> SafeString:
    # All that the words depend on is an argument. Made without a request: nobody's desk is in it.
    return render_to_string("threads/details.html", {"form": Precise(usual=usual), **_no_pictures()})


def _no_pictures() -> dict[str, Any]:
    class Nobody:
        desk: tuple[()] = ()

    return field_of(Nobody())  # type: ignore[arg-type]
