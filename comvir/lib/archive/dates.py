"""Read the date of a mail, however it was written. Never raises."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
USUAL = re.compile(
    r"\s*(?:[A-Za-z]{3,9}\s*,)?\s*(\d{1,2})\s+([A-Za-z]{3})[a-z]*\.?\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\.\d+)?\s*(?:([+-])(\d{2}):?(\d{2})\b|(?:GMT|UTC?|Z)\b)"
)
ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")
# A zone further than this from Greenwich exists nowhere: the clock is believed, the zone is not.
FURTHEST_ZONE = timedelta(hours=14)
FIRST_MAIL = datetime(1971, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)


def read_date(value: str) -> datetime | None:
    """The moment a Date header names, in UTC; a date without a zone is taken as UTC. None when it names none."""
    usual = USUAL.match(value)
    try:
        if usual and usual[2].lower() in MONTHS:
            return _usual(usual)
        return _iso(value) or _any(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _usual(found: re.Match[str]) -> datetime:
    day, month, year, hour, minute = (
        int(found[1]),
        MONTHS[found[2].lower()],
        int(found[3]),
        int(found[4]),
        int(found[5]),
    )
    moment = datetime(year, month, day, hour, minute, min(int(found[6] or 0), 59), tzinfo=UTC)
    if not found[7]:
        return moment
    return _shift(moment, timedelta(hours=int(found[8]), minutes=int(found[9])), found[7])


def _shift(moment: datetime, offset: timedelta, sign: str) -> datetime:
    if offset > FURTHEST_ZONE:
        return moment
    return moment - offset if sign == "+" else moment + offset


def _iso(value: str) -> datetime | None:
    found = ISO.match(value)
    if found is None:
        return None
    moment = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=UTC)
    if not found[3] or found[3] == "Z":
        return moment
    digits = found[3].replace(":", "")
    return _shift(moment, timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5])), digits[0])


def _any(value: str) -> datetime | None:
    parts = parsedate_tz(value)
    if parts is None:
        return None
    year, month, day, hour, minute, second = parts[:6]
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    offset = timedelta(seconds=parts[9] or 0)
    return moment - offset if abs(offset) <= FURTHEST_ZONE else moment


def plausible(moment: datetime | None, now: datetime) -> bool:
    """Whether a mail can have been written then: not before there was mail, not after the day after tomorrow."""
    return moment is not None and FIRST_MAIL <= moment <= now + AHEAD


def envelope_date(envelope: str) -> datetime | None:
    """The date at the end of a From_ line, for mails whose own date cannot be believed."""
    found = re.search(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s.*", envelope)
    return read_date(found[0]) if found else None
