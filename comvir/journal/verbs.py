"""The vocabulary of the house: every verb a deed may have, with its ActivityStreams type.

Their sentences, in two languages, live with the pages (`comvir/web/deeds.py`); what each
means, who hears of it and what undoes it is told in `docs/deeds.md`. A test holds the three together.
"""

# People and their circles
FOUNDED = "founded"
ARRIVED = "arrived"
DESCRIBED = "described"
CLAIMED = "claimed"
OPENED = "opened"
CHANGED = "changed"
CHARTERED = "chartered"
JOINED = "joined"
LEFT = "left"
ASKED_TO_JOIN = "asked_to_join"
ACCEPTED = "accepted"
DECLINED = "declined"
INVITED = "invited"
WITHDREW_INVITATION = "withdrew_invitation"
WELCOMED = "welcomed"
APPOINTED = "appointed"
PARTED = "parted"
GATHERED_HUDDLE = "gathered_huddle"
ADDED_TO_HUDDLE = "added_to_huddle"
LEFT_HUDDLE = "left_huddle"
BLOCKED = "blocked"
UNBLOCKED = "unblocked"

# What they say
SAID = "said"
EDITED = "edited"
REMOVED = "removed"
RESTORED = "restored"
CORRECTED = "corrected"
PASSED_ON = "passed_on"
SETTLED = "settled"
REOPENED = "reopened"
VOTED = "voted"
CLOSED_POLL = "closed_poll"

# What others know of it
VOUCHED = "vouched"
DISPUTED = "disputed"
TOOK_BACK = "took_back"

# What comes from outside
TOOK_IN = "took_in"
LEFT_OUT = "left_out"

# Who has met whom
SAID_THEY_MET = "said_they_met"
MET = "met"
UNMET = "unmet"

ACTIVITY: dict[str, str] = {
    FOUNDED: "Create",
    ARRIVED: "Create",
    DESCRIBED: "Update",
    CLAIMED: "Move",
    OPENED: "Create",
    CHANGED: "Update",
    CHARTERED: "Update",
    JOINED: "Join",
    LEFT: "Leave",
    ASKED_TO_JOIN: "Join",
    ACCEPTED: "Accept",
    DECLINED: "Reject",
    INVITED: "Invite",
    WITHDREW_INVITATION: "Undo",
    WELCOMED: "Accept",
    APPOINTED: "Add",
    PARTED: "Remove",
    GATHERED_HUDDLE: "Create",
    ADDED_TO_HUDDLE: "Add",
    LEFT_HUDDLE: "Leave",
    BLOCKED: "Block",
    UNBLOCKED: "Undo",
    SAID: "Create",
    EDITED: "Update",
    REMOVED: "Delete",
    RESTORED: "Undo",
    CORRECTED: "Update",
    PASSED_ON: "Announce",
    SETTLED: "Accept",
    REOPENED: "Undo",
    VOTED: "Add",
    CLOSED_POLL: "Update",
    VOUCHED: "Accept",
    DISPUTED: "Dislike",
    TOOK_BACK: "Undo",
    TOOK_IN: "Follow",
    LEFT_OUT: "Undo",
    SAID_THEY_MET: "Offer",
    MET: "Arrive",
    UNMET: "Undo",
}

# Somebody else's word on a message, or that word taken back: what a message's standing is made of.
ATTEST = frozenset({VOUCHED, DISPUTED, TOOK_BACK})

# After one of these a message may stand otherwise: open pages are told once that is known.
CHANGE_STANDING = ATTEST | {REMOVED, RESTORED}

# After one of these, what a person may see can have changed: open pages ask again who is looking.
CHANGE_SIGHT = frozenset(
    {JOINED, LEFT, ACCEPTED, DECLINED, ASKED_TO_JOIN, APPOINTED, PARTED, CHANGED, CLAIMED}
    | {GATHERED_HUDDLE, ADDED_TO_HUDDLE, LEFT_HUDDLE, BLOCKED, UNBLOCKED}
)
