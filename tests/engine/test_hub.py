"""The hub: whatever happens in whatever order, each hears what concerns them, once, in order, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comvir.web.live.events import RESYNC, Event
from comvir.web.live.hub import QUEUE_EVENTS, Hub, Listener, View

PEOPLE, PLACES = range(1, 5), range(1, 4)


@dataclass(frozen=True)
class Eyes:
    """A sight of a few words: the communities one belongs to."""

    communities: frozenset[int]


def event(number: int, community: int, thread: int = 7, **changes: object) -> Event:
    return Event(
        id=number,
        topics=frozenset({("community", community), ("thread", thread)}),
        body=b"%d " % number,
        covered=lambda sight: community in sight.communities,
        **changes,  # type: ignore[arg-type]
    )


def view(person: int, communities: set[int], topics: set[tuple[str, int]], session: str = "") -> View:
    return View(
        session=session or f"session of {person}", asked=("today", "1"), account=person, person=person,
        topics=frozenset(topics), communities=frozenset(communities), sight=Eyes(frozenset(communities)),
    )  # fmt: skip


def heard(listener: Listener) -> list[int]:
    return [int(number) for number in listener.drain().split()]


async def listening(hub: Hub, communities: set[int], topics: set[tuple[str, int]], person: int = 1) -> Listener:
    listener = Listener(view(person, communities, topics))
    hub.join(listener)
    return listener


def test_an_event_reaches_those_it_concerns_and_whose_sight_covers_it():
    async def tale() -> list[list[int]]:
        hub = Hub()
        inside = await listening(hub, {1}, {("community", 1)})
        outside = await listening(hub, {2}, {("community", 1)})
        elsewhere = await listening(hub, {1, 2}, {("community", 2)})
        hub.offer([event(5, 1)])
        return [heard(one) for one in (inside, outside, elsewhere)]

    assert asyncio.run(tale()) == [[5], [], []]


def test_two_topics_of_one_event_make_it_heard_once():
    async def tale() -> list[int]:
        hub = Hub()
        listener = await listening(hub, {1}, {("community", 1), ("thread", 7)})
        hub.offer([event(5, 1), event(6, 1)])
        return heard(listener)

    assert asyncio.run(tale()) == [5, 6]


def test_who_does_not_keep_up_is_told_when_to_come_back_and_then_cut_off():
    async def tale() -> tuple[bool, bytes | None, list[int]]:
        hub, cut = Hub(), []
        listener = Listener(view(1, {1}, {("community", 1)}), abort=lambda: cut.append(1))
        hub.join(listener)
        asyncio.get_running_loop().call_later = lambda wait, call, *args: call(*args)  # type: ignore[method-assign, assignment]
        hub.offer([event(number, 1) for number in range(1, QUEUE_EVENTS + 2)])
        return listener.drain() == b"", listener.closing, cut

    silent, words, cut = asyncio.run(tale())
    assert (silent, (words or b"")[:7], cut) == (True, b"retry: ", [1])


def test_what_was_missed_comes_before_what_is_new():
    async def tale() -> list[int]:
        hub = Hub()
        listener = Listener(view(1, {1}, {("community", 1)}))
        listener.catching_up = True
        hub.join(listener)
        hub.offer([event(4, 1), event(5, 1)])
        assert heard(listener) == []
        hub.caught_up(listener, 4)
        return heard(listener)

    assert asyncio.run(tale()) == [5]


def test_nothing_is_said_to_who_has_just_been_shown_out():
    async def tale() -> tuple[list[int], bytes | None]:
        hub = Hub()
        bo = await listening(hub, {1}, {("community", 1)}, person=2)
        hub.offer([event(4, 1, changes_people=frozenset({2})), event(5, 1)])
        assert hub.take_reviews() == [bo]
        hub.reviewed(bo, None)
        hub.offer([event(6, 1)])
        return heard(bo), bo.closing

    assert asyncio.run(tale()) == ([], b"")


def test_who_may_stay_hears_what_was_held_back():
    async def tale() -> list[int]:
        hub = Hub()
        bo = await listening(hub, {1}, {("community", 1)}, person=2)
        hub.offer([event(4, 1, changes_people=frozenset({2})), event(5, 1)])
        hub.reviewed(hub.take_reviews()[0], bo.view)
        return heard(bo)

    assert asyncio.run(tale()) == [4, 5]


def test_a_community_that_changes_puts_all_its_pages_in_doubt_and_no_others():
    async def tale() -> list[int]:
        hub = Hub()
        for person, community in ((1, 1), (2, 1), (3, 2)):
            await listening(hub, {community}, {("thread", 7)}, person=person)
        hub.offer([event(4, 1, changes_community=1)])
        return sorted(one.view.person or 0 for one in hub.take_reviews())

    assert asyncio.run(tale()) == [1, 2]


def test_signing_out_anywhere_puts_all_the_streams_of_a_person_in_doubt():
    async def tale() -> list[str]:
        hub = Hub()
        for person, session in ((1, "phone"), (1, "desk"), (2, "other")):
            hub.join(Listener(view(person, {1}, {("community", 1)}, session)))
        hub.review_session("phone")
        return sorted(one.view.session for one in hub.take_reviews())

    assert asyncio.run(tale()) == ["desk", "phone"]


def test_closing_tells_everybody_to_come_back_and_lets_nobody_wait():
    async def tale() -> set[bytes]:
        hub = Hub()
        listeners = [await listening(hub, {1}, {("community", 1)}) for _ in range(20)]
        hub.close_all(0.0)
        await asyncio.sleep(0.01)
        return {(one.closing or b"")[:7] for one in listeners}

    assert asyncio.run(tale()) == {b"retry: "}


class AnyOrder(RuleBasedStateMachine):
    """People come, go, join and leave communities while things are said; a model keeps what each should have heard."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.hub = Hub()
        self.number = 0
        self.belongs: dict[int, set[int]] = {person: {1, 2} for person in PEOPLE}
        self.open: dict[Listener, list[int]] = {}
        self.due: dict[Listener, list[int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def run(self, call):
        async def inside():
            return call()

        return self.loop.run_until_complete(inside())

    def seen_by(self, person: int) -> View:
        places = self.belongs[person]
        return view(person, places, {("community", place) for place in places})

    @rule(person=st.sampled_from(PEOPLE))
    def come(self, person: int) -> None:
        listener = self.run(lambda: Listener(self.seen_by(person)))
        self.run(lambda: self.hub.join(listener))
        self.open[listener], self.due[listener] = [], []

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def go(self, data) -> None:
        listener = data.draw(st.sampled_from(sorted(self.open, key=id)))
        self.run(lambda: self.hub.leave(listener))
        del self.open[listener], self.due[listener]

    @rule(place=st.sampled_from(PLACES))
    def say(self, place: int) -> None:
        self.number += 1
        for listener in self.open:
            if place in self.belongs[listener.view.person or 0]:
                self.due[listener].append(self.number)
        self.run(lambda: self.hub.offer([event(self.number, place)]))

    @rule(person=st.sampled_from(PEOPLE), place=st.sampled_from(PLACES), then=st.sampled_from(PLACES))
    def move(self, person: int, place: int, then: int) -> None:
        """Somebody comes or goes somewhere, and in the same breath something is said."""
        self.number += 2
        self.belongs[person] ^= {place}
        for listener in self.open:
            if then in self.belongs[listener.view.person or 0]:
                self.due[listener].append(self.number)
        moved = Event(self.number - 1, frozenset(), b"", lambda sight: False, changes_people=frozenset({person}))
        self.run(lambda: self.hub.offer([moved, event(self.number, then)]))
        self.answer()

    def answer(self) -> None:
        """The database is asked again, as the stream does."""
        for listener in self.hub.take_reviews():
            self.run(lambda one=listener: self.hub.reviewed(one, self.seen_by(one.view.person or 0)))

    @rule()
    def drain(self) -> None:
        for listener, told in self.open.items():
            said = listener.drain()
            if RESYNC in said:
                # The page fetches itself: what was due until now is on it.
                told[:] = self.due[listener]
            else:
                told += [int(number) for number in said.split()]

    @invariant()
    def each_heard_what_was_theirs(self) -> None:
        self.drain()
        for listener, told in self.open.items():
            assert told == self.due[listener]


def test_each_hears_what_is_theirs_in_any_order():
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))
