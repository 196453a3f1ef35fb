"""What answered a question, passing on, tags."""

from comvir.conversation import acts
from comvir.conversation.context import Context
from tests.laws.roles import CAME_IN, ELSEWHERE, HUDDLE, NOBODY, SEES_AUTHOR, Row, Scene, message_at

AUTHOR = frozenset({"author"})


def extend(scene: Scene) -> None:
    """A question of Ana's, answered by Chloé; another that Bo has answered, as Ana says."""
    town = scene.town
    question = acts.Beside(Context(kind="question"))
    asked = acts.start(by=town.ana, community=town.petanque, text="Who has the key?", beside=question)
    scene.more["an answer"] = acts.answer(by=town.chloe, thread=asked.thread, text="The warden")
    settled = acts.start(by=town.ana, community=town.petanque, text="Which day?", beside=question)
    acts.settle(by=town.ana, answer=acts.answer(by=town.bo, thread=settled.thread, text="Sunday #sunday"))
    scene.more["settled"] = settled.thread


def answer_at(scene: Scene) -> dict[str, object]:
    return {"pk": scene.more["an answer"].pk}


def settled_at(scene: Scene) -> dict[str, object]:
    return {"pk": scene.more["settled"].pk}


def music(scene: Scene) -> dict[str, object]:
    return {"circle": scene.town.music.slug, "text": "Look at this"}


ROWS = [
    Row(
        "message-settle",
        "an answer to the author",
        answer_at,
        get=None,
        post=AUTHOR,
        refused=SEES_AUTHOR - AUTHOR,
    ),
    Row("message-settle", "in the huddle", message_at("in_huddle"), get=None, post=NOBODY, refused=HUDDLE),
    Row("thread-reopen", "the author's", settled_at, get=None, post=AUTHOR, refused=SEES_AUTHOR - AUTHOR),
    Row(
        "message-pass-on",
        "public",
        message_at("in_public"),
        get=CAME_IN,
        post=ELSEWHERE,
        data=music,
        refused=CAME_IN - ELSEWHERE,
    ),
    Row(
        "message-pass-on",
        "of members",
        message_at("answer"),
        get=AUTHOR,
        post=NOBODY,
        data=music,
        refused=SEES_AUTHOR,
    ),
    Row(
        "message-pass-on",
        "hidden, of one who is in two circles",
        message_at("in_hidden"),
        get=ELSEWHERE,
        post=ELSEWHERE,
        data=lambda scene: {"circle": scene.market.slug, "text": "Come and listen"},
    ),
    Row("tag", "", lambda scene: {"name": "sunday"}),
]
