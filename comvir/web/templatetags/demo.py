"""The bar of a demonstration house: whom one is just now."""

from typing import Any

from django import template
from django.template import RequestContext

from comvir.lib.text import excerpt
from comvir.web.local import is_local

register = template.Library()


@register.inclusion_tag("parts/demo_bar.html", takes_context=True)
def demo_bar(context: RequestContext) -> dict[str, Any]:
    """Shown only to who sits in front of a demonstration house."""
    request, house = context.get("request"), context.get("house")
    shown = request is not None and house is not None and is_local(request) and house.is_demo
    return {"shown": shown, "me": context.get("me")}


@register.filter
def said(markdown: str, length: int) -> str:
    """The first words of a text, without its marks."""
    return excerpt(markdown, length)
