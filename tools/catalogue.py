"""The French catalogue: extract what the source says, merge it, compile it. Run by bin/translate."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "comvir"
FRENCH = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "django.po"

HEADER = "# French of comvir. Under the licence of the project, AGPL-3.0-or-later."

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def template() -> Catalog:
    """What has to be translated: every marked string of the Python code and of the templates."""
    found = Catalog(domain="django", charset="utf-8", fuzzy=False)
    for source in _sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
            found.add(message, context=context)
    for path in _python():
        for message in _inside_other_strings(path.read_text(encoding="utf-8")):
            found.add(message)
    return found


def french() -> Catalog:
    """The catalogue as it is kept."""
    if not FRENCH.exists():
        return Catalog(locale="fr", domain="django", project="comvir", header_comment=HEADER, fuzzy=False)
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr", domain="django")


def merged() -> Catalog:
    """The kept catalogue with what the source says now: new strings empty, old ones gone."""
    catalogue = french()
    catalogue.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    # Only the words change a catalogue, never the hour: two people who merge get the same file.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 22, tzinfo=UTC)
    catalogue.fuzzy = False
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the .mo for a catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Source strings without a French, plural forms included."""
    return [
        str(message.id)
        for message in catalogue
        if message.id
        and not (all(message.string) if isinstance(message.string, tuple | list) and message.string else message.string)
    ]


PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def misplaced(catalogue: Catalog) -> list[str]:
    """Translations whose placeholders are not those of the source."""
    wrong = []
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = set().union(*({hit.group(0) for hit in PLACEHOLDER.finditer(text)} for text in ids))
        for text in filter(None, strings):
            given = {hit.group(0) for hit in PLACEHOLDER.finditer(text)}
            # A singular may say "one" where the plural gives the number.
            allowed = given == wanted or (len(strings) > 1 and text is strings[0] and given <= wanted)
            if message.id and not allowed:
                wrong.append(text)
    return wrong


def write() -> Catalog:
    """Merge and compile into the repository; returns what was written."""
    catalogue = merged()
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    with FRENCH.open("wb") as file:
        write_po(file, catalogue, no_location=True, sort_output=True, width=120, omit_header=False)
    FRENCH.with_suffix(".mo").write_bytes(compiled(french()))
    return catalogue


# What templatize makes of a comment is a comment of Python: it would hide all that follows it.
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.S)


def _python() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def _inside_other_strings(source: str) -> Iterator[str]:
    """What is marked inside an f-string, where the extractor sees nothing but a string."""
    for string in ast.walk(ast.parse(source)):
        if isinstance(string, ast.JoinedStr):
            for call in ast.walk(string):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "gettext"):
                    said = call.args[0]
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        yield said.value


def _sources() -> Iterator[bytes]:
    for path in _python():
        yield path.read_bytes()
    for path in sorted([*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]):
        pseudo = templatize(_COMMENT.sub("", path.read_text(encoding="utf-8")))
        # The result looks like Python but for its indentation; strings in it hold no raw line ends.
        yield re.sub(r"\s*\n\s*", " ", pseudo).encode()


def main() -> int:
    catalogue = write()
    left = missing(catalogue)
    for text in left:
        print(f"no French yet: {text}")
    for text in misplaced(catalogue):
        print(f"other placeholders than the source: {text}")
    print(f"{len(catalogue)} strings, {len(left)} without French")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
