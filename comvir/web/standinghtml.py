"""The verification box as HTML. Written in Python for the reason given in `rowhtml`: a page may have twenty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from comvir.lib import clock
from comvir.web.drawings import disc, icon
from comvir.web.times import moment_html

if TYPE_CHECKING:
    from comvir.web.standing import Box
    from comvir.web.vouchers import Side, Voucher


@dataclass(frozen=True)
class Labels:
    """The words every box says, as HTML."""

    read_it: str
    who: str
    who_says_what: str
    take_back: str
    change: str
    confirm: str
    how: str
    saw: str
    told: str
    source: str
    otherwise: str


@lru_cache(maxsize=8)
def labels_in(_language: str | None) -> Labels:
    """The labels in the language that is spoken now: asking for each of them anew took half the time of a box."""
    return Labels(
        read_it=escape(gettext("Read it")),
        # FR: Qui confirme, et d’où elles le savent
        who=escape(gettext("Who confirms, and how they know")),
        who_says_what=escape(gettext("Who says what, and how they know")),
        take_back=escape(gettext("Take back")),
        change=escape(gettext("Change it")),
        confirm=escape(gettext("I confirm")),  # FR: Je confirme
        how=escape(gettext("How do you know it?")),
        saw=escape(gettext("I confirm, I saw it")),
        told=escape(gettext("I was told")),
        source=escape(gettext("A document, a call, a link")),
        otherwise=escape(gettext("That is not what I saw")),  # FR: Ce n’est pas ce que j’ai vu
    )


def box_html(box: Box, form_field: Callable[[], str], *, unfolded: bool = False) -> SafeString:
    """The box and what one can do about it; the whole is what a script replaces when something was done."""
    say = labels_in(get_language())
    whole = (
        f'<div class="standing" id="s{box.message}"><div class="verif {box.look}">'
        f"{_head(box, say)}{_earlier(box)}{_sides(box.sides)}{_list(box, say, unfolded)}</div>"
        f"{_mine(box, say, form_field)}{_acts(box, say, form_field)}</div>"
    )
    return mark_safe(whole)


def inline_html(look: str, picture: str, words: str) -> SafeString:
    """A few words with their icon, for lists and quotes."""
    return format_html('<span class="stands {}">{}{}</span>', look, icon(picture), words)


def _head(box: Box, say: Labels) -> str:
    faces = "".join(disc(person, "s") for person in box.faces)
    stack = f'<span class="disc-stack" aria-hidden="true">{faces}</span>' if faces else ""
    wordings = ""
    if box.wordings and not box.earlier:
        wordings = f' <a href="/m/{box.message}/history">{say.read_it}{_about(box)}</a>'
    return (
        f'<div class="verif-head">{icon(box.icon, "big")}<div><strong>{escape(box.headline)}</strong>'
        f"<p>{escape(box.explained)}{wordings}</p></div>{stack}</div>"
    )


def _earlier(box: Box) -> str:
    if not box.earlier:
        return ""
    address = f"/m/{box.message}/history"
    return f'<p class="verif-line">{icon("undo-2")}<a href="{address}">{escape(box.earlier)}</a></p>'


def _sides(sides: Sequence[Side]) -> str:
    if not sides:
        return ""
    own, *others = [_side(side) for side in sides]
    return f'<div class="sides"><div>{own}</div><div>{"".join(others)}</div></div>'


def _side(side: Side) -> str:
    ground = f" <span>{escape(side.ground)}</span>" if side.ground else ""
    return f'<p>{side.said} <q dir="auto">{escape(side.words)}</q>{ground}</p>'


def _list(box: Box, say: Labels, unfolded: bool) -> str:
    if not (box.vouchers or box.apart):
        return ""
    about = say.who_says_what if box.disputed else say.who
    rows = "".join(_voucher(one) for one in box.vouchers)
    if box.apart:
        more = ngettext("and one more person", "and %(count)d more people", box.apart) % {"count": box.apart}
        rows += f'<li class="apart">{disc(None, "s")}<span>{escape(more)}</span></li>'
    opened = " open" if unfolded else ""
    return (
        f"<details{opened}><summary>{icon('chevron-right', 'chevron')}<span>{about}</span></summary>"
        f'<ul class="vouchers plain">{rows}</ul></details>'
    )


def _voucher(one: Voucher) -> str:
    words = f' <q dir="auto">{escape(one.words)}</q>' if one.words else ""
    link = ""
    if one.link:
        link = (
            f' <a href="{escape(one.link)}" rel="ugc nofollow noopener noreferrer">{escape(one.site or one.link)}</a>'
        )
    quiet = ' class="quiet"' if one.quiet else ""
    moment = moment_html(one.at, clock.now())
    return f"<li{quiet}>{disc(one.person, 's')}<span>{one.said}{words}{link} {moment}</span></li>"


def _mine(box: Box, say: Labels, form_field: Callable[[], str]) -> str:
    if not box.mine:
        return ""
    counts = f" {escape(box.mine_counts)}" if box.mine_counts else ""
    here, about, change, place = f"/m/{box.message}/attest", _about(box), "", ""
    if box.change:
        address = f'href="{here}" hx-get="{here}" hx-target="#a{box.message}"'
        change = f'<a class="btn text sm" {address}>{say.change}{about}</a>'
        place = f'<div class="attest-form" id="a{box.message}"></div>'
    return (
        f'<div class="mine"><p>{escape(box.mine)}{counts}</p><div class="acts">{change}'
        f'<form method="post" action="{here}/back" hx-post="{here}/back" '
        f'hx-target="#s{box.message}" hx-swap="outerHTML">{form_field()}'
        f'<button class="btn text sm">{say.take_back}{about}</button></form></div></div>{place}'
    )


def _acts(box: Box, say: Labels, form_field: Callable[[], str]) -> str:
    if not box.answer:
        return ""
    size, about, here = ("ghost" if box.is_opening else "text sm"), _about(box), f"/m/{box.message}/attest"
    otherwise = _how(box, "dispute", say.otherwise, f"btn {size}", icon("split"))
    return (
        f'<div class="attest"><details><summary class="btn {size}">{icon("check")}'
        f"<span>{say.confirm}{about}</span></summary>"
        f'<div class="attest-ways"><p>{say.how}</p><div class="btns">'
        f'<form method="post" action="{here}" hx-post="{here}" hx-target="#s{box.message}" hx-swap="outerHTML">'
        f'{form_field()}<button class="btn sm" name="stance" value="saw">{icon("eye")}'
        f"{say.saw}</button></form>"
        f"{_how(box, 'told', say.told, 'btn ghost sm', icon('ear'))}"
        f"{_how(box, 'source', say.source, 'btn ghost sm', icon('file-text'))}"
        f'</div></div></details>{otherwise}</div><div class="attest-form" id="a{box.message}"></div>'
    )


def _how(box: Box, stance: str, words: str, look: str, picture: str) -> str:
    address = f"/m/{box.message}/attest?stance={stance}"
    return (
        f'<a class="{look}" href="{address}" hx-get="{address}" hx-target="#a{box.message}">'
        f"{picture}{words}{_about(box)}</a>"
    )


def _about(box: Box) -> str:
    return f'<span class="sr"> ({escape(box.about)})</span>'
