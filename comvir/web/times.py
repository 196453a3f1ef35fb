"""How a moment is said: relative for three days, then dated, in the reader's language and time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import dates, formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

JUST_NOW = timedelta(seconds=60)


def said_at(moment: datetime, now: datetime) -> str:
    """The short words for `moment`, both aware: “9:20”, “yesterday evening”, “Tuesday”, “7 June”, “7 June 2025”."""
    return _said_on(timezone.localtime(moment), timezone.localtime(now).date(), is_just_now(moment, now))


def at_hour(moment: datetime, now: datetime) -> str:
    """The day and the hour: “9:20” today, “Tuesday, 9:20”, “7 June, 9:20” before: for what goes hour by hour."""
    there, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (today - there.date()).days
    if days == 0:
        return time_of_day(there)
    if days == 1:
        day = gettext("yesterday")
    elif 1 < days <= 3:
        day = str(dates.WEEKDAYS[there.weekday()])
    else:
        day = day_and_month(there) if there.year == today.year else f"{day_and_month(there)} {there.year}"
    return f"{day}, {time_of_day(there)}"


def hour_html(moment: datetime, now: datetime) -> SafeString:
    """`at_hour` for people, the whole date for machines and for those who point at it."""
    words = at_hour(moment, now)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), in_full(moment), words
    )


def is_just_now(moment: datetime, now: datetime) -> bool:
    """Whether less than a minute has passed."""
    return timedelta(0) <= now - moment < JUST_NOW


def moment_html(moment: datetime, now: datetime) -> SafeString:
    """The short words for people, the whole date for machines and for those who point at it."""
    today, zone = timezone.localtime(now).date(), timezone.get_current_timezone()
    return _moment_html(moment, today, is_just_now(moment, now), zone, get_language())


@lru_cache(maxsize=4096)
def _moment_html(moment: datetime, today: date, just_now: bool, zone: tzinfo, _language: str | None) -> SafeString:
    # Everything the words depend on is an argument, the reader's clock and language too.
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        in_full(moment),
        _said_on(moment.astimezone(zone), today, just_now),
    )


def _said_on(there: datetime, today: date, just_now: bool) -> str:
    days = (today - there.date()).days
    if days == 0:
        return gettext("just now") if just_now else time_of_day(there)  # FR: à l’instant
    if days in (1, -1):
        return _next_to_today(there, days)
    if abs(days) <= 3:
        return str(dates.WEEKDAYS[there.weekday()])
    return day_and_month(there) if there.year == today.year else f"{day_and_month(there)} {there.year}"


def in_full(moment: datetime) -> str:
    """The whole date, for titles and hidden text: “Tuesday 2 June 2026, 9:20”."""
    there = timezone.localtime(moment)
    return f"{dates.WEEKDAYS[there.weekday()]} {day_and_month(there)} {there.year}, {time_of_day(there)}"


def time_of_day(there: datetime) -> str:
    """“9:20”; a language may say the full hour in another way."""
    if there.minute == 0:
        return pgettext("time of day, on the hour", "%(hour)d:00") % {"hour": there.hour}  # FR: %(hour)d h
    # FR: %(hour)d h %(minute)02d
    return pgettext("time of day", "%(hour)d:%(minute)02d") % {"hour": there.hour, "minute": there.minute}


def day_and_month(there: datetime) -> str:
    """“7 June”; a language may say the first of the month in another way."""
    day = pgettext("first day of a month", "1") if there.day == 1 else str(there.day)  # FR: 1er
    return f"{day} {formats.date_format(there, 'F', use_l10n=False)}"


def _next_to_today(there: datetime, days: int) -> str:
    if there.hour < 12:
        return gettext("yesterday morning") if days == 1 else gettext("tomorrow morning")
    if there.hour < 18:
        return gettext("yesterday afternoon") if days == 1 else gettext("tomorrow afternoon")
    return gettext("yesterday evening") if days == 1 else gettext("tomorrow evening")  # FR: hier soir, demain soir
