"""Who is here: persons and accounts, communities, how one joins them, huddles, blocks, the house."""

from comvir.people.models.community import Charter, Community, JoinMode, Theme, Visibility
from comvir.people.models.house import House, OneTimeKey
from comvir.people.models.huddle import Huddle, HuddleMember
from comvir.people.models.meeting import Meeting
from comvir.people.models.membership import Invitation, JoinRequest, Membership, Role
from comvir.people.models.person import Account, Block, GhostAddress, PastHandle, Person

__all__ = [
    "Account",
    "Block",
    "Charter",
    "Community",
    "GhostAddress",
    "House",
    "Huddle",
    "HuddleMember",
    "Invitation",
    "JoinMode",
    "JoinRequest",
    "Meeting",
    "Membership",
    "OneTimeKey",
    "PastHandle",
    "Person",
    "Role",
    "Theme",
    "Visibility",
]
