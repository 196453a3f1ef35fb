"""What has to be done behind the pages: removed words go, imported ones are rendered, what is due is said."""

from django.db import transaction
from django.db.models import Q

from comvir.conversation import pictures
from comvir.conversation.acts import DAY_TO_RESTORE
from comvir.conversation.later import say_due
from comvir.conversation.models import Attestation, Mention, Message, Poll, Revision, Tag, Thread
from comvir.lib import clock
from comvir.lib import text as texts

__all__ = ["erase_removed", "refresh_html", "say_due"]


def erase_removed() -> int:
    """Erase the words of messages removed more than a day ago, with all that was kept beside them.

    Returns how many.
    """
    gone = Message.objects.filter(removed_at__lt=clock.now() - DAY_TO_RESTORE).exclude(text="")
    if not gone.exists():
        return 0
    with transaction.atomic():
        Revision.objects.filter(message__in=gone.values("pk")).delete()
        Mention.objects.filter(message__in=gone.values("pk")).delete()
        Tag.objects.filter(message__in=gone.values("pk")).delete()
        Poll.objects.filter(message__in=gone.values("pk")).delete()
        Attestation.objects.filter(message__in=gone.values("pk")).update(words="", source_url="")
        Thread.objects.filter(pk__in=gone.filter(position=0).values("thread")).update(title="")
        pictures.erase(gone)
        return gone.update(text="", html="")


def refresh_html(batch: int = 50) -> int:
    """Render a batch of messages whose HTML is missing or made by an older sanitiser; returns how many."""
    # Less and greater, not unequal: an index answers these.
    stale = Message.objects.filter(Q(sanitiser__lt=texts.SANITISER) | Q(sanitiser__gt=texts.SANITISER)).order_by("pk")
    if not stale.order_by().exists():
        return 0
    # Read and written in one transaction: the HTML of a wording that is changed meanwhile must not come after it.
    with transaction.atomic():
        messages = list(stale.select_for_update(skip_locked=True, no_key=True)[:batch])
        for message in messages:
            message.html, message.sanitiser = texts.render(message.text, tagged=True), texts.SANITISER
        Message.objects.bulk_update(messages, ["html", "sanitiser"])
    return len(messages)
