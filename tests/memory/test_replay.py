"""What must hold of standing whatever happens: it can be read again, and private deeds change nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.journal.models import Deed
from comvir.journal.reading import catch_up, rewind
from comvir.journal.sight import Audience
from comvir.lib.clock import clock_at
from comvir.memory.housekeeping import settle
from comvir.memory.queries import history, standings
from comvir.memory.readers import standing as reader
from comvir.memory.standing import Status
from tests.memory.village import Village, read, remembered, short, undone, village_of_ten

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return village_of_ten()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["vouch", "vouch", "dispute", "take_back", "met", "said", "wait", "chore", "remove", "restore"]
        ),
        st.integers(0, 6),
        st.integers(0, 6),
        st.sampled_from(["", "", "doc:a.example#1", "doc:a.example#2", "hearsay", "person"]),
    ),
    min_size=5,
    max_size=30,
)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def play(place, people, step, abouts):
    what, n, m, ground = step
    one, other = people[n], people[m]
    about = abouts[m % len(abouts)]
    if ground == "person":
        ground = f"person:{other.pk}"
    if what in ("vouch", "dispute"):
        getattr(place, what)(one, about, ground=ground)
    elif what in ("take_back", "remove", "restore"):
        getattr(place, what)(one, about)
    elif what == "met" and one != other:
        place.met(one, other)
    elif what == "said" and one != other:
        place.said(one, to=[other])
    elif what == "wait":
        place.day += 1 + 5 * m
    elif what == "chore":
        read()
        with clock_at(place.now()):
            settle()


@QUICK
@given(STEPS, st.integers(1, 7))
def test_read_as_it_comes_or_all_over_again_it_is_the_same(village, steps, batch):
    village.day = 60
    with undone():
        people = [*village.all[:5], *village.people(2, by=village.all[0])]
        village.met(village.all[8], people[5])
        abouts = [village.said(village.founder), village.said(village.all[0])]
        for step in steps:
            play(village, people, step, abouts)
            if step[1] % 2:
                read()
        village.day += 30
        first = settled_to_the_end(village)
        rewind(reader)
        catch_up(reader, batch=batch)
        assert settled_to_the_end(village) == first
        reader.read(list(Deed.objects.order_by("-pk")))
        assert remembered() == first


def settled_to_the_end(place):
    read()
    with clock_at(place.now()):
        settle()
    return remembered()


PRIVATE = st.lists(
    st.tuples(
        st.sampled_from(["met", "vouch", "dispute", "said", "elsewhere", "huddle", "steward"]),
        st.integers(0, 6),
        st.integers(0, 6),
        st.integers(0, 3),
    ),
    max_size=25,
)


def public_part(place):
    """The same story every time: fourteen deeds, with room for others between them."""
    people = [*place.villagers(6), place.person()]
    place.day = 60
    yield people, None
    place.met(people[5], people[6])
    about = place.said(place.founder)
    yield people, about
    for n, ground in enumerate(["", "doc:a.example#1", "doc:a.example#1", f"person:{people[0].pk}"]):
        place.vouch(people[n], about, ground=ground)
        yield people, about
    place.vouch(people[6], about)
    place.dispute(people[4], about)
    yield people, about


def private_deed(place, people, about, elsewhere, deed):
    kind, n, m, _ = deed
    one, other = people[n], people[m]
    if kind == "met" and one != other:
        place.met(one, other, audience=[Audience.NAMED, Audience.STEWARDS, Audience.HUDDLE][n % 3])
    elif kind == "elsewhere" and one != other:
        place.met(one, other, community=elsewhere.community)
        elsewhere.said(one, to=[other])
        elsewhere.vouch(one, elsewhere.said(other))
    elif kind in ("vouch", "dispute") and about is not None:
        getattr(place, kind)(one, about, audience=[Audience.NAMED, Audience.STEWARDS, Audience.HUDDLE][m % 3])
    elif kind in ("said", "steward"):
        place.said(one, to=[other], audience=Audience.STEWARDS)
    elif kind == "huddle":
        huddle = place.huddle(one)
        secret = place.said(one, to=[other], audience=Audience.HUDDLE, huddle=huddle)
        place.vouch(other, secret, audience=Audience.HUDDLE, huddle=huddle)


def as_told(place, about, people):
    read()
    names = {person.pk: n for n, person in enumerate(people)}
    now = standings([about])[about]
    voices = [(names[v.person], v.stance, v.at, v.credit, v.counted) for v in now.voices]
    turns = [(names[turn.person], turn.verb, turn.before, turn.after) for turn in history(about)]
    return short(now), now.confirm, now.dispute, voices, turns


@QUICK
@given(PRIVATE, st.sampled_from([Audience.COMMUNITY, Audience.PUBLIC]))
def test_private_deeds_change_nothing(deeds, audience):
    with undone():
        quiet = told_story(Village("quiet", audience), [])
    with undone():
        stirred = told_story(Village("stirred", audience), deeds)
    assert stirred == quiet
    assert quiet[0] == (Status.CORROBORATED, 3100, 1000, True)


def told_story(place, added):
    elsewhere = Village("elsewhere")
    for turn, (people, about) in enumerate(public_part(place)):
        for deed in added:
            if deed[3] == turn % 4:
                private_deed(place, people, about, elsewhere, deed)
    return as_told(place, about, people)
