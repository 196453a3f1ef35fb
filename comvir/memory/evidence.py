"""From deeds to a standing: the words on a message as they stood at a deed, and what is known of who gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.journal.verbs import ATTEST, DISPUTED, REMOVED, RESTORED, SAID, TOOK_BACK, VOUCHED
from comvir.memory import commons
from comvir.memory import parameters as par
from comvir.memory.commons import AsOf
from comvir.memory.dependence import Dependence, Habits, Past, Ties, week_of
from comvir.memory.models import EVERYWHERE
from comvir.memory.standing import Standing, Status, Voice
from comvir.memory.voices import Count, Word, backed, count, first_hands, plain_status, status_of

MESSAGE = "conversation.message"
ABOUT = ATTEST | {SAID, REMOVED, RESTORED}
# The words between an applicant and the stewards are nobody else's to weigh.
WEIGHED = frozenset({Audience.PUBLIC, Audience.COMMUNITY, Audience.HUDDLE})
_STANCES = {VOUCHED: 1, DISPUTED: -1}


@dataclass(frozen=True)
class Heard:
    """The words on a message that hold after a deed, oldest first; none of its author's, none once it is removed.

    `community` is where they may be weighed later as past agreement, None for what only a huddle reads.
    `counts` tells whether the last deed says anything of the standing at all.
    """

    words: tuple[Word, ...]
    author: int
    here: AsOf
    community: int | None
    counts: bool


def heard(deed: Deed) -> Heard | None:
    """What was said of the message up to this deed, by deeds that its readers may know; None for nothing to weigh."""
    about = Deed.objects.filter(object_type=MESSAGE, object_id=deed.object_id, verb__in=ABOUT, pk__lte=deed.pk)
    deeds = list(about.order_by("pk"))
    said = next((one for one in deeds if one.verb == SAID), None)
    if said is None or said.community_id is None or said.audience not in WEIGHED:
        return None
    names = _names([one.actor_id for one in deeds], deed.pk)
    author = names.get(said.actor_id, said.actor_id)
    live: dict[int, Word] = {}
    removed, counts = False, False
    for one in deeds:
        counts = _fits(one, said)
        person = names.get(one.actor_id, one.actor_id)
        if not counts:
            continue
        if one.verb in (REMOVED, RESTORED):
            removed = one.verb == REMOVED
        elif one.verb in ATTEST:
            counts = person != author
            live.pop(person, None)
            if counts and one.verb != TOOK_BACK:
                live[person] = Word(person, _STANCES[one.verb], one.object_name, one.happened_at)
    return Heard(
        words=() if removed else tuple(live.values()),
        author=author,
        here=AsOf(said.community_id, deed.pk, deed.happened_at),
        community=_place_of(said),
        counts=counts,
    )


def _place_of(said: Deed) -> int | None:
    if said.audience == Audience.HUDDLE:
        return None
    return EVERYWHERE if said.audience == Audience.PUBLIC else said.community_id


def _fits(one: Deed, said: Deed) -> bool:
    """Whether everybody who may read the message may know of the deed."""
    if one.community_id != said.community_id:
        return False
    if one.audience == Audience.HUDDLE and one.huddle_id != said.huddle_id:
        return False
    return one.audience in (said.audience, Audience.PUBLIC)


def _names(persons: Sequence[int], deed: int) -> dict[int, int]:
    """By ghost, the person who had claimed it by then."""
    return {ghost: person for person, ghost in commons.claims_about(sorted(set(persons)), deed)}


def weigh(found: Heard, message: int, before: Status) -> Standing:
    """The standing these words give to a message which stood at `before`."""
    here, words = found.here, found.words
    roots = commons.rooted(here) if words else {}
    there = commons.present(roots, here)
    weighed = len(there) >= par.ENOUGH_TO_WEIGH
    origins = first_hands(words)
    confirm = sum(word.stance > 0 and word.person in origins for word in words)
    dispute = sum(word.stance < 0 and word.person in origins for word in words)
    if weighed:
        result = _counted(found, message, roots, there)
        status = status_of(result.for_milli, result.against_milli, before)
    else:
        result = Count(0, 0, dict.fromkeys(origins, 1000))
        status = plain_status(confirm, dispute)
    voices = [
        Voice(
            word.person, word.stance, word.ground, word.at, result.credits.get(word.person, 0),
            word.person in result.credits,
        )
        for word in words
    ]  # fmt: skip
    return Standing(
        message=message, status=status, for_milli=result.for_milli, against_milli=result.against_milli,
        confirm=confirm, dispute=dispute, weighed=weighed, voices=tuple(voices), at=here.at, deed=here.deed,
    )  # fmt: skip


def _counted(found: Heard, message: int, roots: Mapping[int, int], there: set[int]) -> Count:
    here, words = found.here, found.words
    origins = first_hands(words)
    new = {word.person for word in words if word.person not in roots and word.person in origins}
    # The author backs nobody: they would be speaking for their own message.
    backers = {person: friends - {found.author} for person, friends in commons.backers_of(new, roots, here).items()}
    counted = backed(words, roots, backers)
    grounds = {word.person: word.ground for word in words if word.person in counted}
    company = there if commons.is_small(here) else set()
    knowing = Dependence(
        week=week_of(here.at),
        ties=(ties := _ties(set(grounds) | company, here)),
        usual=ties.usual(sorted(company), week_of(here.at)),
        habits=_habits(set(grounds), message, here),
        inviters=_inviters(grounds, here),
        roots=roots,
        grounds=grounds,
        origins=origins,
    )
    return count(words, roots, backers, knowing.rho)


def _ties(persons: set[int], here: AsOf) -> Ties:
    ties = Ties()
    for _deed, _kind, one, other, week, units, _undoes in commons.met_among(persons, here):
        ties.meet(one, other, week, units)
    names = _names(sorted(persons), here.deed)
    for writer, reader, week in commons.talk_among(persons | names.keys(), here):
        ties.write(_real(writer, names), _real(reader, names), week)
    return ties


def _real(person: int, names: Mapping[int, int]) -> int:
    return names.get(person, person)


def _habits(persons: set[int], message: int, here: AsOf) -> Habits:
    rows = commons.settled_words(sorted(persons), here.places, message, here.at)
    return Habits([Past(row.message, row.person, row.stance, row.at, row.positive, row.total) for row in rows])


def _inviters(persons: Mapping[int, str], here: AsOf) -> dict[int, int]:
    inviters: dict[int, int] = {}
    for person, by in commons.invitations_of(sorted(persons), here.community, here.at):
        inviters.setdefault(person, by)
    return inviters
