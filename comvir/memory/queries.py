"""What is remembered of messages. Standings are true to the last deed the reader took in."""

from collections.abc import Sequence

from comvir.memory.standing import Standing, Turn


def standings(messages: Sequence[int]) -> dict[int, Standing]:
    """The standing of those of these messages that anybody vouched for or disputed, by message id; one query."""
    return {}


def history(message: int) -> list[Turn]:
    """What each word on a message made of it, oldest first."""
    return []
