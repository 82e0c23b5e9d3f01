"""`freebusyctl hooks --resend`: the hooks are told once more what everybody shows."""
import json
import subprocess

import pytest

from conftest import wait_for
from test_access import AS_ROOT, Somebody, open_folder, with_group  # noqa: F401 (a fixture)
from test_completions import SCRIPTS, candidates, environment, require, scripts, shell  # noqa: F401 (a fixture)
from test_daemon import moment
from test_hooks import WALL, events_in, messages, write_hook
from test_metrics import scrape, value


@pytest.fixture
def two_hooks(daemon, simulator, users):
    """Two hooks that have been told what everybody shows, and what the second of them was told."""
    wall_log = daemon.folder / "wall.log"
    wall_log.touch()
    wall = write_hook(daemon, "wall", f"event=$(cat)\nprintf '%s\\n' \"$event\" >> {wall_log}")
    daemon.write_config(users, extra=WALL.format(wall))
    simulator.book(users[0], moment(-600), moment(3_600))
    daemon.start().scanned()
    daemon.delivered()
    return daemon, lambda: events_in(wall_log)


def test_every_hook_is_told_once_more_what_everybody_shows(two_hooks, users):
    daemon, on_the_wall = two_hooks
    first = {event["user"]: event for event in daemon.events()}
    said = daemon.control("hooks", "--resend")
    assert said.stdout.splitlines() == [
        f"{hook} is told once more what 5 users show, 100 a second: in 1 s all is sent." for hook in ("phone", "wall")
    ]
    daemon.delivered()
    for told in (daemon.events(), on_the_wall()):
        assert len(told) == 10
        again = {event["user"]: event for event in told[5:]}
        assert sorted(again) == users
        for user, event in again.items():
            assert event["id"] != first[user]["id"]
            same = ("presence", "sequence", "extension", "reason", "since", "until")
            assert {key: event[key] for key in same} == {key: first[user][key] for key in same}
        assert again[users[0]]["presence"] == "meeting"
    assert [line for line in messages(daemon) if "once more" in line] == [
        f"Hook {hook} is told once more what 5 users show, 100 a second: as asked for" for hook in ("phone", "wall")
    ]


def test_one_hook_is_told_by_its_name_and_json_says_of_how_many_users(two_hooks):
    daemon, on_the_wall = two_hooks
    assert daemon.json("hooks", "--resend", "wall") == {"hooks": [{"name": "wall", "users": 5, "per_second": 100}]}
    daemon.delivered()
    assert (len(daemon.events()), len(on_the_wall())) == (5, 10)
    numbers = scrape(daemon)
    for hook, resends in (("phone", 0), ("wall", 1)):
        assert value(numbers, "freebusyd_hook_resends_total", hook=hook) == resends
        assert value(numbers, "freebusyd_hook_reachable", hook=hook) == 1


def test_what_waits_already_is_not_told_twice(two_hooks, simulator, users):
    daemon, on_the_wall = two_hooks
    hook = daemon.folder / "hook"
    working = hook.read_text()
    hook.write_text("#!/bin/sh\nexit 7\n")
    simulator.book(users[1], moment(-600), moment(600), "OOF")
    daemon.control("force", users[1])
    wait_for("the failure", lambda: daemon.json("hooks")[0]["failed"])
    report = daemon.json("hooks")[0]
    assert (report["state"], report["retry_at"], report["target"]) == ("failing", None, str(hook))
    assert daemon.json("status")["state"] == "degraded"
    hook.write_text(working)
    said = daemon.json("hooks", "--resend", "phone")["hooks"][0]
    assert said["users"] == (4 if daemon.json("hooks")[0]["failed"] else 5)
    daemon.delivered()
    assert sum(event["user"] == users[1] for event in daemon.events()) == 2
    assert daemon.events(users[1])[-1]["presence"] == "away"
    assert daemon.json("hooks")[0]["state"] == "ok"


def test_a_name_that_is_not_known_is_said_with_what_to_do(two_hooks):
    daemon, _ = two_hooks
    result = daemon.control("hooks", "--resend", "Phone/2", check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0] == "freebusyctl: There is no hook Phone/2."
    assert "freebusyctl hooks" in result.stderr.splitlines()[1]
    daemon.delivered()
    assert len(daemon.events()) == 5


def test_a_name_without_the_option_is_a_mistake(tmp_path, daemon):
    result = daemon.control("hooks", "phone", check=False)
    assert result.returncode == 64
    assert "The name of a hook goes with --resend." in result.stderr


@AS_ROOT
def test_who_may_only_read_cannot_have_anything_sent(daemon, open_folder, users):  # noqa: F811
    with_group(daemon, open_folder, "mail")
    daemon.start().scanned()
    daemon.delivered()
    reader, writer = Somebody(open_folder, daemon), Somebody(open_folder, daemon, 8)
    for arguments in ((), ("phone",), ("nobody",)):
        result = reader.control("hooks", "--resend", *arguments)
        assert result.returncode == 1, result.stdout
        assert "members of the group mail" in result.stderr
    assert reader.control("hooks").returncode == 0
    assert len(daemon.events()) == 5
    result = writer.control("hooks", "--resend", "phone", "--json")
    assert json.loads(result.stdout)["hooks"][0]["name"] == "phone", result.stderr
    daemon.delivered()
    assert len(daemon.events()) == 10


def test_names_of_hooks_are_offered(two_hooks):
    daemon, _ = two_hooks
    assert candidates(daemon.socket, "hooks", "--resend", "")[0] == ["phone", "wall"]


@pytest.mark.parametrize(
    "typed,offered", [("freebusyctl hooks --re", "--resend"), ("freebusyctl hooks --resend w", "wall")]
)
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_key_completes_the_option_and_the_name(two_hooks, scripts, name, typed, offered):  # noqa: F811
    daemon, _ = two_hooks
    if name == "fish":
        require(name)
        if offered != "--resend":
            pytest.skip("fish does not tell a script what is being typed")
        script = f"source {scripts(name, 'freebusyctl')}; complete -C '{typed}'"
        asked = subprocess.run(
            ["fish", "--no-config", "-c", script], env=environment(daemon.socket), capture_output=True, text=True
        )
        assert [line.split("\t")[0] for line in asked.stdout.splitlines()] == [offered], asked.stderr
        return
    with shell(name, scripts, daemon.socket) as terminal:
        terminal.output = ""
        terminal.press(typed + "\t")
        terminal.press("\x01echo '<'\x05 '>'\n")
        terminal.wait_for(f"<{typed[:typed.rindex(' ')]} {offered} >")
