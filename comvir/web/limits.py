"""Counting attempts, so that nobody can try codes one after another. Kept in the memory of the process."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of one kind in `seconds` from one address."""

    kind: str
    most: int
    seconds: int

    def is_reached(self, request: HttpRequest) -> bool:
        return int(cache.get(self._key(request), 0)) >= self.most

    def count(self, request: HttpRequest) -> None:
        """One more; the time runs from the first."""
        key = self._key(request)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # it ran out just now
                cache.add(key, 1, self.seconds)

    def _key(self, request: HttpRequest) -> str:
        return f"limit:{self.kind}:{source_of(request)}"


def source_of(request: HttpRequest) -> str:
    """Where a request comes from: an address, or for IPv6 the network one subscriber gets whole."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
