"""What hangs beside the words of a message: pictures, and what its links lead to."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from comvir.conversation.models import Message


def hung_html(messages: Sequence[Message]) -> dict[int, SafeString]:
    """Pictures and link previews of those of these messages that have any, by message id; no query without."""
    return {}
