"""Pictures: shown to who reads their message, and on the desk to who put them there; described by their author."""

import io

from PIL import Image

from comvir.conversation import acts, pictures
from comvir.conversation.acts import Beside
from comvir.conversation.models import Picture
from comvir.people.models import Person
from tests.laws.roles import CAME_IN, ELSEWHERE, EVERYONE, HUDDLE, NOBODY, SEES_AUTHOR, Row, Scene, nothing_at


def extend(scene: Scene) -> None:
    """Pictures of Ana's: in the circle, in the huddle, on her desk, in a message taken back. One of Fay's, public."""
    town = scene.town

    def laid(by: Person) -> Picture:
        drawn = io.BytesIO()
        Image.new("RGB", (60, 40), "olive").save(drawn, "PNG")
        return pictures.put_on_desk(by=by, data=drawn.getvalue())

    ana, fay = town.ana, town.fay
    kept = {"circle": laid(ana), "huddle": laid(ana), "desk": laid(ana), "removed": laid(ana), "public": laid(fay)}
    beside = {state: Beside(pictures=[picture.pk]) for state, picture in kept.items()}
    acts.start(by=ana, community=town.petanque, text="The tree", beside=beside["circle"])
    acts.start(by=ana, community=town.petanque, huddle=town.huddle, text="The cake", beside=beside["huddle"])
    removed = acts.start(by=ana, community=town.petanque, text="Too quick", beside=beside["removed"])
    acts.remove(by=ana, message=removed)
    acts.start(by=fay, community=scene.market, text="The stalls", beside=beside["public"])
    scene.more["pictures"] = kept


def file_of(state: str, small: str = ""):
    return lambda scene: {"name": scene.more["pictures"][state].name + small}


def picture_at(state: str):
    return lambda scene: {"pk": scene.more["pictures"][state].pk}


AUTHOR = frozenset({"author"})
SHOWS = {"description": "A plane tree, fallen"}
ROWS = [
    Row("pictures", "", nothing_at, get=None, post=CAME_IN),
    Row("picture-file", "in the circle", file_of("circle"), get=SEES_AUTHOR),
    Row("picture-file", "small, in the circle", file_of("circle", "-s"), get=SEES_AUTHOR),
    Row("picture-file", "in the huddle", file_of("huddle"), get=HUDDLE),
    Row("picture-file", "small, in the huddle", file_of("huddle", "-s"), get=HUDDLE),
    Row("picture-file", "on the desk", file_of("desk"), get=AUTHOR),
    Row("picture-file", "of a removed message", file_of("removed"), get=NOBODY),
    Row("picture-file", "public", file_of("public"), get=EVERYONE),
    Row(
        "picture-describe",
        "in the circle",
        picture_at("circle"),
        get=AUTHOR,
        post=AUTHOR,
        data=SHOWS,
        refused=SEES_AUTHOR - AUTHOR,
    ),
    Row("picture-describe", "in the huddle", picture_at("huddle"), get=AUTHOR, post=AUTHOR, data=SHOWS, refused=HUDDLE),
    Row("picture-describe", "on the desk", picture_at("desk"), get=AUTHOR, post=AUTHOR, data=SHOWS),
    Row("picture-describe", "of a removed message", picture_at("removed"), get=NOBODY, post=NOBODY, data=SHOWS),
    Row("picture-describe", "public", picture_at("public"), get=ELSEWHERE, post=ELSEWHERE, data=SHOWS, refused=CAME_IN),
    Row("picture-discard", "on the desk", picture_at("desk"), get=None, post=AUTHOR),
    Row("picture-discard", "in the circle", picture_at("circle"), get=None, post=NOBODY),
]
