"""Words as a search compares them: lower case, stemmed in French or English, then without accents.

Stemmed first and folded after: “entraidées” loses its ending only while it still has its accent. The same tokens
go into both databases, so that both find the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from threading import local

import Stemmer
from django.utils.safestring import SafeString, mark_safe

from comvir.lib.text import fold

WORD = re.compile(r"[^\W_]+")
# A token of the index is no longer than this: what is longer is no word, and PostgreSQL takes no more than 2 kB.
LONGEST = 64
LANGUAGES = {"fr": "french", "en": "english"}
# The commonest short words, by which one tells which of the two languages a text is in.
_COMMON = {
    "fr": "le la les de des du et est en un une que qui pour pas dans ce je vous nous avec au aux sur il elle on",
    "en": "the of and is in to a that for not it you we with on at this be are was have from i my your they",
}
_COMMON_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_BY_THREAD = local()


def language_of(text: str, otherwise: str) -> str:
    """ "fr" or "en": the language whose commonest words the beginning of the text has more of."""
    seen = [word.lower() for word in WORD.findall(text[:1000])]
    french, english = (sum(word in _COMMON_WORDS[code] for word in seen) for code in ("fr", "en"))
    if french == english:
        return otherwise if otherwise in LANGUAGES else "fr"
    return "fr" if french > english else "en"


def tokens(text: str, language: str) -> list[str]:
    """The words of a text as the index keeps them, in order."""
    return [
        _plain(stem) for stem in _stemmer(language).stemWords([word.lower()[:LONGEST] for word in WORD.findall(text)])
    ]


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[str, ...]:
    """What one word that is looked for may be in the index: stemmed as French, and as English where that differs."""
    return tuple(dict.fromkeys(_plain(_stemmer(code).stemWord(word.lower()[:LONGEST])) for code in LANGUAGES))


def highlighted(text: str, wanted: frozenset[str], length: int = 220) -> SafeString:
    """The part of a plain text where words of `wanted` (see `forms`) stand closest, these in <mark>, escaped."""
    found = [word for word in WORD.finditer(text) if not wanted.isdisjoint(forms(word.group()))] if wanted else []
    first, last = _window(text, [(word.start(), word.end()) for word in found], length)
    parts, at = ["…" if first else ""], first
    for word in found:
        if word.start() >= first and word.end() <= last:
            parts += [escape(text[at : word.start()]), f"<mark>{escape(word.group())}</mark>"]
            at = word.end()
    parts += [escape(text[at:last]), "…" if last < len(text) else ""]
    return mark_safe("".join(parts))


def _plain(stem: str) -> str:
    # Some letters come apart into more than letters, or nothing at all: no quote, blank or empty word may get into
    # the index or a question to it.
    return stem if stem.isascii() else "".join(WORD.findall(fold(stem))) or stem


def _window(text: str, found: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """Where to begin and end: around the most words that fit, at the edges of words."""
    if len(text) <= length:
        return 0, len(text)
    most, begin = 0, 0
    reach = 0
    for index, (start, _end) in enumerate(found):
        reach = max(reach, index)
        while reach < len(found) and found[reach][1] - start <= length - 40:
            reach += 1
        if reach - index > most:
            most, begin = reach - index, max(0, start - 40)
    begin = min(begin, len(text) - length)
    first = 0 if begin == 0 else text.find(" ", begin, begin + 40) + 1 or begin
    last = len(text) if first + length >= len(text) else text.rfind(" ", first, first + length)
    return first, last if last > first else first + length


def _stemmer(language: str) -> Stemmer.Stemmer:
    # A stemmer is not for several threads at once.
    kept: dict[str, Stemmer.Stemmer] = _BY_THREAD.__dict__
    if language not in kept:
        kept[language] = Stemmer.Stemmer(LANGUAGES.get(language, "french"))
    return kept[language]
