"""What the reader of standings keeps. All of it can be dropped and read from the journal again, the same to the bit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comvir.memory.standing import Status

# What may be known everywhere is kept under no community's id.
EVERYWHERE = 0


class MessageStanding(models.Model):
    """Where one message stands after the last deed about it. `voices` are rows of `Voice`, without their keys.

    `community` is where its words may be weighed as past agreement: None for what a huddle alone reads.
    """

    message = models.BigIntegerField(primary_key=True)
    status = models.CharField(max_length=16, choices=Status.choices)
    for_milli = models.PositiveIntegerField()
    against_milli = models.PositiveIntegerField()
    confirm = models.PositiveIntegerField()
    dispute = models.PositiveIntegerField()
    weighed = models.BooleanField()
    voices = models.JSONField()
    at = models.DateTimeField()
    deed = models.BigIntegerField()
    parameters = models.PositiveSmallIntegerField()
    community = models.BigIntegerField(null=True)
    settled = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=Q(settled=False), name="standing_unsettled")]

    def __str__(self) -> str:
        return f"message {self.message}: {self.status}"


class TurnRow(models.Model):
    """What one deed made of a message's standing."""

    deed = models.BigIntegerField(primary_key=True)
    message = models.BigIntegerField()
    person = models.BigIntegerField()
    verb = models.CharField(max_length=32)
    ground = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    before = models.CharField(max_length=16, choices=Status.choices)
    after = models.CharField(max_length=16, choices=Status.choices)

    class Meta:
        indexes = [models.Index(fields=["message", "deed"], name="turn_of_message")]

    def __str__(self) -> str:
        return f"{self.message}: {self.before} to {self.after}"


class SettledWord(models.Model):
    """One stance on a message on which nothing was said for two weeks: what habits are read from.

    It holds from `settled_at` until somebody speaks of the message again. `positive` of `total` words confirmed.
    """

    id = models.BigAutoField(primary_key=True)
    message = models.BigIntegerField()
    person = models.BigIntegerField()
    stance = models.SmallIntegerField()
    at = models.DateTimeField()
    community = models.BigIntegerField()
    positive = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    settled_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "person", "settled_at"], name="settled_word_once"),
        ]
        indexes = [models.Index(fields=["person", "community"], name="settled_word_of")]

    def __str__(self) -> str:
        return f"{self.person} {self.stance:+d} on message {self.message}"


class Acquaintance(models.Model):
    """What a deed of the commons says of two people: that they met, or did not, that one welcomed or appointed another.

    `one` is the lower id where both are alike, else who did it. `units` are thousandths of a meeting of two;
    `undoes` is the deed an UNMET speaks of, None for all before it.
    """

    class Kind(models.TextChoices):
        MET = "met"
        UNMET = "unmet"
        WELCOMED = "welcomed"
        APPOINTED = "appointed"
        OPENED = "opened"
        CLAIMED = "claimed"

    id = models.BigAutoField(primary_key=True)
    deed = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    community = models.BigIntegerField()
    one = models.BigIntegerField()
    other = models.BigIntegerField()
    week = models.IntegerField()
    units = models.PositiveSmallIntegerField(default=0)
    undoes = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deed", "one", "other"], name="acquaintance_once")]
        indexes = [
            models.Index(fields=["community", "deed"], name="acquaintance_place"),
            models.Index(fields=["one"], name="acquaintance_one"),
            models.Index(fields=["other"], name="acquaintance_other"),
            models.Index(fields=["kind", "community"], name="acquaintance_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.one} {self.kind} {self.other}"


class Talk(models.Model):
    """That one wrote to another in a week, where every member can read it; `deed` is the first such deed."""

    id = models.BigAutoField(primary_key=True)
    writer = models.BigIntegerField()
    week = models.IntegerField()
    reader = models.BigIntegerField()
    community = models.BigIntegerField()
    deed = models.BigIntegerField()

    class Meta:
        # The week stands before the reader: a writer's few rows are gone through, not every pair asked for.
        constraints = [
            models.UniqueConstraint(fields=["writer", "week", "reader", "community"], name="talk_once_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.writer} wrote to {self.reader}"


class Roots(models.Model):
    """Who is established in a community, as worked out last: on which day, and after which deed of theirs.

    Only a saving of time: it is true of that day and deed, and made anew for others.
    """

    community = models.BigIntegerField(primary_key=True)
    day = models.IntegerField()
    deed = models.BigIntegerField()
    parameters = models.PositiveSmallIntegerField()
    people = models.JSONField()

    def __str__(self) -> str:
        return f"established in community {self.community}"
