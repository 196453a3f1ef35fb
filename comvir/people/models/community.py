"""Community: people round a theme, with a charter and a way in. In pages it is called a circle."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comvir.people.models.person import Person
from comvir.people.sight import Viewer, sight_of

SLUG = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")


class Theme(models.TextChoices):
    OUTINGS = "outings", _("Outings")
    NEIGHBOURHOOD = "neighbourhood", _("A neighbourhood")
    MUSIC = "music", _("Music")
    LEARNING = "learning", _("Learning")
    TRIBE = "tribe", _("Playing together")
    SUPPORT = "support", _("Supporting one another")


class JoinMode(models.TextChoices):
    OPEN = "open", _("Anyone may come in")
    REQUEST = "request", _("On request: the stewards answer")
    INVITATION = "invitation", _("By invitation only")


class Visibility(models.TextChoices):
    """Who may know of a community: all of it, its front page only, or nothing."""

    PUBLIC = "public", _("Everyone can read")
    LISTED = "listed", _("Everyone sees its front page, members read")
    HIDDEN = "hidden", _("Nobody outside knows it exists")


class CommunityQuerySet(models.QuerySet["Community"]):
    def visible_to(self, viewer: Viewer) -> CommunityQuerySet:
        """Those whose front page the viewer may see: all but the hidden ones of others."""
        sight = sight_of(viewer)
        return self.filter(Q(pk__in=sight.communities) | ~Q(visibility=Visibility.HIDDEN))

    def read_by(self, viewer: Viewer) -> CommunityQuerySet:
        """Those whose conversations the viewer may read."""
        sight = sight_of(viewer)
        return self.filter(Q(pk__in=sight.communities) | Q(visibility=Visibility.PUBLIC))


class Community(models.Model):
    id = models.BigAutoField(primary_key=True)
    slug = models.CharField(max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=300, blank=True)
    theme = models.CharField(max_length=16, choices=Theme.choices)
    place = models.CharField(max_length=120, blank=True)
    rhythm = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, default="fr")
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.LISTED)
    join_mode = models.CharField(max_length=12, choices=JoinMode.choices, default=JoinMode.INVITATION)
    questions = models.TextField(max_length=1000, blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = CommunityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                # A way in that anybody can see leads nowhere in a community nobody may know of.
                condition=~Q(visibility=Visibility.HIDDEN) | Q(join_mode=JoinMode.INVITATION),
                name="hidden_by_invitation_only",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def deed_name(self) -> str:
        return self.name

    @property
    def question_list(self) -> list[str]:
        """What an applicant is asked, one question a line."""
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    @property
    def is_public(self) -> bool:
        """Everyone can read it."""
        return self.visibility == Visibility.PUBLIC

    @property
    def is_discreet(self) -> bool:
        """Its words are shown nowhere but inside: no excerpt on Today, no mail."""
        return self.theme == Theme.SUPPORT


class Charter(models.Model):
    """What the members agree on. Each change is a new version; the old ones stay to be read."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="charters")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=10000)
    html = models.TextField(max_length=60000)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "version"], name="charter_version_once")]

    def __str__(self) -> str:
        return f"charter {self.version} of community {self.community_id}"
