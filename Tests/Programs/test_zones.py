"""Weeks in which summer time begins and ends, and people in other zones: presences flip at the right moments.

What is expected is worked out here, from the same appointments, with Python's zoneinfo."""
import datetime
import os
import re
import subprocess
import zoneinfo

import pytest

from conftest import PROGRAMS, Daemon, Simulator, wait_for, wait_until_equal
from still_clock import StillClock

UTC = datetime.timezone.utc
ZONES = {
    "berlin@example.com": "Europe/Berlin",
    "newyork@example.com": "America/New_York",
    "lordhowe@example.com": "Australia/Lord_Howe",
}
# On which days, from when until when: by the clock on the wall of each, which is how Exchange keeps them. The second goes
# over the change; neither begins or ends in an hour that is skipped or exists twice.
SERIES = [("SA,SU,MO", "09:00", "09:30"), ("SU", "00:45", "03:15")]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
# The week's first day, and where the walk ends. In the first Berlin's summer time ends on 25 October at 01:00 UTC and New
# York's on 1 November at 06:00; in the second Berlin's begins on 28 March at 01:00 and Lord Howe's, of half an hour, ends on
# 3 April at 15:00.
WEEKS = [("2026-10-24", "2026-11-02T18:00:00Z"), ("2027-03-27", "2027-04-04T18:00:00Z")]


def moment_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def calendar(zone, first):
    """The series from `first` on as iCalendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//freebusyd//test//EN", f"X-WR-TIMEZONE:{zone}"]
    for number, (days, *times) in enumerate(SERIES):
        day = next(day for day in week_from(first) if DAYS[day.weekday()] in days)
        start, end = (f"{day:%Y%m%d}T{time.replace(':', '')}00" for time in times)
        lines += [
            "BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20260101T000000Z", f"DTSTART;TZID={zone}:{start}",
            f"DTEND;TZID={zone}:{end}", f"RRULE:FREQ=WEEKLY;BYDAY={days}", "SUMMARY:Series", "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def week_from(first, days=7):
    return [datetime.date.fromisoformat(first) + datetime.timedelta(days=number) for number in range(days)]


def meetings(zone, first):
    """The same as moments, soonest first."""
    zone = zoneinfo.ZoneInfo(zone)
    found = []
    for day in week_from(first, 16):
        for days, *times in SERIES:
            if DAYS[day.weekday()] in days:
                walls = [datetime.datetime.combine(day, datetime.time.fromisoformat(time), zone) for time in times]
                found.append(tuple(wall.astimezone(UTC) for wall in walls))
    return sorted(found)


@pytest.fixture
def abroad(tmp_path, monkeypatch, request):
    """Clock, simulator and daemon at noon of a first day."""
    first = getattr(request, "param", WEEKS[0][0])
    clock = StillClock(tmp_path, f"{first}T12:00:00Z")
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "calendars"
    folder.mkdir()
    for user, zone in ZONES.items():
        (folder / f"{user}.ics").write_text(calendar(zone, first), newline="")
    with Simulator(tmp_path, calendars=folder) as simulator, Daemon(tmp_path, simulator, ZONES) as daemon:
        daemon.start().scanned()
        yield clock, simulator, daemon


@pytest.mark.parametrize("abroad,end", WEEKS, indirect=["abroad"])
def test_presences_flip_at_the_right_moments_on_both_sides_of_a_change(abroad, end):
    clock, _, daemon = abroad
    begin, end = clock.now, moment_of(end)
    plans = {user: [m for m in meetings(zone, begin.date().isoformat()) if begin < m[0] < end] for user, zone in ZONES.items()}

    def expected():
        return {
            user: "meeting" if any(start <= clock.now < stop for start, stop in plan) else "available"
            for user, plan in plans.items()
        }

    def shown():
        return {user["address"]: user["presence"] for user in daemon.json("users")}

    flips = sorted({edge for plan in plans.values() for meeting in plan for edge in meeting if edge <= end})
    assert len(flips) > 20
    for flip in flips:
        clock.set(flip - datetime.timedelta(seconds=1))
        assert shown() == expected(), clock.now
        clock.set(flip)
        wait_until_equal(f"the flip at {flip}", shown, expected)
        # What waits longer than until the next flip would not be told any more.
        daemon.delivered()
    for user, plan in plans.items():
        told = [(event["since"], event["presence"]) for event in daemon.events(user)][1:]
        edges = [(start, "meeting") for start, _ in plan] + [(stop, "available") for _, stop in plan if stop <= end]
        assert told == [(f"{edge:%Y-%m-%dT%H:%M:%SZ}", presence) for edge, presence in sorted(edges)]


def show(daemon, user, zone):
    environment = dict(os.environ, FREEBUSYD_SOCKET=str(daemon.socket), TZ=zone)
    command = [PROGRAMS / "freebusyctl", "show", user]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def wall(moment, zone, offset=False):
    """A moment as the clock of a zone shows it, with its distance from UTC where that is wanted."""
    local = moment.astimezone(zoneinfo.ZoneInfo(zone))
    return f"{local:%H:%M}" + (re.sub(r"(..)$", r":\1", f"{local:%z}") if offset else "")


def test_show_tells_times_by_the_clock_of_who_asks_also_in_the_hour_that_exists_twice(abroad):
    clock, simulator, daemon = abroad
    user = "newyork@example.com"
    start, stop = moment_of("2026-10-25T00:30:00Z"), moment_of("2026-10-25T01:15:00Z")
    simulator.book(user, "2026-10-25T00:30:00Z", "2026-10-25T01:15:00Z")
    daemon.control("force", user)
    clock.set(start)
    wait_for("the meeting", lambda: daemon.json("show", user)["presence"] == "meeting")
    # By the clock of Berlin it ends before it begins, and it is the same night in New York, noon on Lord Howe Island.
    assert (wall(start, "Europe/Berlin"), wall(stop, "Europe/Berlin")) == ("02:30", "02:15")
    for zone in ZONES.values():
        twice = zone == "Europe/Berlin"
        text = show(daemon, user, zone)
        begin, end = wall(start, zone, offset=twice), wall(stop, zone, offset=twice)
        assert re.search(rf"^meeting until {re.escape(end)} \(appointment\), since {re.escape(begin)}$", text, re.M), text
        assert re.search(rf"^  busy {re.escape(begin)}–{re.escape(end)}, read ", text, re.M), text
        assert re.search(rf"^  {re.escape(begin)}–{re.escape(end)} busy$", text, re.M), text


def test_after_the_change_the_same_appointment_is_told_at_the_same_hour(abroad):
    clock, _, daemon = abroad
    user = "berlin@example.com"
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    for day, utc in (("2026-10-24", "07:00"), ("2026-10-25", "08:00")):
        nine = datetime.datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=zone)
        assert f"{nine.astimezone(UTC):%H:%M}" == utc
    text = show(daemon, user, "Europe/Berlin")
    for line in ("  Sun 00:45–03:15 busy", "  Sun 09:00–09:30 busy", "  Mon 09:00–09:30 busy"):
        assert line in text.splitlines(), text
    from_new_york = show(daemon, user, "America/New_York").splitlines()
    # Five hours behind Berlin from that Sunday on until New York follows, six before and after.
    for line in ("  Sun 04:00–04:30 busy", "  Mon 04:00–04:30 busy"):
        assert line in from_new_york
