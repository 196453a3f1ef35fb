"""Who may go through which door: the table the authorisation matrix is held against.

A row is one address in one state of the things behind it. What a row does not grant is denied:
a GET answers byte for byte like the same address with things that do not exist, a POST besides
changes nothing. Roles are those of `cast()`.
"""

import io

from django.conf import settings
from PIL import Image

from comvir.conversation import acts as conversation
from comvir.conversation import desk
from comvir.lib import images
from comvir.people import acts as people
from comvir.people import keys
from comvir.people.models import Person
from tests.laws.doors import DOORS
from tests.laws.roles import (
    ABSENT,
    CAME_IN,
    ELSEWHERE,
    EVERYONE,
    HUDDLE,
    INSIDE,
    MEMBERS,
    NOBODY,
    NOT_STEWARD,
    OUTSIDE,
    ROLES,
    SAY,
    SEES_AUTHOR,
    SEES_REQUEST,
    STEWARD,
    Row,
    Scene,
    circle_at,
    hidden_at,
    huddle_at,
    in_circle_at,
    market_at,
    message_at,
    nothing_at,
    person_at,
    request_at,
    thread_at,
)
from tests.people import belong, build_town, person

__all__ = ["ABSENT", "COMMANDS", "LIVE", "ROLES", "ROWS", "Row", "Scene", "build_scene"]


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
    scene = Scene(
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
    for doors in DOORS:
        doors.extend(scene)
    # Saying something throws away what was begun there: so this comes last.
    scene.draft = desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought")
    return scene


ROWS = [
    Row("today", "", nothing_at),
    Row("notices", "own", nothing_at, get=None, post=CAME_IN, data={"notice": "1"}),
    Row("circles", "", nothing_at),
    Row(
        "circle-new",
        "",
        nothing_at,
        get=CAME_IN,
        post=CAME_IN,
        data={"name": "Matrix", "theme": "music", "door": "link"},
    ),
    Row("circle", "listed", circle_at),
    Row("circle", "hidden", hidden_at, get=ELSEWHERE),
    Row("circle", "public", market_at),
    Row("circle-about", "listed", circle_at),
    Row("circle-about", "hidden", hidden_at, get=ELSEWHERE),
    Row("charter", "listed", lambda scene: {**circle_at(scene), "version": 1}),
    Row("charter", "never written", lambda scene: {**circle_at(scene), "version": 7}, get=NOBODY),
    Row("write", "listed", circle_at, get=INSIDE, post=INSIDE, data=SAY, refused=OUTSIDE),
    Row("write", "hidden", hidden_at, get=ELSEWHERE, post=ELSEWHERE, data=SAY),
    Row("members", "listed", circle_at, get=INSIDE),
    Row("members", "hidden", hidden_at, get=ELSEWHERE),
    Row("members", "public", market_at, get=ELSEWHERE),
    Row("welcome", "newcomer", in_circle_at("nina"), get=None, post=MEMBERS, refused=frozenset({"newcomer"})),
    Row(
        "role",
        "member",
        in_circle_at("chloe"),
        get=STEWARD,
        post=STEWARD,
        data={"role": "steward"},
        refused=NOT_STEWARD,
    ),
    Row("part", "member", in_circle_at("bo"), get=STEWARD, post=STEWARD, refused=NOT_STEWARD),
    Row(
        "join",
        "on request",
        circle_at,
        get=CAME_IN,
        post=frozenset({"outsider", "former", "elsewhere"}),
        data={"answer_0": "To play"},
        refused=INSIDE | {"applicant"},
    ),
    Row("join", "hidden", hidden_at, get=ELSEWHERE, post=NOBODY, refused=ELSEWHERE),
    Row("join", "open", market_at, get=CAME_IN, post=CAME_IN - ELSEWHERE, refused=ELSEWHERE),
    Row("leave", "listed", circle_at, get=INSIDE, post=NOT_STEWARD, refused=STEWARD),
    Row("requests", "listed", circle_at, get=STEWARD, refused=NOT_STEWARD),
    Row("request", "waiting", request_at, get=SEES_REQUEST, post=SEES_REQUEST, data=SAY),
    Row(
        "request-answer",
        "waiting",
        request_at,
        get=None,
        post=STEWARD,
        data={"outcome": "accept"},
        refused=frozenset({"applicant"}),
    ),
    Row(
        "invite",
        "listed",
        circle_at,
        get=MEMBERS,
        post=MEMBERS,
        data={"uses": "1", "days": "14"},
        refused=frozenset({"newcomer"}),
    ),
    Row(
        "invitation-withdraw",
        "the steward's",
        lambda scene: {**circle_at(scene), "pk": scene.invitation.pk},
        get=None,
        post=STEWARD,
    ),
    Row(
        "circle-settings",
        "listed",
        circle_at,
        get=STEWARD,
        post=STEWARD,
        data={"name": "Pétanque", "visibility": "listed", "join_mode": "request"},
        refused=NOT_STEWARD,
    ),
    Row(
        "circle-charter",
        "listed",
        circle_at,
        get=STEWARD,
        post=STEWARD,
        data={"text": "Kinder"},
        refused=NOT_STEWARD,
    ),
    Row(
        "huddles",
        "listed",
        circle_at,
        get=INSIDE,
        post=MEMBERS,
        data={"name": "Matrix"},
        refused=frozenset({"newcomer"}),
    ),
    Row("huddle", "", huddle_at, get=HUDDLE),
    Row("huddle-write", "", huddle_at, get=HUDDLE, post=HUDDLE, data=SAY),
    Row("huddle-people", "", huddle_at, get=None, post=HUDDLE, data={"person": "chloe"}),
    Row("huddle-leave", "", huddle_at, get=None, post=HUDDLE),
    Row("thread", "by the author", thread_at("by_author"), get=SEES_AUTHOR, post=SEES_AUTHOR, data=SAY),
    Row("thread", "by another", thread_at("by_other"), get=INSIDE, post=INSIDE, data=SAY),
    Row("thread", "in the huddle", thread_at("in_huddle"), get=HUDDLE, post=HUDDLE, data=SAY),
    Row("thread", "of a request", thread_at("in_request"), get=SEES_REQUEST, post=SEES_REQUEST, data=SAY),
    Row("thread", "public", thread_at("in_public"), post=ELSEWHERE, data=SAY, refused=EVERYONE - ELSEWHERE),
    Row("thread", "hidden", thread_at("in_hidden"), get=ELSEWHERE, post=ELSEWHERE, data=SAY),
    Row("thread-row", "by the author", thread_at("by_author"), get=SEES_AUTHOR),
    Row("thread-row", "in the huddle", thread_at("in_huddle"), get=HUDDLE),
    Row("message", "by the author", message_at("answer"), get=SEES_AUTHOR),
    Row("message", "in the huddle", message_at("in_huddle"), get=HUDDLE),
    Row("message-row", "by the author", message_at("answer"), get=SEES_AUTHOR),
    Row("message-row", "of a request", message_at("in_request"), get=SEES_REQUEST),
    Row(
        "message-edit",
        "by the author",
        message_at("answer"),
        get=frozenset({"author"}),
        post=frozenset({"author"}),
        data=SAY,
        refused=SEES_AUTHOR - {"author"},
    ),
    Row("message-history", "by the author", message_at("answer"), get=SEES_AUTHOR),
    Row(
        "message-removal",
        "by the author",
        message_at("answer"),
        get=None,
        post=frozenset({"author"}),
        refused=SEES_AUTHOR - {"author"},
    ),
    Row(
        "message-removal",
        "taken back",
        message_at("removed"),
        get=None,
        post=frozenset({"author"}),
        data={"undo": "1"},
        refused=SEES_AUTHOR - {"author"},
    ),
    Row("drafts", "", nothing_at, get=CAME_IN),
    Row(
        "draft-keep",
        "in the circle",
        nothing_at,
        get=None,
        post=INSIDE,
        data=lambda scene: {"circle": scene.town.petanque.slug, "text": "Half"},
        refused=OUTSIDE,
    ),
    Row("draft-discard", "the author's", lambda scene: {"pk": scene.draft.pk}, get=None, post=frozenset({"author"})),
    Row("person", "the author", person_at("ana"), get=SEES_AUTHOR),
    Row("person", "of nowhere", person_at("eve"), get=frozenset({"outsider"})),
    Row("picture", "the author's", person_at("ana"), get=SEES_AUTHOR),
    Row(
        "block", "the author", person_at("ana"), get=None, post=SEES_AUTHOR - {"author"}, refused=frozenset({"author"})
    ),
    Row("me", "", nothing_at, get=CAME_IN),
    Row(
        "profile",
        "",
        nothing_at,
        get=CAME_IN,
        post=CAME_IN,
        data={"name": "New", "handle": "new-handle", "time_zone": "Europe/Paris"},
    ),
    Row("look", "", nothing_at, get=None, post=EVERYONE, data={"theme": "dark"}),
    Row("blocks", "the author's", nothing_at, get=CAME_IN, post=frozenset({"author"}), data={"handle": "dan"}),
    Row(
        "invitation",
        "open",
        lambda scene: {"code": scene.invitation.code},
        post=frozenset({"outsider", "applicant", "former", "elsewhere"}),
        refused=EVERYONE,
    ),
    Row("help", "", nothing_at),
]


for doors in DOORS:
    ROWS += doors.ROWS

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
