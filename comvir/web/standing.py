"""Where a message stands, as pages show it: the box under it, a few words in lists, its history hour by hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comvir.conversation.attestations import words_on
from comvir.conversation.kinds import STATEMENTS, Kind, SourceKind
from comvir.conversation.models import Attestation, Message, Stance
from comvir.lib import clock
from comvir.lib.text import excerpt
from comvir.memory import words as says
from comvir.memory.queries import standings
from comvir.memory.standing import Standing, Status, Voice
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.web.hours import hours_of
from comvir.web.standinghtml import box_html, inline_html
from comvir.web.times import said_at
from comvir.web.vouchers import Side, Voucher, real, side_of_author, side_of_dispute, voucher_of

# Lists of threads ask this page for a few words: what they are made with cannot be needed here.
if TYPE_CHECKING:
    from comvir.web.rowhtml import FormField

__all__ = [
    "boxes_of",
    "has_box",
    "hours_of",
    "inline_standings",
    "is_over",
    "nothing_yet",
    "standing_boxes",
    "unverified",
]

# The look of each status: whoever sees no colour sees the line and the icon.
LOOKS = {
    Status.UNVERIFIED: "none",
    Status.SEEN: "some",
    Status.CORROBORATED: "ok",
    Status.DISPUTED: "dispute",
    Status.CONTESTED: "dispute",
    Status.CONTRADICTED: "dispute",
}
# What one acts upon: lists say of it that nobody has confirmed it. An account stands for itself.
TO_CONFIRM = frozenset({Kind.FLASH, Kind.FACT})
TWO_SIDED = frozenset({Status.DISPUTED, Status.CONTESTED, Status.CONTRADICTED})
# Where another voice would tell more.
ASKING = frozenset({Status.UNVERIFIED, Status.SEEN})
MOST_FACES = 5
MOST_SIDES = 3
# Below this a voice is told, to the person alone, that it counts with others'. Thousandths of a voice.
WHOLE_VOICE = 900


@dataclass(frozen=True)
class Box:
    """What the box under one message shows. `apart` is how many vouch or dispute whom the viewer does not meet.

    `mine` is the viewer's own word in a sentence, `mine_counts` what they alone are told of how it counts.
    `earlier` tells of a correction that came before the last word; `answer` is whether they can add their word,
    `change` whether they can change it.
    """

    message: int
    look: str
    icon: str
    headline: str
    explained: str
    earlier: str
    faces: Sequence[Person]
    sides: Sequence[Side]
    vouchers: Sequence[Voucher]
    apart: int
    disputed: bool
    mine: str
    mine_counts: str
    answer: bool
    change: bool
    is_opening: bool
    wordings: bool
    about: str


def has_box(message: Message) -> bool:
    """Whether others may say what they know of it, or have."""
    return not message.is_removed and (message.kind in STATEMENTS or message.attested > 0)


def standing_boxes(
    messages: Sequence[Message], sight: Sight, *, may_attest: bool, form_field: FormField
) -> dict[int, SafeString]:
    """The verification box of each message that states something or that somebody attested, by message id.

    The messages are such as the viewer may see, with their authors. Two queries; none where nobody gave a word.
    """
    return {
        box.message: box_html(box, form_field)
        for box in boxes_of([message for message in messages if has_box(message)], sight, may_attest=may_attest)
    }


def inline_standings(messages: Sequence[int]) -> dict[int, SafeString]:
    """A few words with an icon for lists, by message id; nothing for those nobody attested. One query."""
    return {
        pk: inline_html(LOOKS[standing.status], says.icon_of(standing.status), says.inline(standing))
        for pk, standing in standings(messages).items()
        if standing.voices
    }


def unverified(kind: str, valid_until: datetime | None, now: datetime) -> SafeString:
    """“not yet verified”, for a flash that is not over or a fact of which nobody said anything; no query."""
    if kind not in TO_CONFIRM or (valid_until is not None and valid_until <= now):
        return SafeString("")
    return inline_html(LOOKS[Status.UNVERIFIED], says.icon_of(Status.UNVERIFIED), says.inline(None))


def boxes_of(messages: Sequence[Message], sight: Sight, *, may_attest: bool) -> list[Box]:
    """What the boxes of these messages show."""
    found = words_on(messages)
    stands = standings([pk for pk, given in found.items() if given])
    now = clock.now()
    return [
        _box(message, stands.get(message.pk), found.get(message.pk, []), sight, now, may_attest=may_attest)
        for message in messages
    ]


def is_over(message: Message, now: datetime) -> bool:
    """Whether it is a flash whose time has passed."""
    return message.kind == Kind.FLASH and message.valid_until is not None and message.valid_until <= now


def _box(
    message: Message, standing: Standing | None, given: list[Attestation], sight: Sight, now: datetime, *,
    may_attest: bool,
) -> Box:  # fmt: skip
    standing = standing if standing is not None and standing.voices else nothing_yet(message)
    voices = {voice.person: voice for voice in standing.voices}
    mine = next((word for word in given if word.person_id in sight.selves), None)
    seen = [word for word in given if word.person_id not in sight.shut_out]
    over, corrected = is_over(message, now), _corrected_since(message, standing)
    look, icon, headline, explained = _said_first(message, standing, now, over=over, corrected=corrected)
    speaks = may_attest and not over and not message.is_by(sight)
    answer = speaks and mine is None
    members = message.community_id in sight.communities
    if answer and not corrected and standing.status in ASKING:
        explained = f"{explained} {gettext('Do you know more?')}".strip()  # FR: Vous en savez plus ?
    return Box(
        message=message.pk,
        look=look,
        icon=icon,
        headline=headline,
        explained=explained,
        earlier="" if corrected or message.corrected_at is None else _correction(message, now),
        # Faces on one side only would say who is right.
        faces=[] if corrected or standing.status in TWO_SIDED else _faces(seen, voices),
        sides=_sides(message, standing, seen) if not (corrected or over) else [],
        vouchers=[voucher_of(word, voices, message, sight, is_member=members) for word in seen],
        apart=len(given) - len(seen),
        disputed=any(word.stance == Stance.DISPUTE for word in given),
        mine=_mine(mine),
        mine_counts=_how_mine_counts(mine, voices),
        answer=answer,
        change=speaks and mine is not None,
        is_opening=message.is_opening,
        wordings=message.corrected_at is not None,
        about=excerpt(message.text, 40),
    )


def nothing_yet(message: Message) -> Standing:
    """The standing of a message of which nobody has said anything, or nothing that was weighed yet."""
    return Standing(
        message=message.pk, status=Status.UNVERIFIED, for_milli=0, against_milli=0, confirm=0, dispute=0,
        weighed=True, voices=(), at=message.written_at, deed=0,
    )  # fmt: skip


def _said_first(
    message: Message, standing: Standing, now: datetime, *, over: bool, corrected: bool
) -> tuple[str, str, str, str]:
    """Look, icon, headline and explanation."""
    if corrected:
        # FR: L’ancien texte reste lisible.
        return "plain", "undo-2", _correction(message, now), gettext("The earlier wording stays to be read.")
    if not standing.voices:
        look, icon, headline, explained = "none", "v-none", says.headline(None), _only_the_author(message)
    else:
        headline, explained = says.headline(standing), says.explained(standing)
        look, icon = LOOKS[standing.status], says.icon_of(standing.status)
    if over:
        assert message.valid_until is not None
        ended = gettext("It held until: %(when)s.") % {"when": said_at(message.valid_until, now)}
        # FR: Terminé
        return "plain", "hourglass", gettext("Over"), f"{ended} {headline}."
    return look, icon, headline, explained


def _only_the_author(message: Message) -> str:
    match message.source_kind:
        case SourceKind.EYES:
            return gettext("Only one person says so, who saw it.")
        case SourceKind.PERSON:
            # FR: Une seule personne le dit, et elle l’a entendu dire.
            return gettext("Only one person says so, and was told.")
        case SourceKind.LINK | SourceKind.DOCUMENT:
            return gettext("Only one person says so, and names a source.")
    return gettext("Only one person says so.")  # FR: Une seule personne le dit.


def _corrected_since(message: Message, standing: Standing) -> bool:
    """Whether the author corrected it after the last word on it: then those words speak of another wording."""
    if message.corrected_at is None:
        return False
    return not standing.voices or standing.at < message.corrected_at


def _correction(message: Message, now: datetime) -> str:
    assert message.corrected_at is not None
    words = {"name": real(message.author).name, "when": said_at(message.corrected_at, now)}
    return gettext("Corrected by %(name)s, %(when)s") % words  # FR: Corrigé par %(name)s à %(when)s


def _faces(seen: list[Attestation], voices: Mapping[int, Voice]) -> list[Person]:
    """Those who know it by themselves and are counted."""
    counted = {voice.person for voice in voices.values() if voice.counted}
    own = (Stance.SAW, Stance.SOURCE)
    return [word.person for word in seen if word.stance in own and word.person_id in counted][:MOST_FACES]


def _sides(message: Message, standing: Standing, seen: list[Attestation]) -> list[Side]:
    """Both accounts, as long as each other; of many disputes those that count, the first ones."""
    if standing.status not in TWO_SIDED:
        return []
    counted = {voice.person for voice in standing.voices if voice.counted}
    disputes = [word for word in seen if word.stance == Stance.DISPUTE]
    disputes.sort(key=lambda word: word.person_id not in counted)
    others = [side_of_dispute(word) for word in disputes[:MOST_SIDES]]
    return [side_of_author(message), *others] if others else []


def _mine(mine: Attestation | None) -> str:
    if mine is None:
        return ""
    match mine.stance:
        case Stance.SAW:
            return gettext("You confirm it: you saw it.")
        case Stance.TOLD:
            return gettext("You confirm it: you were told.")
        case Stance.SOURCE:
            return gettext("You confirm it: you have a source.")
    return gettext("You say that it was otherwise.")


def _how_mine_counts(mine: Attestation | None, voices: Mapping[int, Voice]) -> str:
    """What the person alone is told of how their word counts; nothing when it is a whole voice."""
    voice = voices.get(mine.person_id) if mine is not None else None
    if mine is None or voice is None:
        return ""
    if mine.stance == Stance.TOLD:
        if voice.counted:
            return gettext("It counts with the word of whoever told you.")
        return gettext("It is shown, and counts once whoever told you says so here.")
    if not voice.counted:
        return gettext("It is shown, and will count once people who have long been here say that they met you.")
    if voice.credit < WHOLE_VOICE:
        # FR: Votre voix compte avec celle d’autres : vous vous connaissez, ou confirmez souvent ensemble.
        return gettext("Your word counts with others’ here: you know each other or often vouch together.")
    return ""
