"""Finding again what was said."""

from collections.abc import Sequence

from comvir.conversation.models import Message


def index(messages: Sequence[Message]) -> None:
    """Take these messages in, or take them in anew."""


def forget(messages: Sequence[int]) -> None:
    """Find these messages, given by id, no more."""
