"""Standing in words everybody understands, in the reader's language.

Only sums are told: who goes with whom is nobody's to read, so nothing is said of dependence where two people spoke.
"""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from comvir.memory.standing import Standing, Status, Voice

# From so many voices on, that some of them go together points at nobody.
ENOUGH_TO_HIDE = 3

# The same words as on Today.
_IN_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen",
)  # fmt: skip

_ICONS = {
    Status.UNVERIFIED: "v-none",
    Status.SEEN: "eye",
    Status.CORROBORATED: "v-ok",
    Status.DISPUTED: "v-dispute",
    Status.CONTESTED: "v-dispute",
    Status.CONTRADICTED: "v-dispute",
}


def icon_of(status: str) -> str:
    """The symbol of a status: a dashed ring, an eye, rings, or two rings apart."""
    return _ICONS[Status(status)]


def independent(milli: int) -> int:
    """How many independent people thousandths of a voice are said to be: whole ones, and one that lacks a tenth."""
    return (milli + 100) // 1000


def headline(standing: Standing | None) -> str:
    """The bold line of the verification box, without a full stop. None: nobody has said anything of the message."""
    if standing is None:
        return gettext("Not yet verified")  # FR: Pas encore vérifié
    if not standing.weighed and standing.confirm + standing.dispute:
        return _plain(standing)
    match standing.status:
        case Status.CORROBORATED:
            count = independent(standing.for_milli)
            # FR: Corroboré par 4 personnes indépendantes
            return ngettext(
                "Confirmed by %(count)d independent person", "Confirmed by %(count)d independent people", count
            ) % {"count": count}
        case Status.CONTRADICTED:
            count = independent(standing.against_milli)
            return ngettext(
                "Contradicted by %(count)d independent person", "Contradicted by %(count)d independent people", count
            ) % {"count": count}
        case status:
            return str(status.label)


def explained(standing: Standing | None) -> str:
    """What the headline means here, in one to three sentences. Whether to ask for more is for who knows the reader."""
    if standing is None or not standing.voices:
        return gettext("Nobody else has said what they know yet.")
    if not standing.weighed:
        return gettext("There are too few of us to weigh it.")
    sentences = [_meaning(standing), _together(standing), _newcomers(standing)]
    return " ".join(sentence for sentence in sentences if sentence)


def inline(standing: Standing | None) -> str:
    """The same in a few words, for lists."""
    if standing is None:
        return gettext("not yet verified")
    if not standing.weighed and standing.confirm + standing.dispute:
        return _plain(standing)
    match standing.status:
        case Status.CORROBORATED:
            return gettext("confirmed by %(count)d") % {"count": independent(standing.for_milli)}
        case Status.CONTRADICTED:
            return gettext("contradicted by %(count)d") % {"count": independent(standing.against_milli)}
        case Status.CONTESTED:
            return gettext("disputed: two accounts")
        case Status.DISPUTED:
            return gettext("disputed")
        case Status.SEEN:
            return gettext("seen by some")
    return gettext("not yet verified")


def in_words(number: int) -> str:
    """A number of two or more as prose has it: in words up to sixteen, in figures above."""
    return gettext(_IN_WORDS[number - 2]) if 2 <= number <= len(_IN_WORDS) + 1 else str(number)


def _plain(standing: Standing) -> str:
    """Plain counts, where nothing can be weighed."""
    confirm, dispute = standing.confirm, standing.dispute
    confirmed = ngettext("%(count)d person confirms", "%(count)d people confirm", confirm) % {"count": confirm}
    if not dispute:
        return confirmed
    if not confirm:
        return ngettext("%(count)d person disputes", "%(count)d people dispute", dispute) % {"count": dispute}
    # The end of “2 people confirm, 1 disputes”.
    disputed = ngettext("%(count)d disputes", "%(count)d dispute", dispute) % {"count": dispute}
    return gettext("%(confirmed)s, %(disputed)s") % {"confirmed": confirmed, "disputed": disputed}


def _meaning(standing: Standing) -> str:
    match standing.status:
        case Status.CORROBORATED:
            # FR: Elles ne tiennent pas l’information les unes des autres.
            return gettext("They do not have it from one another.")
        case Status.CONTESTED:
            # FR: Personne n’a tort d’avance. Voici ce que chacun sait.
            return gettext("Nobody is wrong beforehand. Here is what each one knows.")
        case Status.CONTRADICTED:
            return gettext("Those who say that it was otherwise do not have it from one another.")
        case Status.DISPUTED:
            count = len(_counted(standing, -1))
            return ngettext(
                "One person says that it was otherwise. Here is what each one knows.",
                "%(people)s people say that it was otherwise. Here is what each one knows.",
                count,
            ) % {"people": capfirst(in_words(count))}
        case Status.SEEN:
            count = len(_counted(standing, 1))
            return ngettext(
                "One person confirms this. It takes a few more who do not usually go together.",
                "%(people)s people confirm this. It takes a few more who do not usually go together.",
                count,
            ) % {"people": capfirst(in_words(count))}
    return _only_heard(standing)


def _only_heard(standing: Standing) -> str:
    heard = [voice for voice in standing.voices if _second_hand(voice)]
    if len(heard) < len(standing.voices):
        return ""
    # FR: Une seule personne le dit, et elle l’a entendu dire.
    return ngettext(
        "Only one person says so, and has it from hearsay.",
        "%(people)s people say so, and have it from hearsay.",
        len(heard),
    ) % {"people": capfirst(in_words(len(heard)))}


def _together(standing: Standing) -> str:
    """That the voices which count are more than they count for. Said of the side that is told of."""
    against = standing.status == Status.CONTRADICTED
    people = len(_counted(standing, -1 if against else 1))
    voices = independent(standing.against_milli if against else standing.for_milli)
    if people < ENOUGH_TO_HIDE or not 0 < voices < people:
        return ""
    said = {"people": capfirst(in_words(people)), "voices": in_words(voices)}
    if against:
        return ngettext(
            "%(people)s people say so, but they count as about one voice: "
            "they mostly know each other, have the same source or speak together.",
            "%(people)s people say so, but they count as about %(voices)s voices: "
            "they mostly know each other, have the same source or speak together.",
            voices,
        ) % said  # fmt: skip
    return ngettext(
        "%(people)s people vouch for this, but they count as about one voice: "
        "they mostly know each other, have the same source or vouch together.",
        "%(people)s people vouch for this, but they count as about %(voices)s voices: "
        "they mostly know each other, have the same source or vouch together.",
        voices,
    ) % said  # fmt: skip


def _newcomers(standing: Standing) -> str:
    new = [v for v in standing.voices if v.stance > 0 and not v.counted and not _second_hand(v)]
    if not new:
        return ""
    return ngettext(
        "A newcomer also vouches, and counts once somebody else here has met them.",
        "%(people)s newcomers also vouch, and count once somebody else here has met them.",
        len(new),
    ) % {"people": capfirst(in_words(len(new)))}


def _counted(standing: Standing, stance: int) -> list[Voice]:
    return [voice for voice in standing.voices if voice.counted and voice.stance == stance]


def _second_hand(voice: Voice) -> bool:
    return voice.ground == "hearsay" or voice.ground.startswith("person:")
