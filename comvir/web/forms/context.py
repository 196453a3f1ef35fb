"""What a message is and speaks of, as one tells it in a form: kind, where, when, until when, how one knows it.

The fields come filled in: the usual place of the circle, now, seen oneself, until tomorrow evening. So that a line
sent without opening them says nothing of all that, a field left as it came counts only for what states something
(flash, account, fact); of any other message only what was changed is kept. A field that was not sent is as it came.

Local times are those of the reader's clock, which the middleware has set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comvir.conversation.context import Context
from comvir.conversation.kinds import STATEMENTS, Kind, SourceKind
from comvir.conversation.refusals import NoSuchSource, PointNowhere
from comvir.lib.refusals import Unfit
from comvir.web.forms import Sentence

Told = Mapping[str, str]

KINDS: tuple[tuple[str, str, Sentence], ...] = (
    ("", "message-circle", _("A message")),  # FR: Un message
    (Kind.FLASH.value, "zap", _("A flash")),  # FR: Un flash
    (Kind.TESTIMONY.value, "eye", _("An account")),  # FR: Un témoignage
    (Kind.FACT.value, "file-text", _("A fact")),  # FR: Un fait
    (Kind.QUESTION.value, "circle-question-mark", _("A question")),  # FR: Une question
    (Kind.OPINION.value, "quote", _("An opinion")),  # FR: Un avis
    (Kind.RESOURCE.value, "book-open", _("A resource")),  # FR: Une ressource
)
WHEN: tuple[tuple[str, Sentence], ...] = (
    ("now", _("Now")),  # FR: Maintenant
    ("today", _("Earlier today")),  # FR: Plus tôt aujourd’hui
    ("date", _("Another date")),  # FR: Une autre date
    ("none", _("No particular time")),
)
SOURCES: tuple[tuple[str, Sentence], ...] = (
    ("eyes", _("I saw it myself")),  # FR: Je l’ai vu moi-même
    ("person", _("I was told")),  # FR: On me l’a dit
    ("link", _("A document, a link")),  # FR: Un document, un lien
    ("none", _("I leave it open")),
)
UNTIL: tuple[tuple[str, Sentence], ...] = (
    ("today", _("The end of today")),
    ("tomorrow", _("Tomorrow evening")),
    ("sunday", _("Sunday evening")),
    ("other", _("Another time")),
)
WHERE = ("usual", "here", "other", "none")
# About a metre: finer is noise.
DEGREE_DIGITS = 5
_SUNDAY = 6
_EVENING = time(23, 59)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d?):(\d\d)(?::\d\d(?:\.\d+)?)?", re.ASCII)

_NO_ANSWER = _("Choose one of the answers.")
_NO_PLACE = _("The place is missing.")
_NO_POINT = _("Your device did not say where it is. Say it in words, or choose another answer.")
_NO_DAY = _("The day is missing.")  # FR: Il manque le jour.
_NO_TIME = _("The time is missing.")
_ODD_DAY = _("There is no such day. It is written as 2026-06-07 15:00.")
_ODD_TIME = _("There is no such time. It is written as 15:00.")
_LOST_HOUR = _("That hour did not exist: the clocks went forward. Choose one before or after.")


def context_of(told: Told, *, says_at: datetime, now: datetime, before: Context | None = None) -> Context:
    """What the fields say, not yet fit for the act.

    `told` holds the fields as they were sent, with the usual place they offered in `usual`; `says_at` is when the
    message is said, from which the end of a flash is counted; `now` when it is written. Both aware.
    Changing what was said `before`, every field counts as it is shown, and a moment left as `fields_of` wrote it stays
    what it was, to the second. Raises Unfit with the field of the form.
    """
    kind = told.get("kind", "")
    counts = _counting(told, kind in STATEMENTS) if before is None else lambda field, _: told.get(field) or "none"
    place, latitude, longitude = _place(counts("where", where_prefill(told.get("usual", ""))), told)
    source, name, url = _source(counts("source_kind", "eyes"), told)
    seen = _seen(counts("when", "now"), told, now)
    until = _until(told.get("until") or "tomorrow", told, says_at) if kind == Kind.FLASH else None
    return Context(
        kind=kind,
        place=place,
        latitude=latitude,
        longitude=longitude,
        content_reference_time=_as_before(seen, before.content_reference_time if before else None),
        valid_until=_as_before(until, before.valid_until if before else None),
        source_kind=source,
        source_name=name,
        source_url=url,
    )


def where_prefill(usual: str) -> str:
    """What the field of the place comes filled with, in a circle whose usual place is this one, or has none."""
    return "usual" if usual else "none"


def local_moment(written: str, field: str) -> datetime:
    """The aware moment of a day and time by the reader's clock: “2026-06-07T15:00”. Raises Unfit at `field`."""
    day, _gap, hour = written.strip().replace("T", " ").partition(" ")
    if not day:
        raise Unfit(_NO_DAY, field=field)
    read = _day(day, field)
    if not hour.strip():
        raise Unfit(_NO_TIME, field=field)
    return _aware(read, _time(hour.strip(), field), field)


