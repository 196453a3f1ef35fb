"""The rows of long lists as HTML. Written in Python: a template takes fifteen times as long, and a page has twenty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from comvir.lib import clock
from comvir.web.drawings import disc, icon
from comvir.web.shapes import Entry, Labels, Line, Spoken
from comvir.web.times import moment_html

# Gives the hidden field of forms; called only where there is one, since asking for it sets a cookie.
FormField = Callable[[], str]


def message_rows(said: Iterable[Spoken], labels: Labels, form_field: FormField) -> SafeString:
    """Messages of a thread, each an <li> for <ol class="replies plain">."""
    return mark_safe("".join([_message(one, labels, form_field) for one in said]))


def message_acts(said: Spoken, labels: Labels, form_field: FormField) -> SafeString:
    """What the reader can do with a message; empty when that is nothing."""
    message, acts = said.message, ""
    if said.may_reply:
        here, to_whom = f"/t/{message.thread_id}/", f'<span class="sr"> ({escape(said.to_whom)})</span>'
        reply = f"?reply={message.pk}" if message.position else ""
        acts = (
            f'<a class="btn text sm" href="{here}{reply}#answer">{escape(labels.reply)}{to_whom}</a>'
            f'<a class="btn text sm" href="{here}?quote={message.pk}#answer">{escape(labels.quote)}{to_whom}</a>'
        )
    if said.may_pass_on:
        acts += f'<a class="btn text sm" href="/m/{message.pk}/pass-on">{escape(labels.pass_on)}</a>'
    if said.may_settle:
        acts += _act(f"/m/{message.pk}/settle", escape(labels.settle), form_field)
    if said.mine:
        about = f'<span class="sr"> ({escape(said.about)})</span>'
        acts += f'<a class="btn text sm" href="/m/{message.pk}/edit">{escape(labels.edit)}{about}</a>'
        acts += _act(f"/m/{message.pk}/removal", f"{escape(labels.remove)}{about}", form_field)
    return mark_safe(f'<div class="acts">{acts}</div>' if acts else "")


def beside(said: Spoken) -> SafeString:
    """What stands between the words of a message and its acts."""
    around = said.around
    return said.context + around.quote + around.hung + around.poll + around.standing


def entry_rows(entries: Iterable[Entry], heading: str = "h2") -> SafeString:
    """Messages of many threads, each an <li> for <ul class="news">."""
    return mark_safe("\n".join([_entry(entry, heading) for entry in entries]))


def thread_rows(lines: Iterable[Line], heading: str = "h3") -> SafeString:
    """Threads of a list, each an <li> for <ul class="news">; `heading` is "h4" below an h3."""
    return mark_safe("\n".join([_thread(line, heading) for line in lines]))


def _message(said: Spoken, labels: Labels, form_field: FormField) -> str:
    message, name = said.message, escape(said.author.name)
    who = f'<a class="name" href="{said.address}">{name}</a>' if said.address else f'<span class="name">{name}</span>'
    who += moment_html(message.happened_at, clock.now())
    if message.edited_at and not message.removed_at:
        changed = labels.corrected if message.corrected_at else labels.edited
        who += f'<a href="/m/{message.pk}/history">{escape(changed)}</a>'
    if message.is_from_archive:
        who += f'<span class="memory">{escape(labels.archive)}</span>'
    who += said.chips
    if said.settled:
        who += f'<span class="chip olive" data-settled>{icon("circle-check")}{escape(labels.settled)}</span>'
    if said.unread:
        who += f'<span class="new"><span class="dot"></span>{escape(labels.unread)}</span>'
    earlier = ""
    if said.answered:
        earlier = f'<p class="answers">{icon("reply")}<a href="{said.answered}">{escape(said.answered_name)}</a></p>'
    return (
        f'<li id="m{message.pk}" data-position="{message.position}">{disc(said.author)}<div>\n'
        f'<div class="who">{who}</div>\n{earlier}\n{_words(said, labels, form_field)}\n</div></li>\n'
    )


def _words(said: Spoken, labels: Labels, form_field: FormField) -> str:
    if not said.message.removed_at:
        language = _lang(said.language)
        acts = message_acts(said, labels, form_field)
        return f'<div class="prose"{language} dir="auto">{said.html}</div>\n{beside(said)}{acts}'
    removed = f'<p class="removed">{escape(labels.removed)}</p>'
    if not said.may_undo:
        return removed + "\n"
    return (
        f'{removed}<div class="acts"><form method="post" action="/m/{said.message.pk}/removal">{form_field()}'
        f'<button class="btn text sm" name="undo" value="yes">{escape(labels.undo)}</button></form></div>\n'
    )


def _thread(line: Line, heading: str) -> str:
    thread, language = line.thread, _lang(line.language)
    words = f'<p{language} dir="auto">{escape(line.first_words)}</p>' if line.first_words else ""
    answers = escape(line.answers)
    state = f"<span>{answers}</span>"
    if line.awaits or line.unread:
        state = f'<span class="new"><span class="dot"></span>{answers}</span>'
    when = moment_html(thread.last_at, clock.now())
    return (
        f'<li id="t{thread.pk}" data-thread="{thread.pk}">{disc(line.starter)}<div>\n'
        f'<{heading}><a href="/t/{thread.pk}/"{language} dir="auto">{escape(line.title)}</a></{heading}>\n{words}\n'
        f'<p class="row">{line.chips}{line.standing}<span>{escape(line.starter.name)}, {when}</span>{state}</p>\n'
        f"</div></li>\n"
    )


def _entry(entry: Entry, heading: str) -> str:
    message, language = entry.message, _lang(entry.language)
    words = f'<p{language} dir="auto">{entry.words}</p>' if entry.words else ""
    when = moment_html(message.happened_at, clock.now())
    return (
        f'<li id="m{message.pk}">{disc(entry.author)}<div>\n'
        f'<{heading}><a href="/m/{message.pk}/"{language} dir="auto">{escape(entry.title)}</a></{heading}>\n'
        f"{words}\n"
        f'<p class="row">{entry.chips}{entry.standing}<span>{escape(entry.author.name)}, {when}</span>'
        f"<bdi>{escape(entry.circle)}</bdi></p>\n</div></li>\n"
    )


def _act(address: str, words: str, form_field: FormField) -> str:
    """A form of one button; `words` is HTML."""
    return f'<form method="post" action="{address}">{form_field()}<button class="btn text sm">{words}</button></form>'


def _lang(language: str) -> str:
    return f' lang="{language}"' if language else ""
