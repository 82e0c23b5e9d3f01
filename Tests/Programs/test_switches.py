"""`freebusyctl enable` and `disable`: the integration, a connector, a user; told once, kept through restarts."""
import contextlib
import signal

import pytest

from conftest import wait_for, wait_until_equal
from notifying import STREAMING, known, listening, notified, remembered, shows
from test_daemon import moment


def shown(daemon):
    return {user["address"]: (user["enabled"], user["presence"]) for user in daemon.json("users")}


@pytest.fixture
def running(daemon, simulator, users):
    for user in users[:2]:
        simulator.book(user, moment(-600), moment(3_600))
    daemon.start().scanned()
    daemon.delivered()
    return daemon


NO_LONGER = "The calendar of {user} is no longer read; presence unknown, stored data deleted."
# What is said, whom it is about, and what is answered.
SUBJECTS = {
    "user": (lambda users: [users[0]], lambda users: users[:1], NO_LONGER),
    "extension": (lambda users: ["200"], lambda users: users[:1], NO_LONGER),
    "connector": (
        lambda users: ["--connector", "hq"], lambda users: users,
        "The connector hq is off: no calendar is read; its users' presence unknown, stored data deleted.",
    ),
    "integration": (
        lambda users: [], lambda users: users,
        "The integration is off: no calendar is read; every presence unknown, stored data deleted.",
    ),
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_is_off_shows_unknown_is_told_once_and_comes_back(running, users, subject):
    arguments, affected, words = SUBJECTS[subject]
    arguments, affected = arguments(users), affected(users)
    before = shown(running)
    told = len(running.events())
    said = running.control("disable", *arguments)
    assert (said.stdout, said.stderr) == (words.format(user=users[0]) + "\n", "")
    off = {user: (False, "unknown") if user in affected else before[user] for user in users}
    assert shown(running) == off
    running.delivered()
    news = [(event["user"], event["presence"]) for event in running.events()[told:]]
    assert sorted(news) == [(user, "unknown") for user in affected]
    # Once more changes nothing, and tells nobody.
    running.control("disable", *arguments)
    running.delivered()
    assert len(running.events()) == told + len(affected)
    # It is still off after a restart, and after a kill.
    for number in (signal.SIGTERM, signal.SIGKILL):
        running.stop(number)
        running.start()
        assert shown(running) == off
    said = running.control("enable", *arguments)
    assert said.stdout.count("\n") == 1 and " off" not in said.stdout
    wait_for("the presences from before", lambda: shown(running) == before)
    running.delivered()
    assert running.events(users[0])[-1]["presence"] == "meeting"


def test_json_is_what_was_switched(running, users):
    user = running.json("disable", users[0])
    assert (user["address"], user["enabled"], user["presence"]) == (users[0], False, "unknown")
    connector = running.json("disable", "--connector", "hq")
    assert (connector["name"], connector["enabled"], connector["state"]) == ("hq", False, "disabled")
    assert running.json("enable", "--connector", "hq")["enabled"] is True
    assert running.json("disable")["state"] == "disabled"


def test_a_user_whose_connector_is_off_is_said_to_wait_for_it(running, users):
    running.control("disable", "--connector", "hq")
    said = running.control("enable", users[0]).stdout
    assert said == f"The calendar of {users[0]} is not read before the connector hq and the integration are on.\n"
    running.control("disable")
    assert running.control("enable", "--connector", "hq").stdout == (
        "The connector hq is on, but the integration is off: no calendar is read.\n"
    )


def test_what_there_is_not_is_said(running):
    for arguments, words in ((["nobody@example.com"], "nobody@example.com"), (["--connector", "none"], "none")):
        said = running.control("disable", *arguments, check=False)
        assert (said.returncode, said.stdout) == (1, "")
        assert words in said.stderr and len(said.stderr.splitlines()) == 2
    both = running.control("disable", "--connector", "hq", "200", check=False)
    assert both.returncode == 64


def test_who_is_off_has_no_subscription_is_not_read_and_nothing_is_kept(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        user, others = daemon.users[0], daemon.users[1:]
        simulator.book(user, moment(-600), moment(600))
        shows(daemon, user, "meeting")
        before = remembered(daemon)
        daemon.control("disable", user)
        wait_until_equal("its subscription to be ended", lambda: known(simulator), lambda: before[1:])
        wait_until_equal("nothing to be remembered of it", lambda: remembered(daemon), lambda: before[1:])
        simulator.book(user, moment(-500), moment(500), "OOF")
        assert f"Read {len(others)} users" in daemon.control("force").stdout
        with contextlib.closing(daemon.database()) as database:
            query = "SELECT count(*) FROM user JOIN busy_interval ON user_id = id WHERE address = ?"
            assert database.execute(query, [user]).fetchone() == (0,)
        assert daemon.control("force", user, check=False).returncode == 1
        assert "switched off by hand" in daemon.control("show", user).stdout
        daemon.control("enable", user)
        shows(daemon, user, "away")
        listening(daemon, simulator)
        assert remembered(daemon)[1:] == before[1:]
