"""What a calendar file means, worked out with other people's libraries: `icalendar` and `recurring-ical-events`.

Nothing here comes from the simulator; only its documented rules are repeated in other words:

* Dates and floating times are in the file's home zone: X-WR-TIMEZONE, else the first VTIMEZONE, else UTC.
* A shift by weeks moves each occurrence on the wall clock of its zone, after recurrences are expanded.
* The automatic shift: the start date with most start dates in the seven days it begins (of equals the latest) comes to
  tomorrow (UTC) or as little later as whole weeks allow.
* Busy type: X-MICROSOFT-CDO-BUSYSTATUS, else TRANSP:TRANSPARENT is free, else STATUS:TENTATIVE is tentative, else busy.
* Presence: out of office is away and beats busy, which is a meeting; everything else is available.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from math import ceil
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
import recurring_ical_events

BUSY_TYPES = {
    "FREE": "Free",
    "TENTATIVE": "Tentative",
    "BUSY": "Busy",
    "OOF": "OOF",
    "WORKINGELSEWHERE": "WorkingElsewhere",
}


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch of a calendar, in UTC."""

    start: datetime
    end: datetime
    busy_type: str


class CalendarFile:
    """One .ics file, moved by whole weeks."""

    def __init__(self, path, shift_weeks=0):
        self.calendar = icalendar.Calendar.from_ical(path.read_bytes())
        self.home = self._home_zone()
        # Else the library would move times in UTC to that zone, and shifts with them.
        self.calendar.pop("X-WR-TIMEZONE", None)
        self._settle_until()
        self.shift = timedelta(weeks=shift_weeks)

    def _settle_until(self):
        """Exchange ends whole-day series with the UTC time of the last day's local midnight (for London's 17 September
        UNTIL=20200916T230000Z), where RFC 5545 wants a date. The library cuts such a time to its UTC date and loses the
        last day; what Exchange means is the date at home."""
        for event in self.calendar.walk("VEVENT"):
            rule = event.get("RRULE")
            if rule is None or isinstance(event["DTSTART"].dt, datetime):
                continue
            rule["UNTIL"] = [
                until.astimezone(self.home).date() if isinstance(until, datetime) else until
                for until in rule.get("UNTIL", [])
            ]
            if not rule["UNTIL"]:
                del rule["UNTIL"]

    def _home_zone(self):
        name = self.calendar.get("X-WR-TIMEZONE")
        if name:
            try:
                return ZoneInfo(str(name))
            except ZoneInfoNotFoundError:
                pass
        zones = self.calendar.walk("VTIMEZONE")
        return zones[0].to_tz() if zones else timezone.utc

    def automatic_shift(self, now):
        """How many weeks the simulator should choose at a moment."""
        days = [
            start.date() if isinstance(start, datetime) else start
            for event in self.calendar.walk("VEVENT")
            if str(event.get("STATUS", "")).upper() != "CANCELLED"
            for start in [event["DTSTART"].dt]
        ]
        week = timedelta(days=7)
        crowd = {day: sum(day <= other < day + week for other in days) for day in days}
        anchor = max(days, key=lambda day: (crowd[day], day))
        tomorrow = now.astimezone(timezone.utc).date() + timedelta(days=1)
        return ceil((tomorrow - anchor).days / 7)

    def moment(self, value):
        """A value of the file as a shifted moment in UTC."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        zone = value.tzinfo or self.home
        wall = value.replace(tzinfo=None) + self.shift
        return wall.replace(tzinfo=zone).astimezone(timezone.utc)

    def intervals(self, start, end):
        """Everything with a length that shows in a window, sorted."""
        margin = timedelta(days=2)
        window = [(bound - self.shift).replace(tzinfo=None) for bound in (start - margin, end + margin)]
        found = []
        for event in recurring_ical_events.of(self.calendar).between(*window):
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            first, last = self.moment(event["DTSTART"].dt), self.moment(event["DTEND"].dt)
            if first < last and first < end and last > start:
                found.append(Interval(first, last, busy_type(event)))
        return sorted(found)


def busy_type(event):
    """What an event says of its time."""
    stated = BUSY_TYPES.get(str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper())
    if stated:
        return stated
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return "Free"
    return "Tentative" if str(event.get("STATUS", "")).upper() == "TENTATIVE" else "Busy"


def presence(intervals, moment):
    """away, meeting or available at a moment."""
    types = {interval.busy_type for interval in intervals if interval.start <= moment < interval.end}
    return "away" if "OOF" in types else "meeting" if "Busy" in types else "available"


def quarters(start, days=7):
    """Every quarter of an hour of some days."""
    return [start + timedelta(minutes=15 * index) for index in range(days * 24 * 4)]
