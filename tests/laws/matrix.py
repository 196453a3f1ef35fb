"""Who may go through which door: the table the authorisation matrix is held against.

A row is one address in one state of the things behind it. What a row does not grant is denied:
a GET answers byte for byte like the same address with things that do not exist, a POST besides
changes nothing. Roles are those of `cast()`.
"""

from dataclasses import dataclass, field

from comvir.conversation import acts as conversation
from comvir.conversation import desk
from comvir.conversation.models import Draft, Message, Thread
from comvir.people import acts as people
from comvir.people import keys
from comvir.people.models import Community, Invitation, JoinRequest, Person
from tests.people import Town, belong, build_town, person

ROLES = [
    "anonymous",
    "outsider",
    "applicant",
    "newcomer",
    "member",
    "huddled",
    "former",
    "author",
    "blocked",
    "steward",
    "elsewhere",
]
EVERYONE = frozenset(ROLES)
CAME_IN = EVERYONE - {"anonymous"}
INSIDE = frozenset(["newcomer", "member", "huddled", "author", "blocked", "steward"])
MEMBERS = INSIDE - {"newcomer"}
STEWARD = frozenset({"steward"})
NOBODY: frozenset[str] = frozenset()


@dataclass
class Scene:
    """The town with one of everything in it, and who plays which role."""

    town: Town
    market: Community
    request: JoinRequest
    by_author: Message
    by_other: Message
    answer: Message
    in_huddle: Message
    in_request: Message
    in_public: Message
    in_hidden: Message
    removed: Message
    draft: Draft
    invitation: Invitation
    roles: dict[str, Person | None] = field(default_factory=dict)
    enter_key: str = ""
    first_key: str = ""

    def thread(self, message: Message) -> Thread:
        return message.thread


def build_scene() -> Scene:
    """One of everything, in each state a door must know."""
    town = build_town()
    former, applicant = belong(person("Lea"), town.petanque), person("Ali")
    people.leave(by=former, community=town.petanque)
    people.change_community(
        by=town.gil, community=town.petanque, name=town.petanque.name, summary="We play", place="", rhythm="",
        visibility="listed", join_mode="request", questions="Why us?",
    )  # fmt: skip
    town.petanque.refresh_from_db()
    people.write_charter(by=town.gil, community=town.petanque, text="We are kind.")
    request = people.ask_to_join(by=applicant, community=town.petanque, answers="To play")
    market = people.open_community(
        by=town.fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
    )
    by_author = conversation.start(by=town.ana, community=town.petanque, text="Who comes on Sunday?")
    removed = conversation.answer(by=town.ana, thread=by_author.thread, text="Too quick")
    conversation.remove(by=town.ana, message=removed)
    by_other = conversation.start(by=town.bo, community=town.petanque, text="The plane tree fell")
    people.block(by=town.ana, other=town.dan)
    return Scene(
        town=town,
        market=market,
        request=request,
        by_author=by_author,
        by_other=by_other,
        answer=conversation.answer(by=town.ana, thread=by_other.thread, text="I saw it"),
        in_huddle=conversation.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us"),
        in_request=conversation.write_to_stewards(by=applicant, request=request, text="Hello stewards"),
        in_public=conversation.start(by=town.fay, community=market, text="Open on Saturday"),
        in_hidden=conversation.start(by=town.fay, community=town.music, text="Rehearsal"),
        removed=removed,
        draft=desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought"),
        invitation=people.invite(by=town.gil, community=town.petanque, uses=5),
        roles={
            "anonymous": None,
            "outsider": town.eve,
            "applicant": applicant,
            "newcomer": town.nina,
            "member": town.chloe,
            "huddled": town.bo,
            "former": former,
            "author": town.ana,
            "blocked": town.dan,
            "steward": town.gil,
            "elsewhere": town.fay,
        },
        enter_key=keys.make_key(keys.ENTER, "ana@example.org", minutes=5),
        first_key=keys.make_key(keys.FIRST_STEWARD, minutes=5),
    )
