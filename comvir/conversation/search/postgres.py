"""The index in PostgreSQL: one table with a tsvector and its GIN index. Marks stand in it with a "=" before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from comvir.conversation.search.backend import RANKED, Bounds
from comvir.conversation.search.entry import Entry
from comvir.conversation.search.question import Phrase, Question

CREATE = (
    "CREATE TABLE conversation_search (message bigint PRIMARY KEY, tokens tsvector NOT NULL)",
    "CREATE INDEX conversation_search_tokens ON conversation_search USING gin (tokens)",
)
DROP = "DROP TABLE conversation_search"
# A tsvector keeps no place beyond this one.
_LAST_PLACE = 16_383


class PostgreSQL:
    """Tokens hold letters and figures only, so that none of them can end the quotes they stand in."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Put entries in; none of them may be there already."""
        rows = [(one.message, _vector(one)) for one in entries]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO conversation_search(message, tokens) VALUES (%s, %s::tsvector)", rows)

    def drop(self, messages: Sequence[int]) -> None:
        """Take entries out, those of them that are there."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM conversation_search WHERE message = ANY(%s)", [list(messages)])

    def recent(self, question: Question, bounds: Bounds) -> list[int]:
        """The newest first."""
        where, params = _condition(question, bounds)
        return _ids(
            f"SELECT message FROM conversation_search WHERE {where} ORDER BY message DESC LIMIT %s",
            [*params, bounds.limit],
        )

    def ranked(self, question: Question, bounds: Bounds) -> list[int]:
        """The best first, by ts_rank_cd among the newest RANKED."""
        where, params = _condition(question, bounds)
        newest = f"SELECT message, tokens FROM conversation_search WHERE {where} ORDER BY message DESC LIMIT {RANKED}"
        best = "ts_rank_cd(tokens, %s::tsquery) DESC, message DESC"
        sql = f"SELECT message FROM ({newest}) AS newest ORDER BY {best} LIMIT %s"
        return _ids(sql, [*params, _words(question) or "''", bounds.limit])


def _condition(question: Question, bounds: Bounds) -> tuple[str, list[Any]]:
    params: list[Any]
    parts, params = ["tokens @@ %s::tsquery"], [_query(question, bounds)]
    if bounds.before is not None:
        parts.append("message < %s")
        params.append(bounds.before)
    if question.among is not None:
        parts.append("message = ANY(%s)")
        params.append(list(question.among))
    return " AND ".join(parts), params


def _query(question: Question, bounds: Bounds) -> str:
    """The expression of https://www.postgresql.org/docs/15/datatype-textsearch.html#DATATYPE-TSQUERY."""
    ands = [_words(question)] if question.wanted else []
    ands += [_phrase(phrase, "@") for phrase in question.place]
    ands += [_any(f"={mark}" for mark in bounds.where)]
    ands += [_any(f"={mark}" for mark in bounds.months)] if bounds.months else []
    ands += [f"'=k{question.kind}'"] if question.kind else []
    ands += [_any(f"={mark}" for mark in bounds.authors)] if bounds.authors else []
    ands += [f"!({_phrase(phrase)})" for phrase in question.unwanted]
    return " & ".join(f"({one})" for one in ands)


def _words(question: Question) -> str:
    return " & ".join(f"({_phrase(phrase)})" for phrase in question.wanted)


def _phrase(phrase: Phrase, before: str = "") -> str:
    """A word in any of its forms; a phrase in the forms of either language, never mixed."""
    if len(phrase) == 1:
        return _any(f"{before}{form}" for form in phrase[0])
    ways = [[word[min(way, len(word) - 1)] for word in phrase] for way in range(2)]
    return " | ".join("(" + " <-> ".join(f"'{before}{form}'" for form in way) + ")" for way in ways)


def _any(tokens: Iterable[str]) -> str:
    return " | ".join(f"'{token}'" for token in tokens)


def _vector(entry: Entry) -> str:
    # Places have an "@" before them, so that a filter by place does not find what was only spoken of.
    words = [f"'{word}':{min(place, _LAST_PLACE)}" for place, word in enumerate(entry.words, start=1)]
    places = [f"'@{word}':{place}" for place, word in enumerate(entry.place, start=1)]
    return " ".join([*words, *places, *(f"'={mark}'" for mark in entry.marks)])


def _ids(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [int(row[0]) for row in cursor.fetchall()]


BACKEND = PostgreSQL()
