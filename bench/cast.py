# ruff: noqa: PLC0415 - models wait for the folder that was chosen
"""The people of a large house: members, those of them who come in to read, what they have read and vouched for."""

import random
from datetime import timedelta
from typing import Any

CIRCLES = (("Le quartier des Tilleuls", "fr"), ("Pétanque", "fr"), ("The English corner", "en"), ("Chorale", "fr"))
SLUG = "le-quartier-des-tilleuls"
ACQUAINTED = 24


def settle(members: int, readers: int) -> tuple[list[int], list[tuple[int, str]], list[str]]:
    """Circles everyone can read and their members; returns ids of members, circles with languages, readers' cookies."""
    from django.db import transaction
    from django.test import Client

    from bench.large import LAST
    from comvir.people import acts
    from comvir.people.models import Account, Community, Membership, Person

    long_ago = LAST - timedelta(days=6 * 365)
    with transaction.atomic():
        host = acts.arrive(by=Account.objects.create_user("host@example.org"), name="Josette")
        opened = [
            acts.open_community(by=host, name=name, theme="neighbourhood", visibility="public", join_mode="open")
            for name, _ in CIRCLES
        ]
        Community.objects.update(opened_at=long_ago, last_at=LAST)
        persons = Person.objects.bulk_create(
            Person(handle=f"m{number}", name=f"Member {number}", arrived_at=long_ago) for number in range(members)
        )
        accounts = Account.objects.bulk_create(
            Account(email=f"m{number}@example.org", password="!", person=person, language="en")
            for number, person in enumerate(persons)
        )
        Membership.objects.bulk_create(
            Membership(community=circle, person=person, role="member", joined_at=long_ago)
            for circle in opened for person in persons
        )  # fmt: skip
        cookies = []
        for account in accounts[:readers]:
            browser = Client()
            browser.force_login(account)
            cookies.append("; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items()))
    if opened[0].slug != SLUG:
        raise RuntimeError(opened[0].slug)
    where = [(one.pk, language) for one, (_, language) in zip(opened, CIRCLES, strict=True)]
    return [person.pk for person in persons], where, cookies


def read_some(threads: list[int]) -> None:
    """Each member has read some of these threads, half-way or to the end."""
    from django.db import transaction

    from bench.large import LAST, READ
    from comvir.conversation.models import Message
    from comvir.notifications.models import Seen
    from comvir.people.models import Person

    dice = random.Random(2)
    at = dict(Message.objects.filter(thread__in=threads, position=READ // 2).values_list("thread_id", "pk"))
    people = list(Person.objects.filter(handle__startswith="m").values_list("pk", flat=True)[:400])
    with transaction.atomic():
        Seen.objects.bulk_create(
            [
                Seen(person_id=person, thread_id=thread, message_id=at[thread], position=READ // 2, at=LAST)
                for person in people
                for thread in dice.sample(threads, min(len(threads), 20))
            ],
            batch_size=500,
        )


def vouch(openings: list[int], circle: int) -> None:
    """Some members met; for each of these messages two vouch, and every third one disputes too."""
    from django.db import transaction

    from comvir.conversation import acts
    from comvir.conversation.models import Message
    from comvir.journal.models import Addressee, Deed
    from comvir.journal.record import deed_of
    from comvir.people.models import Community, Person

    dice = random.Random(3)
    people = list(Person.objects.filter(handle__startswith="m").order_by("pk")[:200])
    known, place = people[:ACQUAINTED], Community.objects.get(pk=circle)
    with transaction.atomic():
        for one in known:
            for other in dice.sample(known, 8):
                if one.pk == other.pk:
                    continue
                deed = deed_of(one, "met", other, audience="public", community=place)
                deed.save()
                Addressee.objects.create(deed=deed, person=other)
        for number, message in enumerate(Message.objects.filter(pk__in=openings[:140]).order_by("pk")):
            voices: list[Any] = [one for one in dice.sample(people, 4) if one.pk != message.author_id][:3]
            for turn, person in enumerate(voices):
                if turn < 2:
                    acts.attest(by=person, message=message, stance="saw")
                elif number % 3 == 0:
                    acts.attest(by=person, message=message, stance="dispute", words="The street was open.")
    if not Deed.objects.filter(verb="vouched").exists():
        raise RuntimeError("nobody vouched for anything")


def catch_up(circles: list[tuple[int, str]]) -> None:
    """The reader of standings reads what was vouched for; all others are put where the journal ends."""
    from django.db import transaction

    from comvir.config.readers import READERS
    from comvir.journal.models import Bookmark, Deed
    from comvir.journal.reading import latest
    from comvir.memory.readers import standing

    spoken = Deed.objects.exclude(verb="said").order_by("pk")
    with transaction.atomic():
        standing.read(list(spoken))
    for reader in READERS:
        Bookmark.objects.update_or_create(reader=reader.name, defaults={"at": latest()})
