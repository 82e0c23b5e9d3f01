"""Users from distribution groups, from outside: who comes, who goes, and who stays when the server says nothing."""
import json
import signal
import subprocess

import pytest

from conftest import PROGRAMS, Daemon, Simulator, wait_for, wait_until_equal
from test_daemon import moment

TEAM, INNER, DEEP = "team@example.com", "inner@example.com", "deep@example.com"
GROUP = f'\n[[user_group]]\naddress = "{TEAM}"\n'


@pytest.fixture
def daemon(tmp_path, simulator):
    with Daemon(tmp_path, simulator, [], GROUP) as daemon:
        yield daemon


def put(simulator, group, *members, **more):
    simulator.ask(f"groups/{group}", {"members": members, **more}, "PUT")


def addresses(daemon):
    return [user["address"] for user in daemon.json("users")]


def group(daemon):
    return daemon.json("status")["groups"][0]


def are_users(daemon, expected):
    wait_until_equal("the users", lambda: addresses(daemon), lambda: sorted(expected))


def test_members_are_users_with_presence(daemon, simulator, users):
    put(simulator, TEAM, *users[:3], "partner@elsewhere.example")
    simulator.book(users[0], moment(-600), moment(600))
    daemon.start()
    are_users(daemon, users[:3])
    wait_for("the presences", lambda: [user["presence"] for user in daemon.json("users")] == ["meeting", "available", "available"])
    told = group(daemon)
    assert (told["address"], told["connector"], told["users"], told["left_out"]) == (TEAM, "hq", 3, 1)
    assert told["last_refreshed_at"] and told["last_error"] is None
    event = next(event for event in daemon.delivered() if event["user"] == users[0])
    assert (event["presence"], event["extension"]) == ("meeting", None)
    assert f"Group      {TEAM}: 3 members, 1 other left out, read" in daemon.control("status").stdout
    assert f"Group {TEAM}: 3 members, 3 came, 0 went, 1 without a mailbox left out" in daemon.log()
    assert f"{users[0]} came into the group" not in daemon.log()


def test_a_reload_takes_who_came_and_forgets_who_went(daemon, simulator, users):
    put(simulator, TEAM, users[0], users[1])
    daemon.start()
    are_users(daemon, users[:2])
    wait_for("the presences", lambda: all(user["presence"] == "available" for user in daemon.json("users")))
    daemon.delivered()
    put(simulator, TEAM, users[1], users[2])
    daemon.send(signal.SIGHUP)
    are_users(daemon, users[1:3])
    wait_for("the presence of who came", lambda: daemon.json("show", users[2])["presence"] == "available")
    daemon.delivered()
    assert [event["presence"] for event in daemon.events(users[0])] == ["available", "unknown"]
    # Nobody else was told anything twice.
    assert [event["presence"] for event in daemon.events(users[1])] == ["available"]
    assert [event["presence"] for event in daemon.events(users[2])] == ["available"]


def test_groups_within_groups_are_flattened_and_loops_survived(daemon, simulator, users):
    put(simulator, TEAM, users[0], INNER, TEAM)
    put(simulator, INNER, users[1], users[0], DEEP)
    put(simulator, DEEP, users[2], INNER, TEAM)
    daemon.start()
    are_users(daemon, users[:3])
    assert group(daemon)["last_error"] is None
    assert simulator.counters()["ExpandDL"] == 3


def test_without_the_server_the_known_members_are_there(daemon, simulator, users):
    put(simulator, TEAM, users[0], users[1])
    simulator.book(users[0], moment(-600), moment(600))
    daemon.start()
    are_users(daemon, users[:2])
    wait_for("the presence", lambda: daemon.json("show", users[0])["presence"] == "meeting")
    before = daemon.delivered()
    refreshed = group(daemon)["last_refreshed_at"]
    assert daemon.stop() == 0
    simulator.stop()
    daemon.start()
    assert addresses(daemon) == users[:2]
    assert daemon.json("show", users[0])["presence"] == "meeting"
    error = wait_for("the failure", lambda: group(daemon)["last_error"])
    assert error["diagnosis"] == "tcp.unreachable"
    assert (group(daemon)["users"], group(daemon)["last_refreshed_at"]) == (2, refreshed)
    # A reload without the server changes nothing either.
    daemon.send(signal.SIGHUP)
    wait_for("the reload", lambda: "Configuration reloaded" in daemon.log())
    assert addresses(daemon) == users[:2]
    assert daemon.delivered() == before


