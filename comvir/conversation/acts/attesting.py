"""Giving one's word on what another said: vouching for it, disputing it, taking one's word back."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from comvir.conversation.acts.common import locked_message, record_here
from comvir.conversation.context import fit_link
from comvir.conversation.models import WORDS_LIMIT, Attestation, Message, Stance
from comvir.conversation.refusals import (
    AlreadyRemoved,
    CannotSpeakHere,
    NoSuchStance,
    NothingToTakeBack,
    OwnWord,
    ReasonMissing,
    WordsTooLong,
)
from comvir.conversation.wording import may_speak
from comvir.journal.verbs import DISPUTED, TOOK_BACK, VOUCHED
from comvir.lib import clock
from comvir.lib.text import fold, shows_nothing, tidy_line
from comvir.people.access import Sight, sight_of
from comvir.people.models import Person
from comvir.people.models.membership import BELONGS
from comvir.people.refusals import NotInThisCircle


def attest(
    *,
    by: Person,
    message: Message,
    stance: str,
    words: str = "",
    told_by: Person | None = None,
    source_url: str = "",
) -> Attestation:
    """Say what one knows of another's message; an earlier word of one's own gives way to it.

    A dispute needs its reason; so does a source that is no link. `told_by` counts with stance "told" only.
    Saying the same again changes nothing. Raises CannotSpeakHere, OwnWord, AlreadyRemoved, NoSuchStance,
    ReasonMissing, WordsTooLong, LinkUnclear, NotInThisCircle for a teller who is not of the circle.
    """
    sight = sight_of(by)
    words, source_url = tidy_line(words), fit_link(source_url)
    _fit(stance, words, source_url)
    with transaction.atomic():
        message = locked_message(message)
        if not may_speak(sight, message.thread):
            raise CannotSpeakHere
        if message.is_by(sight):
            raise OwnWord
        if message.is_removed:
            raise AlreadyRemoved
        teller = _teller(sight, message, told_by) if stance == Stance.TOLD else None
        said: dict[str, Any] = {
            "stance": stance, "words": words, "told_by_id": teller, "source_url": source_url, "taken_back_at": None,
        }  # fmt: skip
        word = Attestation.objects.filter(message=message, person=by).first()
        if word is not None and all(getattr(word, name) == value for name, value in said.items()):
            return word
        word, fresh = Attestation.objects.update_or_create(
            message=message, person=by, defaults={**said, "at": clock.now()}
        )
        if fresh:
            message.attested += 1
            message.save(update_fields=["attested"])
        author = message.author.same_as or message.author
        record_here(
            by, DISPUTED if stance == Stance.DISPUTE else VOUCHED, message, name=_ground(word),
            to=[] if author.pk in sight.shut_out else [author],
        )  # fmt: skip
    return word


def take_back(*, by: Person, message: Message) -> Attestation:
    """Take one's word on a message back. Raises NothingToTakeBack."""
    with transaction.atomic():
        message = locked_message(message)
        word = Attestation.objects.filter(message=message, person=by, taken_back_at=None).first()
        if word is None:
            raise NothingToTakeBack
        word.taken_back_at = clock.now()
        word.save(update_fields=["taken_back_at"])
        record_here(by, TOOK_BACK, message)
    return word


def _fit(stance: str, words: str, source_url: str) -> None:
    if stance not in Stance.values:
        raise NoSuchStance
    if len(words) > WORDS_LIMIT:
        raise WordsTooLong
    reason_given = not shows_nothing(words)
    if (stance == Stance.DISPUTE and not reason_given) or (
        stance == Stance.SOURCE and not reason_given and not source_url
    ):
        raise ReasonMissing


def _teller(sight: Sight, message: Message, told_by: Person | None) -> int | None:
    """The id of who told it: somebody of the circle, or the author. Raises NotInThisCircle."""
    if told_by is None or told_by.pk in sight.selves:
        return None
    here = message.thread.community.memberships.filter(BELONGS, person=told_by)
    if told_by.pk in sight.shut_out or not (told_by.pk == message.author_id or here.exists()):
        raise NotInThisCircle(field="told_by")
    return told_by.pk


def _ground(word: Attestation) -> str:
    """What the word rests on, as the journal keeps it: enough to tell two apart, never what was said."""
    if word.source_url:
        parts = urlsplit(word.source_url)
        site = (parts.hostname or "").removeprefix("www.")
        whole = f"{site}{parts.path.rstrip('/')}?{parts.query}"
        return f"doc:{site[:150]}#{sha256(whole.encode()).hexdigest()[:16]}"
    if word.stance == Stance.SOURCE:
        # The same document told of in the same words is one source, here as with a link.
        return f"doc:#{sha256(fold(word.words).encode()).hexdigest()[:16]}"
    if word.stance == Stance.TOLD:
        return f"person:{word.told_by_id}" if word.told_by_id else "hearsay"
    return ""
