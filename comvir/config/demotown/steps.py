"""Turning the town's data into things that happen, each at its moment, each by one act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations

from comvir.config.demotown.cast import CAST, CastMember
from comvir.config.demotown.circles import (
    ARRIVALS,
    AT_THE_DOOR,
    CIRCLES,
    COMPANIES,
    LINKS,
    OUTINGS,
    WAITING,
    Arrival,
    Circle,
    Company,
    Link,
    Outing,
)
from comvir.config.demotown.moments import HERE, moment
from comvir.config.demotown.script import charter, tales, typeset
from comvir.config.demotown.speaking import Town, perform
from comvir.conversation import acts as speaking
from comvir.conversation.models import Message
from comvir.lib import clock
from comvir.people import acts
from comvir.people.models import Role
from comvir.web.arrival import open_account


@dataclass(frozen=True)
class Step:
    """One act and its moment."""

    when: datetime
    play: Callable[[], object]


def all_steps(town: Town, now: datetime) -> list[Step]:
    """Everything that happens to the town founded `now`, in the order of time."""
    steps = [
        Step(moment(when, now) + timedelta(seconds=late), play)
        for when, late, play in [*_people(town), *_circles(town), *_arrivals(town), *_meetings(town), *_tales(town)]
    ]
    return sorted(steps, key=lambda step: step.when)


# What is said of a step before its moment is known: when, how many seconds later, and the act.
Told = tuple[str, int, Callable[[], object]]


def _people(town: Town) -> Iterator[Told]:
    for member in CAST:
        yield member.arrives, 0, partial(_arrive, town, member)
        yield member.arrives, 180, partial(_describe, town, member)


def _circles(town: Town) -> Iterator[Told]:
    for circle in CIRCLES:
        yield circle.when, 0, partial(_open, town, circle)
        for version, when in enumerate(circle.charters, start=1):
            yield when, 0, partial(_write_charter, town, circle, version)
        for who, when, by in circle.stewards:
            yield when, 0, partial(_appoint, town, circle, who, by)
    for company in COMPANIES:
        yield company.when, 0, partial(_gather, town, company)


def _arrivals(town: Town) -> Iterator[Told]:
    for link in LINKS:
        yield link.when, 0, partial(_invite, town, link)
    for arrival in [*ARRIVALS, WAITING]:
        yield arrival.when, 0, partial(_come, town, arrival)
        for by, when, play in ((*arrival.accepted, _accept), (*arrival.welcomed, _welcome)):
            if when:
                yield when, 0, partial(play, town, arrival, by)
    for who, when, words in AT_THE_DOOR:
        yield when, 0, partial(_write_at_the_door, town, who, words)


def _meetings(town: Town) -> Iterator[Told]:
    for outing in OUTINGS:
        pairs = combinations(outing.who, 2)
        for late, (one, other) in enumerate(pairs):
            yield outing.when, 60 * late, partial(_meet, town, outing, one, other)


def _tales(town: Town) -> Iterator[Told]:
    for tale in tales():
        said: dict[str, Message] = {}
        for line in tale.lines:
            yield line.when, 0, partial(perform, town, tale, line, said)


def _arrive(town: Town, member: CastMember) -> None:
    account = open_account(member.email)
    account.created_at = clock.now()
    account.save(update_fields=["created_at"])
    town.people[member.handle] = acts.arrive(by=account, name=member.name)


def _describe(town: Town, member: CastMember) -> None:
    acts.describe(
        by=town.people[member.handle], name=member.name, handle=member.handle, about=typeset(member.about),
        languages=member.languages, time_zone=member.time_zone,
    )  # fmt: skip


def _open(town: Town, circle: Circle) -> None:
    town.circles[circle.key] = acts.open_community(
        by=town.people[circle.by], name=typeset(circle.name), theme=circle.theme, summary=typeset(circle.summary),
        place=circle.place, rhythm=typeset(circle.rhythm), language="fr", visibility=circle.visibility,
        join_mode=circle.join_mode, questions=typeset(circle.questions),
    )  # fmt: skip


def _write_charter(town: Town, circle: Circle, version: int) -> None:
    acts.write_charter(by=town.people[circle.by], community=town.circles[circle.key], text=charter(circle.key, version))


def _appoint(town: Town, circle: Circle, who: str, by: str) -> None:
    acts.appoint(by=town.people[by], community=town.circles[circle.key], person=town.people[who], role=Role.STEWARD)


def _gather(town: Town, company: Company) -> None:
    town.huddles[company.key] = acts.gather_huddle(
        by=town.people[company.by], community=town.circles[company.circle], name=company.name,
        others=[town.people[who] for who in company.others],
    )  # fmt: skip


def _invite(town: Town, link: Link) -> None:
    town.links[link.key] = acts.invite(
        by=town.people[link.by], community=town.circles[link.circle], uses=link.uses, words=typeset(link.words)
    )


def _come(town: Town, arrival: Arrival) -> None:
    person, community = town.people[arrival.who], town.circles[arrival.circle]
    if arrival.link:
        acts.accept_invitation(by=person, invitation=town.links[arrival.link])
    elif arrival.answers:
        pairs = zip(community.question_list, typeset(arrival.answers).splitlines(), strict=True)
        answers = "\n\n".join(f"{question}\n{answer}" for question, answer in pairs)
        town.requests[arrival.who] = acts.ask_to_join(by=person, community=community, answers=answers)
    else:
        acts.join(by=person, community=community)


def _accept(town: Town, arrival: Arrival, by: str) -> None:
    acts.accept_request(by=town.people[by], request=town.requests[arrival.who])


def _welcome(town: Town, arrival: Arrival, by: str) -> None:
    acts.welcome(by=town.people[by], community=town.circles[arrival.circle], person=town.people[arrival.who])


def _write_at_the_door(town: Town, who: str, words: str) -> None:
    speaking.write_to_stewards(by=town.people[who], request=town.requests[WAITING.who], text=typeset(words))


def _meet(town: Town, outing: Outing, one: str, other: str) -> None:
    first, second = town.people[one], town.people[other]
    day = clock.now().astimezone(HERE).date()
    meeting = acts.say_met(by=first, community=town.circles[outing.circle], person=second, on=day)
    acts.agree_met(by=second, meeting=meeting)