@pytest.mark.parametrize(
    "trouble, diagnosis",
    [
        ({"hidden": True}, "group.not-found"),
        ({"response_code": "ErrorNameResolutionMultipleResults"}, "group.ambiguous"),
        ({"response_code": "ErrorAccessDenied"}, "group.no-access"),
        ({"told": 0}, "group.incomplete"),
    ],
)
def test_who_was_in_a_part_that_fails_stays(daemon, simulator, users, trouble, diagnosis):
    put(simulator, TEAM, users[0], users[1], INNER)
    put(simulator, INNER, users[2])
    daemon.start()
    are_users(daemon, users[:3])
    # Somebody goes from one group while the other cannot be read: it cannot be known that he is not there now.
    put(simulator, INNER, users[2], **trouble)
    put(simulator, TEAM, users[1], users[3], INNER)
    daemon.send(signal.SIGHUP)
    are_users(daemon, users[:4])
    assert group(daemon)["last_error"]["diagnosis"] == diagnosis
    put(simulator, INNER, users[2])
    daemon.send(signal.SIGHUP)
    are_users(daemon, users[1:4])
    assert group(daemon)["last_error"] is None


def test_an_empty_group_is_not_believed(daemon, simulator, users):
    put(simulator, TEAM, users[0])
    daemon.start()
    are_users(daemon, users[:1])
    put(simulator, TEAM)
    daemon.send(signal.SIGHUP)
    error = wait_for("the failure", lambda: group(daemon)["last_error"])
    assert error["diagnosis"] == "group.empty"
    assert addresses(daemon) == users[:1]
    # To remove them all, the table goes.
    daemon.write_config([])
    daemon.send(signal.SIGHUP)
    are_users(daemon, [])
    assert daemon.json("status")["groups"] == []


def test_who_is_described_in_the_configuration_keeps_that(tmp_path, simulator, users):
    put(simulator, TEAM, *users[:3])
    with Daemon(tmp_path, simulator, [users[1]], GROUP) as daemon:
        daemon.start()
        are_users(daemon, users[:3])
        shown = {user["address"]: user["extension"] for user in daemon.json("users")}
        assert shown == {users[0]: None, users[1]: "200", users[2]: None}
        assert daemon.json("show", "200")["address"] == users[1]
        # Gone from the group, the user stays in the configuration; gone from there, in the group.
        put(simulator, TEAM, users[0], users[2])
        daemon.send(signal.SIGHUP)
        are_users(daemon, users[:3])
        put(simulator, TEAM, *users[:3])
        daemon.write_config([], GROUP)
        daemon.send(signal.SIGHUP)
        wait_for("the extension to go", lambda: daemon.json("users")[1]["extension"] is None)
        are_users(daemon, users[:3])


def test_what_administrators_read_with_sqlite3(daemon, simulator, users):
    put(simulator, TEAM, users[0], "partner@elsewhere.example")
    daemon.start()
    are_users(daemon, users[:1])
    with daemon.database() as database:
        rows = database.execute("SELECT address, members, left_out, last_failure FROM user_groups").fetchall()
        assert rows == [(TEAM, 1, 1, None)]
        rows = database.execute("SELECT group_address, address, connector FROM user_group_members").fetchall()
        assert rows == [(TEAM, users[0], "hq")]


def test_a_dry_run_knows_the_members(daemon, simulator, users):
    put(simulator, TEAM, *users[:2])
    daemon.start()
    are_users(daemon, users[:2])
    result = subprocess.run(
        [PROGRAMS / "freebusyd", "check-config", "--dry-run", "--json", "--config", daemon.config],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert (report["compared"], report["added"], report["removed"]) == (2, [], [])
