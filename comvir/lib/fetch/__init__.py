"""The one door out of the house: every address somebody gives us is fetched here, and nowhere else.

    answer = fetch("https://example.org/news.xml", headers={"If-None-Match": etag})

It blocks, for the house's own threads, and ends within its time. See docs/decisions/0010-one-safe-fetch.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import comvir
from comvir.lib.fetch.addresses import is_public
from comvir.lib.fetch.exchange import Deadline, Limits, Policy, exchange
from comvir.lib.fetch.refusals import REASONS, Unfetchable
from comvir.lib.fetch.urls import Url, led_to, read_url

__all__ = ["REASONS", "Answer", "Limits", "Policy", "Unfetchable", "fetch", "is_public", "read_url"]

USUAL = Limits()
PUBLIC = Policy()
METHODS = ("GET", "HEAD", "POST")
REDIRECTS = (301, 302, 303, 307, 308)
# The house never shows a key of its own outside, and these are written by the exchange itself.
NEVER = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "authorization", "cookie",
         "proxy-authorization", "expect", "upgrade", "te"}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What came back: headers with lower-case names, the body unpacked, where it was found in the end, and how long
    it all took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    seconds: float


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    follow: bool = True,
    limits: Limits = USUAL,
    policy: Policy = PUBLIC,
) -> Answer:
    """Ask the web for an address. Blocks for `limits.seconds` at most.

    Redirects of a GET or HEAD are followed and looked at like the first address; with `follow=False` (always, for a
    POST) they are answers like others. Raises Unfetchable, whose `reason` says why, for anything that isn't an
    answer; a status such as 404 or 500 is one. Raises ValueError for what only a mistake of ours can ask.
    """
    if method not in METHODS or (body is not None and method != "POST"):
        raise ValueError(f"{method} is not sent")
    sent = {"User-Agent": f"comvir/{comvir.__version__}", "Accept": "*/*", **(headers or {})}
    if kept := NEVER & {name.lower() for name in sent}:
        raise ValueError(f"{', '.join(sorted(kept))}: not for a caller to set")
    deadline = Deadline(limits.seconds)
    here, seen = read_url(url), set[str]()
    while True:
        reply = exchange(here, method, sent, body, limits=limits, policy=policy, deadline=deadline)
        location = reply.headers.get("location")
        if not follow or method == "POST" or reply.status not in REDIRECTS or location is None:
            return Answer(reply.status, reply.headers, reply.body, str(here), deadline.gone())
        seen.add(str(here))
        here = _next(here, location, seen, limits)


def _next(here: Url, location: str, seen: set[str], limits: Limits) -> Url:
    there = led_to(here, location)
    if here.scheme == "https" and there.scheme == "http":
        raise Unfetchable("downgrade")
    if str(there) in seen:
        raise Unfetchable("ring")
    if len(seen) > limits.redirects:
        raise Unfetchable("redirects")
    return there
