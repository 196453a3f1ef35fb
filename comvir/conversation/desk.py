"""One's own desk: drafts, and what is to be said later. Nobody else learns of them: they are no acts, leave no deed.

`Draft.more` holds what goes with the words. `fields`: the other fields of the form, as they were typed, so that they
come back. Of what is to be said later also `beside`, what they were found to mean (`as_kept`), and `in_reply_to`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from comvir.conversation.models import MESSAGE_LIMIT, TITLE_LIMIT, Draft, Thread
from comvir.conversation.models.draft import BEGUN
from comvir.conversation.refusals import DueTooLate, DueTooSoon, SaidAlready
from comvir.lib import clock
from comvir.lib.prepared import prepared
from comvir.lib.text import tidy, tidy_line
from comvir.people.desk import desk_moved
from comvir.people.models import Community, Huddle, Person

FIELD_LIMIT = 2000
MOST_FIELDS = 40
LATEST = timedelta(days=366)


@dataclass(frozen=True)
class Place:
    """Where something is written: a community, a huddle of it, or a thread there."""

    community: Community
    huddle: Huddle | None = None
    thread: Thread | None = None


def keep_draft(
    *,
    by: Person,
    community: Community,
    text: str,
    title: str = "",
    huddle: Huddle | None = None,
    thread: Thread | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Draft | None:
    """Keep what has been typed for this place, or drop the draft when nothing is left of it.

    Too long a text is cut at the limit rather than refused: keeping most is better than losing all.
    """
    text, title, told = tidy(text)[:MESSAGE_LIMIT], tidy_line(title)[:TITLE_LIMIT], _fit_fields(fields or {})
    with transaction.atomic():
        if not text and not title and not told:
            discard_draft(by=by, community=community, huddle=huddle, thread=thread)
            return None
        more = {"fields": told} if told else {}
        draft, _ = Draft.objects.filter(BEGUN).update_or_create(
            by=by,
            community=community,
            huddle=huddle,
            thread=thread,
            defaults={"title": title, "text": text, "more": more, "kept_at": clock.now()},
            create_defaults={
                "by": by, "community": community, "huddle": huddle, "thread": thread,
                "title": title, "text": text, "more": more, "kept_at": clock.now(),
            },
        )  # fmt: skip
        desk_moved(by.pk)
    return draft


def schedule(
    *,
    by: Person,
    place: Place,
    text: str,
    title: str,
    due_at: datetime,
    fields: Mapping[str, Any],
    beside: Mapping[str, Any],
    in_reply_to: int | None = None,
    draft: Draft | None = None,
) -> Draft:
    """Put something away to be said by itself at `due_at`: a new paper, or in the place of `draft`.

    All of it is fit already, and `beside` is as `as_kept` gives it. What was begun for the place becomes this.
    Raises DueTooSoon, DueTooLate, SaidAlready.
    """
    fit_due(due_at)
    more: dict[str, Any] = {"fields": _fit_fields(fields), "beside": dict(beside)}
    if in_reply_to is not None:
        more["in_reply_to"] = in_reply_to
    with transaction.atomic():
        if draft is None:
            discard_draft(by=by, community=place.community, huddle=place.huddle, thread=place.thread)
            draft = Draft(by=by, community=place.community, huddle=place.huddle, thread=place.thread)
        else:
            # Said meanwhile by the clock: kept anew, it would be said twice.
            draft = Draft.objects.select_for_update(of=("self",), no_key=True).filter(pk=draft.pk).first()
            if draft is None:
                raise SaidAlready
        draft.text, draft.title, draft.more = text, title, more
        draft.kept_at, draft.due_at, draft.trouble = clock.now(), due_at, ""
        draft.save()
        desk_moved(by.pk)
    return draft


def pictures_kept(pictures: Sequence[int]) -> set[int]:
    """Of these pictures, those that somebody's papers need: they wait for their message, however long that takes."""
    wanted = set(pictures)
    papers = Draft.objects.exclude(more={}).values_list("more", flat=True)
    return {
        int(one)
        for more in papers
        for one in [*more.get("beside", {}).get("pictures", ()), *more.get("fields", {}).get("picture", ())]
        if str(one).isdecimal()
    } & wanted


def fit_due(due_at: datetime) -> None:
    """Raises DueTooSoon, DueTooLate."""
    now = clock.now()
    if due_at <= now:
        raise DueTooSoon
    if due_at > now + LATEST:
        raise DueTooLate


def draft_for(
    *, by: Person | None, community: Community, huddle: Huddle | None = None, thread: Thread | None = None
) -> Draft | None:
    """What has been begun for this place, if anything."""
    if by is None:
        return None
    kept = _kept(by.pk, community.pk, huddle.pk if huddle else None, thread.pk if thread else None)
    return kept[0] if kept else None


@prepared
def _kept(by: int, community: int, huddle: int | None, thread: int | None) -> QuerySet[Draft]:
    return Draft.objects.filter(BEGUN, by=by, community=community, huddle=huddle, thread=thread)


def discard_draft(
    *,
    by: Person,
    community: Community,
    huddle: Huddle | None = None,
    thread: Thread | None = None,
    pk: int | None = None,
) -> None:
    """Throw away what has been begun for this place, if anything; or the one paper `pk`, and nothing else.

    Raises SaidAlready when that paper is gone: of two who say it, the second must not.
    """
    if pk is not None:
        if not Draft.objects.filter(pk=pk, by=by).delete()[0]:
            raise SaidAlready
        desk_moved(by.pk)
        return
    draft = draft_for(by=by, community=community, huddle=huddle, thread=thread)
    if draft is not None:
        draft.delete()
        desk_moved(by.pk)


def _fit_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, told in list(fields.items())[:MOST_FIELDS]:
        if isinstance(told, list):
            kept[name] = [tidy_line(str(one))[:FIELD_LIMIT] for one in told[:MOST_FIELDS]]
        else:
            kept[name] = tidy(str(told))[:FIELD_LIMIT]
    return kept
