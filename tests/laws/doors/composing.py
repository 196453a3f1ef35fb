"""Writing: what is put away for later, and polls."""

from datetime import timedelta

from comvir.conversation import acts
from comvir.conversation.desk import Place
from comvir.conversation.later import say_later
from comvir.lib import clock
from tests.laws.roles import CAME_IN, EVERYONE, INSIDE, NOBODY, SEES_AUTHOR, Row, Scene, Where, nothing_at

AUTHOR = frozenset({"author"})
CLOSES = frozenset({"author", "steward"})


def extend(scene: Scene) -> None:
    town, poll = scene.town, acts.Beside(poll=acts.PollWish(("Sunday", "Monday")))
    scene.more["paper"] = say_later(
        by=town.ana, place=Place(town.petanque, town.huddle), text="Not yet", due_at=clock.now() + timedelta(days=1)
    )
    scene.more["poll"] = acts.answer(by=town.ana, thread=scene.by_other.thread, text="Which day?", beside=poll)
    scene.more["poll_in_public"] = acts.start(by=town.fay, community=scene.market, text="Which day here?", beside=poll)


def at(name: str):
    return lambda scene: {"pk": scene.more[name].pk}


def plain_at(scene: Scene) -> Where:
    return {"pk": scene.by_other.pk}


def ballot(name: str):
    return lambda scene: {"choice": str(scene.more[name].poll.choices.first().pk)}


def due(scene: Scene) -> dict[str, str]:
    return {
        "circle": scene.town.petanque.slug,
        "text": "Said by the matrix",
        "due_at": (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
    }


ROWS = [
    Row("draft-later", "in a circle", nothing_at, get=None, post=INSIDE, data=due),
    Row("draft", "for later", at("paper"), get=AUTHOR, post=AUTHOR, data=lambda scene: {**due(scene), "later": "yes"}),
    Row("draft", "begun", lambda scene: {"pk": scene.draft.pk}, get=NOBODY, post=NOBODY, data={"text": "Hm"}),
    Row("draft-say", "for later", at("paper"), get=None, post=AUTHOR),
    Row("draft-say", "begun", lambda scene: {"pk": scene.draft.pk}, get=None, post=NOBODY),
    Row("vote", "in a circle", at("poll"), get=SEES_AUTHOR, post=SEES_AUTHOR, data=ballot("poll")),
    Row(
        "vote", "in public", at("poll_in_public"), get=CAME_IN, post=frozenset({"elsewhere"}),
        data=ballot("poll_in_public"), refused=EVERYONE - {"elsewhere"},
    ),
    Row("vote", "without a poll", plain_at, get=NOBODY, post=NOBODY, data={"choice": "1"}),
    Row(
        "poll-close", "in a circle", at("poll"), get=CLOSES, post=CLOSES, data={"outcome": "Sunday"},
        refused=SEES_AUTHOR - CLOSES,
    ),
    Row("poll-close", "without a poll", plain_at, get=NOBODY, post=NOBODY, data={"outcome": "None"}),
]  # fmt: skip
