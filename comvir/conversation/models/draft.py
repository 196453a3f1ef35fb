"""Draft: what somebody has begun to write, or wrote to be said later."""

from django.db import models
from django.db.models import Q

from comvir.conversation.models.message import MESSAGE_LIMIT
from comvir.conversation.models.thread import TITLE_LIMIT, Thread
from comvir.people.models import Community, Huddle, Person

# What is being written: neither to be said by itself, nor kept because it could not be said.
BEGUN = Q(due_at=None, trouble="")


class Draft(models.Model):
    """What somebody has begun to write and not yet said: one for each place. Only they see it.

    What is to be said later, or could not be said when it was due, is beside that: any number for each place.
    """

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    community = models.ForeignKey(Community, models.CASCADE, related_name="+")
    huddle = models.ForeignKey(Huddle, models.CASCADE, null=True, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    text = models.TextField(max_length=MESSAGE_LIMIT, blank=True)
    # The other fields of its form as they were typed, and when it is to be said by itself, if it is.
    more = models.JSONField(default=dict)
    kept_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    # Why it could not be said when it was due, in words for its author.
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "community"],
                condition=BEGUN & Q(thread=None, huddle=None),
                name="draft_once_in_community",
            ),
            models.UniqueConstraint(
                fields=["by", "huddle"], condition=BEGUN & Q(thread=None), name="draft_once_in_huddle"
            ),
            models.UniqueConstraint(fields=["by", "thread"], condition=BEGUN, name="draft_once_in_thread"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=~Q(due_at=None), name="draft_due")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
