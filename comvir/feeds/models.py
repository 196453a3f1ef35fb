"""Keys to private news, and what the hub keeps: who subscribes, what is to be verified, what is to be sent."""

from __future__ import annotations

from django.db import models

from comvir.people.models import Person

# In characters of an address, where a letter may take twelve.
TOPIC_LIMIT = 1000
ADDRESS_LIMIT = 1300
CALLBACK_LIMIT = 1000
SECRET_LIMIT = 200


class FeedKey(models.Model):
    """Lets one person's reader read one list without coming in. The token is not kept: see desk.token_of()."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="feed_keys")
    topic = models.CharField(max_length=TOPIC_LIMIT)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    # The day only, so that nobody can follow when somebody reads.
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic"], condition=models.Q(revoked_at=None), name="one_feed_key_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"key {self.pk} of {self.person_id} to {self.topic}"


class Wanted(models.Model):
    """What both a subscription and a request for one say: which of our addresses, and where its news is to go.

    `address` is the address as the subscriber wrote it, `topic`, `form` and `key` what it means to us. `community`
    and `thread` say which deeds can touch it: neither for a list that crosses circles.
    """

    id = models.BigAutoField(primary_key=True)
    address = models.CharField(max_length=ADDRESS_LIMIT)
    topic = models.CharField(max_length=TOPIC_LIMIT)
    form = models.CharField(max_length=4)
    key = models.ForeignKey(FeedKey, models.CASCADE, null=True, related_name="+")
    community = models.BigIntegerField(null=True)
    thread = models.BigIntegerField(null=True)
    callback = models.CharField(max_length=CALLBACK_LIMIT)
    host = models.CharField(max_length=260)
    secret = models.CharField(max_length=SECRET_LIMIT, blank=True)

    class Meta:
        abstract = True


class Intent(Wanted):
    """Something to be said to a callback before anything changes, or once something has: verification, denial."""

    class Mode(models.TextChoices):
        SUBSCRIBE = "subscribe"
        UNSUBSCRIBE = "unsubscribe"
        DENIED = "denied"

    mode = models.CharField(max_length=11, choices=Mode.choices)
    lease_seconds = models.PositiveIntegerField(default=0)
    # Of the news as it was when it was asked for: what comes between the asking and the echo is then not missed.
    digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        # Asking again, before the first was looked at, takes its place.
        constraints = [models.UniqueConstraint(fields=["callback", "address"], name="intent_once")]
        indexes = [
            models.Index(fields=["due_at"], name="intent_due"),
            models.Index(fields=["host"], name="intent_host"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.callback}"


class Subscription(Wanted):
    """Somebody's reader that showed it wants this news, until its lease ends."""

    since = models.DateTimeField()
    until = models.DateTimeField()
    # What was sent last, so that nothing is sent twice; and since when nothing could be.
    sent_digest = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    # Whether the last delivery was answered, and soon: the others wait in a queue of their own.
    prompt = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["callback", "address"], name="subscription_once")]
        indexes = [
            models.Index(fields=["community", "thread"], name="subscription_place"),
            models.Index(fields=["host"], name="subscription_host"),
            models.Index(fields=["address"], name="subscription_address"),
            models.Index(fields=["until"], name="subscription_until"),
        ]

    def __str__(self) -> str:
        return f"{self.callback} for {self.topic}"


class Delivery(models.Model):
    """The outbox: at most one row for a subscription, with the newest deed it is to tell of. What is sent is the
    news as it is at that moment, so ten deeds that wait are one delivery."""

    subscription = models.OneToOneField(Subscription, models.CASCADE, primary_key=True)
    version = models.BigIntegerField()
    host = models.CharField(max_length=260)
    prompt = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["prompt", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"deed {self.version} for subscription {self.subscription_id}"
