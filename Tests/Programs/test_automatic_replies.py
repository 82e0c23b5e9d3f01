"""Automatic replies are noticed between the scans, by few requests, and never believed on a server's word alone."""
import contextlib
import math
import time

import pytest

from conftest import Daemon, Simulator, wait_for
from notifying import messages, shows

POLL = 10
KEYS = f'notification = "none"\nautomatic_reply_poll = "{POLL}s"'
PROVEN = "The server's hints about automatic replies have proven right"


def addresses(count):
    return [f"user{number:04}@example.com" for number in range(1, count + 1)]


def away(simulator, user, words="Gone fishing", **times):
    state = "scheduled" if times else "enabled"
    simulator.reply(user, state=state, internal=f"<p>{words}</p>", external=f"<p>{words}</p>", **times)


@contextlib.contextmanager
def watched(folder, users=5, keys=KEYS, **manner):
    """A daemon that has read everybody, and a server that answers GetMailTips in this manner."""
    people = addresses(users)
    with Simulator(folder, mailboxes=users) as simulator, Daemon(folder, simulator, people, connector=keys) as daemon:
        if manner:
            simulator.ask("mail-tips", manner, "POST")
        daemon.start().scanned()
        yield simulator, daemon, people


def way(daemon):
    return daemon.json("status")["connectors"][0]["automatic_replies"]


def told(daemon, words, patience=60):
    """The one line of the log with these words."""
    lines = wait_for(f"“{words}”", lambda: [line for line in messages(daemon) if words in line], patience)
    assert len(lines) == 1
    return lines[0]


def announced(daemon, user):
    return daemon.json("show", user).get("automatic_reply", {}).get("internal_text")


def proven(simulator, daemon, people):
    """Waits until the server's hints are trusted, with the last of `people` away."""
    away(simulator, people[-1], "On the moon")
    shows(daemon, people[-1], "away")
    told(daemon, PROVEN)
    wait_for("the trust", lambda: way(daemon) == "hints")


def test_a_reply_is_shown_within_the_poll_with_its_words_and_few_requests(tmp_path):
    users = 250
    with watched(tmp_path, users) as (simulator, daemon, people):
        proven(simulator, daemon, people)
        # Whatever the rotation had begun before is over.
        time.sleep(2)
        simulator.reset_counters()
        begin = time.monotonic()
        away(simulator, people[0])
        shows(daemon, people[0], "away")
        shown_after = time.monotonic() - begin
        assert announced(daemon, people[0]) == "Gone fishing"
        simulator.reply(people[0], state="disabled")
        shows(daemon, people[0], "available")
        length = time.monotonic() - begin
        counters = simulator.counters()
        # A poll, and what a busy machine takes to answer.
        assert shown_after < POLL + 5
        assert counters["GetMailTips"] <= math.ceil(users / 100) * math.ceil(length / POLL + 1)
        # The two changes, and one of the daily round at most.
        assert counters["GetUserOofSettingsRequest"] <= 3
        assert set(counters) <= {"GetMailTips", "GetUserOofSettingsRequest"}
        presences = [event["presence"] for event in daemon.delivered() if event["user"] == people[0]]
        assert presences == ["available", "away", "available"]


def test_other_words_are_noticed_too(tmp_path):
    with watched(tmp_path) as (simulator, daemon, people):
        proven(simulator, daemon, people)
        away(simulator, people[-1], "Back on earth soon")
        wait_for("the new words", lambda: announced(daemon, people[-1]) == "Back on earth soon")


def test_a_server_whose_hints_say_nothing_is_read_in_rotation(tmp_path):
    with watched(tmp_path, manner="without-body") as (simulator, daemon, people):
        told(daemon, "as the server's hints say nothing of them; tried again at")
        assert way(daemon) == "rotation"
        simulator.reset_counters()
        away(simulator, people[1])
        shows(daemon, people[1], "away")
        assert announced(daemon, people[1]) == "Gone fishing"
        assert "GetMailTips" not in simulator.counters()
        text = daemon.control("status").stdout
        assert "automatic replies one by one" in text


def test_a_server_that_has_switched_mail_tips_off_says_so_in_the_log(tmp_path):
    with watched(tmp_path, manner="disabled") as (simulator, daemon, people):
        assert "ErrorMailTipsDisabled" in told(daemon, "the server gives no hints")
        away(simulator, people[2])
        shows(daemon, people[2], "away")
        assert daemon.json("status")["connectors"][0]["state"] == "online"


def test_a_server_that_never_finds_out_in_time_is_not_trusted(tmp_path):
    with watched(tmp_path, manner="pending") as (simulator, daemon, people):
        away(simulator, people[2])
        shows(daemon, people[2], "away")
        assert way(daemon) == "unproven"


def test_a_liar_is_found_out_and_changes_are_noticed_all_the_while(tmp_path):
    with watched(tmp_path, manner="never-away") as (simulator, daemon, people):
        away(simulator, people[3])
        shows(daemon, people[3], "away")
        # The second look is a minute after the first.
        line = told(daemon, "the server's hints are wrong", patience=150)
        assert people[3] in line
        assert way(daemon) == "rotation"
        simulator.reply(people[3], state="disabled")
        shows(daemon, people[3], "available")


def test_fewer_recipients_at_once_where_the_server_takes_no_more(tmp_path):
    with watched(tmp_path, users=60, recipients=25) as (simulator, daemon, people):
        proven(simulator, daemon, people)
        assert told(daemon, "The server does not answer for as many mailboxes at once; tried with 30")
        # Not refused again: the limit is remembered.
        time.sleep(1)
        simulator.reset_counters()
        away(simulator, people[0])
        shows(daemon, people[0], "away")
        assert not [name for name in simulator.counters() if name.startswith("fault")]


def test_a_scheduled_reply_begins_and_ends_by_the_clock(tmp_path):
    with watched(tmp_path) as (simulator, daemon, people):
        proven(simulator, daemon, people)
        now = time.time()
        start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + after)) for after in (15, 25))
        away(simulator, people[0], "At the dentist", start=start, end=end)
        # A hint does not tell what is still to come, so somebody asks.
        daemon.control("force", people[0])
        assert announced(daemon, people[0]) == "At the dentist"
        shows(daemon, people[0], "away")
        shows(daemon, people[0], "available")
        events = [event for event in daemon.delivered() if event["user"] == people[0]]
        assert [event["presence"] for event in events] == ["available", "away", "available"]
        # To the second by its own account.
        assert [event["at"] for event in events[1:]] == [start, end]


def test_a_schedule_that_is_not_known_is_noticed_when_it_begins(tmp_path):
    with watched(tmp_path) as (simulator, daemon, people):
        proven(simulator, daemon, people)
        now = time.time()
        start, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + after)) for after in (3, 900))
        away(simulator, people[0], "At the dentist", start=start, end=end)
        shows(daemon, people[0], "away")


@pytest.mark.parametrize("poll, way_shown", [("never", None), ("1d", "unproven")])
def test_never_and_seldom_ask_nothing(tmp_path, poll, way_shown):
    with watched(tmp_path, keys=f'notification = "none"\nautomatic_reply_poll = "{poll}"') as (simulator, daemon, people):
        simulator.reset_counters()
        away(simulator, people[0])
        time.sleep(12)
        assert simulator.counters() == {}
        assert way(daemon) == way_shown
        daemon.control("force", people[0])
        shows(daemon, people[0], "away")
