"""Somebody who writes in a house from another process: `python -m tests.engine.writer`, told what to do line by line.

`town` builds the cast with one thread and a session for each, and prints their ids; `say N` has Ana answer N times
and prints the id of each deed once it is committed; `start TITLE` begins another thread; `part NAME` shows
somebody out; `later N` has Ana write N messages to be said in a second, `due` says them until none is left, and
`papers` prints which of them were said.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    django.setup()
    from comvir.conversation import acts as talk
    from comvir.conversation.desk import Place
    from comvir.conversation.later import say_due, say_later
    from comvir.conversation.models import Draft, Message, Thread
    from comvir.journal.models import Deed
    from comvir.lib import clock
    from comvir.people import acts
    from comvir.people.models import Community, Person
    from tests.people import build_town

    def named(name: str) -> Person:
        return Person.objects.get(name=name)

    def town(_: str) -> object:
        built = build_town()
        thread = talk.start(by=built.ana, community=built.petanque, title="Sunday", text="Who comes?").thread
        sessions = {name: session_of(getattr(built, name)) for name in ("ana", "bo", "dan", "gil", "eve", "fay")}
        return {"thread": thread.pk, "community": built.petanque.slug, "sessions": sessions, "since": newest()}

    def session_of(person: Person) -> str:
        from importlib import import_module

        from django.conf import settings
        from django.contrib import auth

        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[auth.SESSION_KEY] = str(person.account.pk)
        store[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[auth.HASH_SESSION_KEY] = person.account.get_session_auth_hash()
        store.save()
        return str(store.session_key)

    def newest() -> int:
        return int(Deed.objects.latest("pk").pk)

    def say(count: str) -> object:
        thread = Thread.objects.latest("pk")
        for _ in range(int(count)):
            message = talk.answer(by=named("Ana"), thread=thread, text="I do.")
            print(json.dumps(Deed.objects.get(verb="said", object_id=message.pk).pk), flush=True)
        return "said"

    def start(title: str) -> object:
        petanque = Community.objects.get(theme="outings")
        return talk.start(by=named("Ana"), community=petanque, title=title, text="Who comes?").thread_id

    def part(name: str) -> object:
        acts.part_with(by=named("Gil"), community=Community.objects.get(theme="outings"), person=named(name))
        return newest()

    def later(count: str) -> object:
        place = Place(Community.objects.get(theme="outings"))
        soon = clock.now() + timedelta(seconds=1)
        for number in range(int(count)):
            say_later(by=named("Ana"), place=place, text=f"Paper {number:03}", due_at=soon)
        return "put away"

    def due(_: str) -> object:
        done = 0
        while Draft.objects.exclude(due_at=None).exists():
            done += say_due(batch=3)
            time.sleep(0.05)
        return done

    def papers(_: str) -> object:
        return list(Message.objects.filter(text__startswith="Paper").order_by("text").values_list("text", flat=True))

    orders = {"town": town, "start": start, "say": say, "part": part, "later": later, "due": due, "papers": papers}
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        print(json.dumps(orders[order](rest)), flush=True)


if __name__ == "__main__":
    main()
