"""Hooks from outside: what they are told when they or users come and go, and what the log says of them."""
import json
import re
import signal

from conftest import wait_for
from test_daemon import moment

WALL = """
[[hook]]
name = "wall"
kind = "exec"
command = ["{}"]
"""


def write_hook(daemon, name, script):
    hook = daemon.folder / name
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)
    return hook


def reload(daemon):
    before = daemon.log().count("Configuration reloaded")
    daemon.send(signal.SIGHUP)
    wait_for("the reload", lambda: daemon.log().count("Configuration reloaded") > before)


def events_in(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def messages(daemon):
    return [re.sub(r"^<\d>", "", line) for line in daemon.log().splitlines()]


def test_a_hook_that_is_added_learns_what_everybody_shows(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    daemon.start().scanned()
    told = {event["user"]: event for event in daemon.delivered()}
    wall_log = daemon.folder / "wall.log"
    wall_log.touch()
    wall = write_hook(daemon, "wall", f"event=$(cat)\nprintf '%s\\n' \"$event\" >> {wall_log}")
    daemon.write_config(users, extra=WALL.format(wall))
    reload(daemon)
    assert len(daemon.delivered()) == len(told)
    events = events_in(wall_log)
    assert [event["user"] for event in sorted(events, key=lambda event: event["user"])] == users
    for event in events:
        first = told[event["user"]]
        assert event["presence"] == first["presence"]
        assert event["previous"] == "unknown"
        assert event["sequence"] == first["sequence"]
        assert event["freshness"] == "fresh"
        assert event["id"] != first["id"]
    assert next(event for event in events if event["user"] == users[0])["presence"] == "meeting"
    # Neither a restart nor a kill makes it new again; a change is told to both.
    daemon.stop(signal.SIGKILL)
    daemon.start().scanned()
    simulator.book(users[1], moment(-600), moment(600))
    daemon.control("force", users[1])
    daemon.delivered()
    assert [event["user"] for event in events_in(wall_log)[len(users) :]] == [users[1]]


def test_a_user_that_is_removed_or_disabled_is_told_a_last_time(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    simulator.book(users[1], moment(-600), moment(600), "OOF")
    daemon.start().scanned()
    before = {event["user"]: event for event in daemon.delivered()}
    daemon.write_config(users[1:])
    text = daemon.config.read_text()
    daemon.config.write_text(
        text.replace(f'address = "{users[1]}"\n', f'address = "{users[1]}"\ncalendar_integration = false\n')
    )
    reload(daemon)
    daemon.delivered()
    for user, shown in [(users[0], "meeting"), (users[1], "away")]:
        last = daemon.events(user)[-1]
        assert (last["presence"], last["previous"], last["reason"]) == ("unknown", shown, "no_data")
        assert last["sequence"] == before[user]["sequence"] + 1
        assert last["extension"] == before[user]["extension"]
        assert last["announcement"] is None
    count = len(daemon.events())
    reload(daemon)
    assert len(daemon.delivered()) == count


def test_the_last_event_of_a_removed_user_survives_an_outage_of_the_hook_and_a_restart(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(600))
    daemon.start().scanned()
    daemon.delivered()
    hook = daemon.folder / "hook"
    working = hook.read_text()
    hook.write_text("#!/bin/sh\nexit 7\n")
    daemon.write_config(users[1:])
    reload(daemon)
    wait_for("a failure", lambda: daemon.json("status")["hooks"][0]["failed"])
    daemon.stop(signal.SIGKILL)
    hook.write_text(working)
    daemon.start()
    daemon.delivered()
    assert [event["presence"] for event in daemon.events(users[0])] == ["meeting", "unknown"]


def test_a_failing_hook_is_told_with_name_user_and_cause_and_its_recovery_once(daemon, simulator, users):
    daemon.write_config(users[:1])
    hook = daemon.folder / "hook"
    working = hook.read_text()
    hook.write_text("#!/bin/sh\necho starting\necho 'cannot reach the phone' >&2\nexit 3\n")
    daemon.start()
    failed = wait_for(
        "the line of the fourth failure",
        lambda: [line for line in messages(daemon) if "4 failures in a row" in line],
    )
    assert f"Hook phone failed for {users[0]}, 4 failures in a row, tried again in " in failed[0]
    assert f"The program {hook} exited with status 3 after writing “cannot reach the phone”." in failed[0]
    assert "Hook phone wrote: cannot reach the phone" in messages(daemon)
    status = daemon.json("status")["hooks"][0]
    assert status["last_error"] == (
        f"hook.exit-status: The program {hook} exited with status 3 after writing “cannot reach the phone”."
    )
    # The first, the second and the fourth: the third is silent.
    assert sum(line.startswith("Hook phone failed for ") for line in messages(daemon)) == 3
    assert messages(daemon).count("Hook phone wrote: cannot reach the phone") == 3
    hook.write_text(working)
    daemon.delivered()
    recovered = [line for line in messages(daemon) if line.startswith("Hook phone delivers again")]
    assert len(recovered) == 1
    assert re.fullmatch(r"Hook phone delivers again after \d failures", recovered[0])


def test_a_flooding_hook_does_not_flood_the_log(daemon, users):
    daemon.write_config(users[:1])
    write_hook(daemon, "hook", "seq 100000\nhead -c 1000000 /dev/zero | tr '\\0' 'x'\nexit 3")
    daemon.start()
    wait_for("the second failure", lambda: "2 failures in a row" in daemon.log())
    lines = messages(daemon)
    wrote = [line for line in lines if line.startswith("Hook phone wrote: ")]
    assert wrote[:6] == [f"Hook phone wrote: {text}" for text in [1, 2, 3, 4, 5, "… 99996 more lines left out"]]
    assert len(wrote) <= 12
    assert max(map(len, lines)) < 2_000


def test_the_command_hooks_tells_how_deliveries_go(daemon, simulator, users):
    daemon.start().scanned()
    daemon.delivered()
    row = daemon.control("hooks").stdout.splitlines()[1].split()
    assert row == ["phone", "exec", "ok", "0", "-", str(len(users)), "0"]
    write_hook(daemon, "hook", "exit 7")
    simulator.book(users[0], moment(-600), moment(600))
    daemon.control("force")
    wait_for("the failure", lambda: daemon.json("hooks")[0]["failed"])
    report = daemon.json("hooks")[0]
    assert (report["queued"], report["delivered"]) == (1, len(users))
    lines = daemon.control("hooks").stdout.splitlines()
    assert lines[1].split()[:4] == ["phone", "exec", "failing", "1"]
    assert "7" in lines[-1] and "phone, last error" in "\n".join(lines)
