"""The readers of this room."""

from collections.abc import Sequence

from comvir.journal.models import Deed
from comvir.journal.reading import Reader


def read(deeds: Sequence[Deed]) -> None:
    """Take in what concerns the standing of messages."""


def forget() -> None:
    """Drop all standings."""


standing = Reader("memory.standing", read, forget)
