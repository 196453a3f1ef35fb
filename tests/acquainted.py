"""People who have long been in a circle and met in person: those whose words are weighed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from comvir.lib.clock import clock_at
from comvir.people import acts
from comvir.people.models import Community, Person
from tests.people import belong, person

LONG_AGO = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = LONG_AGO + timedelta(days=60)


def acquaint(community: Community, people: Sequence[Person], day: datetime = LONG_AGO) -> None:
    """All of these say that they met each other on that day, and agree."""
    with clock_at(day):
        for one, other in combinations(people, 2):
            meeting = acts.say_met(by=one, community=community, person=other, on=day.date())
            acts.agree_met(by=other, meeting=meeting)


def village(*names: str, founder: str = "Josette") -> tuple[Community, list[Person]]:
    """A circle opened two months before TODAY, and these people in it, who all met each other and the founder."""
    with clock_at(LONG_AGO - timedelta(days=1)):
        first = person(founder)
        circle = acts.open_community(by=first, name="Sunday petanque", theme="outings")
        others = [belong(person(name), circle) for name in names]
    acquaint(circle, [first, *others])
    return circle, [first, *others]
