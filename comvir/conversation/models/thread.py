"""Thread: a conversation, who reads it, and what kind of thing began it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comvir.conversation.kinds import Kind
from comvir.people.access import Viewer, sight_of
from comvir.people.models import Community, Huddle, JoinRequest, Person

TITLE_LIMIT = 160


class ThreadAudience(models.TextChoices):
    """Who reads a thread. `public` counts only where the community itself is public."""

    PUBLIC = "public", _("Everyone")
    COMMUNITY = "community", _("Members of the circle")
    HUDDLE = "huddle", _("The huddle")
    REQUEST = "request", _("The applicant and the stewards")


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, viewer: Viewer) -> ThreadQuerySet:
        """Threads the viewer may read; not those about the request of somebody shut out, which bear their name."""
        sight = sight_of(viewer)
        inside = Q(community_id__in=sight.communities)
        asked = Q(community_id__in=sight.stewarded) & ~Q(join_request__person_id__in=sight.shut_out)
        return self.exclude(starter_id__in=sight.shut_out).filter(
            Q(audience=ThreadAudience.PUBLIC) & (inside | Q(community_id__in=sight.open))
            | Q(audience=ThreadAudience.COMMUNITY) & inside
            | Q(audience=ThreadAudience.HUDDLE) & inside & Q(huddle_id__in=sight.huddles)
            | Q(audience=ThreadAudience.REQUEST) & (asked | Q(join_request__person_id__in=sight.selves))
        )


class Thread(models.Model):
    """A conversation: an opening message (position 0) and what was answered."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="threads")
    huddle = models.ForeignKey(Huddle, models.CASCADE, null=True, related_name="threads")
    join_request = models.OneToOneField(JoinRequest, models.CASCADE, null=True, related_name="thread")
    audience = models.CharField(max_length=16, choices=ThreadAudience.choices)
    title = models.CharField(max_length=TITLE_LIMIT)
    starter = models.ForeignKey(Person, models.PROTECT, related_name="threads")
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # What its opening says it is, kept here for lists and filters; and, of a question, the message that answered it.
    kind = models.CharField(max_length=9, choices=Kind.choices, blank=True)
    answer = models.ForeignKey("Message", models.SET_NULL, null=True, related_name="+")
    # The next message takes last_position + 1; answers counts those not removed, the opening apart.
    last_position = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="huddle", huddle__isnull=False) | ~Q(audience="huddle") & Q(huddle=None),
                name="thread_huddle_iff_said",
            ),
            models.CheckConstraint(
                condition=Q(audience="request", join_request__isnull=False)
                | ~Q(audience="request") & Q(join_request=None),
                name="thread_request_iff_said",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-last_at", "-id"], name="thread_recent"),
            models.Index(fields=["community", "kind", "-last_at", "-id"], name="thread_recent_kind"),
        ]

    def __str__(self) -> str:
        return self.title
