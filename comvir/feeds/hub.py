"""The hub at work: one thread that looks into the outbox and notes what came of it, and others that go out.

Those that go out touch no database. One host is visited once at a time, the hosts of one site four times; who never
answered yet, or late, or not at all, waits in a queue with workers of its own: it delays nobody else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from django.db import close_old_connections, connection, transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce

from comvir.feeds import waking
from comvir.feeds.desk import keep_uses
from comvir.feeds.errands import Errand, Outcome, delivery, question, run
from comvir.feeds.issues import Asked, issue_of
from comvir.feeds.models import Delivery, Intent, Subscription
from comvir.feeds.subscribing import confirm, end, put_off
from comvir.feeds.topics import read_topic
from comvir.lib import clock

log = logging.getLogger("comvir.hub")

LOOK_ROUND_SECONDS = 5.0
TIDY_SECONDS = 600.0
PROMPT_WORKERS = 16
OTHER_WORKERS = 8
SAME_SITE = 4
PROMPT_SECONDS = 1.0
# After a delivery failed; then it is dropped, and the next news begins again.
BACK_OFF = [timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600)]
ASK_AGAIN = [timedelta(seconds=30), timedelta(minutes=5)]
GIVE_UP_AFTER = timedelta(days=3)


class Hub(threading.Thread):
    """Sends what is due until it is stopped. It may be killed at any moment: what is not noted is done again."""

    def __init__(self, *, look_round: float = LOOK_ROUND_SECONDS) -> None:
        super().__init__(name="hub", daemon=True)
        self._look_round = look_round
        self._news = threading.Event()
        self._over = False
        self._back: SimpleQueue[Outcome] = SimpleQueue()
        self._busy: dict[str, bool] = {}
        self._prompt: Executor = ThreadPoolExecutor(PROMPT_WORKERS, "hub-prompt")
        self._other: Executor = ThreadPoolExecutor(OTHER_WORKERS, "hub-other")
        self._tidied = 0.0

    def wake(self) -> None:
        """There is something to do."""
        self._news.set()

    def run(self) -> None:
        hush = waking.listen(self.wake)
        self.wake()
        try:
            while not self._over:
                self._news.wait(self._look_round)
                self._news.clear()
                self._round()
        finally:
            hush()
            self._close()
            connection.close()

    def stop(self) -> None:
        """Let those who are out come back, and end."""
        self._over = True
        self._news.set()
        if self.is_alive():
            self.join()
        else:
            self._close()

    def _close(self) -> None:
        for workers in (self._prompt, self._other):
            workers.shutdown(wait=True, cancel_futures=True)
        try:
            self._note()
        except Exception:
            log.exception("what was sent last may be sent again")

    @property
    def is_out(self) -> bool:
        """Whether somebody has not come back yet."""
        return bool(self._busy)

    def step(self) -> None:
        """Note what came back, then send out what is due."""
        self._note()
        now = clock.now()
        self._send(_deliveries(now, prompt=True, busy=self._busy, most=self._free(True)), prompt=True)
        self._send(_deliveries(now, prompt=False, busy=self._busy, most=self._free(False)), prompt=False)
        self._send(_questions(now, busy=self._busy, most=self._free(False)), prompt=False)

    def _round(self) -> None:
        try:
            close_old_connections()
            self.step()
            if time.monotonic() - self._tidied > TIDY_SECONDS:
                self._tidied = time.monotonic()
                tidy()
        except Exception:
            # The outbox keeps all: the next round begins where this one stopped.
            log.exception("the hub failed and looks again in %d s", self._look_round)

    def _free(self, prompt: bool) -> int:
        return (PROMPT_WORKERS if prompt else OTHER_WORKERS) - sum(1 for lane in self._busy.values() if lane is prompt)

    def _send(self, errands: Iterable[Errand], *, prompt: bool) -> None:
        sites = Counter(_site(host) for host in self._busy)
        for errand in errands:
            site = _site(errand.host)
            if errand.host in self._busy or sites[site] >= SAME_SITE:
                continue
            sites[site] += 1
            self._busy[errand.host] = prompt
            (self._prompt if prompt else self._other).submit(self._go, errand)

    def _go(self, errand: Errand) -> None:
        try:
            outcome = run(errand)
        except Exception:
            log.exception("an errand failed")
            outcome = Outcome(errand, done=False, passes=True)
        self._back.put(outcome)
        self.wake()

    def _note(self) -> None:
        while True:
            try:
                outcome = self._back.get_nowait()
            except Empty:
                return
            try:
                note(outcome)
            finally:
                self._busy.pop(outcome.errand.host, None)


def note(outcome: Outcome) -> None:
    """Write down what came of an errand."""
    intent = outcome.errand.intent
    if intent is None:
        _note_delivery(outcome)
    elif outcome.done and intent.mode != Intent.Mode.DENIED:
        # Asked again meanwhile, perhaps for something else: then that is what will be verified.
        if Intent.objects.filter(pk=intent.pk, asked_at=intent.asked_at).exists():
            confirm(intent)
    else:
        again = outcome.passes and not outcome.done and intent.tries < len(ASK_AGAIN)
        put_off(intent, ASK_AGAIN[intent.tries] if again else None)


def tidy() -> None:
    """Drop the subscriptions whose lease has ended; write down which keys were used."""
    Subscription.objects.filter(until__lte=clock.now()).delete()
    keep_uses()


def _note_delivery(outcome: Outcome) -> None:
    errand, now = outcome.errand, clock.now()
    mine = Subscription.objects.filter(pk=errand.pk)
    waiting = Delivery.objects.filter(subscription=errand.pk)
    with transaction.atomic():
        if outcome.gone:
            mine.delete()
        elif outcome.done:
            prompt = outcome.seconds < PROMPT_SECONDS
            mine.update(sent_digest=errand.digest, sent_at=now, failing_since=None, prompt=prompt)
            if not waiting.filter(version=errand.version).delete()[0]:
                waiting.update(tries=0, due_at=now, prompt=prompt)
        else:
            mine.update(failing_since=Coalesce(F("failing_since"), now), prompt=False)
            row = waiting.first()
            if row is None or row.tries >= len(BACK_OFF):
                waiting.delete()
                mine.filter(failing_since__lte=now - GIVE_UP_AFTER).delete()
            else:
                waiting.update(tries=row.tries + 1, due_at=now + BACK_OFF[row.tries], prompt=False)


def _deliveries(now: datetime, *, prompt: bool, busy: Iterable[str], most: int) -> Iterable[Errand]:
    """One due delivery for each host nobody visits, ready to go. Those there is nothing new for are crossed out."""
    if most <= 0:
        return
    rows = Delivery.objects.filter(prompt=prompt, due_at__lte=now).exclude(host__in=list(busy))
    first = rows.values("host").annotate(first=Min("pk"), due=Min("due_at")).order_by("due")[:most]
    numbers = [row["first"] for row in first]
    waiting = {row.subscription_id: row for row in Delivery.objects.filter(pk__in=numbers)} if numbers else {}
    for one in Subscription.objects.filter(pk__in=list(waiting)).select_related("key__person__account"):
        errand = _ready(one, waiting[one.pk].version, now)
        if errand is not None:
            yield errand
        else:
            waking.ring()


def _ready(one: Subscription, version: int, now: datetime) -> Errand | None:
    topic = read_topic(one.topic)
    closed = one.until <= now or topic is None or (one.key is not None and one.key.revoked_at is not None)
    issue = None if closed or topic is None else issue_of(Asked(topic, one.form, one.address, one.key))
    if issue is None:
        end(one)
        return None
    if issue.digest == one.sent_digest:
        Delivery.objects.filter(pk=one.pk, version=version).delete()
        return None
    return delivery(one, version, issue)


def _questions(now: datetime, *, busy: Iterable[str], most: int) -> Iterable[Errand]:
    if most <= 0:
        return
    rows = Intent.objects.filter(due_at__lte=now).exclude(host__in=list(busy))
    first = rows.values("host").annotate(first=Min("pk"), due=Min("due_at")).order_by("due")[:most]
    numbers = [row["first"] for row in first]
    if numbers:
        yield from map(question, Intent.objects.filter(Q(pk__in=numbers)))


def _site(host: str) -> str:
    """What hosts of one owner most often share: the last two labels of a name; the whole of an address."""
    return host if host.replace(".", "").isdigit() or ":" in host else ".".join(host.split(".")[-2:])