def local_words(moment: datetime) -> str:
    """The moment as a field for a day and a time takes it, by the reader's clock."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def fields_of(context: Context, usual: str) -> dict[str, str]:
    """The fields that would say this context, for a form that changes it: no field is as it came unless it says so."""
    link = context.source_kind in (SourceKind.LINK, SourceKind.DOCUMENT)
    told = {
        "kind": context.kind,
        "usual": usual,
        "where": "here" if context.latitude is not None else "other" if context.place else "none",
        "place": context.place,
        "when": "none" if context.content_reference_time is None else "date",
        "source_kind": "link" if link else context.source_kind or "none",
        "source_url": context.source_url,
        "source_name": context.source_name,
    }
    if context.latitude is not None and context.longitude is not None:
        told |= {"latitude": repr(context.latitude), "longitude": repr(context.longitude)}
    elif usual and context.place == usual:
        told |= {"where": "usual", "place": ""}
    if context.content_reference_time is not None:
        told["seen_at"] = local_words(context.content_reference_time)
    if context.valid_until is not None:
        told |= {"until": "other", "until_at": local_words(context.valid_until)}
    return told


def _as_before(moment: datetime | None, before: datetime | None) -> datetime | None:
    same = moment is not None and before is not None and local_words(moment) == local_words(before)
    return before if same else moment


def _counting(told: Told, states: bool) -> Callable[[str, str], str]:
    def counts(field: str, prefill: str) -> str:
        answer = told.get(field) or prefill
        return answer if states or answer != prefill else "none"

    return counts


def _place(where: str, told: Told) -> tuple[str, float | None, float | None]:
    if where not in WHERE:
        raise Unfit(_NO_ANSWER, field="where")
    if where == "none":
        return "", None, None
    if where == "usual":
        return told.get("usual", ""), None, None
    name = told.get("place", "").strip()
    if where == "other":
        if not name:
            raise Unfit(_NO_PLACE, field="place")
        return name, None, None
    point = told.get("latitude", "").strip(), told.get("longitude", "").strip()
    if point == ("", ""):
        if not name:
            raise Unfit(_NO_POINT, field="place")
        return name, None, None
    return name, _degrees(point[0]), _degrees(point[1])


def _degrees(written: str) -> float:
    try:
        return round(float(written), DEGREE_DIGITS)
    except (ValueError, OverflowError):
        raise PointNowhere from None


def _seen(when: str, told: Told, now: datetime) -> datetime | None:
    if when == "none":
        return None
    if when == "now":
        return now
    if when == "today":
        written = told.get("seen_time", "").strip()
        if not written:
            raise Unfit(_NO_TIME, field="seen_time")
        return _aware(timezone.localtime(now).date(), _time(written, "seen_time"), "seen_time")
    if when == "date":
        return local_moment(told.get("seen_at", ""), "seen_at")
    raise Unfit(_NO_ANSWER, field="when")


def _until(until: str, told: Told, says_at: datetime) -> datetime:
    today = timezone.localtime(says_at).date()
    days = {"today": 0, "tomorrow": 1, "sunday": (_SUNDAY - today.weekday()) % 7}
    if until in days:
        return _aware(today + timedelta(days=days[until]), _EVENING, "until")
    if until == "other":
        return local_moment(told.get("until_at", ""), "until_at")
    raise Unfit(_NO_ANSWER, field="until")


def _source(kind: str, told: Told) -> tuple[str, str, str]:
    name, url = told.get("source_name", "").strip(), told.get("source_url", "").strip()
    if kind == "none":
        return "", "", ""
    if kind == "eyes":
        return SourceKind.EYES, "", ""
    if kind == "person":
        return SourceKind.PERSON, name, ""
    if kind == "link":
        return SourceKind.LINK if url else SourceKind.DOCUMENT, name, url
    raise NoSuchSource


def _day(written: str, field: str) -> date:
    read = _DAY.fullmatch(written)
    try:
        if read:
            return date(int(read[1]), int(read[2]), int(read[3]))
    except ValueError:
        pass
    _no(_ODD_DAY, field)


def _time(written: str, field: str) -> time:
    read = _TIME.fullmatch(written)
    try:
        if read:
            return time(int(read[1]), int(read[2]))
    except ValueError:
        pass
    _no(_ODD_TIME, field)


def _aware(day: date, hour: time, field: str) -> datetime:
    naive, zone = datetime.combine(day, hour), timezone.get_current_timezone()
    try:
        moment = naive.replace(tzinfo=zone).astimezone(UTC)
        there = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        _no(_ODD_DAY, field)
    if there != naive:
        _no(_LOST_HOUR, field)
    return moment


def _no(sentence: Sentence, field: str) -> NoReturn:
    raise Unfit(sentence, field=field)
