"""What has to be done behind the pages: words of removed messages go, imported ones are rendered."""

from django.db import transaction

from comvir.conversation.acts import DAY_TO_RESTORE
from comvir.conversation.models import Message, Revision
from comvir.lib import clock
from comvir.lib import text as texts


def erase_removed() -> int:
    """Erase the words of messages removed more than a day ago, and their earlier wordings; returns how many."""
    with transaction.atomic():
        gone = Message.objects.filter(removed_at__lt=clock.now() - DAY_TO_RESTORE).exclude(text="")
        Revision.objects.filter(message__in=gone.values("pk")).delete()
        return gone.update(text="", html="")


def refresh_html(batch: int = 200) -> int:
    """Render a batch of messages whose HTML is missing or made by an older sanitiser; returns how many."""
    stale = list(Message.objects.exclude(sanitiser=texts.SANITISER).order_by("pk")[:batch])
    for message in stale:
        message.html, message.sanitiser = texts.render(message.text), texts.SANITISER
    with transaction.atomic():
        Message.objects.bulk_update(stale, ["html", "sanitiser"])
    return len(stale)
