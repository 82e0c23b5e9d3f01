"""Steering the simulator: many changes in one request, the truth about all mailboxes in one, and plain words at the start."""

import subprocess
import urllib.error
import urllib.parse

import pytest

from simulator import PROGRAM, REPOSITORY, Simulator, subscribe
from subscriber import events, subscription

ALICE, BOB = "alice@example.com", "bob@example.com"
START, END, LATER = "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"
DAY = "from=2026-03-02T00:00:00Z&until=2026-03-03T00:00:00Z"


@pytest.fixture
def simulator():
    with Simulator("--calendars", REPOSITORY / "examples/calendars", "--mailboxes", 200) as running:
        yield running


def busy(start, end, busy_type="Busy"):
    return {"start": start, "end": end, "busy_type": busy_type}


def test_changes_are_made_in_order_and_told(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    before = simulator.control(f"truth?{DAY}")[ALICE]
    answer = simulator.control(
        "changes",
        [
            {"user": "ALICE@example.com", "do": "book", "start": START, "end": END, "busy_type": "OOF"},
            {"user": ALICE, "do": "move", "id": "booking-1", "start": END, "end": LATER},
            {"user": BOB, "do": "book", "start": START, "end": END, "busy_type": "free"},
            {"user": ALICE, "do": "book", "start": START, "end": END},
            {"user": BOB, "do": "cancel", "id": "booking-2"},
        ],
    )
    assert answer == {"ids": ["booking-1", "booking-1", "booking-2", "booking-3", "booking-2"]}
    after = simulator.control(f"truth?{DAY}")[ALICE]
    assert [each for each in after if each not in before] == [busy(START, END), busy(END, LATER, "OOF")]
    kinds = []
    while len(kinds) < 6:
        kinds += events(open_stream.next())[made]
    assert kinds == [kind for kind in ("Created", "Modified", "Created") for kind in (kind + "Event", "FreeBusyChangedEvent")]


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"user": "nobody@example.com", "do": "book", "start": START, "end": END}, "no such mailbox or appointment"),
        ({"user": ALICE, "do": "move", "id": "none", "start": START, "end": END}, "no such mailbox or appointment"),
        ({"user": ALICE, "do": "cancel", "id": "none"}, "no such mailbox or appointment"),
        ({"user": ALICE, "do": "book", "start": "soon", "end": END}, '"soon" is neither RFC 3339 nor like +2h'),
    ],
)
def test_a_change_that_cannot_be_made_ends_the_list(simulator, change, problem):
    booking = {"user": BOB, "do": "book", "start": START, "end": END}
    with pytest.raises(urllib.error.HTTPError) as refusal:
        simulator.control("changes", [booking, change, booking])
    with refusal.value as answer:
        told = answer.read().decode().replace('\\"', '"')
    assert answer.code == 400 and '"ids":["booking-1"]' in told and f"change 2: {problem}" in told
    assert simulator.control(f"truth?{DAY}")[BOB].count(busy(START, END)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"user": ALICE, "do": "move", "start": START, "end": END},
        {"user": ALICE, "do": "postpone", "id": "booking-1"},
        {"do": "cancel", "id": "booking-1"},
        "cancel",
    ],
)
def test_a_list_that_makes_no_sense_changes_nothing(simulator, change):
    before = simulator.control(f"truth?{DAY}")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        simulator.control("changes", [{"user": BOB, "do": "book", "start": START, "end": END}, change])
    with refusal.value as answer:
        assert answer.code == 400
    assert simulator.control(f"truth?{DAY}") == before


def test_truth_tells_of_all_what_it_tells_of_each(simulator):
    week = "from=-1d&until=%2B8d"
    truth = simulator.control(f"truth?{week}")
    addresses = [mailbox["address"] for mailbox in simulator.control("mailboxes")]
    assert sorted(truth) == addresses and len(addresses) == 205
    for address in (ALICE, BOB, "user0001@example.com", "user0200@example.com"):
        assert truth[address] == simulator.control(f"mailboxes/{address}/truth?{week}")
    assert sum(map(len, truth.values())) >= 200 * 20


@pytest.mark.parametrize("window", ["from=%2B1d&until=%2B1h", "from=then", "until=2026-03-02T00:00:00"])
def test_windows_must_make_sense(simulator, window):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        simulator.control(f"truth?{window}")
    with refusal.value as answer:
        assert answer.code == 400


@pytest.mark.parametrize(
    "arguments, problem",
    [
        (["--plain", "--port", "{port}"], "127.0.0.1:{port}: another program listens there already"),
        (["--plain", "--callback-ca", "/dev/null"], "/dev/null: no certificates in PEM form"),
        (["--plain", "--minute", "0"], "--push-retry is 0.01 to 3600 seconds, --minute 0.01 to 60."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(simulator, arguments, problem):
    port = urllib.parse.urlsplit(simulator.url).port
    command = [PROGRAM, *(argument.format(port=port) for argument in arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert ended.returncode != 0 and ended.stdout == ""
    assert ended.stderr.splitlines()[0] == f"Error: {problem.format(port=port)}"
