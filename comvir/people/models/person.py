"""Person (who acts), Account (how one comes in), the address of a ghost, Block."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from comvir.journal.sight import Sight
from comvir.people.sight import Viewer, sight_of

HANDLE = RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Viewer) -> PersonQuerySet:
        """Oneself, whoever shares a circle with the viewer, and applicants with the stewards they asked."""
        sight = sight_of(viewer)
        return self.none() if sight.person is None else self.filter(_seen_by(sight))


def _seen_by(sight: Sight) -> Q:
    # Looked up by name: membership stands on this module.
    membership = apps.get_model("people", "Membership").objects.filter(left_at=None)
    waiting = apps.get_model("people", "JoinRequest").objects.filter(outcome="waiting")
    here = membership.filter(community_id__in=sight.communities)
    applicants = waiting.filter(community_id__in=sight.stewarded)
    asked = waiting.filter(person_id__in=sight.selves).values("community_id")
    answering = membership.filter(role="steward", community_id__in=asked)
    known = Q()
    for persons in (here, applicants, answering):
        known |= Q(pk__in=persons.values("person_id"))
    return Q(pk__in=sight.selves) | known & ~Q(pk__in=sight.shut_out)


class Person(models.Model):
    """Somebody who acts here: with an account, or without (a ghost, from an archive).

    `same_as` points from a ghost to the person who proved to be behind it.
    """

    id = models.BigAutoField(primary_key=True)
    handle = models.CharField(max_length=40, unique=True, validators=[HANDLE])
    name = models.CharField(max_length=80)
    about = models.TextField(max_length=2000, blank=True)
    about_html = models.TextField(max_length=20000, blank=True)
    languages = models.CharField(max_length=60, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    picture = models.CharField(max_length=64, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="ghosts")
    arrived_at = models.DateTimeField()
    # Whether anybody may follow by RSS what this person says where everyone can read.
    followed_by_rss = models.BooleanField(default=False, db_default=False)
    # Moves whenever something moves on one's desk, which no deed tells: a page made before is not sent again.
    desk = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def deed_name(self) -> str:
        return self.name

    @property
    def spoken(self) -> list[str]:
        """Language codes the person speaks, in their order."""
        return [code for code in self.languages.split(",") if code]

    def is_ghost(self) -> bool:
        """Nobody comes in as this person: it is only a name an archive brought."""
        return not Account.objects.filter(person=self).exists()


class PastHandle(models.Model):
    """A handle somebody went by. It is never given to another: links written long ago would lead to a stranger."""

    handle = models.CharField(max_length=40, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="past_handles")

    def __str__(self) -> str:
        return self.handle


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None) -> Account:
        """An account without a password: one comes in by a code or a passkey."""
        account = self.model(email=self.normalize_email(email))
        account.set_unusable_password()
        account.save()
        return account


class Account(AbstractBaseUser):
    """The way in of one person, and how they like their pages."""

    class Scheme(models.TextChoices):
        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    class TextSize(models.TextChoices):
        NORMAL = "normal"
        LARGE = "large"
        LARGER = "larger"

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, blank=True)
    scheme = models.CharField(max_length=8, choices=Scheme.choices, default=Scheme.SYSTEM)
    text_size = models.CharField(max_length=8, choices=TextSize.choices, default=TextSize.NORMAL)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_once")]

    def __str__(self) -> str:
        return self.email


class GhostAddress(models.Model):
    """The address under which a ghost wrote: whoever proves it may claim the ghost. Shown to nobody."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="ghost_addresses")
    community = models.ForeignKey("people.Community", models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint("community", Lower("email"), name="ghost_address_once")]

    def __str__(self) -> str:
        return f"ghost address of person {self.person_id}"


class Block(models.Model):
    """One person wants no more of another. It hides each from the other, and tells neither."""

    id = models.BigAutoField(primary_key=True)
    blocker = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Person, models.CASCADE, related_name="blocked_by")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=models.F("blocked")), name="block_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
