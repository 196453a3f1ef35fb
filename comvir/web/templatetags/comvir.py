"""What pages draw and say: icons, discs, grounds, moments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.forms import BoundField
from django.template import RequestContext
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comvir.conversation.models import Message
from comvir.lib import clock
from comvir.web import rowhtml
from comvir.web.contextual import chips_of
from comvir.web.drawings import disc, icon
from comvir.web.shapes import Line, Spoken
from comvir.web.times import hour_html, moment_html

register = template.Library()

BANDS = {
    "outings": "sand",
    "neighbourhood": "sand",
    "music": "sea",
    "learning": "olive",
    "tribe": "olive",
    "support": "lavender",
}


register.simple_tag(icon)
register.simple_tag(disc)


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
    """A moment as people say it; nothing for none."""
    return "" if moment is None else moment_html(moment, now or clock.now())


@register.simple_tag
def at_hour(moment: datetime) -> SafeString:
    """A moment with its hour, for what goes hour by hour."""
    return hour_html(moment, clock.now())


@register.simple_tag(takes_context=True)
def message_rows(context: RequestContext, said: Iterable[Spoken]) -> SafeString:
    """Messages of a thread, made by comvir.web.rows.spoken(); needs `labels`."""
    return rowhtml.message_rows(said, context["labels"], lambda: _form_field(context))


@register.simple_tag(takes_context=True)
def message_acts(context: RequestContext, said: Spoken) -> SafeString:
    """What the reader can do with a message; needs `labels`."""
    return rowhtml.message_acts(said, context["labels"], lambda: _form_field(context))


register.simple_tag(rowhtml.beside)
register.simple_tag(rowhtml.entry_rows)


@register.simple_tag
def chips(message: Message) -> SafeString:
    """What a message says it is, as a chip; and that it is over, of a flash whose time has passed."""
    return chips_of(message.kind, message.valid_until, clock.now())


@register.simple_tag
def thread_rows(lines: Iterable[Line], heading: str = "h3") -> SafeString:
    """Lines of a list of threads, made by comvir.web.lines.lines_of()."""
    return rowhtml.thread_rows(lines, heading)


def _form_field(context: RequestContext) -> str:
    return CsrfTokenNode().render(context)
