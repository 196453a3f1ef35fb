"""What hangs beside the words of a message: pictures, and what its links lead to.

The same for everyone who may read the message: it can be kept beside its words. Written in Python, as rows are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from comvir.conversation.models import LinkPreview, Message, Picture
from comvir.conversation.pictures import pictures_in
from comvir.conversation.previews import previews_in, site_of
from comvir.lib.images import small_size

REL = "ugc nofollow noopener noreferrer"


def hung_html(messages: Sequence[Message]) -> dict[int, SafeString]:
    """Pictures and link previews of those of these messages that have any, by message id; no query without."""
    shown = [message for message in messages if message.removed_at is None]
    pictured = [message.pk for message in shown if message.pictured]
    linked = [message.pk for message in shown if message.linked]
    parts: dict[int, list[str]] = defaultdict(list)
    if pictured:
        for pk, pictures in _by_message(pictures_in(pictured)).items():
            parts[pk].append(_grid(pictures))
    if linked:
        for pk, previews in _by_message(previews_in(linked)).items():
            parts[pk].append("".join(_card(preview) for preview in previews))
    return {pk: mark_safe("".join(html)) for pk, html in parts.items()}


def name_of(picture: Picture) -> str:
    """What is read aloud for a picture."""
    return picture.description or _("Picture by %(name)s") % {"name": picture.by.name}


def _by_message(rows: Sequence[Picture] | Sequence[LinkPreview]) -> dict[int, list]:  # type: ignore[type-arg]
    found: dict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        if row.message_id is not None:
            found[row.message_id].append(row)
    return found


def _grid(pictures: list[Picture]) -> str:
    many = {1: "one", 2: "two"}.get(len(pictures), "many")
    figures = "".join(_figure(picture, alone=len(pictures) == 1) for picture in pictures)
    return f'<div class="hung {many}">{figures}</div>\n'


def _figure(picture: Picture, *, alone: bool) -> str:
    address, name = f"/pictures/{picture.name}", escape(name_of(picture))
    # Beside others it is cut square, and the small one is large enough.
    sources = _sources(picture, address) if alone else ""
    image = (
        f'<img src="{address}-s.webp"{sources} width="{picture.width}" height="{picture.height}" alt="{name}"'
        ' loading="lazy" decoding="async">'
    )
    caption = ""
    if picture.description:
        # Heard already, as the name of the picture.
        caption = f'<figcaption aria-hidden="true" dir="auto">{escape(picture.description)}</figcaption>'
    return f'<figure id="picture-{picture.pk}"><a href="{address}.webp">{image}</a>{caption}</figure>'


def _sources(picture: Picture, address: str) -> str:
    """Alone it is as wide as the column: the browser chooses."""
    narrow = small_size(picture.width, picture.height)[0]
    sources = f"{address}-s.webp {narrow}w, {address}.webp {picture.width}w"
    return f' srcset="{sources}" sizes="(max-width: 700px) 90vw, 620px"'


def _card(preview: LinkPreview) -> str:
    site = preview.site or site_of(preview.url)
    if not preview.url.startswith(("https://", "http://")) or not site:
        return ""
    summary = f'<span class="summary" dir="auto">{escape(preview.summary)}</span>' if preview.summary else ""
    return (
        f'<a class="linked" href="{escape(preview.url)}" rel="{REL}"><span class="site">{escape(site)}</span>'
        f'<b dir="auto">{escape(preview.title)}</b>{summary}</a>\n'
    )
