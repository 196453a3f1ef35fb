"""Who may go through which door: the table the authorisation matrix is held against.

A row is one address in one state of the things behind it. What a row does not grant is denied:
a GET answers byte for byte like the same address with things that do not exist, a POST besides
changes nothing. Roles are those of `cast()`.
"""

import io
from dataclasses import dataclass, field

from django.conf import settings
from PIL import Image

from comvir.conversation import acts as conversation
from comvir.conversation import desk
from comvir.conversation.models import Draft, Message, Thread
from comvir.lib import images
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
    enter_key: str = ""
    first_key: str = ""

    def thread(self, message: Message) -> Thread:
        return message.thread


def _portrait(somebody: Person) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "olive").save(picture, "PNG")
    people.describe(
        by=somebody,
        name=somebody.name,
        handle=somebody.handle,
        about="",
        languages="fr",
        time_zone="",
        picture=images.keep(settings.MEDIA_ROOT / "portraits", images.portrait(picture.getvalue())),
    )


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
    _portrait(town.ana)
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


def _circle(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug}


def _hidden(scene: Scene) -> Where:
    return {"slug": scene.town.music.slug}


def _market(scene: Scene) -> Where:
    return {"slug": scene.market.slug}


def _huddle(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug, "pk": scene.town.huddle.pk}


def _thread(which: str):
    return lambda scene: {"pk": getattr(scene, which).thread_id}


def _message(which: str):
    return lambda scene: {"pk": getattr(scene, which).pk}


def _person(which: str):
    return lambda scene: {"handle": getattr(scene.town, which).handle}


def _in_circle(which: str):
    return lambda scene: {"slug": scene.town.petanque.slug, "handle": getattr(scene.town, which).handle}


def _request(scene: Scene) -> Where:
    return {"slug": scene.town.petanque.slug, "pk": scene.request.pk}


def _nothing(scene: Scene) -> Where:
    return {}


SEES_AUTHOR = INSIDE - {"blocked"}
SEES_REQUEST = frozenset({"applicant", "steward"})
ELSEWHERE = frozenset({"elsewhere"})
SAY = {"text": "Said by the matrix"}

HUDDLE = frozenset({"author", "huddled"})
# A listed circle is no secret: its doors tell who may pass rather than deny that they exist.
OUTSIDE = CAME_IN - INSIDE

