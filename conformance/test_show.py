"""The main job: what `show --at` says of every mailbox at every quarter of an hour of seven days is what the oracle
computes from the same files, on real calendars."""

from datetime import datetime, timedelta, timezone

import pytest

from daemon import Daemon, text
from oracle import CalendarFile, presence, quarters
from simulator import SHARED, Simulator
from test_presence import address_of

FILES = sorted((SHARED / "calendars").glob("*.ics"))
# Whole weeks by which the calendars are moved: as the simulator thinks fit, and two that bring other parts of them here.
SHIFTS = ["auto", "0", "26"]


@pytest.fixture(scope="module", params=SHIFTS)
def world(request, tmp_path_factory):
    """A simulator, a daemon that has scanned it, and the first quarter of an hour to ask for."""
    with Simulator("--calendars", SHARED / "calendars", "--shift-weeks", request.param) as simulator:
        with Daemon(tmp_path_factory.mktemp("daemon"), simulator) as daemon:
            now = datetime.now(timezone.utc)
            first = now.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=15 * (now.minute // 15 + 1))
            yield simulator, daemon, first


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_quarter_of_an_hour(world, file):
    simulator, daemon, first = world
    address = address_of(file)
    weeks = simulator.control(f"mailboxes/{address}")["shift_weeks"]
    expected = CalendarFile(file, weeks).intervals(first - timedelta(days=1), first + timedelta(days=8))
    for moment in quarters(first):
        assert daemon.show(address, moment)["presence"] == presence(expected, moment), moment


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_program_says_what_the_socket_says(world, file):
    _, daemon, first = world
    for day in range(7):
        moment = first + timedelta(days=day)
        said = daemon.control("show", address_of(file), "--at", text(moment))
        answered = daemon.show(address_of(file), moment)
        for age in (said, answered):
            age.pop("data_age_seconds"), age.pop("explanation")
        assert said == answered


def test_the_calendars_are_worth_asking(world):
    """With the simulator's own shift the week holds meetings and free time, so that the tests above say something."""
    simulator, daemon, first = world
    seen = {daemon.show(address, moment)["presence"] for address in daemon.addresses for moment in quarters(first, 1)}
    assert "available" in seen
    assert "unknown" not in seen
