"""Meeting: two people of a community who say that they met."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comvir.people.models.community import Community
from comvir.people.models.person import Person
from comvir.people.sight import Viewer, sight_of


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, viewer: Viewer) -> MeetingQuerySet:
        """One's own, agreed or not; of others those both agreed on, in the communities where one belongs."""
        sight = sight_of(viewer)
        mine = Q(said_by_id__in=sight.selves) | Q(with_person_id__in=sight.selves)
        agreed = ~Q(agreed_at=None) & Q(community_id__in=sight.communities)
        apart = Q(said_by_id__in=sight.shut_out) | Q(with_person_id__in=sight.shut_out)
        return self.filter(mine | agreed).exclude(apart)


class Meeting(models.Model):
    """That two people met on a day: one says so, the other agrees, and only then it counts."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="meetings")
    said_by = models.ForeignKey(Person, models.CASCADE, related_name="meetings_said")
    with_person = models.ForeignKey(Person, models.CASCADE, related_name="meetings_heard")
    on = models.DateField()
    said_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    denied_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "said_by", "with_person", "on"], name="meeting_once_a_day"),
            models.CheckConstraint(condition=~Q(said_by=F("with_person")), name="meeting_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.said_by_id} met {self.with_person_id} on {self.on}"

    @property
    def deed_name(self) -> str:
        return self.on.isoformat()
