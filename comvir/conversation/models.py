"""Thread and Message, the earlier wordings, mentions, and drafts kept on the server."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from comvir.people.access import Sight, Viewer, sight_of
from comvir.people.models import Community, Huddle, JoinRequest, Person

MESSAGE_LIMIT = 20_000
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
        indexes = [models.Index(fields=["community", "-last_at", "-id"], name="thread_recent")]

    def __str__(self) -> str:
        return self.title


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, viewer: Viewer) -> MessageQuerySet:
        """Messages in threads the viewer may read, less those of people shut out."""
        sight = sight_of(viewer)
        # Asked for each message: the few at hand are looked up, rather than all threads one may read.
        thread = Thread.objects.visible_to(sight).filter(pk=OuterRef("thread_id"))
        return self.filter(Exists(thread)).exclude(author_id__in=sight.shut_out)


class Message(models.Model):
    """Something said. `html` is made once, when written; an imported one has none until first read.

    A removed message keeps its place and loses its words: those stay a day, for the author
    to take the removal back, and are shown to nobody.
    """

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    position = models.PositiveIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="messages")
    text = models.TextField(max_length=MESSAGE_LIMIT)
    html = models.TextField(blank=True)
    sanitiser = models.CharField(max_length=16, blank=True)
    in_reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replies")
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    # Where an imported message comes from: unique in its community, so that importing again adds nothing.
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    source_uri = models.CharField(max_length=300, null=True)  # noqa: DJ001 - unique, and what is said here has none

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="message_place_once"),
            models.UniqueConstraint(fields=["community", "source_uri"], name="message_imported_once"),
        ]
        indexes = [models.Index(fields=["author", "-id"], name="message_author")]

    def __str__(self) -> str:
        return f"message {self.position} of thread {self.thread_id}"

    @property
    def is_opening(self) -> bool:
        return self.position == 0

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    def is_by(self, sight: Sight) -> bool:
        """Whether the viewer wrote it, under their own name or as a ghost they claimed."""
        return self.author_id in sight.selves


class Revision(models.Model):
    """An earlier wording of a message, as it stood until `until`."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(max_length=MESSAGE_LIMIT)
    html = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"earlier wording of message {self.message_id}"


class Mention(models.Model):
    """A person named with an @ in a message."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.person_id} named in message {self.message_id}"


class Draft(models.Model):
    """What somebody has begun to write and not yet said: one for each place. Only they see it."""

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    huddle = models.ForeignKey(Huddle, models.CASCADE, null=True, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(max_length=MESSAGE_LIMIT, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "community"], condition=Q(thread=None, huddle=None), name="draft_once_in_community"
            ),
            models.UniqueConstraint(fields=["by", "huddle"], condition=Q(thread=None), name="draft_once_in_huddle"),
            models.UniqueConstraint(fields=["by", "thread"], name="draft_once_in_thread"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
