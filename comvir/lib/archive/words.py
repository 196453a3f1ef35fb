"""From the bytes of a mail to its words in Markdown, in one step that needs nothing but those bytes. Never raises."""

from typing import NamedTuple

from comvir.lib.archive.charsets import decode
from comvir.lib.archive.markdown import escape, markdown_of
from comvir.lib.archive.message import read_body
from comvir.lib.archive.text import part
from comvir.lib.text import tidy

# Far beyond what one may write here, since it was not written here; beyond it a mail is a file, not words.
LONGEST = 200_000


class Words(NamedTuple):
    """A mail's Markdown, the names and sizes (bytes, 0 unknown) of what was attached, and whether it had to be cut."""

    text: str
    files: tuple[tuple[str, int], ...]
    cut: bool


def words_of(raw: bytes) -> Words:
    """The words of a mail. One that cannot be understood is kept as it stands."""
    try:
        body = read_body(raw)
        parted = part(body.text[:LONGEST])
        files = tuple((file.name, file.size) for file in body.attachments) + parted.scrubbed
        return Words(tidy(markdown_of(parted)), files, len(body.text) > LONGEST)
    except Exception:  # one mail never stops the others, whatever is in it
        plain = decode(raw)
        return Words(tidy("\n".join(map(escape, plain[:LONGEST].splitlines()))), (), len(plain) > LONGEST)


def all_words(raws: list[bytes]) -> list[Words]:
    """The words of several mails: what one process is given at a time."""
    return [words_of(raw) for raw in raws]
