"""What a hub brings: news as it appears, taken like any reading."""

from enum import Enum

from comvir.intake.models import Wire
from comvir.intake.parsing import Elsewhere, News, read_news
from comvir.intake.reading import take
from comvir.intake.refusals import NotNews
from comvir.intake.websub import is_signed
from comvir.lib import clock
from comvir.lib.fetch import Unfetchable

# A hub comes again; a thread of the house that waits for its turn is missing to everybody.
SHORT_WAIT = 1.0


class Outcome(Enum):
    """What becomes of a delivery, with the HTTP status that says so to a hub."""

    TAKEN = 202
    UNSIGNED = 403
    LEFT_OUT = 410
    BUSY = 503


def deliver(wire: Wire, body: bytes, content_type: str, signature: str) -> Outcome:
    """Take what a hub brought for a wire. What is signed and no news is acknowledged, and forgotten."""
    if not is_signed(wire, body, signature):
        return Outcome.UNSIGNED
    if wire.left_out_at is not None:
        return Outcome.LEFT_OUT
    try:
        news: News = read_news(body, content_type, wire.url, wait=SHORT_WAIT)
    except Unfetchable:
        return Outcome.BUSY
    except (NotNews, Elsewhere):
        return Outcome.TAKEN
    take(wire, news)
    Wire.objects.filter(pk=wire.pk).update(last_read_at=clock.now())
    return Outcome.TAKEN
