"""Picture: what is shown in a message; and what a link in it leads to, in a few words."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from comvir.conversation.context import URL_LIMIT
from comvir.conversation.models.message import Message
from comvir.people.access import Viewer, sight_of
from comvir.people.models import Person

DESCRIPTION_LIMIT = 500


class PictureQuerySet(models.QuerySet["Picture"]):
    def visible_to(self, viewer: Viewer) -> PictureQuerySet:
        """Pictures of messages the viewer may read, and those of one's own not yet in a message."""
        sight = sight_of(viewer)
        message = Message.objects.visible_to(sight).filter(pk=OuterRef("message_id"), removed_at=None)
        return self.filter(Q(message=None, by_id__in=sight.selves) | Exists(message))


class Picture(models.Model):
    """One picture, re-encoded, without metadata. `name` is that of its file, which says nothing and repeats never.

    Without a message it waits on its author's desk for one to be sent, a day at most.
    """

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(Person, models.CASCADE, related_name="pictures")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="pictures")
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=64, unique=True)
    description = models.CharField(max_length=DESCRIPTION_LIMIT, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    kept_at = models.DateTimeField()

    objects = PictureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["message", "place"], name="picture_of_message")]

    def __str__(self) -> str:
        return f"picture {self.pk} of message {self.message_id}"


class LinkPreview(models.Model):
    """What the page behind a link says of itself, fetched by the house: readers' browsers call nobody."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="previews")
    url = models.CharField(max_length=URL_LIMIT)
    title = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=400, blank=True)
    site = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "url"], name="preview_once")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(fetched_at=None), name="preview_waiting")]

    def __str__(self) -> str:
        return f"preview of {self.url}"
