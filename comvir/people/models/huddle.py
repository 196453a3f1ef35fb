"""Huddle: a small named company inside a community, whose words only it sees."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comvir.people.models.community import Community
from comvir.people.models.person import Person
from comvir.people.sight import Viewer, sight_of


class HuddleQuerySet(models.QuerySet["Huddle"]):
    def visible_to(self, viewer: Viewer) -> HuddleQuerySet:
        """Those the viewer is in, in communities they still belong to."""
        sight = sight_of(viewer)
        return self.filter(pk__in=sight.huddles, community_id__in=sight.communities)


class Huddle(models.Model):
    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="huddles")
    name = models.CharField(max_length=80)
    gathered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gathered_at = models.DateTimeField()

    objects = HuddleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def deed_name(self) -> str:
        return self.name


class HuddleMember(models.Model):
    """One stay of a person in a huddle."""

    id = models.BigAutoField(primary_key=True)
    huddle = models.ForeignKey(Huddle, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="huddle_members")
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["huddle", "person"], condition=Q(left_at=None), name="one_huddle_stay_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is in huddle {self.huddle_id}"
