"""News by RSS: the public lists, the private ones by their keys, and the pages where one makes and closes these."""

from comvir.conversation import acts
from comvir.feeds.desk import make_key, token_of
from comvir.feeds.topics import read_topic
from comvir.people import acts as people
from tests.laws.roles import (
    ABSENT,
    CAME_IN,
    ELSEWHERE,
    EVERYONE,
    HUDDLE,
    INSIDE,
    NOBODY,
    SEES_AUTHOR,
    Row,
    Scene,
    circle_at,
    hidden_at,
    huddle_at,
    market_at,
    nothing_at,
    thread_at,
)

ABSENT.setdefault("form", "atom")
ABSENT.setdefault("token", "A" * 22)

ANONYMOUS = frozenset({"anonymous"})


def extend(scene: Scene) -> None:
    """Keys that work, one whose owner left and one that was closed; a tag inside; Fay can be followed."""
    town, former = scene.town, scene.roles["former"]
    acts.answer(by=town.bo, thread=scene.by_other.thread, text="All of it #planetree")
    acts.answer(by=town.fay, thread=scene.in_public.thread, text="With #oysters")
    people.describe(by=town.fay, name="Fay", handle="fay", about="", languages="", time_zone="", followed_by_rss=True)
    page = read_topic(f"/c/{town.petanque.slug}/")
    key = make_key(by=town.ana, topic=page)
    people.join(by=former, community=scene.market)
    theirs = make_key(by=former, topic=read_topic(f"/t/{scene.in_public.thread_id}/"))
    people.leave(by=former, community=scene.market)
    theirs.topic = str(page)
    theirs.save(update_fields=["topic"])
    scene.more |= {"news key": key, "news key of a former member": theirs}


def in_atom(where):
    return lambda scene: {**where(scene), "form": "atom"}


def key_at(which: str):
    return lambda scene: {"token": token_of(scene.more[which]), "form": "rss"}


ROWS = [
    Row("circle-feed", "public", in_atom(market_at)),
    Row("circle-feed", "listed", in_atom(circle_at), get=NOBODY),
    Row("circle-feed", "hidden", in_atom(hidden_at), get=NOBODY),
    Row("circle-news", "public", market_at, post=CAME_IN, refused=ANONYMOUS),
    Row("circle-news", "listed", circle_at, get=INSIDE, post=INSIDE),
    Row("circle-news", "hidden", hidden_at, get=ELSEWHERE, post=ELSEWHERE),
    Row("huddle-news", "", huddle_at, get=HUDDLE, post=HUDDLE),
    Row("thread-feed", "public", in_atom(thread_at("in_public"))),
    Row("thread-feed", "listed", in_atom(thread_at("by_author")), get=NOBODY),
    Row("thread-feed", "huddle", in_atom(thread_at("in_huddle")), get=NOBODY),
    Row("thread-feed", "hidden", in_atom(thread_at("in_hidden")), get=NOBODY),
    Row("thread-news", "public", thread_at("in_public"), post=CAME_IN, refused=ANONYMOUS),
    Row("thread-news", "listed", thread_at("by_author"), get=SEES_AUTHOR, post=SEES_AUTHOR),
    Row("thread-news", "huddle", thread_at("in_huddle"), get=HUDDLE, post=HUDDLE),
    Row("thread-news", "request", thread_at("in_request"), get=NOBODY, post=NOBODY),
    Row("thread-news", "hidden", thread_at("in_hidden"), get=ELSEWHERE, post=ELSEWHERE),
    Row("tag-feed", "inside", lambda scene: {"name": "planetree", "form": "atom"}, get=NOBODY),
    Row("tag-feed", "public", lambda scene: {"name": "oysters", "form": "atom"}),
    Row("tag-news", "", lambda scene: {"name": "oysters"}, post=CAME_IN, refused=ANONYMOUS),
    Row("person-feed", "followed", lambda scene: {"handle": "fay", "form": "json"}),
    Row("person-feed", "not followed", lambda scene: {"handle": "bo", "form": "json"}, get=NOBODY),
    Row("keyed-feed", "of a member", key_at("news key"), get=EVERYONE),
    Row("keyed-feed", "of a former member", key_at("news key of a former member"), get=NOBODY),
    Row("my-news", "own", nothing_at, get=CAME_IN, post=CAME_IN),
    Row("my-news-close", "own", lambda scene: {"pk": scene.more["news key"].pk}, get=None, post=frozenset({"author"})),
]
