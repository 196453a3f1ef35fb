"""Outside news: the stewards of a circle see and change what it takes in; nobody else learns of it."""

from comvir.intake import acts
from tests.laws.roles import STEWARD, Row, Scene, circle_at, hidden_at


def extend(scene: Scene) -> None:
    scene.more["wire"] = acts.take_in(
        by=scene.town.gil,
        community=scene.town.petanque,
        url="https://town.example/rss",
        title="Town hall",
        kind="flash",
    )


def wire_at(scene: Scene):
    return {"slug": scene.town.petanque.slug, "pk": scene.more["wire"].pk}


TAKE = {"url": "https://paper.example/rss", "title": "The paper", "kind": "resource", "take": "1"}
ROWS = [
    Row("wires", "listed", circle_at, get=STEWARD, post=STEWARD, data=TAKE),
    Row("wires", "hidden", hidden_at, get=frozenset({"elsewhere"}), post=frozenset({"elsewhere"}), data=TAKE),
    Row("wire-leave", "", wire_at, get=STEWARD, post=STEWARD),
]
