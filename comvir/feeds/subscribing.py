"""Asking for news to be sent, and what follows: nothing changes before the callback has echoed a challenge."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from comvir.feeds import outside, waking
from comvir.feeds.issues import Asked, Issue, issue_of
from comvir.feeds.models import CALLBACK_LIMIT, SECRET_LIMIT, Delivery, FeedKey, Intent, Subscription
from comvir.feeds.refusals import HubRefusal
from comvir.journal.reading import latest
from comvir.lib import clock
from comvir.lib.fetch import Unfetchable, read_url
from comvir.lib.fetch.addresses import is_literal
from comvir.lib.fetch.urls import Url

SHORTEST_LEASE = 3600
USUAL_LEASE = 10 * 86400
LONGEST_LEASE = 30 * 86400
MOST_WAITING_FOR_HOST = 20
MOST_FOR_HOST = 2000
MOST_FOR_ADDRESS = 1000
MOST_IN_ALL = 20_000
UNKNOWN = "hub.topic: there is no such news here"


def ask(asked: Asked | None, *, mode: str, address: str, callback: str, lease: str = "", secret: str = "") -> Intent:
    """Note that somebody wants (or no longer wants) this news at `callback`, to be verified.

    `asked` is what `address` means, None for nothing. What may not be seen is refused like what does not exist.
    Raises HubRefusal.
    """
    if mode not in (Intent.Mode.SUBSCRIBE, Intent.Mode.UNSUBSCRIBE):
        raise HubRefusal("hub.mode: subscribe or unsubscribe")
    host = _fit_callback(callback).host
    lease_seconds = _fit_lease(lease)
    if len(secret.encode()) >= SECRET_LIMIT or "\x00" in secret:
        raise HubRefusal("hub.secret: less than 200 bytes")
    issue = issue_of(asked) if asked else None
    before = Subscription.objects.filter(callback=callback, address=address).first()
    if issue is None and (mode == Intent.Mode.SUBSCRIBE or before is None):
        raise HubRefusal(UNKNOWN, 404)
    if before is None and mode == Intent.Mode.SUBSCRIBE:
        _fit_number(host, address)
    if Intent.objects.filter(host=host).exclude(callback=callback, address=address).count() >= MOST_WAITING_FOR_HOST:
        raise HubRefusal("Too many requests for this callback's host are waiting. Try again later.", 429)
    now = clock.now()
    meant = _meant(asked, issue) if asked and issue else _as_before(before) if before else {}
    intent, _fresh = Intent.objects.update_or_create(
        callback=callback, address=address,
        defaults={
            **meant, "host": host, "secret": secret, "mode": mode, "lease_seconds": lease_seconds,
            "digest": issue.digest if issue else "", "asked_at": now, "tries": 0, "due_at": now,
        },
    )  # fmt: skip
    transaction.on_commit(waking.ring)
    return intent


def confirm(intent: Intent) -> None:
    """The callback has echoed: from now on it is, or is no longer, sent the news."""
    now = clock.now()
    with transaction.atomic():
        same = Subscription.objects.filter(callback=intent.callback, address=intent.address)
        intent.delete()
        if intent.mode == Intent.Mode.UNSUBSCRIBE:
            same.delete()
            return
        wanted = {
            "topic": intent.topic, "form": intent.form, "key": intent.key, "community": intent.community,
            "thread": intent.thread, "host": intent.host, "secret": intent.secret,
            "until": now + timedelta(seconds=intent.lease_seconds),
        }  # fmt: skip
        if same.update(**wanted):
            return
        fresh = Subscription.objects.create(
            **wanted, callback=intent.callback, address=intent.address, since=now, sent_digest=intent.digest
        )
        # What was said since it was asked for; nothing is sent when that is nothing.
        deliver([fresh], latest())


def deliver(subscriptions: list[Subscription], version: int) -> None:
    """Let these have the news as it is: one waiting delivery each, whatever number of deeds it tells of."""
    now = clock.now()
    Delivery.objects.bulk_create(
        [Delivery(subscription=one, version=version, host=one.host, prompt=one.prompt, due_at=now)
         for one in subscriptions],
        update_conflicts=True, unique_fields=["subscription"], update_fields=["version"], batch_size=500,
    )  # fmt: skip
    transaction.on_commit(waking.ring)


def end(subscription: Subscription) -> None:
    """The news may no longer be had: the subscription is over, and its callback is told so."""
    now = clock.now()
    with transaction.atomic():
        Intent.objects.update_or_create(
            callback=subscription.callback, address=subscription.address,
            defaults={
                **_as_before(subscription), "key": None, "host": subscription.host, "secret": "", "tries": 0,
                "mode": Intent.Mode.DENIED, "asked_at": now, "due_at": now,
            },
        )  # fmt: skip
        subscription.delete()
    transaction.on_commit(waking.ring)


def end_of_key(key: FeedKey) -> None:
    """The key was closed: what hung on it ends."""
    Intent.objects.filter(key=key).delete()
    for subscription in Subscription.objects.filter(key=key):
        end(subscription)


def put_off(intent: Intent, after: timedelta | None) -> None:
    """Try again after this time; None: never."""
    rows = Intent.objects.filter(pk=intent.pk, asked_at=intent.asked_at)
    if after is None:
        rows.delete()
    else:
        rows.update(tries=F("tries") + 1, due_at=clock.now() + after)


def _fit_callback(callback: str) -> Url:
    if not callback.isascii() or not 0 < len(callback) <= CALLBACK_LIMIT or "#" in callback:
        raise HubRefusal("hub.callback: an address in ASCII, without fragment, of 1000 characters at most")
    try:
        url = read_url(callback)
    except Unfetchable as refusal:
        raise HubRefusal(f"hub.callback: {refusal.reason}", 422) from None
    if not outside.policy.lets_port(url.port) or (is_literal(url.host) and not outside.policy.lets(url.host, url.port)):
        raise HubRefusal("hub.callback: not on the public web", 422)
    return url


def _fit_lease(lease: str) -> int:
    if not lease:
        return USUAL_LEASE
    if not (lease.isascii() and lease.isdigit() and len(lease) < 12):
        raise HubRefusal("hub.lease_seconds: a number of seconds")
    return min(max(int(lease), SHORTEST_LEASE), LONGEST_LEASE)


def _fit_number(host: str, address: str) -> None:
    if (
        Subscription.objects.filter(host=host).count() >= MOST_FOR_HOST
        or Subscription.objects.filter(address=address).count() >= MOST_FOR_ADDRESS
        or Subscription.objects.count() >= MOST_IN_ALL
    ):
        raise HubRefusal("There are too many subscriptions. Ask the news itself, now and then.", 503)


def _meant(asked: Asked, issue: Issue) -> dict[str, object]:
    place = issue.place
    return {
        "topic": str(asked.topic), "form": asked.form, "key": asked.key, "community": place.community,
        "thread": place.thread,
    }  # fmt: skip


def _as_before(one: Subscription) -> dict[str, object]:
    return {"topic": one.topic, "form": one.form, "key": one.key, "community": one.community, "thread": one.thread}
