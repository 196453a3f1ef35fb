"""Message: something said, with its context; its earlier wordings, whom it names, its tags."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from comvir.conversation.context import PLACE_LIMIT, SOURCE_LIMIT, URL_LIMIT, Context
from comvir.conversation.kinds import Kind, SourceKind
from comvir.conversation.models.thread import TITLE_LIMIT, Thread
from comvir.people.access import Sight, Viewer, sight_of
from comvir.people.models import Community, Person

MESSAGE_LIMIT = 20_000
TAG_LIMIT = 50
# How the `source_uri` begins of what outside news brought.
OUTSIDE_URI = "urn:comvir:news:"


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
    # What it says it is, and what it speaks of: all of it may be missing. A point is kept as exact as it was given,
    # for members; whoever else may read gets its cell, about a kilometre wide.
    kind = models.CharField(max_length=9, choices=Kind.choices, blank=True, default="", db_default="")
    place = models.CharField(max_length=PLACE_LIMIT, blank=True, default="", db_default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True, default="", db_default="")
    content_reference_time = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    source_kind = models.CharField(max_length=8, choices=SourceKind.choices, blank=True, default="", db_default="")
    source_name = models.CharField(max_length=SOURCE_LIMIT, blank=True, default="", db_default="")
    source_url = models.CharField(max_length=URL_LIMIT, blank=True, default="", db_default="")
    quotes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="quoted_by")
    # Set when its author said that what it told before was wrong.
    corrected_at = models.DateTimeField(null=True)
    # How much is kept beside it, so that pages look only where there is something.
    attested = models.PositiveSmallIntegerField(default=0, db_default=0)
    pictured = models.PositiveSmallIntegerField(default=0, db_default=0)
    linked = models.PositiveSmallIntegerField(default=0, db_default=0)
    polled = models.BooleanField(default=False, db_default=False)
    # The edition of the search index it was last taken in by; 0 for one that waits to be.
    indexed = models.SmallIntegerField(default=0, db_default=0)
    # Where an imported message comes from: unique in its community, so that importing again adds nothing.
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    source_uri = models.CharField(max_length=300, null=True)  # noqa: DJ001 - unique, and what is said here has none

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="message_place_once"),
            models.UniqueConstraint(fields=["community", "source_uri"], name="message_imported_once"),
        ]
        indexes = [
            models.Index(fields=["author", "-id"], name="message_author"),
            models.Index(fields=["thread", "happened_at"], name="message_by_date"),
            models.Index(fields=["id"], condition=Q(indexed=0), name="message_not_indexed"),
            models.Index(fields=["removed_at"], condition=~Q(removed_at=None) & ~Q(text=""), name="message_to_erase"),
            models.Index(fields=["sanitiser"], name="message_sanitiser"),
        ]

    def __str__(self) -> str:
        return f"message {self.position} of thread {self.thread_id}"

    @property
    def is_opening(self) -> bool:
        return self.position == 0

    @property
    def is_from_archive(self) -> bool:
        """Whether an import brought it, rather than somebody here or news from outside."""
        return bool(self.source_uri) and not str(self.source_uri).startswith(OUTSIDE_URI)

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def context(self) -> Context:
        """What it says it is and speaks of."""
        return Context(
            kind=self.kind, place=self.place, latitude=self.latitude, longitude=self.longitude,
            content_reference_time=self.content_reference_time, valid_until=self.valid_until,
            source_kind=self.source_kind, source_name=self.source_name, source_url=self.source_url,
        )  # fmt: skip

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
    context = models.JSONField(default=dict)
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


class Tag(models.Model):
    """A word marked with a # in a message, folded: lower case, without accents."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="tags")
    # The order of the list of a tag: newest first, without asking the message.
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    name = models.CharField(max_length=TAG_LIMIT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "name"], name="tag_once")]
        indexes = [models.Index(fields=["name", "community", "-message"], name="tag_recent")]

    def __str__(self) -> str:
        return f"#{self.name} in message {self.message_id}"
