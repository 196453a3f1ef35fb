"""How many streams may be open at once: for one session, one account, one address, and all together."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Key = tuple[str, str]


class Full(Exception):
    """No place is left. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"no place left, try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """The most streams at once, by kind of key."""

    session: int = 6
    account: int = 12
    address: int = 30
    house: int = 5000

    def of(self, kind: str) -> int:
        return int(getattr(self, kind))


class Places:
    """The places taken. Not for threads: the event loop owns it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._taken: Counter[Key] = Counter()

    def take(self, keys: Iterable[Key]) -> None:
        """Take one place under each key, or none at all. Raises Full."""
        wanted = list(keys)
        for key in wanted:
            if self._taken[key] >= self._limits.of(key[0]):
                raise Full(retry_after=30 if key[0] == "house" else 10)
        self._taken.update(wanted)

    def leave(self, keys: Iterable[Key]) -> None:
        """Give back what was taken under these keys."""
        for key in keys:
            self._taken[key] -= 1
            if self._taken[key] <= 0:
                del self._taken[key]

    def taken(self, key: Key) -> int:
        return self._taken.get(key, 0)


def address_key(address: str) -> Key:
    """The key of a client's address: an IPv6 household has a /64, not one address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ("address", address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return ("address", str(parsed.ipv4_mapped))
        return ("address", str(ipaddress.ip_network((parsed, 64), strict=False)))
    return ("address", address)
