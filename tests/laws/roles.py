"""The roles of the authorisation matrix, the scene they come to, and what one row says."""

from dataclasses import dataclass, field

from comvir.conversation.models import Draft, Message, Thread
from comvir.people.models import Community, Invitation, JoinRequest, Person
from tests.people import Town

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
NOT_STEWARD = INSIDE - STEWARD
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
    more: dict[str, object] = field(default_factory=dict)
    enter_key: str = ""
    first_key: str = ""

    def thread(self, message: Message) -> Thread:
        return message.thread


Where = dict[str, object]
ABSENT: Where = {"slug": "no-such-circle", "pk": 999_999_999, "handle": "no-such-person", "code": "no-such-code-111"}


@dataclass(frozen=True)
class Row:
    """One address: who may GET it and who may POST `data` to it.

    `state` tells rows of one address apart; `where` gives the address its objects; `get` and `post`
    are the roles that pass (None: the method does not exist there); `refused` are those who may know
    of the thing and are told why they cannot, or are led elsewhere: nothing changes for them either.
    """

    name: str
    state: str
    where: object
    get: frozenset[str] | None = EVERYONE
    post: frozenset[str] | None = None
    data: object = None
    refused: frozenset[str] = NOBODY


def circle_at(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug}


def hidden_at(scene: Scene) -> Where:
    return {"slug": scene.town.music.slug}


def market_at(scene: Scene) -> Where:
    return {"slug": scene.market.slug}


def huddle_at(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug, "pk": scene.town.huddle.pk}


def thread_at(which: str):
    return lambda scene: {"pk": getattr(scene, which).thread_id}


def message_at(which: str):
    return lambda scene: {"pk": getattr(scene, which).pk}


def person_at(which: str):
    return lambda scene: {"handle": getattr(scene.town, which).handle}


def in_circle_at(which: str):
    return lambda scene: {"slug": scene.town.petanque.slug, "handle": getattr(scene.town, which).handle}


def request_at(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug, "pk": scene.request.pk}


def nothing_at(scene: Scene) -> Where:
    return {}


SEES_AUTHOR = INSIDE - {"blocked"}
SEES_REQUEST = frozenset({"applicant", "steward"})
ELSEWHERE = frozenset({"elsewhere"})
SAY = {"text": "Said by the matrix"}

HUDDLE = frozenset({"author", "huddled"})
# A listed circle is no secret: its doors tell who may pass rather than deny that they exist.
OUTSIDE = CAME_IN - INSIDE
