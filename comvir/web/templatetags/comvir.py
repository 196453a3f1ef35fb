"""What pages draw and say: icons, discs, grounds, moments."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comvir.lib import clock
from comvir.web.drawings import Someone, disc_of, nobody
from comvir.web.times import in_full, said_at

register = template.Library()

BANDS = {
    "outings": "sand",
    "neighbourhood": "sand",
    "music": "sea",
    "learning": "olive",
    "tribe": "olive",
    "support": "lavender",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A picture from icons.svg. It says nothing to a screen reader: a word stands beside it."""
    return format_html(
        '<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        size,
        static("web/icons.svg"),
        name,
    )


@register.simple_tag
def disc(person: Someone | None, size: str = "m") -> SafeString:
    """A person's portrait, or their engraved disc; an empty one when the person is gone."""
    if person is None:
        return nobody(size)
    address = portrait(person)
    if address:
        return format_html('<img class="disc {}" src="{}" alt="" width="48" height="48" loading="lazy">', size, address)
    return disc_of(person, size)


def portrait(person: Someone) -> str:
    """Where the portrait is served, or an empty string."""
    picture = getattr(person, "picture", "")
    # The start of its name changes with the picture, so that a browser never shows the one before.
    return f"/p/{getattr(person, 'handle', '')}/picture?v={picture[:8]}" if picture else ""


@register.simple_tag
def cover(theme: str, size: str = "") -> SafeString:
    """The ground of a circle, by theme; outings for a theme without a drawing."""
    known = theme if theme in BANDS else "outings"
    return format_html(
        '<img class="cover {}" src="{}" alt="" width="120" height="120">', size, static(f"web/covers/{known}.svg")
    )


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """A form control tied to its hint and its error, whether the hint comes from the form or from the page."""
    ids = [f"{field.auto_id}_helptext"] if hint or field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return field.as_widget(attrs={"aria-describedby": " ".join(ids)} if ids else None)


@register.filter
def band(theme: str) -> str:
    """The tint of a circle’s band, by theme."""
    return BANDS.get(theme, "sand")


@register.simple_tag
def when(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """A moment as people say it, with the whole date for machines and for those who point at it."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        in_full(moment),
        said_at(moment, now or clock.now()),
    )
