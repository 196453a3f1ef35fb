"""The house itself, and the keys that open something once."""

from django.db import models


class House(models.Model):
    """This server: one row, made when the house is founded."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80, default="comvir")
    language = models.CharField(max_length=8, default="fr")
    is_demo = models.BooleanField(default=False)
    founded_at = models.DateTimeField(null=True)
    # Moves when something everybody sees has changed without a deed: a page made before is not sent again.
    moved = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_house")]

    def __str__(self) -> str:
        return self.name

    @property
    def deed_name(self) -> str:
        return self.name


class OneTimeKey(models.Model):
    """A link that works once: only its digest is kept, so a stolen copy of the table opens nothing."""

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=16)
    subject = models.CharField(max_length=254, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} key {self.pk}"
