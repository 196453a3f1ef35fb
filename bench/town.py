"""A small town to measure in: `python -m bench.town` furnishes COMVIR_DATA and prints where to look, as JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
from django.db import transaction

from bench.server import ROOT

THREADS, MESSAGES, MEMBERS = 25, 20, 12
WORDS = (
    "On se retrouve dimanche à 15 h sous les platanes, avec les boules et de quoi goûter. "
    "Josette apporte la tarte, *Marcel* sa bonne humeur. Qui peut passer prendre Gilles en voiture ? "
    "Il attend devant la pharmacie ; le 12 passe aussi, toutes les vingt minutes.\n\n"
    "S'il pleut, on se replie au café, comme la dernière fois. Dites-le ici avant samedi soir."
)


def furnished(data: Path) -> dict[str, Any]:
    """Furnish this data folder in a process of its own; returns the paths and the cookie of a member."""
    line = [sys.executable, "-m", "bench.town"]
    environment = {**os.environ, "COMVIR_DATA": str(data), "COMVIR_DATABASE": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def wake() -> None:
    """Django, set up for this folder, and its tables made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    django.setup()
    from comvir.cli.house import make_house  # noqa: PLC0415 - after the set-up

    make_house()


def settle() -> tuple[Any, Any]:
    """A public circle and its members, through acts; returns the circle and the members."""
    from comvir.people import acts  # noqa: PLC0415 - models need the registry
    from comvir.people.models import Account  # noqa: PLC0415 - the same

    accounts = [Account.objects.create_user(f"member{number}@example.org") for number in range(MEMBERS)]
    people = [acts.arrive(by=account, name=f"Member {number}") for number, account in enumerate(accounts)]
    circle = acts.open_community(
        by=people[0], name="Pétanque du dimanche", theme="outings", visibility="public", join_mode="open"
    )
    for person in people[1:]:
        acts.join(by=person, community=circle)
    return circle, people


def _talk() -> dict[str, Any]:
    from django.test import Client  # noqa: PLC0415 - after the set-up

    from comvir.config.readers import READERS  # noqa: PLC0415 - models need the registry
    from comvir.conversation import acts  # noqa: PLC0415 - the same
    from comvir.journal.reading import catch_up  # noqa: PLC0415 - the same

    circle, people = settle()
    threads = []
    # One transaction: flushing each of five hundred messages to the disk is not what is measured here.
    with transaction.atomic():
        for number in range(THREADS):
            opening = acts.start(by=people[number % MEMBERS], community=circle, title=f"Sunday {number}", text=WORDS)
            threads.append(opening.thread_id)
            for turn in range(1, MESSAGES):
                acts.answer(by=people[(number + turn) % MEMBERS], thread=opening.thread, text=WORDS)
    for reader in READERS:
        catch_up(reader)
    browser = Client()
    browser.force_login(people[3].account)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    return {"threads": [f"/t/{pk}/" for pk in threads], "circle": f"/c/{circle.slug}/", "cookie": cookie}


if __name__ == "__main__":
    wake()
    print(json.dumps(_talk()))
