"""One's own desk: drafts. Nobody else learns of them, so they are no acts and leave no deed."""

from django.db import transaction
from django.db.models import QuerySet

from comvir.conversation.models import MESSAGE_LIMIT, TITLE_LIMIT, Draft, Thread
from comvir.lib import clock
from comvir.lib.prepared import prepared
from comvir.lib.text import tidy, tidy_line
from comvir.people.models import Community, Huddle, Person


def keep_draft(
    *,
    by: Person,
    community: Community,
    text: str,
    title: str = "",
    huddle: Huddle | None = None,
    thread: Thread | None = None,
) -> Draft | None:
    """Keep what has been typed for this place, or drop the draft when nothing is left of it.

    Too long a text is cut at the limit rather than refused: keeping most is better than losing all.
    """
    text, title = tidy(text)[:MESSAGE_LIMIT], tidy_line(title)[:TITLE_LIMIT]
    with transaction.atomic():
        if not text and not title:
            discard_draft(by=by, community=community, huddle=huddle, thread=thread)
            return None
        draft, _ = Draft.objects.update_or_create(
            by=by,
            community=community,
            huddle=huddle,
            thread=thread,
            defaults={"title": title, "text": text, "kept_at": clock.now()},
        )
    return draft


def draft_for(
    *, by: Person | None, community: Community, huddle: Huddle | None = None, thread: Thread | None = None
) -> Draft | None:
    """The draft kept for this place, if there is one."""
    if by is None:
        return None
    kept = _kept(by.pk, community.pk, huddle.pk if huddle else None, thread.pk if thread else None)
    return kept[0] if kept else None


@prepared
def _kept(by: int, community: int, huddle: int | None, thread: int | None) -> QuerySet[Draft]:
    return Draft.objects.filter(by=by, community=community, huddle=huddle, thread=thread)


def discard_draft(
    *, by: Person, community: Community, huddle: Huddle | None = None, thread: Thread | None = None
) -> None:
    """Throw the draft away, if there is one."""
    draft = draft_for(by=by, community=community, huddle=huddle, thread=thread)
    if draft is not None:
        draft.delete()
