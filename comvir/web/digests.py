"""The mail with what somebody has not read: what was corrected since they read it, what awaits them, what is new."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comvir.conversation.models import Thread
from comvir.conversation.queries import recent_threads
from comvir.lib import clock
from comvir.notifications import desk
from comvir.notifications.models import Digest
from comvir.notifications.queries import digests_due, news_followed, read_to, waiting_for
from comvir.people.access import Sight, sight_of
from comvir.people.models import Account, Community, Person
from comvir.people.queries import my_latest_communities, the_house
from comvir.web.following import unread_counts
from comvir.web.gate import HereRequest, anyone
from comvir.web.lines import lines_of
from comvir.web.shapes import Line
from comvir.web.waiting import Card, News, cards_and_news

logger = logging.getLogger(__name__)

SALT = "comvir.digest"
CIRCLES, EACH, WAITING = 12, 5, 40
BACK = {Digest.Rhythm.DAILY: timedelta(days=1), Digest.Rhythm.WEEKLY: timedelta(days=7)}
# Where a house that was told no address of its own is reached: on the machine it runs on.
AT_HOME = "http://localhost:8000"


@dataclass(frozen=True)
class Letter:
    """What a mail tells. Nothing of discreet places: a mail lies about."""

    corrected: list[Card]
    waiting: list[Card]
    followed: list[News]
    groups: list[tuple[Community, list[Line]]]

    def is_empty(self) -> bool:
        return not (self.corrected or self.waiting or self.followed or self.groups)


def send_digests(batch: int = 20) -> int:
    """A chore: send the mails that are due, each once, whoever else does the same. How many were taken in hand."""
    taken = 0
    for digest in digests_due(clock.now(), batch):
        now = clock.now()
        if not desk.take_digest(digest, now):
            continue
        taken += 1
        try:
            _send(digest, now)
        except Exception as error:
            # The name of what went wrong, never the address. It is due again in an hour, and the others go on.
            logger.error("a mail of what was not read could not be sent: %s", type(error).__name__)
            desk.give_digest_back(digest, now)
    return taken


def letter_to(sight: Sight, since: datetime) -> Letter:
    """What the viewer has not read: all that waits for them, and what was said in their circles since then."""
    waiting = [notice for notice in waiting_for(sight, limit=WAITING) if not _is_discreet(notice.deed.community)]
    followed = [notice for notice in news_followed(sight) if not _is_discreet(notice.deed.community)]
    cards, news = cards_and_news(waiting, followed, sight)
    told = {notice.deed.context_id for notice in (*waiting, *followed)}
    return Letter(
        corrected=[card for card in cards if card.turned],
        waiting=[card for card in cards if not card.turned],
        followed=news,
        groups=_groups(sight, since, told),
    )


def _groups(sight: Sight, since: datetime, told: set[int | None]) -> list[tuple[Community, list[Line]]]:
    circles = [one for one in my_latest_communities(sight, limit=CIRCLES) if not one.is_discreet]
    recent = recent_threads(sight, circles, since, EACH)
    threads = [thread for some in recent.values() for thread in some]
    upto, unread = read_to(sight.person or 0, [thread.pk for thread in threads]), unread_counts(sight, threads)
    new = {
        circle.pk: [
            thread for thread in recent[circle.pk] if thread.pk not in told and _is_news(thread, sight, upto, unread)
        ]
        for circle in circles
    }
    lines = lines_of([thread for threads in new.values() for thread in threads], sight)
    groups = [(circle, [line for line in lines if line.thread.community_id == circle.pk]) for circle in circles]
    return [(circle, here) for circle, here in groups if here]


def _is_news(thread: Thread, sight: Sight, upto: dict[int, int], unread: dict[int, int]) -> bool:
    if thread.pk in upto:
        return thread.pk in unread
    return thread.starter_id not in sight.selves or thread.last_position > 0


def _is_discreet(community: Community | None) -> bool:
    return community is not None and community.is_discreet


def _send(digest: Digest, now: datetime) -> None:
    person, account = digest.person, digest.person.account
    since = digest.sent_at or min(digest.chosen_at, now - BACK[Digest.Rhythm(digest.rhythm)])
    zone = ZoneInfo(person.time_zone) if person.time_zone else timezone.get_default_timezone()
    with translation.override(account.language or settings.LANGUAGE_CODE), timezone.override(zone):
        letter = letter_to(sight_of(person), since)
        if not letter.is_empty():
            _mail(letter, person, account).send()


def _mail(letter: Letter, person: Person, account: Account) -> EmailMultiAlternatives:
    base, house = settings.PUBLIC_ADDRESS or AT_HOME, the_house()
    stop = f"{base}/mail/stop/{token_of(person)}/"
    words = {"house": house.name}
    subject = (
        gettext("Corrected since you read it, and what is new in %(house)s") % words
        if letter.corrected
        else gettext("What you have not read in %(house)s") % words
    )
    context = {"letter": letter, "person": person, "house": house, "base": base, "stop": stop, "subject": subject}
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("following/digest.txt", context),
        to=[account.email],
        # RFC 8058: one press in the mail program stops it, without coming in.
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("following/digest.html", context), "text/html")
    return mail


def token_of(person: Person) -> str:
    """What stops the mails to this person, and can do nothing else."""
    return signing.dumps(person.pk, salt=SALT)


@csrf_exempt
@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HereRequest, token: str) -> HttpResponse:
    """The link in a mail that stops it: GET shows a button; POST stops, also when a mail program sends it."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST":
        desk.stop_digest(person_id=pk)
    return render(request, "following/stop.html", {"stopped": request.method == "POST"})
