# ruff: noqa: PLC0415 - models wait for the folder this chooses
"""Weighing what people say of one message anew, as each further word makes the house do: ten voices, two hundred."""

import os
import random
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.cores import keep_to_the_other
from bench.goals import row
from bench.town import WORDS, wake

ACQUAINTANCES = 8
# Milliseconds; algorithms.md C measured as much in plain Python.
GOALS = {10: 12, 200: 170}
TIMES = {"quick": 3, "normal": 10, "full": 40}


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    with tempfile.TemporaryDirectory() as place:
        os.environ.update(COMVIR_DATA=str(Path(place) / "data"), COMVIR_DATABASE="")
        wake()
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from comvir.conversation import acts
        from comvir.journal.models import Deed
        from comvir.memory.evidence import heard, weigh
        from comvir.memory.standing import Status

        most = 10 if scale == "quick" else max(GOALS)
        circle, people = _village(most + 20)
        found: dict[str, Any] = {}
        for voices, goal in GOALS.items():
            if voices > most:
                continue
            message = acts.start(by=people[0], community=circle, title="", text=WORDS)
            for number, person in enumerate(people[1 : voices + 1]):
                if number % 4:
                    acts.attest(by=person, message=message, stance="saw")
                else:
                    acts.attest(by=person, message=message, stance="dispute", words="Not at three.")
            last = Deed.objects.filter(object_id=message.pk, verb__in=("vouched", "disputed")).latest("pk")
            said = heard(last)
            assert said is not None
            taken = []
            for _ in range(TIMES[scale] + 1):
                begun = time.process_time()
                standing = weigh(heard(last) or said, message.pk, Status.UNVERIFIED)
                taken.append((time.process_time() - begun) * 1000)
            with CaptureQueriesContext(connection) as asked:
                weigh(said, message.pk, Status.UNVERIFIED)
            found[f"voices_{voices}"] = row(
                statistics.median(taken[1:]), "ms cpu", goal, queries=len(asked), weighed=standing.weighed,
                counted=sum(voice.counted for voice in standing.voices),
            )  # fmt: skip
        return found


def _village(members: int) -> tuple[Any, list[Any]]:
    """A circle of people long here, of whom each met eight others."""
    from django.db import transaction

    from comvir.journal.models import Addressee
    from comvir.journal.reading import catch_up
    from comvir.journal.record import deed_of
    from comvir.lib import clock
    from comvir.memory.readers import standing
    from comvir.people import acts
    from comvir.people.models import Account, Membership, Person

    dice, long_ago = random.Random(4), clock.now() - timedelta(days=400)
    with transaction.atomic():
        host = acts.arrive(by=Account.objects.create_user("host@example.org"), name="Josette")
        circle = acts.open_community(
            by=host, name="Tilleuls", theme="neighbourhood", visibility="public", join_mode="open"
        )
        people = Person.objects.bulk_create(
            Person(handle=f"m{number}", name=f"Member {number}", arrived_at=long_ago) for number in range(members)
        )
        Membership.objects.bulk_create(
            Membership(community=circle, person=person, role="member", joined_at=long_ago) for person in people
        )
        for person in people:
            for other in [*dice.sample(people, ACQUAINTANCES), *([host] if person.pk % 3 == 0 else [])]:
                if other.pk != person.pk:
                    deed = deed_of(person, "met", other, audience="public", community=circle)
                    deed.save()
                    Addressee.objects.create(deed=deed, person=other)
    catch_up(standing)
    return circle, people
