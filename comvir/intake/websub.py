"""Hearing of news at once (W3C WebSub, the subscriber's part): we ask the hub a wire names, it asks back, it tells.

Sections 5 (subscribing, verification of intent) and 7 to 8 (distribution, signatures) of
https://www.w3.org/TR/websub/.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode, urljoin

from django.conf import settings

from comvir.intake.models import Wire
from comvir.intake.parsing import News, fit_address
from comvir.lib import clock
from comvir.lib.fetch import Answer, Limits, Unfetchable, fetch

log = logging.getLogger("comvir.intake")

LEASE = timedelta(days=10)
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=5), timedelta(days=90)
RENEWED_BEFORE = timedelta(days=1)
ASKED_AGAIN = timedelta(hours=6)
ANSWERED_WITHIN = timedelta(days=1)
LONGEST_CHALLENGE = 1000
ASKING = Limits(seconds=10, bytes=64 * 1024)
METHODS = ("sha256", "sha384", "sha512")
_LINK = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[^;,<>]{1,200}){1,8})")


def offered(news: News, answer: Answer) -> tuple[str, str]:
    """The hub and the topic that an answer names, its headers before its words; "" twice when it names no hub."""
    named = {"hub": news.hub, "self": news.topic}
    for address, parameters in reversed(_LINK.findall(answer.headers.get("link", "")[:8000])):
        rel = re.search(r"rel\s*=\s*\"?([^\";]+)", parameters)
        for name in rel[1].lower().split() if rel else []:
            if name in named:
                named[name] = fit_address(address, answer.url) or named[name]
    return (named["hub"], named["self"] or answer.url) if named["hub"] else ("", "")


def subscribe_if_due(wire: Wire) -> None:
    """Ask the wire's hub to tell us, when it has one and we aren't told already, or not for long any more."""
    now = clock.now()
    if not (wire.hub and wire.topic and settings.CSRF_TRUSTED_ORIGINS):
        return  # without an address of its own the house can be told nothing
    if wire.lease_until is not None and wire.lease_until - now > RENEWED_BEFORE:
        return
    if wire.asked_at is not None and now - wire.asked_at < ASKED_AGAIN:
        return
    # Noted before it is asked: a hub may ask back before it answers.
    wire.asked_at = now
    Wire.objects.filter(pk=wire.pk).update(asked_at=now)
    wish = {
        "hub.callback": urljoin(settings.CSRF_TRUSTED_ORIGINS[0], f"/wires/{wire.token}/"),
        "hub.mode": "subscribe",
        "hub.topic": wire.topic,
        "hub.lease_seconds": int(LEASE.total_seconds()),
        "hub.secret": wire.secret,
    }
    try:
        fetch(
            wire.hub, method="POST", body=urlencode(wish).encode(), follow=False, limits=ASKING,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
    except Unfetchable as error:
        log.info("the hub of wire %d was not reached: %s", wire.pk, error.reason)


def wire_at(token: str) -> Wire | None:
    """The wire a hub speaks of, one left out too; None when the token is nobody's."""
    return Wire.objects.select_related("community", "person").filter(token=token).first()


def confirm(wire: Wire, said: Mapping[str, str]) -> str | None:
    """What to answer a hub that asks whether we asked: its challenge, when we did; None when we did not."""
    now = clock.now()
    if wire.left_out_at is not None or not wire.topic or said.get("hub.topic") != wire.topic:
        return None
    if said.get("hub.mode") == "denied":
        # Asked again in a while, as if it had not been reached.
        Wire.objects.filter(pk=wire.pk).update(lease_until=None, asked_at=now)
        return ""
    challenge = said.get("hub.challenge", "")
    asked = wire.asked_at is not None and now - wire.asked_at < ANSWERED_WITHIN
    if said.get("hub.mode") != "subscribe" or not asked or not 0 < len(challenge) <= LONGEST_CHALLENGE:
        return None
    seconds = said.get("hub.lease_seconds", "")
    lease = timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,9}", seconds) else LEASE
    lease = min(max(lease, SHORTEST_LEASE), LONGEST_LEASE)
    Wire.objects.filter(pk=wire.pk).update(lease_until=now + lease, asked_at=None)
    return challenge


def is_signed(wire: Wire, body: bytes, signature: str) -> bool:
    """Whether the hub signed these bytes with the secret we gave it. SHA-1 is not taken."""
    method, _, given = signature.strip().partition("=")
    if method not in METHODS or not given.isascii():
        return False
    return hmac.compare_digest(hmac.new(wire.secret.encode(), body, method).hexdigest(), given.lower())
