"""Wire: outside news a community takes in, by RSS or Atom; WireItem: which of its items were seen."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comvir.conversation.models import Message
from comvir.intake.refusals import TROUBLES
from comvir.people.access import Viewer, sight_of
from comvir.people.models import Community, Person

TITLE_LIMIT = 80
URL_LIMIT = 2000


def new_token() -> str:
    """Nothing anybody can guess: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


class WireKind(models.TextChoices):
    """What its items are in the circle: chosen by a steward, never by the news itself."""

    FLASH = "flash", _("Flash: what happens now")
    RESOURCE = "resource", _("Resource: what one may want to read")


class WireQuerySet(models.QuerySet["Wire"]):
    def visible_to(self, viewer: Viewer) -> WireQuerySet:
        """Those being read in the communities the viewer is a steward of."""
        return self.filter(left_out_at=None, community_id__in=sight_of(viewer).stewarded)


class Wire(models.Model):
    """Outside news a community takes in; `person` stands for where it comes from, and speaks for it."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="wires")
    url = models.CharField(max_length=URL_LIMIT)
    title = models.CharField(max_length=TITLE_LIMIT)
    kind = models.CharField(max_length=8, choices=WireKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()
    left_out_at = models.DateTimeField(null=True)
    left_out_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    # How the reading goes: when next, what the last answer was known by, since when it goes wrong and how often.
    next_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=16, blank=True)
    last_status = models.PositiveSmallIntegerField(default=0)
    gave_up_at = models.DateTimeField(null=True)

    # WebSub: who tells us at once, what we asked them and when, until when they do.
    hub = models.CharField(max_length=URL_LIMIT, blank=True)
    topic = models.CharField(max_length=URL_LIMIT, blank=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    secret = models.CharField(max_length=64, default=new_token)
    asked_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects = WireQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "url"], condition=Q(left_out_at=None), name="wire_once")
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(left_out_at=None, gave_up_at=None), name="wire_due")]

    def __str__(self) -> str:
        return self.title

    @property
    def deed_name(self) -> str:
        return self.title

    @property
    def trouble(self) -> str:
        """What went wrong when it was last read, in words; empty when nothing did."""
        sentence = TROUBLES.get(self.last_error)
        return str(sentence) % {"status": self.last_status} if sentence else ""

    def hears_at_once(self, at: datetime) -> bool:
        """Whether its news is told to us as it appears."""
        return self.lease_until is not None and self.lease_until > at


class WireItem(models.Model):
    """An item that was seen, by the digest of its id and of the wire's address: no wire can speak of another's.

    `message` is what it became here, None when it was left aside; `wording` the digest of its words.
    """

    id = models.BigAutoField(primary_key=True)
    wire = models.ForeignKey(Wire, models.CASCADE, related_name="items")
    digest = models.CharField(max_length=64)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    wording = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    changes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wire", "digest"], name="wire_item_once")]
        indexes = [
            models.Index(fields=["wire", "seen_at"], condition=Q(message__isnull=False), name="wire_item_brought")
        ]

    def __str__(self) -> str:
        return f"item {self.digest[:8]} of wire {self.wire_id}"
