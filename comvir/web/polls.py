"""Polls: their box under a message, voting, closing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from comvir.conversation.models import Message
from comvir.people.access import Sight
from comvir.web.rowhtml import FormField


def poll_boxes(
    messages: Sequence[Message], sight: Sight, *, may_vote: bool, form_field: FormField
) -> dict[int, SafeString]:
    """The box of each of these messages that asks for a vote, by message id; no query without one."""
    return {}
