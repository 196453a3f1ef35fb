"""How much one hears of a place, how far one has read, and where the first unread message is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import answers_hidden, answers_of, thread_seen, threads_among, untitled
from comvir.notifications import desk
from comvir.notifications.models import Digest, Follow, Level
from comvir.notifications.queries import all_levels, chosen_level, digest_of, hears, read_to
from comvir.people.access import Sight
from comvir.people.models import Community
from comvir.people.queries import my_communities, reads
from comvir.web.answers import place_of
from comvir.web.circleframe import seen_circle
from comvir.web.forms import status_of
from comvir.web.forms.following import MORNING, WEEKDAYS, DigestForm, hour_of
from comvir.web.gate import HereRequest, Insider, found, insiders, see_other, the_one
from comvir.web.rows import title_of

USUAL = ""
# In the order of the page, from the most to the least.
LEVELS = {
    Level.EVERYTHING: _("Everything: each conversation in which something is said, once, until you read it."),
    Level.ANSWERS: _("Answers to you, and messages that name you."),
    Level.MENTIONS: _("Only messages that name you with an @."),
    Level.SILENCE: _("Nothing of what is said. You still find it here whenever you look."),
}
# Said in one line: “You hear: answers to you”.
IN_SHORT = {
    Level.EVERYTHING: _("everything"),
    Level.ANSWERS: _("answers to you"),
    Level.MENTIONS: _("when you are named"),
    Level.SILENCE: _("nothing"),
}
SAID = {
    Level.EVERYTHING: _("You will hear of everything said in “%(place)s”."),
    Level.ANSWERS: _("You will hear of answers to you in “%(place)s”, and of messages that name you."),
    Level.MENTIONS: _("In “%(place)s”, you will only hear of messages that name you."),
    Level.SILENCE: _("You will hear nothing of what is said in “%(place)s”."),
    USUAL: _("“%(place)s” follows the choice for its circle again."),
}


@dataclass(frozen=True)
class Hearing:
    """How much somebody hears of a place, in a few words, and where that is changed: `following/control.html`."""

    words: str
    address: str


def hearing(sight: Sight, community: Community, thread: Thread | None = None) -> Hearing | None:
    """What the viewer hears of a circle or a thread; None for who has not come in. One query."""
    if sight.person is None:
        return None
    if thread is None:
        level, address = chosen_level(sight.person, community.pk), f"/c/{community.slug}/follow"
    else:
        level, address = hears(sight.person, community.pk, thread.pk), f"/t/{thread.pk}/follow"
    return Hearing(in_short(level), address)


def in_short(level: str) -> str:
    """A level in a few words; without a choice, the usual one."""
    return str(IN_SHORT[Level(level or Level.ANSWERS)])


def unread_from(sight: Sight, thread: Thread) -> int | None:
    """The position after which the viewer has not read; None when they never opened the thread. One query."""
    return None if sight.person is None else read_to(sight.person, [thread.pk]).get(thread.pk)


def first_unread(sight: Sight, thread: Thread, upto: int | None = None) -> str:
    """Where the first message is that the viewer has not read; "" when all is read, or they never opened the thread.

    `upto` is what `unread_from` said, for who has asked already.
    """
    upto = unread_from(sight, thread) if upto is None else upto
    if upto is None or upto >= thread.last_position:
        return ""
    return next((place_of(message) for message in answers_of(thread, sight, upto, 1)), "")


def unread_counts(sight: Sight, threads: Sequence[Thread]) -> dict[int, int]:
    """How many messages the viewer may read came into these threads since they did, by thread id; one query or two.

    Only of threads they have opened before: what one never looked at is news, not something left unread.
    """
    if sight.person is None:
        return {}
    upto = read_to(sight.person, [thread.pk for thread in threads])
    behind = [thread for thread in threads if thread.pk in upto and thread.last_position > upto[thread.pk]]
    # Places are counted first, since that costs nothing: where some of them may be empty for the viewer, these are.
    gaps = [thread for thread in behind if sight.shut_out or thread.answers < thread.last_position]
    empty = answers_hidden({thread.pk: upto[thread.pk] for thread in gaps}, sight)
    counts = {thread.pk: thread.last_position - upto[thread.pk] - empty.get(thread.pk, 0) for thread in behind}
    return {pk: count for pk, count in counts.items() if count > 0}


@insiders
@require_POST
def seen(request: Insider, pk: int) -> HttpResponse:
    """Note how far one has read a thread. 204 when a script tells it; else back to the thread."""
    here = the_one(thread_seen(request.sight, pk))
    message = found(Message.objects.visible_to(request.sight).filter(thread=here), pk=_number(request, "message"))
    desk.seen(by=request.me, thread_id=here.pk, message_id=message.pk, position=message.position)
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    messages.success(request, gettext("Marked as read."))
    return see_other(place_of(message))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def circle(request: Insider, slug: str) -> HttpResponse:
    """How much one hears of a circle."""
    community = seen_circle(request, slug)
    if not reads(request.sight, community.pk):
        raise Http404
    return _choose(request, community, None)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: Insider, pk: int) -> HttpResponse:
    """How much one hears of a thread."""
    here = the_one(thread_seen(request.sight, pk))
    return _choose(request, here.community, here)


def _choose(request: Insider, community: Community, here: Thread | None) -> HttpResponse:
    """The choices of one place; GET `?was=` offers the way back to the choice before."""
    pk, before = (here.pk if here else None), chosen_level(request.me.pk, community.pk, here.pk if here else 0)
    place = _title_of(here) if here else community.name
    error = ""
    if request.method == "POST":
        level = request.POST.get("level")
        if level in _choices(here):
            desk.follow(by=request.me, community=community, thread_id=pk, level=str(level))
            undo = "" if level == before or "undo" in request.POST else f"?was={before or 'usual'}"
            messages.success(request, str(SAID[level]) % {"place": place})
            return see_other(request.path + undo)
        error = gettext("Choose one of these.")
    was, usual = request.GET.get("was", ""), USUAL if here else Level.ANSWERS
    context = {
        "community": community,
        "thread": here,
        "place": place,
        "choices": [(level, _words(level, community, request)) for level in _choices(here)],
        "chosen": before or usual,
        "was": was if was in ("usual", *Level.values) else "",
        "undo": usual if was == "usual" else was,
        "error": error,
    }
    return render(request, "following/choose.html", context, status=400 if error else 200)


def _choices(here: Thread | None) -> list[str]:
    """A thread may also be left to what is chosen for its circle; the circle, to what is usual in the house."""
    return [USUAL, *LEVELS] if here is not None else [*LEVELS]


def _words(level: str, community: Community, request: Insider) -> str:
    if level != USUAL:
        return str(LEVELS[Level(level)])
    there = {"level": in_short(chosen_level(request.me.pk, community.pk)), "circle": community.name}
    return gettext("As in “%(circle)s”: %(level)s.") % there


def _title_of(here: Thread) -> str:
    return title_of(here, here.pk not in untitled([here.pk]))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Insider) -> HttpResponse:
    """All that one chose to hear of, and the mail with what one has not read."""
    kept = digest_of(request.me.pk)
    form = DigestForm(request.POST or None, initial=_said_of(kept))
    if request.method == "POST" and form.is_valid():
        digest = desk.choose_digest(by=request.me, **form.cleaned_data)
        messages.success(request, gettext("No mails with what you have not read.") if digest is None else _told(digest))
        return see_other("/me/following")
    levels = all_levels(request.me.pk)
    circles = {row.community_id: row.level for row in levels if row.thread_id is None}
    threads = {thread.pk: thread for thread in threads_among(request.sight, [row.thread_id or 0 for row in levels])}
    bare = untitled(threads)
    context = {
        "form": form,
        "circles": [
            (community, in_short(circles.get(community.pk, ""))) for community in my_communities(request.sight)
        ],
        "threads": [
            (threads[row.thread_id], _title_there(threads[row.thread_id], row, bare), in_short(row.level))
            for row in levels
            if row.thread_id in threads
        ],
    }
    return render(request, "following/mine.html", context, status=status_of(form))


def _title_there(thread: Thread, row: Follow, bare: set[int]) -> str:
    """The title of a thread in a list of one's own; a discreet place says none."""
    return gettext("A discreet place") if row.community.is_discreet else title_of(thread, thread.pk not in bare)


def _said_of(digest: Digest | None) -> dict[str, object]:
    if digest is None:
        return {"rhythm": "", "weekday": 0, "hour": MORNING}
    return {"rhythm": digest.rhythm, "weekday": digest.weekday, "hour": digest.hour}


def _told(digest: Digest) -> str:
    words = {"day": str(WEEKDAYS[digest.weekday]), "hour": hour_of(digest.hour)}
    if digest.rhythm == Digest.Rhythm.WEEKLY:
        return gettext("A mail will come on %(day)s from %(hour)s, if there is something you have not read.") % words
    return gettext("A mail will come every day from %(hour)s, if there is something you have not read.") % words


def _number(request: HereRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
