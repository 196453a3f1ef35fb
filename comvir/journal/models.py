"""Deed, and the bookmark of each reader.

The journal knows people and communities by foreign keys written as strings, the one
exception to "foreign keys point down"; it imports nothing from above. It never holds
the words that were said: these stay in their room, where they can be edited and erased.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q

from comvir.journal.sight import Audience, Sight


class DeedQuerySet(models.QuerySet["Deed"]):
    def seen_with(self, sight: Sight) -> DeedQuerySet:
        """The deeds this sight covers; `Deed.seen_with` is the same rule for one of them in memory."""
        mine = Q(actor_id__in=sight.selves) | Q(
            pk__in=Addressee.objects.filter(person_id__in=sight.selves).values("deed")
        )
        inside = Q(community_id__in=sight.communities)
        return self.exclude(actor_id__in=sight.shut_out).filter(
            Q(audience=Audience.PUBLIC) & (Q(community=None) | Q(community_id__in=sight.open) | inside)
            | Q(audience=Audience.COMMUNITY) & inside
            | Q(audience=Audience.HUDDLE) & inside & Q(huddle_id__in=sight.huddles)
            | Q(audience=Audience.STEWARDS) & (Q(community_id__in=sight.stewarded) | mine)
            | Q(audience=Audience.NAMED) & mine
        )


class Deed(models.Model):
    """One thing somebody did. `id` is the order of writing; `happened_at` the time it happened."""

    id = models.BigAutoField(primary_key=True)
    uri = models.CharField(max_length=500, unique=True, null=True)  # noqa: DJ001 - unique, and most deeds have none
    # db_index: the indexes below begin with these columns; a second one would be written with every deed.
    actor = models.ForeignKey("people.Person", models.PROTECT, related_name="deeds", db_index=False)
    verb = models.CharField(max_length=32)
    object_type = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=200, blank=True)
    context_type = models.CharField(max_length=64, blank=True)
    context_id = models.BigIntegerField(null=True)
    community = models.ForeignKey("people.Community", models.PROTECT, null=True, related_name="deeds", db_index=False)
    huddle = models.ForeignKey("people.Huddle", models.PROTECT, null=True, related_name="deeds")
    audience = models.CharField(max_length=16, choices=Audience.choices)
    to: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "people.Person", through="Addressee", related_name="deeds_to_me"
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")

    objects = DeedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["community", "-id"], name="deed_community"),
            models.Index(fields=["object_type", "object_id"], name="deed_object"),
            models.Index(fields=["actor", "-id"], name="deed_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.object_type} {self.object_id}"

    def seen_with(self, sight: Sight, to: Collection[int] = ()) -> bool:
        """Whether this sight covers the deed; `to` holds the ids of its addressees.

        The same rule as `Deed.objects.seen_with(sight)`, without asking the database.
        """
        if self.actor_id in sight.shut_out:
            return False
        where, inside = self.community_id, self.community_id in sight.communities
        mine = self.actor_id in sight.selves or not sight.selves.isdisjoint(to)
        match self.audience:
            case Audience.PUBLIC:
                return where is None or inside or where in sight.open
            case Audience.COMMUNITY:
                return inside
            case Audience.HUDDLE:
                return inside and self.huddle_id in sight.huddles
            case Audience.STEWARDS:
                return mine or where in sight.stewarded
            case Audience.NAMED:
                return mine
        return False


class Addressee(models.Model):
    """A person a deed concerns by name; `as_named` when they were called with an @ and not answered or told."""

    id = models.BigAutoField(primary_key=True)
    deed = models.ForeignKey(Deed, models.CASCADE, related_name="addressees")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    as_named = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deed", "person"], name="addressee_once")]


class Bookmark(models.Model):
    """How far a reader has read: the id of the last deed it took in."""

    reader = models.CharField(max_length=64, primary_key=True)
    at = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)
