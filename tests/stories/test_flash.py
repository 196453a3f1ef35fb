"""A flash that says what it is and changes its mind in public: not verified, confirmed, then disputed."""

from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Message
from comvir.journal.reading import catch_up, rewind
from comvir.lib.clock import clock_at
from comvir.memory.queries import history, standings
from comvir.memory.readers import standing as reader
from comvir.memory.standing import Status
from comvir.memory.words import headline
from comvir.people import acts as people
from comvir.people.models import Community, Person
from tests.acquainted import TODAY, acquaint, village
from tests.people import person

UNVERIFIED, SEEN = Status.UNVERIFIED, Status.SEEN
CORROBORATED, DISPUTED, CONTESTED = Status.CORROBORATED, Status.DISPUTED, Status.CONTESTED


class Morning:
    """A morning in the village: moments are minutes after nine."""

    def __init__(self) -> None:
        self.circle, everybody = village("Karim", "Lucie", "Marcel", "Thuy", "Paulo", "Nadia")
        self.josette, self.karim, self.lucie, self.marcel, self.thuy, self.paulo, self.nadia = everybody
        self.minute = 0

    def at(self, minute: int):
        self.minute = minute
        return clock_at(TODAY + timedelta(minutes=minute))

    def flash(self, minute: int) -> Message:
        with self.at(minute):
            context = Context(kind="flash", place="Boulodrome des Platanes", source_kind="eyes")
            return acts.start(
                by=self.karim, community=self.circle, text="A plane tree fell, nobody gets through",
                beside=acts.Beside(context),
            )  # fmt: skip


@pytest.fixture
def morning(db) -> Morning:
    return Morning()


def say(by: Person, message: Message, stance: str = "saw", **how: object) -> str:
    """One word; returns the bold line of the box after it."""
    acts.attest(by=by, message=message, stance=stance, **how)
    catch_up(reader)
    return headline(standings([message.pk])[message.pk])


def newcomers(circle: Community, by: Person, names: list[str]) -> list[Person]:
    """People who all came by one link and whom nobody has met."""
    link = people.invite(by=by, community=circle, uses=len(names))
    came = [person(name) for name in names]
    for somebody in came:
        people.accept_invitation(by=somebody, invitation=link)
    return came


def test_a_flash_is_confirmed_by_independent_people_then_disputed(morning):
    flash = morning.flash(0)
    catch_up(reader)
    assert standings([flash.pk]) == {}

    # A crowd that came by one link, and somebody who was told, make no witness more.
    with morning.at(5):
        crowd = newcomers(morning.circle, morning.josette, ["Aldo", "Bea", "Cyr", "Dora", "Emil"])
        assert [say(one, flash) for one in crowd] == ["Not yet verified"] * 5
    with morning.at(10):
        assert say(morning.lucie, flash) == "Seen by some"
        assert say(morning.nadia, flash, "told", told_by=morning.lucie) == "Seen by some"
    with morning.at(20):
        assert say(morning.marcel, flash) == "Seen by some"
    with morning.at(55):
        assert say(morning.thuy, flash, "source", words="The town hall, by telephone") == (
            "Confirmed by 3 independent people"
        )
    with morning.at(70):
        assert say(morning.josette, flash, "dispute", words="The lower gate is free") == (
            "Confirmed by 3 independent people"
        )
    with morning.at(75):
        assert say(morning.paulo, flash, "dispute", words="I came through by bicycle") == "Disputed: two accounts"
    # Marcel was at the other tree: what is left is one account of some weight against another.
    with morning.at(90):
        acts.take_back(by=morning.marcel, message=flash)
        catch_up(reader)

    turns = [(turn.at, turn.person, turn.before, turn.after) for turn in history(flash.pk) if turn.turned]
    assert turns == [
        (TODAY + timedelta(minutes=55), morning.thuy.pk, SEEN, CORROBORATED),
        (TODAY + timedelta(minutes=75), morning.paulo.pk, CORROBORATED, CONTESTED),
    ]
    now = standings([flash.pk])[flash.pk]
    assert (now.status, now.confirm, now.dispute, now.for_milli, now.against_milli) == (CONTESTED, 8, 2, 2050, 2000)


def test_what_the_story_left_is_read_again_the_same_to_the_bit(morning):
    flash = morning.flash(0)
    with morning.at(10):
        for somebody in (morning.lucie, morning.marcel, morning.thuy):
            say(somebody, flash)
        say(morning.paulo, flash, "dispute", words="No tree here")
    told, turns = standings([flash.pk]), history(flash.pk)
    assert told[flash.pk].status == CORROBORATED
    rewind(reader)
    assert (standings([flash.pk]), history(flash.pk)) == ({}, [])
    catch_up(reader)
    assert (standings([flash.pk]), history(flash.pk)) == (told, turns)


def test_three_who_are_always_together_are_not_three(morning):
    # They met every week since; the others once.
    together = [morning.lucie, morning.marcel, morning.thuy]
    for week in range(1, 9):
        acquaint(morning.circle, together, TODAY - timedelta(weeks=9 - week))
    flash = morning.flash(0)
    with morning.at(10):
        said = [say(one, flash) for one in together]
        assert said == ["Seen by some"] * 3
        # One who goes with none of them brings what they lacked: four people, about three voices.
        assert say(morning.paulo, flash) == "Confirmed by 3 independent people"


def test_a_removed_flash_has_no_standing_left(morning):
    flash = morning.flash(0)
    with morning.at(10):
        for somebody in (morning.lucie, morning.marcel, morning.thuy):
            say(somebody, flash)
        acts.remove(by=morning.karim, message=flash)
        catch_up(reader)
    assert standings([flash.pk])[flash.pk].voices == ()
