"""Poll: something to decide together, asked by a message."""

from django.db import models

from comvir.conversation.models.message import Message
from comvir.people.models import Person

CHOICE_LIMIT = 120
MOST_CHOICES = 12


class Poll(models.Model):
    """The question is the message. Who voted for what nobody is shown; the counts, once one has voted or it is over."""

    id = models.BigAutoField(primary_key=True)
    message = models.OneToOneField(Message, models.CASCADE, related_name="poll")
    several = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"poll of message {self.message_id}"


class Choice(models.Model):
    id = models.BigAutoField(primary_key=True)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="choices")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=CHOICE_LIMIT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "place"], name="choice_place_once")]

    def __str__(self) -> str:
        return self.words


class Vote(models.Model):
    id = models.BigAutoField(primary_key=True)
    choice = models.ForeignKey(Choice, models.CASCADE, related_name="votes")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["choice", "person"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.person_id} for choice {self.choice_id}"
