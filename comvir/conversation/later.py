"""What is to be said later: put away now, said by itself when its time has come, once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from comvir.conversation import acts
from comvir.conversation.acts import Beside, PollWish
from comvir.conversation.acts.polls import fit_poll
from comvir.conversation.context import Context, fit_context
from comvir.conversation.desk import Place, fit_due, schedule
from comvir.conversation.models import Draft, Message, Thread
from comvir.conversation.models.draft import BEGUN
from comvir.conversation.pictures import on_desk
from comvir.conversation.refusals import CannotSpeakHere, PlaceGone, TooManyWaiting
from comvir.conversation.wording import audience_for, fit_text, fit_title, may_speak
from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.lib.text import tidy_line
from comvir.people.access import Sight, sight_of
from comvir.people.models import Account, Person

log = logging.getLogger("comvir.conversation")

TROUBLE_LIMIT = 300
MOST_WAITING = 50


def say_later(
    *,
    by: Person,
    place: Place,
    text: str,
    due_at: datetime,
    title: str = "",
    beside: Beside = acts.BARE,
    in_reply_to: int | None = None,
    fields: Mapping[str, Any] | None = None,
    draft: Draft | None = None,
) -> Draft:
    """Put a message away to be said at `due_at`; it is looked at now as it will be then. Not an act: nobody learns.

    `fields` are those of its form as typed, `draft` what it takes the place of.
    Raises as `start` or `answer`; DueTooSoon, DueTooLate, TooManyWaiting; SaidAlready when the draft was.
    """
    fit_due(due_at)
    if draft is None and Draft.objects.filter(by=by).exclude(BEGUN).count() >= MOST_WAITING:
        raise TooManyWaiting
    sight = sight_of(by)
    if place.thread is None:
        audience_for(sight, place.community, place.huddle)
    elif place.thread.join_request_id is not None or not may_speak(sight, place.thread):
        raise CannotSpeakHere
    text = fit_text(text)
    if title or place.thread is None:
        fit_title(title, text)
    fit_context(beside.context, due_at)
    on_desk(by, beside.pictures)
    if beside.poll is not None:
        fit_poll(beside.poll, due_at)
    return schedule(
        by=by, place=place, text=text, title=tidy_line(title), due_at=due_at, fields=fields or {},
        beside=as_kept(beside), in_reply_to=in_reply_to, draft=draft,
    )  # fmt: skip


def say_kept(pk: int, *, by: Person | None = None, due_by: datetime | None = None) -> Message | None:
    """Say one of the papers and throw it away, both or neither; None when it is not there any more.

    Of two who try, on two threads or two servers, one finds it gone. `by` says whose it must be, `due_by` since when
    it must be due. Raises as `start` and `answer`, and PlaceGone.
    """
    with transaction.atomic():
        papers = Draft.objects.select_for_update(of=("self",), no_key=True).select_related("by", "community", "huddle")
        papers = papers.filter(pk=pk)
        if by is not None:
            papers = papers.filter(by=by)
        if due_by is not None:
            papers = papers.filter(due_at__lte=due_by)
        draft = papers.first()
        return None if draft is None else _say(draft)


def say_due(batch: int = 20) -> int:
    """Say what is due, the longest due first; returns how many were said or refused.

    What cannot be said stays on its author's desk with the reason, in their language, and is not tried again.
    """
    now = clock.now()
    due = Draft.objects.filter(due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_tried(pk, now) for pk in list(due[:batch]))


def as_kept(beside: Beside) -> dict[str, Any]:
    """What goes with a message, for a column of JSON: its poll, its context, ids of pictures and of the one quoted."""
    kept: dict[str, Any] = {"context": beside.context.as_json(), "pictures": list(beside.pictures)}
    if beside.quotes is not None:
        kept["quotes"] = beside.quotes.pk
    if beside.poll is not None:
        closes = beside.poll.closes_at
        kept["poll"] = {**asdict(beside.poll), "closes_at": closes.isoformat() if closes else None}
    return kept


def _tried(pk: int, now: datetime) -> int:
    try:
        return int(say_kept(pk, due_by=now) is not None)
    except Refusal as refusal:
        with translation.override(_language(pk)):
            told = str(refusal.sentence)[:TROUBLE_LIMIT]
        return Draft.objects.filter(pk=pk, due_at__lte=now).update(due_at=None, trouble=told, kept_at=now)
    except Exception:
        # One that breaks must not hold up the others; it is tried again in the next round.
        log.exception("the draft %d could not be said", pk)
        return 0


def _language(pk: int) -> str:
    found = Account.objects.filter(person__drafts=pk).values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE


def _say(draft: Draft) -> Message:
    sight = sight_of(draft.by)
    beside = _beside(draft.more.get("beside", {}), sight)
    if draft.thread_id is None:
        return acts.start(
            by=draft.by, community=draft.community, huddle=draft.huddle, text=draft.text, title=draft.title,
            beside=beside, draft=draft.pk,
        )  # fmt: skip
    thread = Thread.objects.visible_to(sight).select_related("community", "join_request").filter(pk=draft.thread_id)
    here = thread.first()
    if here is None or not may_speak(sight, here):
        raise PlaceGone
    replied = _seen(draft.more.get("in_reply_to"), sight)
    return acts.answer(by=draft.by, thread=here, text=draft.text, in_reply_to=replied, beside=beside, draft=draft.pk)


def _beside(kept: dict[str, Any], sight: Sight) -> Beside:
    poll = kept.get("poll")
    return Beside(
        context=Context.from_json(kept.get("context", {})),
        pictures=kept.get("pictures", ()),
        quotes=_seen(kept.get("quotes"), sight),
        poll=_poll(poll) if poll else None,
    )


def _poll(kept: dict[str, Any]) -> PollWish:
    closes = kept["closes_at"]
    return PollWish(tuple(kept["choices"]), kept["several"], datetime.fromisoformat(closes) if closes else None)


def _seen(pk: int | None, sight: Sight) -> Message | None:
    """The message, if it may still be seen: what is gone meanwhile is left out rather than in the way."""
    if pk is None:
        return None
    return Message.objects.visible_to(sight).filter(pk=pk, removed_at=None).select_related("author__same_as").first()
