"""How one comes to belong: membership with its dates, a request, an invitation and its tree."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comvir.people.models.community import Community
from comvir.people.models.person import Person
from comvir.people.sight import Viewer, sight_of


class Role(models.TextChoices):
    STEWARD = "steward", _("Steward")
    MEMBER = "member", _("Member")
    NEWCOMER = "newcomer", _("Newcomer")
    # A name an archive brought: it can be shown among those who spoke here, and opens no door.
    GHOST = "ghost", _("From the archive")


BELONGS = Q(left_at=None) & ~Q(role=Role.GHOST)


class Membership(models.Model):
    """One stay of a person in a community. Leaving closes it; coming back opens another."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    # The tree of invitations: who came by whose link.
    by_invitation = models.ForeignKey("Invitation", models.PROTECT, null=True, related_name="arrivals")
    welcomed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "person"], condition=Q(left_at=None), name="one_stay_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["person", "left_at"], name="membership_person")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} of {self.community_id}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, viewer: Viewer) -> JoinRequestQuerySet:
        """One's own requests, and those to the communities one is a steward of."""
        sight = sight_of(viewer)
        return self.filter(
            Q(person_id__in=sight.selves) | Q(community_id__in=sight.stewarded) & ~Q(person_id__in=sight.shut_out)
        )


class JoinRequest(models.Model):
    """Somebody asks to come in; a steward answers. Their private thread hangs on it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="requests")
    person = models.ForeignKey(Person, models.CASCADE, related_name="requests")
    answers = models.TextField(max_length=4000, blank=True)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "person"], condition=Q(outcome="waiting"), name="one_request_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"request of {self.person_id} to {self.community_id}"


class Invitation(models.Model):
    """A link that lets in. Single use unless said otherwise, never for ever, always revocable."""

    MOST_USES = 25
    MOST_DAYS = 14

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="invitations")
    by = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    code = models.CharField(max_length=60, unique=True)
    words = models.CharField(max_length=500, blank=True)
    uses_left = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(uses_left__lte=25), name="invitation_at_most_25")]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.community_id}"

    def is_open(self, at: datetime) -> bool:
        """Whether it still lets somebody in at that moment."""
        return self.revoked_at is None and self.uses_left > 0 and at < self.expires_at
