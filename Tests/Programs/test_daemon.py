"""The daemon from outside: start, scan, boundaries, force, reload, kills, and what it says."""
import contextlib
import datetime
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess

from conftest import PROGRAMS, Daemon, Simulator, wait_for


def moment(seconds):
    """A moment from now, in the form of the API."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    return (now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def presence(daemon, user):
    return daemon.json("show", user)["presence"]


def test_the_start_is_told_in_the_order_that_administrators_know(daemon):
    daemon.start().scanned()
    lines = [re.sub(r"^<\d>", "", line) for line in daemon.log().splitlines()]
    wanted = [
        "EWS is starting",
        f"EWS URL: {daemon.simulator.url}",
        r"Connected to Exchange through EWS (v15.02.",
        "Reading automatic-reply settings of: 5 users",
    ]
    places = [next(i for i, line in enumerate(lines) if line.startswith(text)) for text in wanted]
    assert places == sorted(places)
    assert all(re.match(r"^<[0-7]>", line) for line in daemon.log().splitlines())
    assert "a long password" not in daemon.log()


def test_the_scan_finds_a_meeting_and_the_hook_is_told(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    simulator.book(users[1], moment(-600), moment(600), "OOF")
    simulator.book(users[2], moment(-600), moment(600), "TENTATIVE")
    daemon.start().scanned()
    shown = {user["address"]: user["presence"] for user in daemon.json("users")}
    assert shown == {
        users[0]: "meeting", users[1]: "away", users[2]: "available", users[3]: "available", users[4]: "available",
    }
    events = {event["user"]: event for event in daemon.delivered()}
    assert events[users[0]]["presence"] == "meeting"
    assert events[users[0]]["previous"] == "unknown"
    assert events[users[0]]["reason"] == "appointment"
    assert events[users[0]]["extension"] == "200"
    assert events[users[1]]["presence"] == "away"


def test_presence_flips_at_its_boundary_while_exchange_is_down(daemon, simulator, users):
    start, end = moment(8), moment(10)
    simulator.book(users[0], start, end)
    daemon.start().scanned()
    simulator.stop()
    wait_for("the end of the meeting", lambda: len(daemon.events(users[0])) >= 3)
    events = daemon.events(users[0])
    assert [event["presence"] for event in events] == ["available", "meeting", "available"]
    assert events[1]["at"] == events[1]["since"] == start
    assert events[1]["until"] == end
    assert events[2]["at"] == end
    assert [event["sequence"] - events[0]["sequence"] for event in events] == [0, 1, 2]


def test_force_reads_now_and_prints_what_changed(daemon, simulator, users):
    daemon.start().scanned()
    simulator.book(users[3], moment(-60), moment(600))
    simulator.book(users[4], moment(-60), moment(600))
    printed = daemon.control("force", users[3]).stdout
    assert f"{users[3]}: available -> meeting" in printed
    assert presence(daemon, users[3]) == "meeting"
    assert presence(daemon, users[4]) == "available"
    assert f"{users[4]}: available -> meeting" in daemon.control("force").stdout


def test_sigusr1_forces_a_scan(daemon, simulator, users):
    daemon.start().scanned()
    simulator.book(users[0], moment(-60), moment(600))
    daemon.send(signal.SIGUSR1)
    wait_for("the flip", lambda: presence(daemon, users[0]) == "meeting")


def test_an_automatic_reply_is_away_with_its_announcement(daemon, simulator, users):
    simulator.reply(users[0], state="enabled", internal="<p>Back on <b>Friday</b></p>", external="Closed")
    daemon.start().scanned()
    event = next(event for event in daemon.delivered() if event["user"] == users[0] and event["presence"] == "away")
    assert event["reason"] == "automatic_reply"
    assert event["announcement"] == {"internal": "Back on Friday", "external": "Closed"}


def test_show_at_another_time_comes_from_what_is_stored(daemon, simulator, users):
    start, end = moment(86_400), moment(86_400 + 3_600)
    simulator.book(users[0], start, end)
    daemon.start().scanned()
    later = daemon.json("show", users[0], "--at", moment(86_400 + 1_800))
    assert (later["presence"], later["since"], later["until"]) == ("meeting", start, end)
    assert later["appointments"][0]["busy_type"] == "busy"
    assert daemon.json("show", "200")["address"] == users[0]
    assert daemon.json("show", users[0], "--at", moment(30 * 86_400))["reason"] == "no_data"


def test_a_killed_daemon_goes_on_from_what_is_stored(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    daemon.start().scanned()
    before = daemon.delivered()
    daemon.stop(signal.SIGKILL)
    simulator.stop()
    daemon.start()
    assert presence(daemon, users[0]) == "meeting"
    status = wait_for("the outage", lambda: (s := daemon.json("status"))["connectors"][0]["last_error"] and s)
    assert status["state"] == "offline"
    assert status["connectors"][0]["last_error"]["diagnosis"] == "tcp.unreachable"
    assert daemon.delivered() == before


def test_a_damaged_database_is_set_aside_and_filled_again(daemon, users):
    daemon.state.mkdir(mode=0o700)
    (daemon.state / "freebusyd.db").write_bytes(b"this is no database" * 1_000)
    daemon.start().scanned()
    assert presence(daemon, users[0]) == "available"
    assert list(daemon.state.glob("freebusyd.db.damaged-*"))
    assert "The database was damaged" in daemon.log()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(daemon):
    daemon.start().scanned()
    assert daemon.stop() == 0
    with contextlib.closing(sqlite3.connect(daemon.state / "freebusyd.db")) as database, database:
        database.execute("INSERT INTO grdb_migrations VALUES ('schema 9999')")
    before = (daemon.state / "freebusyd.db").read_bytes()
    daemon.start(wait=False)
    assert daemon.process.wait(timeout=30) == 1
    assert "newer" in daemon.log()
    assert (daemon.state / "freebusyd.db").read_bytes() == before


def test_a_reload_takes_new_users_and_a_bad_file_changes_nothing(daemon, simulator, users):
    daemon.write_config(users[:2])
    daemon.start().scanned()
    daemon.config.write_text(daemon.config.read_text() + "\n[presence]\nbussy = \"away\"\n")
    daemon.send(signal.SIGHUP)
    wait_for("the complaint", lambda: "nothing was changed" in daemon.log())
    assert re.search(r"config\.toml:\d+:1: .*busy", daemon.log())
    assert len(daemon.json("users")) == 2
    daemon.write_config(users)
    daemon.send(signal.SIGHUP)
    wait_for("the new users", lambda: len(daemon.json("users")) == 5)
    daemon.scanned()
    wait_for("their presence", lambda: presence(daemon, users[4]) == "available")


def test_a_slow_hook_holds_up_neither_a_reload_nor_a_boundary(daemon, simulator, users):
    (daemon.folder / "hook").write_text("#!/bin/sh\nsleep 40\n")
    daemon.write_config(users, extra='timeout = "60s"')
    daemon.start().scanned()
    simulator.book(users[0], moment(5), moment(600))
    daemon.send(signal.SIGHUP)
    wait_for("the reload", lambda: "Configuration reloaded" in daemon.log())
    daemon.control("force")
    wait_for("the meeting", lambda: presence(daemon, users[0]) == "meeting")
    assert daemon.json("status")["hooks"][0]["delivered"] == 0


def test_a_reload_says_what_takes_a_restart(daemon, users):
    daemon.start().scanned()
    daemon.config.write_text(daemon.config.read_text().replace(str(daemon.socket), str(daemon.socket) + "2"))
    daemon.send(signal.SIGHUP)
    wait_for("the warning", lambda: "at the next restart only" in daemon.log())
    assert daemon.answers()


def test_one_bad_mailbox_never_stops_the_rest(daemon, simulator, users):
    simulator.ask(f"mailboxes/{users[1]}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
    daemon.start().scanned()
    assert presence(daemon, users[0]) == "available"
    shown = daemon.json("show", users[1])
    assert shown["presence"] == "unknown"
    assert shown["last_error"]["diagnosis"] == "calendar.no-access"
    assert shown["last_error"]["remedy"]
    assert daemon.json("status")["scan"]["failed"] == 1


def test_a_wrong_password_is_tried_once(daemon, simulator):
    simulator.password.write_text("another password\n")
    daemon.start()
    status = wait_for("the refusal", lambda: (s := daemon.json("status"))["connectors"][0]["last_error"] and s)
    assert status["connectors"][0]["state"] == "refused"
    assert status["connectors"][0]["last_error"]["diagnosis"] == "auth.unauthorized"
    forced = daemon.control("force", check=False)
    assert forced.returncode == 1
    assert "auth.unauthorized" in forced.stderr


def test_the_watch_shows_changes_as_they_happen(daemon, simulator, users):
    daemon.start().scanned()
    environment = dict(os.environ, FREEBUSYD_SOCKET=str(daemon.socket))
    watch = subprocess.Popen(
        [PROGRAMS / "freebusyctl", "watch", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert watch.stderr.readline() == "Watching 5 users\n"
        simulator.book(users[2], moment(-60), moment(600))
        daemon.control("force", users[2])
        change = json.loads(watch.stdout.readline())
        assert (change["user"], change["previous"], change["presence"]) == (users[2], "available", "meeting")
        assert daemon.stop() == 0
        assert watch.wait(timeout=30) == 69
        assert "ended the stream" in watch.stderr.read()
    finally:
        watch.kill()
        watch.communicate()


def test_a_stop_is_clean_and_the_socket_is_for_owner_and_group(daemon):
    daemon.start().scanned()
    assert stat.S_IMODE(daemon.socket.stat().st_mode) == 0o660
    assert stat.S_IMODE((daemon.state / "freebusyd.db").stat().st_mode) == 0o600
    assert daemon.stop() == 0
    assert daemon.log().splitlines()[-1] == "<5>Stopped"
    assert daemon.start().stop(signal.SIGINT) == 0


def test_a_second_daemon_on_the_same_socket_is_refused(daemon, tmp_path, simulator, users):
    daemon.start()
    (tmp_path / "other").mkdir()
    other = Daemon(tmp_path / "other", simulator, users)
    other.config.write_text(other.config.read_text().replace(str(other.socket), str(daemon.socket)))
    other.start(wait=False)
    assert other.process.wait(timeout=30) == 1
    assert "Another freebusyd answers" in other.log()
    assert daemon.answers()


def test_hooks_are_told_after_an_outage_of_theirs_the_newest_state_once(daemon, simulator, users):
    hook = daemon.folder / "hook"
    working = hook.read_text()
    hook.write_text("#!/bin/sh\nexit 7\n")
    daemon.start().scanned()
    booking = simulator.book(users[0], moment(-60), moment(600))
    daemon.control("force", users[0])
    simulator.cancel(users[0], booking)
    daemon.control("force", users[0])
    wait_for("failures", lambda: daemon.json("status")["hooks"][0]["failed"] >= 5)
    assert daemon.events() == []
    hook.write_text(working)
    events = [event for event in daemon.delivered() if event["user"] == users[0]]
    assert [event["presence"] for event in events] == ["available"]
    assert events[0]["previous"] == "unknown"


def test_a_server_that_comes_back_is_read_without_being_asked(tmp_path, users):
    first = Simulator(tmp_path, mailboxes=5)
    port = int(first.base.rsplit(":", 1)[1])
    daemon = Daemon(tmp_path, first, users)
    first.stop()
    daemon.start()
    wait_for("the outage", lambda: daemon.json("status")["state"] == "offline")
    second = Simulator(tmp_path, mailboxes=5, port=port)
    try:
        daemon.scanned()
        assert daemon.json("status")["state"] == "online"
        assert presence(daemon, users[0]) == "available"
        assert daemon.stop() == 0
    finally:
        second.stop()
