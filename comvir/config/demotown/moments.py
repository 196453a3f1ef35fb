"""When things happened in the town, written so that a tale stays true whatever the day it is founded on.

"12 thu 18:40" is the Thursday of the twelfth week back: weeks begin on Sundays, and week 0 on the
last Sunday that is three days ago or more. "3h10" is three hours and ten minutes ago, counting only
the hours in which people are up, so that nobody is made to write at four in the morning.
"""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Paris")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
RISING, RESTING = time(8), time(23)
# Week 0 ends on Monday at 22:00 and "so many hours ago" starts there at the earliest: the two never cross.
LAST_SUNDAY_AT_LEAST = 3
MOST_HOURS_AGO = 16

_WEEKLY = re.compile(r"(\d+) (\w{3}) (\d\d):(\d\d)\Z")
_HOURLY = re.compile(r"(\d+)h(\d\d)\Z")


def moment(said: str, now: datetime) -> datetime:
    """The moment meant by `said` for a town founded `now`, in UTC and never later. Raises ValueError."""
    here = now.astimezone(HERE).replace(second=0, microsecond=0)
    if found := _WEEKLY.match(said):
        week, day, hour, minute = found.groups()
        return _in_week(here, int(week), DAYS.index(day), time(int(hour), int(minute))).astimezone(UTC)
    if found := _HOURLY.match(said):
        ago = timedelta(hours=int(found[1]), minutes=int(found[2]))
        if ago <= timedelta(hours=MOST_HOURS_AGO):
            return _awake_before(here, ago).astimezone(UTC)
    raise ValueError(f"no moment is called “{said}”")


def _in_week(here: datetime, week: int, day: int, at: time) -> datetime:
    if week == 0 and day > 1:
        raise ValueError("week 0 has only a Sunday and a Monday")
    far = here.date() - timedelta(days=LAST_SUNDAY_AT_LEAST)
    sunday = far - timedelta(days=far.isoweekday() % 7)
    return datetime.combine(sunday - timedelta(weeks=week) + timedelta(days=day), at, HERE)


def _awake_before(here: datetime, ago: timedelta) -> datetime:
    if here.time() < RISING:
        here = datetime.combine(here.date() - timedelta(days=1), RESTING, HERE)
    elif here.time() > RESTING:
        here = datetime.combine(here.date(), RESTING, HERE)
    while ago > (up := here - datetime.combine(here.date(), RISING, HERE)):
        ago -= up
        here = datetime.combine(here.date() - timedelta(days=1), RESTING, HERE)
    return here - ago
