"""What the hub says to a callback, and what it makes of the answer. No database here: other threads run these."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from comvir.feeds import outside
from comvir.feeds.issues import Issue
from comvir.feeds.models import Intent, Subscription
from comvir.feeds.papers import FORMS
from comvir.lib.fetch import Unfetchable, fetch

# Failures that may pass: the others would be the same in an hour.
PASSING = {"slow", "unreachable", "unknown", "busy", "cut"}


@dataclass(frozen=True)
class Errand:
    """One thing to ask of one host. For a delivery `version` and `digest` say what is sent; `challenge` is what
    has to come back."""

    pk: int
    url: str
    host: str
    headers: dict[str, str]
    body: bytes | None = None
    challenge: str = ""
    version: int = 0
    digest: str = ""
    intent: Intent | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it: `done`; else whether that `passes`, or is for good when `gone`."""

    errand: Errand
    done: bool
    passes: bool = False
    gone: bool = False
    seconds: float = 0.0


def delivery(subscription: Subscription, version: int, issue: Issue) -> Errand:
    """The news in full, with where it is from, and signed when a secret was agreed."""
    address = subscription.address
    headers = {
        "Content-Type": FORMS[subscription.form],
        "Link": f'<{hub_of(address)}>; rel="hub", <{address}>; rel="self"',
    }
    if subscription.secret:
        signature = hmac.new(subscription.secret.encode(), issue.body, sha256).hexdigest()
        headers["X-Hub-Signature"] = f"sha256={signature}"
    return Errand(
        subscription.pk, subscription.callback, subscription.host, headers, body=issue.body, version=version,
        digest=issue.digest,
    )  # fmt: skip


def question(intent: Intent) -> Errand:
    """Whether the callback really wants it, or the word that it gets no more."""
    told = {"hub.mode": intent.mode, "hub.topic": intent.address}
    challenge = ""
    if intent.mode == Intent.Mode.DENIED:
        told["hub.reason"] = "This news can no longer be had at this address."
    else:
        challenge = told["hub.challenge"] = secrets.token_urlsafe(32)
    if intent.mode == Intent.Mode.SUBSCRIBE:
        told["hub.lease_seconds"] = str(intent.lease_seconds)
    url = f"{intent.callback}{'&' if '?' in intent.callback else '?'}{urlencode(told)}"
    return Errand(intent.pk, url, intent.host, {}, challenge=challenge, intent=intent)


def run(errand: Errand) -> Outcome:
    """Go there and come back, within the limits. Raises nothing: a host that misbehaves is an outcome."""
    verifies = errand.body is None
    try:
        answer = fetch(
            errand.url, method="GET" if verifies else "POST", headers=errand.headers, body=errand.body, follow=False,
            limits=outside.VERIFICATION if verifies else outside.DELIVERY, policy=outside.policy,
        )  # fmt: skip
    except Unfetchable as refusal:
        return Outcome(errand, done=False, passes=refusal.reason in PASSING)
    # A redirection is no yes: the recommendation has subscribers say who they are at the address they gave.
    done = 200 <= answer.status < 300
    if done and errand.challenge:
        done = hmac.compare_digest(answer.body, errand.challenge.encode())
    return Outcome(errand, done, passes=answer.status >= 500, gone=answer.status == 410, seconds=answer.seconds)


def hub_of(address: str) -> str:
    """The hub of one of our addresses."""
    scheme, rest = address.split("://", 1)
    return f"{scheme}://{rest.split('/', 1)[0]}/hub"