ROWS = [
    Row("today", "", _nothing),
    Row("notices", "own", _nothing, get=None, post=CAME_IN, data={"notice": "1"}),
    Row("circles", "", _nothing),
    Row(
        "circle-new",
        "",
        _nothing,
        get=CAME_IN,
        post=CAME_IN,
        data={"name": "Matrix", "theme": "music", "door": "link"},
    ),
    Row("circle", "listed", _circle),
    Row("circle", "hidden", _hidden, get=ELSEWHERE),
    Row("circle", "public", _market),
    Row("circle-about", "listed", _circle),
    Row("circle-about", "hidden", _hidden, get=ELSEWHERE),
    Row("charter", "listed", lambda scene: {**_circle(scene), "version": 1}),
    Row("charter", "never written", lambda scene: {**_circle(scene), "version": 7}, get=NOBODY),
    Row("write", "listed", _circle, get=INSIDE, post=INSIDE, data=SAY, refused=OUTSIDE),
    Row("write", "hidden", _hidden, get=ELSEWHERE, post=ELSEWHERE, data=SAY),
    Row("members", "listed", _circle, get=INSIDE),
    Row("members", "hidden", _hidden, get=ELSEWHERE),
    Row("members", "public", _market, get=ELSEWHERE),
    Row("welcome", "newcomer", _in_circle("nina"), get=None, post=MEMBERS, refused=frozenset({"newcomer"})),
    Row(
        "role",
        "member",
        _in_circle("chloe"),
        get=STEWARD,
        post=STEWARD,
        data={"role": "steward"},
        refused=NOT_STEWARD,
    ),
    Row("part", "member", _in_circle("bo"), get=STEWARD, post=STEWARD, refused=NOT_STEWARD),
    Row(
        "join",
        "on request",
        _circle,
        get=CAME_IN,
        post=frozenset({"outsider", "former", "elsewhere"}),
        data={"answer_0": "To play"},
        refused=INSIDE | {"applicant"},
    ),
    Row("join", "hidden", _hidden, get=ELSEWHERE, post=NOBODY, refused=ELSEWHERE),
    Row("join", "open", _market, get=CAME_IN, post=CAME_IN - ELSEWHERE, refused=ELSEWHERE),
    Row("leave", "listed", _circle, get=INSIDE, post=NOT_STEWARD, refused=STEWARD),
    Row("requests", "listed", _circle, get=STEWARD, refused=NOT_STEWARD),
    Row("request", "waiting", _request, get=SEES_REQUEST, post=SEES_REQUEST, data=SAY),
    Row(
        "request-answer",
        "waiting",
        _request,
        get=None,
        post=STEWARD,
        data={"outcome": "accept"},
        refused=frozenset({"applicant"}),
    ),
    Row(
        "invite",
        "listed",
        _circle,
        get=MEMBERS,
        post=MEMBERS,
        data={"uses": "1", "days": "14"},
        refused=frozenset({"newcomer"}),
    ),
    Row(
        "invitation-withdraw",
        "the steward's",
        lambda scene: {**_circle(scene), "pk": scene.invitation.pk},
        get=None,
        post=STEWARD,
    ),
    Row(
        "circle-settings",
        "listed",
        _circle,
        get=STEWARD,
        post=STEWARD,
        data={"name": "Pétanque", "visibility": "listed", "join_mode": "request"},
        refused=NOT_STEWARD,
    ),
    Row(
        "circle-charter",
        "listed",
        _circle,
        get=STEWARD,
        post=STEWARD,
        data={"text": "Kinder"},
        refused=NOT_STEWARD,
    ),
    Row(
        "huddles", "listed", _circle, get=INSIDE, post=MEMBERS, data={"name": "Matrix"}, refused=frozenset({"newcomer"})
    ),
    Row("huddle", "", _huddle, get=HUDDLE),
    Row("huddle-write", "", _huddle, get=HUDDLE, post=HUDDLE, data=SAY),
    Row("huddle-people", "", _huddle, get=None, post=HUDDLE, data={"person": "chloe"}),
    Row("huddle-leave", "", _huddle, get=None, post=HUDDLE),
    Row("thread", "by the author", _thread("by_author"), get=SEES_AUTHOR, post=SEES_AUTHOR, data=SAY),
    Row("thread", "by another", _thread("by_other"), get=INSIDE, post=INSIDE, data=SAY),
    Row("thread", "in the huddle", _thread("in_huddle"), get=HUDDLE, post=HUDDLE, data=SAY),
    Row("thread", "of a request", _thread("in_request"), get=SEES_REQUEST, post=SEES_REQUEST, data=SAY),
    Row("thread", "public", _thread("in_public"), post=ELSEWHERE, data=SAY, refused=EVERYONE - ELSEWHERE),
    Row("thread", "hidden", _thread("in_hidden"), get=ELSEWHERE, post=ELSEWHERE, data=SAY),
    Row("thread-row", "by the author", _thread("by_author"), get=SEES_AUTHOR),
    Row("thread-row", "in the huddle", _thread("in_huddle"), get=HUDDLE),
    Row("message", "by the author", _message("answer"), get=SEES_AUTHOR),
    Row("message", "in the huddle", _message("in_huddle"), get=HUDDLE),
    Row("message-row", "by the author", _message("answer"), get=SEES_AUTHOR),
    Row("message-row", "of a request", _message("in_request"), get=SEES_REQUEST),
    Row(
        "message-edit",
        "by the author",
        _message("answer"),
        get=frozenset({"author"}),
        post=frozenset({"author"}),
        data=SAY,
        refused=SEES_AUTHOR - {"author"},
    ),
    Row("message-history", "by the author", _message("answer"), get=SEES_AUTHOR),
    Row(
        "message-removal",
        "by the author",
        _message("answer"),
        get=None,
        post=frozenset({"author"}),
        refused=SEES_AUTHOR - {"author"},
    ),
    Row(
        "message-removal",
        "taken back",
        _message("removed"),
        get=None,
        post=frozenset({"author"}),
        data={"undo": "1"},
        refused=SEES_AUTHOR - {"author"},
    ),
    Row("drafts", "", _nothing, get=CAME_IN),
    Row(
        "draft-keep",
        "in the circle",
        _nothing,
        get=None,
        post=INSIDE,
        data=lambda scene: {"circle": scene.town.petanque.slug, "text": "Half"},
        refused=OUTSIDE,
    ),
    Row("draft-discard", "the author's", lambda scene: {"pk": scene.draft.pk}, get=None, post=frozenset({"author"})),
    Row("person", "the author", _person("ana"), get=SEES_AUTHOR),
    Row("person", "of nowhere", _person("eve"), get=frozenset({"outsider"})),
    Row("picture", "the author's", _person("ana"), get=SEES_AUTHOR),
    Row("block", "the author", _person("ana"), get=None, post=SEES_AUTHOR - {"author"}, refused=frozenset({"author"})),
    Row("me", "", _nothing, get=CAME_IN),
    Row(
        "profile",
        "",
        _nothing,
        get=CAME_IN,
        post=CAME_IN,
        data={"name": "New", "handle": "new-handle", "time_zone": "Europe/Paris"},
    ),
    Row("look", "", _nothing, get=None, post=EVERYONE, data={"theme": "dark"}),
    Row("blocks", "the author's", _nothing, get=CAME_IN, post=frozenset({"author"}), data={"handle": "dan"}),
    Row(
        "invitation",
        "open",
        lambda scene: {"code": scene.invitation.code},
        post=frozenset({"outsider", "applicant", "former", "elsewhere"}),
        refused=EVERYONE,
    ),
    Row("help", "", _nothing),
]


# What a live page may follow: the kind of topic, what it is, and who may.
LIVE = [
    ("thread", "by the author", lambda scene: scene.by_author.thread_id, SEES_AUTHOR),
    ("thread", "by another", lambda scene: scene.by_other.thread_id, INSIDE),
    ("thread", "in the huddle", lambda scene: scene.in_huddle.thread_id, HUDDLE),
    ("thread", "of a request", lambda scene: scene.in_request.thread_id, SEES_REQUEST),
    ("thread", "public", lambda scene: scene.in_public.thread_id, EVERYONE),
    ("thread", "hidden", lambda scene: scene.in_hidden.thread_id, ELSEWHERE),
    ("thread", "absent", lambda scene: 999_999_999, NOBODY),
    ("community", "listed", lambda scene: scene.town.petanque.slug, EVERYONE),
    ("community", "hidden", lambda scene: scene.town.music.slug, ELSEWHERE),
    ("community", "absent", lambda scene: "no-such-circle", NOBODY),
    ("today", "", lambda scene: 1, CAME_IN),
]

# The commands of the host, who holds the database: no role of the house reaches them.
COMMANDS = {"serve", "demo", "import", "read", "backup", "restore", "doctor", "enter"}
