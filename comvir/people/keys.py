"""One-time keys: for the first steward of an empty house, and for coming in without mail."""

import hashlib
from datetime import timedelta

from comvir.lib import clock
from comvir.lib.ids import secret_key
from comvir.people.models import OneTimeKey

FIRST_STEWARD = "first"
ENTER = "enter"


def make_key(purpose: str, subject: str = "", *, minutes: int) -> str:
    """A new key for this purpose; earlier unused ones for the same subject stop working."""
    OneTimeKey.objects.filter(purpose=purpose, subject=subject, used_at=None).delete()
    key = secret_key()
    OneTimeKey.objects.create(
        purpose=purpose, subject=subject, digest=_digest(key), expires_at=clock.now() + timedelta(minutes=minutes)
    )
    return key


def look_at_key(purpose: str, key: str) -> str | None:
    """The subject of a key that still opens, None otherwise. Does not use it up."""
    found = OneTimeKey.objects.filter(
        purpose=purpose, digest=_digest(key), used_at=None, expires_at__gt=clock.now()
    ).first()
    return found.subject if found else None


def use_key(purpose: str, key: str) -> str | None:
    """Use a key up and return its subject; None when it does not open (any more).

    The update is conditional, so of two who come at the same moment one gets in.
    """
    subject = look_at_key(purpose, key)
    now = clock.now()
    used = OneTimeKey.objects.filter(purpose=purpose, digest=_digest(key), used_at=None, expires_at__gt=now).update(
        used_at=now
    )
    return subject if used else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
