"""What an imported mail said of its place among others, kept so that a later archive finds its threads."""

from django.db import models

from comvir.conversation.models import Message


class ArchivedMail(models.Model):
    """The threading headers of one imported message: its Message-ID, those it answers (apart by blanks), its subject.

    A mail may answer one that is in no archive yet: without these rows two archives of one list would
    give other threads than the same mails in a single file.
    """

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="archived")
    mail_id = models.CharField(max_length=300, blank=True)
    references = models.TextField(blank=True)
    subject = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"headers of message {self.pk}"
