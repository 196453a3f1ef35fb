"""All that may be sent along with the words of a message, read from a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from comvir.conversation.acts import Beside, PollWish
from comvir.conversation.context import Context
from comvir.conversation.kinds import STATEMENTS
from comvir.conversation.models import Message
from comvir.lib import clock
from comvir.people.access import Sight
from comvir.web.forms.context import context_of, local_moment
from comvir.web.gate import HereRequest
from comvir.web.pictures import pictures_from


def beside_of(
    request: HereRequest, sight: Sight, *, says_at: datetime | None = None, pictures: Sequence[int] | None = None
) -> Beside:
    """What the form sent with the words: context, pictures, a message quoted, a poll.

    `says_at` is when it is to be said, if that is not now; `pictures` those taken from the form already, which can
    be done once. Raises Unfit with `.field`, a field of `Precise`.
    """
    # The pictures first: they are on the desk, and come back, whatever is wrong with the rest.
    pictures = pictures_from(request) if pictures is None else pictures
    told, now = flat(request.POST), clock.now()
    return Beside(
        context=context_of(told, says_at=says_at or now, now=now),
        pictures=pictures,
        quotes=_quoted(told.get("quotes", ""), sight),
        poll=poll_of(told),
    )


def context_sent(request: HereRequest, message: Message) -> Context | None:
    """What a form that changes a message says of it; None when it said nothing of the kind. Raises Unfit."""
    if "kind" not in request.POST:
        return None
    now = clock.now()
    return context_of(flat(request.POST), says_at=now, now=now, before=message.context)


def may_correct(message: Message) -> bool:
    """Whether its author is asked if what it said was wrong: it states something, or somebody spoke for or against."""
    return message.kind in STATEMENTS or message.attested > 0


def flat(told: Mapping[str, object]) -> dict[str, str]:
    """The fields of a form by name, each once."""
    return {name: value for name, value in told.items() if isinstance(value, str)}


def poll_of(told: Mapping[str, str]) -> PollWish | None:
    """The poll wished for, a choice a line; None without a choice. Raises Unfit at `closes_at`."""
    choices = tuple(line for line in told.get("choices", "").splitlines() if line.strip())
    if not choices:
        return None
    closes = told.get("closes_at", "").strip()
    return PollWish(choices, bool(told.get("several")), local_moment(closes, "closes_at") if closes else None)


def _quoted(said: str, sight: Sight) -> Message | None:
    """The message quoted, if the viewer may see it; what nobody may see is quoted by nobody."""
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    return Message.objects.visible_to(sight).filter(pk=int(said), removed_at=None).first()
