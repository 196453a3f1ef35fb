"""Somebody who writes in a house from another process: `python -m tests.engine.writer`, told what to do line by line.

`town` builds the cast with one thread and a session for each, and prints their ids; `say N` has Ana answer N times
and prints the id of each deed once it is committed; `start TITLE` begins another thread; `part NAME` shows
somebody out.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    django.setup()
    from comvir.conversation import acts as talk
    from comvir.conversation.models import Thread
    from comvir.journal.models import Deed
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

    orders = {"town": town, "start": start, "say": say, "part": part}
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        print(json.dumps(orders[order](rest)), flush=True)


if __name__ == "__main__":
    main()
