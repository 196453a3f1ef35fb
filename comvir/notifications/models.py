"""Notice, Follow, Seen, Digest: what waits for somebody, what they want to hear of and how, how far they have read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comvir.journal.models import Deed
from comvir.people.models import Community, Person


class Notice(models.Model):
    """A deed that concerns somebody, until they have dealt with it; `why` says how it came to them.

    `thread_id` is kept with what was FOLLOWED: of each thread one such notice waits, of the first deed not yet read.
    """

    class Why(models.TextChoices):
        ADDRESSED = "addressed"
        NAMED = "named"
        FOLLOWED = "followed"
        TURNED = "turned"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    deed = models.ForeignKey(Deed, models.CASCADE, related_name="notices")
    why = models.CharField(max_length=9, choices=Why.choices, default=Why.ADDRESSED)
    thread_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "deed"], name="notice_once"),
            models.UniqueConstraint(
                fields=["person", "thread_id"], condition=Q(why="followed", settled_at=None), name="notice_once_thread"
            ),
        ]
        indexes = [
            # `why` comes along so that what is followed, which may be much, is passed over in the index.
            models.Index(fields=["person", "-deed", "why"], condition=Q(settled_at=None), name="notice_waiting"),
            models.Index(fields=["thread_id", "settled_at"], condition=Q(why="followed"), name="notice_followed"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} to {self.person_id}"


class Level(models.TextChoices):
    """How much of a community or a thread somebody wants to hear of."""

    EVERYTHING = "everything", _("Everything")
    ANSWERS = "answers", _("Answers to me")
    MENTIONS = "mentions", _("When I am named")
    SILENCE = "silence", _("Nothing")


class Follow(models.Model):
    """The level somebody chose for a community, or for one thread of it; without a row it is ANSWERS.

    A thread is a weak reference: readers of the journal do not know the rooms.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="follows")
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    thread_id = models.BigIntegerField(null=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "community"], condition=Q(thread_id=None), name="follow_once_community"
            ),
            models.UniqueConstraint(fields=["person", "thread_id"], name="follow_once_thread"),
        ]
        indexes = [
            models.Index(fields=["community", "level"], name="follow_community"),
            models.Index(fields=["thread_id", "level"], name="follow_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} hears {self.level}"


class Seen(models.Model):
    """How far somebody has read a thread: its last message they had before their eyes, and when they went furthest.

    Told by the page while it is open, or by its “Mark as read” button; no act, and nobody else learns of it.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    thread_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "thread_id"], name="seen_once")]
        indexes = [models.Index(fields=["thread_id", "message_id"], name="seen_of_thread")]

    def __str__(self) -> str:
        return f"{self.person_id} read thread {self.thread_id} to {self.position}"


class Digest(models.Model):
    """A mail somebody asked for, with what they have not read; without a row, none. `next_at` is when it is due."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Once a week")

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="digest")
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField()
    chosen_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mail to {self.person_id}, {self.rhythm}"
