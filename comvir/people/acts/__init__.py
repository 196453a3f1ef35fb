"""Everything people can do about who they are and where they belong.

Every act takes `by` first, is one transaction, and records its deed last.
"""

from comvir.people.acts.communities import appoint, change_community, open_community, part_with, write_charter
from comvir.people.acts.huddles import add_to_huddle, gather_huddle, leave_huddle
from comvir.people.acts.joining import (
    accept_invitation,
    accept_request,
    ask_to_join,
    decline_request,
    invite,
    join,
    leave,
    welcome,
    withdraw_invitation,
)
from comvir.people.acts.meetings import agree_met, say_met, unsay_met
from comvir.people.acts.persons import arrive, block, claim, describe, found, unblock

__all__ = [
    "accept_invitation",
    "accept_request",
    "add_to_huddle",
    "agree_met",
    "appoint",
    "arrive",
    "ask_to_join",
    "block",
    "change_community",
    "claim",
    "decline_request",
    "describe",
    "found",
    "gather_huddle",
    "invite",
    "join",
    "leave",
    "leave_huddle",
    "open_community",
    "part_with",
    "say_met",
    "unblock",
    "unsay_met",
    "welcome",
    "withdraw_invitation",
    "write_charter",
]
