"""What people can do with words."""

from comvir.conversation.acts.attesting import attest, take_back
from comvir.conversation.acts.changing import DAY_TO_RESTORE, edit, remove, reopen, restore, settle
from comvir.conversation.acts.polls import PollWish, close_poll, vote
from comvir.conversation.acts.saying import BARE, Beside, answer, bring_in, pass_on, start, write_to_stewards

__all__ = [
    "BARE",
    "DAY_TO_RESTORE",
    "Beside",
    "PollWish",
    "answer",
    "attest",
    "bring_in",
    "close_poll",
    "edit",
    "pass_on",
    "remove",
    "reopen",
    "restore",
    "settle",
    "start",
    "take_back",
    "vote",
    "write_to_stewards",
]
