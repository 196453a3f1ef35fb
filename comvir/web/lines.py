"""What one line of a list of threads shows: made ready once a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from comvir.conversation.models import Thread
from comvir.conversation.queries import Opening, answers_by, answers_unseen, openings_of
from comvir.lib import clock
from comvir.people.access import Sight
from comvir.web import contextual
from comvir.web.following import unread_counts
from comvir.web.rows import foreign, is_first_words, real, title_of
from comvir.web.shapes import NOTHING, Line
from comvir.web.standing import inline_standings, unverified


def lines_of(
    threads: Sequence[Thread],
    sight: Sight,
    newcomers: Iterable[int] = (),
    language: str = "",
    *,
    languages: Mapping[int, str] | None = None,
) -> list[Line]:
    """Lines for these threads, fetched with `starter__same_as`; three queries, two more for who is blocked or blocks.

    `newcomers` are ids of persons whose thread, unanswered, is marked as waiting for a first answer. `language` is
    that of the community, or `languages` those of several by id, for members' words in a page of another language.
    """
    openings, new = openings_of(threads), set(newcomers)
    spoken_in, unseen = languages or {}, answers_unseen(threads, sight)
    hidden = answers_by([thread.answer_id for thread in threads if thread.answer_id], sight.shut_out)
    to_read = unread_counts(sight, threads)
    standings = inline_standings([opening.pk for opening in openings.values() if opening.attested])
    return [
        _line(
            thread,
            openings.get(thread.pk),
            thread.answers - unseen.get(thread.pk, 0),
            new,
            foreign(spoken_in.get(thread.community_id, language)),
            standings,
            thread.answer_id is not None and thread.answer_id not in hidden,
            to_read.get(thread.pk, 0),
        )
        for thread in threads
    ]


def count_answers(count: int, awaits: bool = False) -> str:
    """“4 answers”; “Awaits a first answer” for a newcomer's thread that has none."""
    if count == 0:
        return gettext("Awaits a first answer") if awaits else gettext("No answer yet")
    return ngettext("%(count)d answer", "%(count)d answers", count) % {"count": count}


def count_unread(count: int) -> str:
    """“6 answers to read”."""
    return ngettext("%(count)d answer to read", "%(count)d answers to read", count) % {"count": count}


def _line(
    thread: Thread,
    opening: Opening | None,
    answers: int,
    newcomers: set[int],
    language: str,
    standings: Mapping[int, SafeString],
    answered: bool,
    to_read: int,
) -> Line:
    awaits = answers == 0 and thread.starter_id in newcomers
    title = title_of(thread, opening is not None)
    beginning = opening.words if opening else ""
    chips = standing = NOTHING
    if opening is not None:
        now = clock.now()
        standing = standings.get(opening.pk) or unverified(thread.kind, opening.valid_until, now)
        chips = contextual.chips_of(thread.kind, opening.valid_until, now)
        chips += contextual.answered_chip() if answered else NOTHING
    return Line(
        thread=thread,
        starter=real(thread.starter),
        title=title,
        first_words="" if is_first_words(title, beginning) else beginning,
        answers=count_unread(min(to_read, answers)) if to_read and answers else count_answers(answers, awaits),
        unread=bool(to_read and answers),
        awaits=awaits,
        language=language if opening is not None else "",
        chips=chips,
        standing=standing,
    )
