"""The index in SQLite: one FTS5 table, whose rowid is the message's id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from comvir.conversation.search.backend import RANKED, Bounds
from comvir.conversation.search.entry import Entry
from comvir.conversation.search.question import Phrase, Question

_COLUMNS = "words, place, marks, tokenize = 'unicode61 remove_diacritics 0'"
CREATE = f"CREATE VIRTUAL TABLE conversation_search USING fts5({_COLUMNS})"
DROP = "DROP TABLE conversation_search"


class SQLite:
    """FTS5. Tokens hold letters and figures only, so that none of them can end the quotes they stand in."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Put entries in; none of them may be there already."""
        rows = [(one.message, " ".join(one.words), " ".join(one.place), " ".join(one.marks)) for one in entries]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO conversation_search(rowid, words, place, marks) VALUES (%s,%s,%s,%s)", rows)

    def drop(self, messages: Sequence[int]) -> None:
        """Take entries out, those of them that are there."""
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM conversation_search WHERE rowid = %s", [(pk,) for pk in messages])

    def recent(self, question: Question, bounds: Bounds) -> list[int]:
        """The newest first."""
        where, params = _condition(question, bounds)
        return _ids(
            f"SELECT rowid FROM conversation_search WHERE {where} ORDER BY rowid DESC LIMIT %s", [*params, bounds.limit]
        )

    def ranked(self, question: Question, bounds: Bounds) -> list[int]:
        """The best first, by bm25 among the newest RANKED."""
        where, params = _condition(question, bounds)
        edge = f"SELECT rowid FROM conversation_search WHERE {where} ORDER BY rowid DESC LIMIT 1 OFFSET {RANKED}"
        sql = (
            f"SELECT rowid FROM conversation_search WHERE {where} AND rowid > coalesce(({edge}), 0) "
            "ORDER BY bm25(conversation_search, 1.0, 1.0, 0.0), rowid DESC LIMIT %s"
        )
        return _ids(sql, [*params, *params, bounds.limit])


def _condition(question: Question, bounds: Bounds) -> tuple[str, list[Any]]:
    params: list[Any]
    parts, params = ["conversation_search MATCH %s"], [_match(question, bounds)]
    if bounds.before is not None:
        parts.append("rowid < %s")
        params.append(bounds.before)
    if question.among is not None:
        parts.append(f"rowid IN ({','.join(['%s'] * len(question.among))})")
        params.extend(question.among)
    return " AND ".join(parts), params


def _match(question: Question, bounds: Bounds) -> str:
    """The expression of https://www.sqlite.org/fts5.html#full_text_query_syntax."""
    ands = [_phrase("words", phrase) for phrase in question.wanted]
    ands += [_phrase("place", phrase) for phrase in question.place]
    ands += [f"marks : ({_any(bounds.where)})"]
    ands += [f"marks : ({_any(bounds.months)})"] if bounds.months else []
    ands += [f'marks : "k{question.kind}"'] if question.kind else []
    ands += [f"marks : ({_any(bounds.authors)})"] if bounds.authors else []
    wanted = " AND ".join(f"({one})" for one in ands)
    unwanted = " OR ".join(_phrase("words", phrase) for phrase in question.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _phrase(column: str, phrase: Phrase) -> str:
    """A word in any of its forms; a phrase in the forms of either language, never mixed."""
    if len(phrase) == 1:
        return f"{column} : ({_any(phrase[0])})"
    ways = dict.fromkeys(" ".join(word[min(way, len(word) - 1)] for word in phrase) for way in range(2))
    return f"{column} : ({_any(tuple(ways))})"


def _any(tokens: Sequence[str]) -> str:
    return " OR ".join(f'"{token}"' for token in tokens)


def _ids(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [int(row[0]) for row in cursor.fetchall()]


BACKEND = SQLite()
