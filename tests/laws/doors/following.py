"""What one hears of, how far one has read, whom one met."""

from datetime import timedelta

from comvir.lib import clock
from comvir.people import acts
from tests.laws.roles import (
    CAME_IN,
    ELSEWHERE,
    HUDDLE,
    INSIDE,
    SEES_AUTHOR,
    SEES_REQUEST,
    Row,
    Scene,
    circle_at,
    hidden_at,
    market_at,
    nothing_at,
    person_at,
    thread_at,
)


def _yesterday():
    return clock.now().date() - timedelta(days=1)


def extend(scene: Scene) -> None:
    """Chloé says that she met Ana; Gil and Bo agree that they met."""
    town = scene.town
    scene.more["asked"] = acts.say_met(by=town.chloe, community=town.petanque, person=town.ana, on=_yesterday())
    agreed = acts.say_met(by=town.gil, community=town.petanque, person=town.bo, on=_yesterday())
    scene.more["agreed"] = acts.agree_met(by=town.bo, meeting=agreed)


def meeting_at(which: str):
    return lambda scene: {"pk": scene.more[which].pk}


def up_to(which: str):
    return lambda scene: {"message": str(getattr(scene, which).pk), "quietly": "yes"}


MET = {"on": (_yesterday() - timedelta(days=1)).isoformat()}
LEVEL = {"level": "silence"}
ROWS = [
    Row("circle-follow", "listed", circle_at, get=INSIDE, post=INSIDE, data=LEVEL),
    Row("circle-follow", "hidden", hidden_at, get=ELSEWHERE, post=ELSEWHERE, data=LEVEL),
    Row("circle-follow", "public", market_at, get=CAME_IN, post=CAME_IN, data=LEVEL),
    Row("thread-follow", "by the author", thread_at("by_author"), get=SEES_AUTHOR, post=SEES_AUTHOR, data=LEVEL),
    Row("thread-follow", "in the huddle", thread_at("in_huddle"), get=HUDDLE, post=HUDDLE, data=LEVEL),
    Row("thread-follow", "of a request", thread_at("in_request"), get=SEES_REQUEST, post=SEES_REQUEST, data=LEVEL),
    Row("thread-seen", "by the author", thread_at("by_author"), get=None, post=SEES_AUTHOR, data=up_to("by_author")),
    Row("thread-seen", "in the huddle", thread_at("in_huddle"), get=None, post=HUDDLE, data=up_to("in_huddle")),
    Row("thread-seen", "of another thread", thread_at("in_public"), get=None, data=up_to("by_author")),
    Row("following", "", nothing_at, get=CAME_IN, post=CAME_IN, data={"rhythm": "daily", "hour": "7"}),
    Row("met", "the author", person_at("ana"), get=None, post=SEES_AUTHOR - {"author"}, data=MET),
    Row("met", "of nowhere", person_at("eve"), get=None, data=MET),
    Row("meeting-answer", "asked", meeting_at("asked"), get=None, post=frozenset({"author", "member"})),
    Row("meeting-answer", "agreed", meeting_at("agreed"), get=None, post=frozenset({"steward", "huddled"})),
]
