"""Where a message stands, as pages show it: the box under it, a few words in lists, its history hour by hour."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from comvir.conversation.models import Message
from comvir.people.access import Sight
from comvir.web.rowhtml import FormField


def standing_boxes(
    messages: Sequence[Message], sight: Sight, *, may_attest: bool, form_field: FormField
) -> dict[int, SafeString]:
    """The verification box of each message that states something or that somebody attested, by message id."""
    return {}


def inline_standings(messages: Sequence[int]) -> dict[int, SafeString]:
    """A few words with an icon for lists, by message id; nothing for those nobody attested."""
    return {}
