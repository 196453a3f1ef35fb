"""The words of an imported mail as the house keeps them: Markdown, and a line for what was not kept."""

from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext, ngettext

from comvir.lib import text as texts
from comvir.lib.archive.charsets import decode
from comvir.lib.archive.markdown import escape, markdown_of
from comvir.lib.archive.message import read_body
from comvir.lib.archive.text import part

# Far beyond what one may write here, since it was not written here; beyond it a mail is a file, not words.
LONGEST = 200_000
MOST_FILES_NAMED = 20


class Words(NamedTuple):
    """A message's text, how many attachments it names, and whether it had to be cut."""

    text: str
    attachments: int
    cut: bool


def words_of(raw: bytes, language: str) -> Words:
    """The text of a mail. One that cannot be understood is kept as it stands."""
    try:
        body = read_body(raw)
        parted = part(body.text[: LONGEST + 1])
        text, cut = markdown_of(parted), len(body.text) > LONGEST
        files = [(file.name, file.size) for file in body.attachments] + list(parted.scrubbed)
    except Exception:  # one mail never stops the others, whatever is in it
        plain = decode(raw)
        text, cut, files = "\n".join(map(escape, plain[:LONGEST].splitlines())), len(plain) > LONGEST, []
    if cut or files or not text.strip():
        text = _with_notes(text, files, cut, language)
    return Words(texts.tidy(text), len(files), cut)


def _with_notes(text: str, files: list[tuple[str, int]], cut: bool, language: str) -> str:
    with translation.override(language):
        notes = []
        if cut:
            notes.append(gettext("This message was longer: the archive it comes from has the rest."))
        if files:
            named = ", ".join(f"{escape(name)} ({_size(size)})" if size else escape(name) for name, size in files[:MOST_FILES_NAMED])
            if len(files) > MOST_FILES_NAMED:
                named += "…"
            notes.append(ngettext("Attached, not kept: %(names)s", "Attached, not kept: %(names)s", len(files)) % {"names": named})
        if not text.strip() and not files:
            notes.append(gettext("This message has no words."))
    return "\n\n".join([part for part in (text, *(f"*{note}*" if "*" not in note else note for note in notes)) if part])


def _size(size: int) -> str:
    for unit in (gettext("bytes"), gettext("kB"), gettext("MB")):
        if size < 1000 or unit == gettext("MB"):
            break
        size = round(size / 1000)
    return f"{size} {unit}"
