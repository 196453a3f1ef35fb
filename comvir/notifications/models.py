"""Notice: a deed that concerns somebody by name, until they have dealt with it."""

from django.db import models
from django.db.models import Q

from comvir.journal.models import Deed
from comvir.people.models import Person


class Notice(models.Model):
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    deed = models.ForeignKey(Deed, models.CASCADE, related_name="notices")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "deed"], name="notice_once")]
        indexes = [models.Index(fields=["person", "-deed"], condition=Q(settled_at=None), name="notice_waiting")]

    def __str__(self) -> str:
        return f"notice {self.pk} to {self.person_id}"
