"""Attestation: somebody else's word on a message."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comvir.conversation.context import URL_LIMIT
from comvir.conversation.models.message import Message
from comvir.people.models import Person

WORDS_LIMIT = 500


class Stance(models.TextChoices):
    """What one says of another's message."""

    SAW = "saw", _("I saw it myself")
    TOLD = "told", _("I was told")
    SOURCE = "source", _("A document, a call, a link")
    DISPUTE = "dispute", _("This is not what I saw")


class Attestation(models.Model):
    """One word of one person on one message. Taking it back keeps the row, with its moment, for the history."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attestations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="attestations")
    stance = models.CharField(max_length=8, choices=Stance.choices)
    # Where they know it from; for a dispute, what they saw instead, which is required.
    words = models.CharField(max_length=WORDS_LIMIT, blank=True)
    told_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    source_url = models.CharField(max_length=URL_LIMIT, blank=True)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="attestation_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.stance} message {self.message_id}"
