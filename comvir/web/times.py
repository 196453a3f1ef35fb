"""How a moment is said: relative for three days, then dated, in the reader's language and time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import dates, formats, timezone
from django.utils.translation import gettext, pgettext

JUST_NOW = timedelta(seconds=60)


def said_at(moment: datetime, now: datetime) -> str:
    """The short words for `moment`, both aware: “9:20”, “yesterday evening”, “Tuesday”, “7 June”, “7 June 2025”."""
    there, here = timezone.localtime(moment), timezone.localtime(now)
    days = (here.date() - there.date()).days
    if days == 0:
        return gettext("just now") if timedelta(0) <= here - there < JUST_NOW else time_of_day(there)  # FR: à l’instant
    if days in (1, -1):
        return _next_to_today(there, days)
    if abs(days) <= 3:
        return str(dates.WEEKDAYS[there.weekday()])
    return day_and_month(there) if there.year == here.year else f"{day_and_month(there)} {there.year}"


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
