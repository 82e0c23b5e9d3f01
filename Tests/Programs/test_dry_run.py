"""`freebusyd check-config --dry-run`: what a file would change, beside the running daemon, which notices nothing."""
import json
import os
import signal
import subprocess

import pytest

from conftest import PROGRAMS, wait_for
from test_daemon import moment


def dry_run(file, *arguments):
    command = [PROGRAMS / "freebusyd", "check-config", "--dry-run", *arguments, "--config", file]
    return subprocess.run(command, env=dict(os.environ, TZ="UTC"), capture_output=True, text=True)


@pytest.fixture
def meetings(daemon, simulator, users):
    """Somebody busy, somebody tentative, somebody away by automatic reply."""
    simulator.book(users[0], moment(-600), moment(3_600))
    simulator.book(users[1], moment(-600), moment(3_600), "TENTATIVE")
    simulator.reply(users[2], state="enabled", internal="Away", external="Away")
    daemon.start().scanned()
    wait_for("the automatic reply", lambda: daemon.json("show", users[2])["presence"] == "away")
    return daemon


def other(daemon, presence, users=None):
    """The daemon's configuration with another table [presence], and perhaps other users."""
    text = daemon.config.read_text() + f"\n[presence]\n{presence}\n"
    for old, new in (users or {}).items():
        text = text.replace(old, new)
    file = daemon.folder / "other.toml"
    file.write_text(text)
    return file


def shown(daemon):
    return {user["address"]: user["presence"] for user in daemon.json("users")}


def test_says_what_a_reload_then_does(meetings, users):
    daemon = meetings
    file = other(daemon, 'busy = "away"\ntentative = "meeting"\nautomatic_reply = "available"')
    before = shown(daemon)
    report = json.loads(dry_run(file, "--json").stdout)
    found = {change["address"]: (change["presence"], change["new_presence"]) for change in report["changes"]}
    assert found == {
        users[0]: ("meeting", "away"), users[1]: ("available", "meeting"), users[2]: ("away", "available"),
    }
    assert (report["compared"], report["added"], report["removed"]) == (5, [], [])
    assert shown(daemon) == before
    table = dry_run(file)
    assert (table.returncode, table.stderr) == (0, "")
    lines = table.stdout.splitlines()
    assert lines[0].split() == ["USER", "EXT", "NOW", "THEN", "WHY"]
    assert [line.split()[:4] for line in lines[1:4]] == [
        [users[0], "200", "meeting", "away"], [users[1], "201", "available", "meeting"],
        [users[2], "202", "away", "available"],
    ]
    assert lines[-1] == "The rules would change the presence of 3 of 5 users now."
    daemon.config.write_text(file.read_text())
    daemon.send(signal.SIGHUP)
    wait_for("the new rules", lambda: shown(daemon) == {**before, **{user: then for user, (_, then) in found.items()}})


def test_tells_users_that_would_come_and_go(meetings, users):
    file = other(meetings, "", {users[3]: "new@example.com"})
    report = json.loads(dry_run(file, "--json").stdout)
    assert (report["added"], report["removed"], report["changes"]) == (["new@example.com"], [users[3]], [])
    assert dry_run(file).stdout.splitlines() == [
        "The rules would change nobody's presence now (4 users compared).",
        "1 user would come: new@example.com",
        f"1 user would no longer be read: {users[3]}",
    ]


def test_who_was_switched_off_by_hand_stays_so(meetings, users):
    meetings.control("disable", users[0])
    report = json.loads(dry_run(other(meetings, 'busy = "away"'), "--json").stdout)
    assert report == {"compared": 4, "changes": [], "added": [], "removed": []}


def test_works_the_same_when_the_daemon_is_down_and_makes_no_files(meetings):
    file = other(meetings, 'busy = "away"')
    running = dry_run(file).stdout
    assert meetings.stop() == 0
    before = {path.name: path.read_bytes() for path in meetings.state.iterdir()}
    assert dry_run(file).stdout == running
    assert {path.name: path.read_bytes() for path in meetings.state.iterdir()} == before
    # Nor does it keep the daemon from its files.
    meetings.start()


def test_a_daemon_that_was_killed_is_no_hindrance(meetings, users):
    file = other(meetings, 'busy = "away"')
    meetings.stop(signal.SIGKILL)
    changes = json.loads(dry_run(file, "--json").stdout)["changes"]
    assert [change["address"] for change in changes] == [users[0]]


def test_without_a_database_it_says_so_and_makes_none(daemon):
    result = dry_run(daemon.config)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"There is no database {daemon.state}/freebusyd.db. Set state_directory")
    assert not daemon.state.exists()


def test_mistakes_come_first(meetings):
    result = dry_run(other(meetings, 'busy = "asleep"'))
    assert result.returncode == 78
    assert "busy" in result.stderr and result.stdout == ""


def test_no_secret_is_shown(meetings):
    file = other(meetings, 'busy = "away"')
    secret = meetings.simulator.password.read_text().strip()
    for arguments in ([], ["--json"]):
        result = dry_run(file, *arguments)
        assert secret not in result.stdout + result.stderr
