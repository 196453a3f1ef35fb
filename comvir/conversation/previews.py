"""What the links of a message lead to: asked for when it is written, fetched later by a chore."""

from comvir.conversation.models import Message


def ask_previews(message: Message) -> None:
    """Note the links whose pages are to be looked at."""
