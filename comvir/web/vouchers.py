"""One person's word on a message, as a line of the box under it: who, how they know, and what may be said of it.

How much a word counts is told to its giver alone, in `standing.py`. To others only what the giver said themselves
(“has it from Josette”) and that nobody established backs a word yet, which all can see: never who knows whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comvir.conversation.kinds import SourceKind
from comvir.conversation.models import Attestation, Message, Stance
from comvir.lib.text import excerpt
from comvir.memory.standing import Voice
from comvir.people.access import Sight
from comvir.people.models import Person

SIDE_LENGTH = 240


@dataclass(frozen=True)
class Voucher:
    """One line: `said` is the sentence, `words` the giver's own, `quiet` whether it is greyed."""

    person: Person
    said: SafeString
    words: str
    link: str
    site: str
    at: datetime
    quiet: bool


@dataclass(frozen=True)
class Side:
    """One of the accounts of a disputed message."""

    said: SafeString
    words: str
    ground: str


def voucher_of(
    word: Attestation, voices: Mapping[int, Voice], message: Message, sight: Sight, *, is_member: bool
) -> Voucher:
    """The line of one word. Only members read who told whom: outside, who belongs to the circle is not said."""
    voice = voices.get(word.person_id)
    teller = word.told_by if is_member and word.told_by_id not in sight.shut_out else None
    # With the voice of the teller, or of the author, theirs is one: they said so themselves.
    told = word.stance == Stance.TOLD
    leans = told and (word.told_by_id in voices or word.told_by_id == message.author_id)
    waits = voice is not None and not voice.counted
    pattern = _pattern(word, teller, leans=leans)
    said = named(pattern, name=word.person.name, teller=teller.name if teller else "")
    if waits and not told:
        said = mark_safe(f"{said} {escape(gettext('Not counted yet.'))}")
    return Voucher(
        person=word.person, said=said, words=word.words, link=word.source_url, site=site_of(word.source_url),
        at=word.at, quiet=waits or leans,
    )  # fmt: skip


def side_of_author(message: Message) -> Side:
    """What the message says, in its first words, and how its author knows."""
    return Side(named(gettext("%(name)s says:"), name=real(message.author).name), _first(message.text), ground(message))


def side_of_dispute(word: Attestation) -> Side:
    """What somebody says instead."""
    site = site_of(word.source_url)
    return Side(
        named(gettext("%(name)s says:"), name=word.person.name), _first(word.words),
        gettext("Source: %(site)s") % {"site": site} if site else "",
    )  # fmt: skip


def ground(message: Message) -> str:
    """How the author knows, in a few words; nothing when they did not say."""
    match message.source_kind:
        case SourceKind.EYES:
            return gettext("Seen on the spot.")  # FR: Vu sur place.
        case SourceKind.PERSON:
            if message.source_name:
                return gettext("Told by: %(source)s") % {"source": message.source_name}
            return gettext("Was told.")
        case SourceKind.LINK | SourceKind.DOCUMENT:
            source = message.source_name or site_of(message.source_url)
            return gettext("Source: %(source)s") % {"source": source} if source else ""
    return ""


def site_of(url: str) -> str:
    """The name of the site of an address, without its www."""
    return (urlsplit(url).hostname or "").removeprefix("www.") if url else ""


def real(person: Person) -> Person:
    """The person behind a name: who claimed the ghost, or the person itself."""
    return person.same_as or person


def named(pattern: str, **names: str) -> SafeString:
    """A sentence with names in it, each in bold."""
    return mark_safe(escape(pattern) % {key: f"<b>{escape(name)}</b>" for key, name in names.items()})


def _pattern(word: Attestation, teller: Person | None, *, leans: bool) -> str:
    match word.stance:
        case Stance.SAW:
            return gettext("%(name)s saw it.")
        case Stance.SOURCE:
            return gettext("%(name)s has a source.")
        case Stance.DISPUTE:
            return gettext("%(name)s says otherwise.")
    if teller is None:
        return gettext("%(name)s was told.")
    if leans:
        # FR: %(name)s confirme aussi, mais le tient de %(teller)s : sa voix compte avec la sienne
        return gettext("%(name)s has it from %(teller)s: the two words count as one.")
    return gettext("%(name)s has it from %(teller)s.")


def _first(words: str) -> str:
    return excerpt(words, SIDE_LENGTH)
