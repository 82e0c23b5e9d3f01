"""Notifications that stop: presence is right soon afterwards, and whoever was not concerned hears nothing of it."""
import re
import time

import pytest

from conftest import wait_for, wait_until_equal
from notifying import PULL, STREAMING, connector, known, listening, messages, notified, shown, shows
from test_daemon import moment


def interruptions(daemon):
    return [line for line in messages(daemon) if "Notifications are interrupted" in line]


def right(daemon, simulator):
    """Waits until everybody shows what stands in the calendars, with everybody subscribed to."""
    truth = simulator.truth()
    wait_until_equal("presence", lambda: shown(daemon), lambda: {user: truth[user] for user in daemon.users})
    listening(daemon, simulator)


@pytest.mark.parametrize("fault", ["close", "drop", "cut", "silence"])
def test_a_change_while_streams_are_broken_is_found_at_once_when_they_are_back(tmp_path, fault):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        first, second = daemon.users[:2]
        booking = simulator.book(first, moment(-60), moment(3_600))
        shows(daemon, first, "meeting")
        daemon.delivered()
        before = known(simulator)
        simulator.reset_counters()
        assert simulator.disturb_streams(fault) == 1
        simulator.cancel(first, booking)
        simulator.book(second, moment(-60), moment(3_600), "OOF")
        right(daemon, simulator)
        # The subscriptions live on, nothing else is read, and the connector was never offline.
        assert known(simulator) == before
        asked = simulator.counters()
        assert set(asked) == {"GetStreamingEvents", "GetUserAvailabilityRequest"}
        assert asked["GetStreamingEvents"] <= 3
        daemon.delivered()
        assert [event["presence"] for event in daemon.events(first)] == ["available", "meeting", "available"]
        assert [event["presence"] for event in daemon.events(second)] == ["available", "away"]
        assert all(len(daemon.events(user)) == 1 for user in daemon.users[2:])
        status = daemon.json("status")
        assert (status["state"], status["connectors"][0]["last_error"]) == ("online", None)
        # An orderly end is no news.
        assert len(interruptions(daemon)) == (0 if fault == "close" else 1)
        # And they tell again.
        simulator.book(daemon.users[4], moment(-60), moment(3_600))
        shows(daemon, daemon.users[4], "meeting")


def test_an_interruption_is_told_once_and_its_end_once(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        simulator.disturb_streams("silence")
        wait_for("the word that it is over", lambda: "Notifications are back" in daemon.log())
        listening(daemon, simulator)
        lines = [line for line in messages(daemon) if "otifications are" in line]
        assert len(lines) == 2
        assert lines[0].startswith("Connector hq: Notifications are interrupted: ")
        assert "nothing more came for 2 s" in lines[0] and "proxy_buffering off" in lines[0]
        assert lines[1].startswith("Notifications are back")


@pytest.mark.parametrize("method", ["streaming", "pull"])
def test_a_server_that_starts_again_gives_ids_anew(tmp_path, method):
    """The ids start over, so that they stand for other mailboxes than before if those ask in another order."""
    with notified(tmp_path, connector(method)) as (simulator, daemon):
        first, second, third = daemon.users[:3]
        booking = simulator.book(first, moment(-60), moment(3_600))
        shows(daemon, first, "meeting")
        for _ in range(2):
            simulator.ask("restart", {})
            simulator.cancel(first, booking)
            simulator.book(second, moment(-60), moment(3_600), "OOF")
            right(daemon, simulator)
            booking = simulator.book(first, moment(-60), moment(3_600))
            shows(daemon, first, "meeting")
        simulator.book(third, moment(-60), moment(3_600))
        shows(daemon, third, "meeting")
        right(daemon, simulator)


@pytest.mark.parametrize("method", ["streaming", "pull"])
def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_asks(tmp_path, method):
    pause = 4
    with notified(tmp_path, connector(method)) as (simulator, daemon):
        simulator.reset_counters()
        begun = time.monotonic()
        simulator.ask("busy", {"milliseconds": pause * 1_000})
        simulator.disturb_streams("drop")
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        right(daemon, simulator)
        refused = simulator.counters().get("fault ErrorServerBusy", 0)
        # What was on its way when it began: a reading, the opening of a stream, the askings of this second.
        assert 1 <= refused <= 6, simulator.counters()
        assert time.monotonic() - begun > pause


@pytest.mark.parametrize("what", ["malformed", "oversized", "doctype"])
def test_a_hostile_envelope_is_refused_and_costs_no_memory(tmp_path, what):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        first = daemon.users[0]
        before = peak(daemon)
        simulator.reset_counters()
        assert simulator.ask("hostile", {"what": what}) == {"streams": 1}
        simulator.book(first, moment(-60), moment(3_600))
        wait_for("the word that it is over", lambda: "Notifications are back" in daemon.log())
        right(daemon, simulator)
        assert len(interruptions(daemon)) == 1
        assert "(streams that made no sense so far: 1)" in interruptions(daemon)[0]
        asked = simulator.counters()
        assert set(asked) == {"GetStreamingEvents", "GetUserAvailabilityRequest"}
        # Far less than the 64 megabytes of the largest.
        assert peak(daemon) - before < 32 * 1024
        simulator.book(daemon.users[1], moment(-60), moment(3_600))
        shows(daemon, daemon.users[1], "meeting")


def peak(daemon):
    """The most memory that the daemon ever had, in kilobytes."""
    with open(f"/proc/{daemon.process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])


def test_a_server_that_goes_away_for_a_while_is_subscribed_to_again(tmp_path):
    """The same as a start anew, with connections that break on all requests in between."""
    with notified(tmp_path, PULL) as (simulator, daemon):
        simulator.ask("away", {"requests": 1})
        simulator.ask("restart", {})
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        right(daemon, simulator)
