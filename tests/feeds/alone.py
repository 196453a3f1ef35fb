"""A process with a database of its own, in which readers and hub run in their threads, as in a house.

Tests share one connection, so what happens between threads is tried here. Run by test_thread.py.
"""

import time
from contextlib import contextmanager

import django
from django.core.management import call_command

django.setup()

from comvir.config.housekeeping import Readers  # noqa: E402 - models need the registry
from comvir.conversation import acts  # noqa: E402
from comvir.feeds import hub as at_work  # noqa: E402
from comvir.feeds import outside  # noqa: E402
from comvir.feeds.models import Delivery, Subscription  # noqa: E402
from comvir.feeds.readers import hub as outbox  # noqa: E402
from comvir.lib.fetch import Policy  # noqa: E402
from comvir.memory.readers import standing  # noqa: E402
from comvir.people import acts as people  # noqa: E402
from tests.feeds.conftest import subscribe  # noqa: E402
from tests.feeds.subscriber import Behaviour, open_subscriber  # noqa: E402
from tests.people import person  # noqa: E402

NEWS = "/c/market/news.atom"


def until(what) -> bool:
    end = time.monotonic() + 10
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def running():
    """Readers and hub that move only when woken."""
    readers, hub = Readers([standing, outbox], look_round=60), at_work.Hub(look_round=60)
    readers.start()
    hub.start()
    try:
        yield hub
    finally:
        readers.stop()
        hub.stop()


def main() -> dict[str, object]:
    call_command("migrate", verbosity=0)
    fay = person("Fay")
    market = people.open_community(by=fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open")
    found: dict[str, object] = {}
    with open_subscriber() as one:
        outside.policy = Policy(allowed=frozenset({("127.0.0.1", one.port)}))
        with running() as hub:
            found["accepted"] = subscribe(one, NEWS, secret="between us").status_code
            found["verified"] = until(Subscription.objects.exists)
            acts.start(by=fay, community=market, text="Fish")
            found["sent"] = until(lambda: any(b"Fish" in heard.body for heard in one.deliveries))
            found["noted"] = until(lambda: not Delivery.objects.exists())
            whole, faults = at_work.note, []

            def faulty(outcome) -> None:
                if not faults:
                    faults.append(outcome)
                    raise RuntimeError("a full disk")
                whole(outcome)

            at_work.note = faulty
            one.heard.clear()
            acts.start(by=fay, community=market, text="Cheese")
            until(lambda: faults)
            hub.wake()
            found["sent again after a fault"] = until(lambda: len(one.deliveries) == 2)
            until(lambda: not Delivery.objects.exists())
            one.heard.clear()
            one.receiving = Behaviour(status=200, wait=0.5, echo=False)
            acts.start(by=fay, community=market, text="Bread")
            until(lambda: one.deliveries)
        found["noted at the end"] = not Delivery.objects.exists()
    return found
