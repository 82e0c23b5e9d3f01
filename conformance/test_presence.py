"""The simulator against the oracle, on real calendars and on our own."""

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from oracle import CalendarFile, Interval, presence, quarters
from simulator import REPOSITORY, SHARED, Simulator, availability, envelope

FOLDERS = [REPOSITORY / "examples/calendars", SHARED / "calendars"]
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.ics"))]
NOW = datetime.now(timezone.utc)
TODAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)


def address_of(file):
    return file.stem if "@" in file.stem else f"{file.stem}@example.com"


def answered_intervals(simulator, address, start, end):
    """What GetUserAvailability says, in UTC."""
    answer = simulator.post(envelope(availability([address], start, end)))
    assert answer.codes == ["NoError"]
    times = [
        [datetime.fromisoformat(text).replace(tzinfo=timezone.utc) for text in answer.texts(f"//t:CalendarEvent/t:{name}")]
        for name in ("StartTime", "EndTime")
    ]
    types = answer.texts("//t:CalendarEvent/t:BusyType")
    return sorted(Interval(*parts) for parts in zip(*times, types) if parts[0] < parts[1])


@pytest.fixture(scope="module", params=["0", "auto", "-52", "26"])
def shift(request):
    return request.param


@pytest.fixture(scope="module")
def simulators(shift):
    """One simulator a folder, all with the same shift."""
    running = {
        folder: Simulator("--calendars", folder, "--shift-weeks", shift) for folder in FOLDERS if folder.is_dir()
    }
    yield running
    for simulator in running.values():
        simulator.__exit__()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestCalendar:
    def shift_of(self, simulators, file):
        reported = simulators[file.parent].control(f"mailboxes/{address_of(file)}")
        return reported["shift_weeks"]

    def test_shift(self, simulators, shift, file):
        """The simulator moves the file as far as its documentation says."""
        expected = CalendarFile(file).automatic_shift(NOW) if shift == "auto" else int(shift)
        assert self.shift_of(simulators, file) == expected

    def test_coming_weeks(self, simulators, file):
        """Availability of the coming six weeks is what the file says."""
        calendar = CalendarFile(file, self.shift_of(simulators, file))
        end = TODAY + timedelta(days=42)
        answered = answered_intervals(simulators[file.parent], address_of(file), TODAY, end)
        assert_same(answered, calendar.intervals(TODAY, end))

    def test_whole_life(self, simulators, file):
        """So it is for every window in which the file has events of its own, before, within and after."""
        weeks = self.shift_of(simulators, file)
        calendar = CalendarFile(file, weeks)
        starts = [calendar.moment(event["DTSTART"].dt) for event in calendar.calendar.walk("VEVENT")]
        start = min(starts).replace(hour=0, minute=0, second=0) - timedelta(days=7)
        last = max(starts) + timedelta(days=400)
        expected = calendar.intervals(start, last + timedelta(days=42))
        assert expected, "a file that says nothing tests nothing"
        while start < last:
            end = start + timedelta(days=42)
            answered = answered_intervals(simulators[file.parent], address_of(file), start, end)
            shown = [interval for interval in expected if interval.start < end and interval.end > start]
            assert_same(answered, shown)
            start = end

    def test_presence_each_quarter(self, simulators, file):
        """Presence that follows from the answer equals presence that follows from the file, for seven days."""
        calendar = CalendarFile(file, self.shift_of(simulators, file))
        end = TODAY + timedelta(days=7)
        answered = answered_intervals(simulators[file.parent], address_of(file), TODAY, end)
        expected = calendar.intervals(TODAY, end)
        for moment in quarters(TODAY):
            assert presence(answered, moment) == presence(expected, moment), moment


def assert_same(answered, expected):
    """As multisets: several appointments may be alike."""
    answered, expected = Counter(answered), Counter(expected)
    assert not (answered - expected), f"only the simulator: {sorted((answered - expected).elements())[:5]}"
    assert not (expected - answered), f"only the oracle: {sorted((expected - answered).elements())[:5]}"
