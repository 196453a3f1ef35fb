"""Polls: their box under a message, voting, closing. Counts are told to who voted, or once it is over; never who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from comvir.conversation import acts
from comvir.conversation.acts.polls import OUTCOME_LIMIT
from comvir.conversation.ballots import Ballot, ballots_of
from comvir.conversation.models import Choice, Message
from comvir.conversation.refusals import NoSuchChoice, NotYourPoll, PollOver
from comvir.conversation.wording import may_speak
from comvir.lib import clock
from comvir.lib.refusals import NotAllowed, Refusal
from comvir.people.access import Sight
from comvir.web.answers import place_of
from comvir.web.drawings import icon
from comvir.web.gate import HereRequest, found, insiders, see_other
from comvir.web.rowhtml import FormField
from comvir.web.times import moment_html

# The bars have a class for each step: a style of their own is refused by the browser.
STEP = 5


def poll_boxes(
    messages: Sequence[Message], sight: Sight, *, may_vote: bool, form_field: FormField
) -> dict[int, SafeString]:
    """The box of each of these messages that asks for a vote, by message id; no query without one, else two."""
    return {
        pk: box_html(ballot, may_vote=may_vote, form_field=form_field)
        for pk, ballot in ballots_of(messages, sight).items()
    }


def box_html(ballot: Ballot, *, may_vote: bool, form_field: FormField) -> SafeString:
    """A poll under its message: a form while it is open, what came out when it is over."""
    poll, asks = ballot.poll, may_vote and not ballot.over
    rows = "".join(_choice(ballot, choice, asks=asks) for choice in ballot.choices)
    body = f'<ul class="ballot plain">{rows}</ul>'
    if asks:
        body = (
            f'<form method="post" action="/m/{poll.message_id}/vote">{form_field()}'
            f'<fieldset><legend class="sr">{escape(gettext("Your vote"))}</legend>{body}</fieldset>'
            f'<div class="btns">{_buttons(ballot)}</div></form>'
        )
    return mark_safe(f'<section class="poll" aria-label="{escape(gettext("Poll"))}">{body}{_foot(ballot)}</section>')


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HereRequest, pk: int) -> HttpResponse:
    """Vote, vote again, or take one's vote back; the page of a poll alone when it was refused."""
    assert request.me is not None
    here = found(_asking(request), pk=pk)
    poll = ballots_of([here], request.sight)[here.pk].poll
    if request.method != "POST":
        return _alone(request, here)
    try:
        choices = [] if "none" in request.POST else _chosen(request.POST.getlist("choice"))
        acts.vote(by=request.me, poll=poll, choices=choices)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _alone(request, here, refusal)
    words = gettext("Your vote counts. Nobody is told who voted for what.") if choices else gettext("It is taken back.")
    notices.success(request, words)
    return see_other(place_of(here))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HereRequest, pk: int) -> HttpResponse:
    """End a poll one asked for, or one in a circle one stewards, and say what came of it."""
    assert request.me is not None
    here = found(_asking(request), pk=pk)
    ballot = ballots_of([here], request.sight)[here.pk]
    if not ballot.may_close:
        raise PollOver if ballot.poll.closed_at else NotYourPoll
    outcome, error, status = request.POST.get("outcome", ""), "", 200
    if request.method == "POST":
        try:
            acts.close_poll(by=request.me, poll=ballot.poll, outcome=outcome)
        except Refusal as refusal:
            error, status = str(refusal), refusal.status
        else:
            notices.success(request, gettext("The poll is over."))
            return see_other(place_of(here))
    context = {
        "message": here, "place": place_of(here), "outcome": outcome, "error": error, "limit": OUTCOME_LIMIT,
        "box": box_html(ballot, may_vote=False, form_field=str),
    }  # fmt: skip
    return render(request, "threads/poll_close.html", context, status=status)


def _choice(ballot: Ballot, choice: Choice, *, asks: bool) -> str:
    words = f'<bdi class="choice">{escape(choice.words)}</bdi>'
    mine = choice.pk in ballot.mine
    if asks:
        typed = "checkbox" if ballot.poll.several else "radio"
        checked = " checked" if mine else ""
        words = (
            f'<label class="check"><input type="{typed}" name="choice" value="{choice.pk}"{checked}>'
            f"<span>{words}</span></label>"
        )
    elif mine:
        words += f'<span class="small quiet"> {icon("check")} {escape(gettext("your vote"))}</span>'
    return f"<li>{words}{_bar(ballot, choice)}</li>"


def _bar(ballot: Ballot, choice: Choice) -> str:
    if ballot.counts is None:
        return ""
    count = ballot.counts[choice.pk]
    share = round(100 * count / ballot.voters / STEP) * STEP if ballot.voters else 0
    words = ngettext("%(count)d vote", "%(count)d votes", count) % {"count": count} if count else gettext("no vote")
    return f'<span class="count small">{escape(words)}</span><span class="bar"><span class="w-{share}"></span></span>'


def _buttons(ballot: Ballot) -> str:
    if not ballot.mine:
        return f'<button class="btn ghost sm">{escape(gettext("Vote"))}</button>'
    return (
        f'<button class="btn ghost sm">{escape(gettext("Change my vote"))}</button>'
        f'<button class="btn text sm" name="none" value="yes">{escape(gettext("Take my vote back"))}</button>'
    )


def _foot(ballot: Ballot) -> str:
    poll, foot = ballot.poll, ""
    if poll.outcome:
        foot += f'<p class="outcome"><b>{escape(gettext("Decided:"))}</b> <bdi>{escape(poll.outcome)}</bdi></p>'
    facts = [f'<span class="chip line">{icon("clock")}{escape(gettext("Over"))}</span>'] if ballot.over else []
    if ballot.counts is not None:
        voted = ngettext("%(count)d person voted", "%(count)d people voted", ballot.voters)
        facts.append(f"<span>{escape(voted % {'count': ballot.voters})}</span>")
    elif not ballot.over:
        facts.append(f"<span>{escape(gettext('The counts are shown to those who have voted.'))}</span>")
    if poll.closes_at is not None and not ballot.over:
        facts.append(f"<span>{_closes(poll.closes_at)}</span>")
    if ballot.may_close:
        facts.append(f'<a href="/m/{poll.message_id}/poll/close">{escape(_ending(ballot))}</a>')
    return f'{foot}<p class="row">{"".join(facts)}</p>'


def _ending(ballot: Ballot) -> str:
    return gettext("Say what was decided") if ballot.over else gettext("Close the poll")


def _closes(moment: datetime) -> str:
    # Only the moment is HTML of ours.
    return escape(gettext("Closes %(when)s")) % {"when": moment_html(moment, clock.now())}


def _chosen(said: list[str]) -> list[int]:
    """Raises NoSuchChoice when nothing is chosen, or what no choice is called."""
    if not said or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in said):
        raise NoSuchChoice
    return [int(one) for one in said]


def _alone(request: HereRequest, here: Message, refusal: Refusal | None = None) -> HttpResponse:
    box = poll_boxes(
        [here], request.sight, may_vote=may_speak(request.sight, here.thread), form_field=lambda: _token(request)
    )
    context = {
        "message": here, "place": place_of(here), "box": box.get(here.pk, ""),
        "error": str(refusal) if refusal else "",
    }  # fmt: skip
    return render(request, "threads/poll.html", context, status=refusal.status if refusal else 200)


def _token(request: HereRequest) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


def _asking(request: HereRequest) -> QuerySet[Message]:
    asking = Message.objects.visible_to(request.sight).filter(polled=True, removed_at=None)
    return asking.select_related("thread__community", "thread__join_request", "author")
