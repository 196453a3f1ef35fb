"""To whom a deed is addressed, and what somebody may see: the two halves of every question of sight."""

from dataclasses import dataclass

from django.db import models


class Audience(models.TextChoices):
    """Who may learn of a deed; `to` widens the last two and the stewards' one."""

    PUBLIC = "public"
    COMMUNITY = "community"
    STEWARDS = "stewards"
    HUDDLE = "huddle"
    NAMED = "named"


@dataclass(frozen=True)
class Sight:
    """What one viewer may see, as sets of ids. `person` is None for somebody who has not come in.

    selves: the person and the ghosts they claimed; communities: where they belong now;
    stewarded: of these, where they are a steward; huddles: where they are; open: communities
    everyone can read; shut_out: persons blocked by them or blocking them, with their ghosts.
    """

    person: int | None
    selves: frozenset[int]
    communities: frozenset[int]
    stewarded: frozenset[int]
    huddles: frozenset[int]
    open: frozenset[int]
    shut_out: frozenset[int]
