"""What became of a message, hour by hour: published, confirmed, disputed, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comvir.conversation.attestations import people_named
from comvir.conversation.models import Message
from comvir.journal.verbs import DISPUTED, REMOVED, RESTORED, TOOK_BACK, VOUCHED
from comvir.memory.queries import history
from comvir.memory.standing import Status, Turn
from comvir.people.access import Sight
from comvir.web.vouchers import named, real

# How many moments the side column has room for.
SHORT = 8


@dataclass(frozen=True)
class Hour:
    """One moment: what happened in a sentence, and the dot before it ("deed", "met" or "")."""

    at: datetime
    said: SafeString
    dot: str


@dataclass(frozen=True)
class Hours:
    """The moments to show, oldest first; `all_of_it` is where the others are, "" when there are none."""

    lines: list[Hour]
    all_of_it: str


def hours_of(message: Message, sight: Sight, *, most: int = SHORT) -> Hours:
    """The moments of a message the viewer may see, fetched with its author: the first, and the last ones of the others.

    Who gave their word and is shut out is not named. Two queries.
    """
    turns = [turn for turn in history(message.pk) if turn.verb not in (REMOVED, RESTORED)]
    names = people_named((turn.person for turn in turns), sight)
    lines = [Hour(turn.at, _said(turn, names.get(turn.person, "")), _dot(turn)) for turn in turns]
    if message.corrected_at is not None:
        corrected = named(gettext("%(name)s corrects what was said."), name=real(message.author).name)
        lines.append(Hour(message.corrected_at, corrected, "deed"))
        lines.sort(key=lambda line: line.at)
    # FR: %(name)s publie. Pas encore vérifié.
    published = named(gettext("%(name)s publishes. Not yet verified."), name=real(message.author).name)
    lines.insert(0, Hour(message.happened_at, published, "deed"))
    if len(lines) <= most:
        return Hours(lines, "")
    return Hours([lines[0], *lines[1 - most :]], f"/m/{message.pk}/standing#hours")


def _said(turn: Turn, name: str) -> SafeString:
    pattern = _pattern(turn) if name else _nameless(turn)
    if turn.before != turn.after:
        pattern = f"{pattern} {_became(turn.after)}"
    return named(pattern, name=name)


def _pattern(turn: Turn) -> str:
    if turn.verb == TOOK_BACK:
        return gettext("%(name)s takes their word back.")
    if turn.verb == DISPUTED:
        return gettext("%(name)s says otherwise.")
    if turn.ground.startswith("doc:"):
        return gettext("%(name)s confirms, with a source.")
    if turn.ground:
        return gettext("%(name)s confirms, and was told.")
    return gettext("%(name)s confirms, on the spot.")  # FR: %(name)s confirme, sur place.


def _nameless(turn: Turn) -> str:
    if turn.verb == TOOK_BACK:
        return gettext("Somebody takes their word back.")
    return gettext("Somebody confirms.") if turn.verb == VOUCHED else gettext("Somebody says otherwise.")


def _became(status: Status) -> str:
    match status:
        case Status.SEEN:
            return gettext("Seen by some.")
        case Status.CORROBORATED:
            return gettext("Confirmed.")  # FR: Corroboré.
        case Status.DISPUTED:
            return gettext("Disputed.")
        case Status.CONTESTED:
            return gettext("Two accounts.")
        case Status.CONTRADICTED:
            return gettext("Contradicted.")
    return gettext("Not yet verified.")


def _dot(turn: Turn) -> str:
    return "met" if turn.after == Status.CORROBORATED else ""
