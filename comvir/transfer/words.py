"""The words of an imported mail as the house keeps them: its Markdown, and a line for what was not kept."""

from django.utils import translation
from django.utils.translation import gettext

from comvir.lib.archive.markdown import escape
from comvir.lib.archive.words import Words

MOST_FILES_NAMED = 20


def kept_text(words: Words, language: str) -> str:
    """The text of a message, with what a reader has to know of what is missing, in the community's language."""
    if words.text and not words.files and not words.cut:
        return words.text
    with translation.override(language):
        notes = [words.text]
        if words.cut:
            notes.append(gettext("This message was longer: the archive it comes from has the rest."))
        if words.files:
            notes.append(gettext("Attached, not kept: %(names)s") % {"names": _named(words.files)})
        elif not words.text:
            notes.append(gettext("This message has no words."))
    return "\n\n".join(note for note in notes if note)


def _named(files: tuple[tuple[str, int], ...]) -> str:
    names = [f"{escape(name)} ({_size(size)})" if size else escape(name) for name, size in files[:MOST_FILES_NAMED]]
    return ", ".join(names) + ("…" if len(files) > MOST_FILES_NAMED else "")


def _size(size: int) -> str:
    if size < 1000:
        return gettext("%(size)d bytes") % {"size": size}
    if size < 1_000_000:
        return gettext("%(size)d kB") % {"size": round(size / 1000)}
    return gettext("%(size)d MB") % {"size": round(size / 1_000_000)}
