"""Confirming and disputing, taking one's word back, and all that is known of a message."""

from comvir.conversation import acts
from comvir.conversation.context import Context
from tests.laws.roles import ELSEWHERE, EVERYONE, HUDDLE, INSIDE, NOBODY, SEES_AUTHOR, Row, Scene, message_at


def extend(scene: Scene) -> None:
    """A flash of Bo's, which Ana confirms; a message of Fay's for all, which nobody here can confirm."""
    town = scene.town
    flash = acts.start(
        by=town.bo, community=town.petanque, text="The gate is locked", beside=acts.Beside(Context(kind="flash"))
    )
    acts.attest(by=town.ana, message=flash, stance="saw")
    scene.more["flash"] = flash


def flash_at(scene: Scene) -> dict[str, object]:
    return {"pk": scene.more["flash"].pk}


# Bo wrote it: who is in the huddle with Ana but the author of this one.
BO = frozenset({"huddled"})
ROWS = [
    Row("message-standing", "a flash", flash_at, get=INSIDE),
    Row("message-standing", "by the author", message_at("answer"), get=SEES_AUTHOR),
    Row("message-standing", "in the huddle", message_at("in_huddle"), get=HUDDLE),
    Row("message-standing", "public", message_at("in_public")),
    Row(
        "attest",
        "a flash",
        flash_at,
        get=INSIDE - BO,
        post=INSIDE - BO,
        data={"stance": "saw", "words": "x"},
        refused=BO,
    ),
    Row(
        "attest",
        "in the huddle",
        message_at("in_huddle"),
        get=HUDDLE - BO,
        post=HUDDLE - BO,
        data={"stance": "saw"},
        refused=BO,
    ),
    Row("attest", "public", message_at("in_public"), get=NOBODY, post=NOBODY, data={"stance": "saw"}, refused=EVERYONE),
    Row(
        "attest", "hidden", message_at("in_hidden"), get=NOBODY, post=NOBODY, data={"stance": "saw"}, refused=ELSEWHERE
    ),
    Row(
        "attest-back",
        "a flash",
        flash_at,
        get=frozenset({"author"}),
        post=frozenset({"author"}),
        refused=INSIDE - {"author"},
    ),
]
