"""Overrides from outside: set, told, kept through a restart and a kill, ended by time, appointment or hand."""
import contextlib
import datetime
import json
import re
import signal
import subprocess
import urllib.parse

import pytest

from conftest import PROGRAMS, wait_for
from test_daemon import moment


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def presence(daemon, user):
    return daemon.json("show", user)["presence"]


def last_event(daemon, user):
    return daemon.delivered() and daemon.events(user)[-1]


def test_an_override_is_shown_everywhere_and_the_hook_is_told(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(3_600))
    daemon.start().scanned()
    end = moment(1_800)
    said = daemon.control("override", users[0], "away", "--until", end)
    clock = time_of(end).strftime("%H:%M")
    assert re.fullmatch(rf"{users[0]}: away until (\w{{3}} )?{clock} \(override\)\n", said.stdout)
    assert said.stderr == ""
    listed = next(user for user in daemon.json("users") if user["address"] == users[0])
    assert (listed["presence"], listed["reason"], listed["until"]) == ("away", "override", end)
    detail = daemon.json("show", users[0])
    assert detail["override"] == {"presence": "away", "until": end}
    shown = daemon.control("show", users[0]).stdout
    assert re.search(rf"^away until .*{clock} \(override\), since ", shown, re.MULTILINE)
    assert re.search(rf"^  override away until .*{clock} wins over the rest$", shown, re.MULTILINE)
    told = last_event(daemon, users[0])
    assert (told["previous"], told["presence"], told["reason"], told["until"]) == ("meeting", "away", "override", end)
    assert f"Override of {users[0]}: away until" in daemon.log()
    # At its end the meeting is still on.
    assert daemon.json("show", users[0], "--at", end)["presence"] == "meeting"


def test_json_is_the_detail_of_the_user(daemon, users):
    daemon.start().scanned()
    detail = daemon.json("override", "201", "meeting")
    assert detail["address"] == users[1]
    assert detail["override"] == {"presence": "meeting", "until": None}
    shown = daemon.json("show", users[1])
    assert {key for key in shown if shown[key] != detail[key]} <= {"data_age_seconds", "explanation"}
    assert set(detail) == set(shown)
    assert daemon.json("override", users[1].upper(), "--clear")["override"] is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_override_survives_a_restart_and_ends_in_time_afterwards(daemon, simulator, users, number):
    simulator.book(users[1], moment(-60), moment(600))
    daemon.start().scanned()
    daemon.control("override", users[0], "away")
    daemon.control("override", users[1], "available", "--until", moment(3_600))
    start = moment(8)
    simulator.book(users[0], start, moment(600))
    daemon.control("force", users[0])
    daemon.stop(number)
    daemon.start()
    assert presence(daemon, users[1]) == "available"
    wait_for("the next appointment", lambda: presence(daemon, users[0]) == "meeting")
    daemon.delivered()
    events = unrepeated(daemon.events(users[0]))
    assert [event["presence"] for event in events] == ["available", "away", "meeting"]
    assert events[-1]["since"] == start
    assert daemon.json("show", users[0])["override"] is None
    with contextlib.closing(daemon.database()) as database:
        assert database.execute("SELECT address FROM overrides").fetchall() == [(users[1],)]


def unrepeated(events):
    return list({event["id"]: event for event in events}.values())


def test_what_ended_while_the_daemon_was_down_is_over_at_the_start_without_the_server(daemon, simulator, users):
    daemon.start().scanned()
    daemon.control("override", users[0], "away")
    end = moment(8)
    daemon.control("override", users[1], "away", "--until", end)
    simulator.book(users[0], end, moment(600))
    daemon.control("force", users[0])
    daemon.stop(signal.SIGKILL)
    simulator.stop()
    over = moment(9)
    wait_for("the end", lambda: moment(0) >= over)
    daemon.start()
    assert presence(daemon, users[0]) == "meeting"
    assert presence(daemon, users[1]) == "available"
    assert last_event(daemon, users[1])["presence"] == "available"


def test_a_booking_ends_it_earlier_and_a_cancelled_one_leaves_it(daemon, simulator, users):
    daemon.start().scanned()
    late = simulator.book(users[0], moment(3_000), moment(3_600))
    daemon.control("force", users[0])
    assert "until the next appointment" in daemon.control("override", users[1], "away").stdout
    daemon.control("override", users[0], "away")
    booked = moment(1_200)
    early = simulator.book(users[0], booked, moment(1_800))
    daemon.control("force", users[0])
    assert daemon.json("show", users[0])["override"]["until"] == booked
    simulator.cancel(users[0], early)
    simulator.cancel(users[0], late)
    daemon.control("force", users[0])
    assert daemon.json("show", users[0])["override"] == {"presence": "away", "until": None}
    daemon.delivered()
    assert [event["presence"] for event in daemon.events(users[0])] == ["available", "away"]


def test_clear_gives_way_to_the_calendar_and_may_be_repeated(daemon, simulator, users):
    simulator.book(users[0], moment(-600), moment(3_600))
    daemon.start().scanned()
    daemon.control("override", users[0], "available")
    assert presence(daemon, users[0]) == "available"
    cleared = daemon.control("override", users[0], "--clear").stdout
    assert re.fullmatch(rf"{users[0]}: meeting until .* \(appointment\)\n", cleared)
    assert daemon.control("override", users[0], "--clear").stdout == cleared
    assert last_event(daemon, users[0])["presence"] == "meeting"


def test_an_override_needs_no_reading(daemon, simulator, users):
    simulator.stop()
    daemon.start()
    assert daemon.control("override", users[0], "away").stdout == (
        f"{users[0]}: away (override until the next appointment)\n"
    )
    assert last_event(daemon, users[0])["previous"] == "unknown"


def test_wrong_usage_is_64(daemon, users):
    daemon.start()
    for words in (
        (),
        (users[0],),
        (users[0], "busy"),
        (users[0], "unknown"),
        (users[0], "away", "--clear"),
        (users[0], "--clear", "--until", "2030-01-01T00:00:00Z"),
        (users[0], "away", "--until", "soon"),
        (users[0], "away", "--until", ""),
        (users[0], "away", users[1]),
    ):
        assert daemon.control("override", *words, check=False).returncode == 64, words
    assert daemon.json("show", users[0])["override"] is None


def test_what_cannot_be_is_1_and_changes_nothing(daemon, users):
    daemon.write_config(users)
    text = daemon.config.read_text()
    daemon.config.write_text(
        text.replace(f'address = "{users[4]}"\n', f'address = "{users[4]}"\ncalendar_integration = false\n')
    )
    daemon.start().scanned()
    for user, words in (("nobody@example.com", "no user nobody@example.com"), ("999", "no user 999")):
        for rest in (("away",), ("--clear",)):
            result = daemon.control("override", user, *rest, check=False)
            assert (result.returncode, result.stdout) == (1, "")
            assert words in result.stderr
    disabled = daemon.control("override", users[4], "away", check=False)
    assert disabled.returncode == 1
    assert "switched off" in disabled.stderr
    for end, words in ((moment(-1), "has passed"), (moment(367 * 86_400), "more than a year")):
        result = daemon.control("override", users[0], "away", "--until", end, check=False)
        assert result.returncode == 1
        assert words in result.stderr and end in result.stderr
    assert all(user["reason"] != "override" for user in daemon.json("users"))
    daemon.control("override", users[0], "away", "--until", moment(365 * 86_400))


def test_the_socket_takes_json_and_answers_problems(daemon, users):
    daemon.start().scanned()

    def curl(method, body=None, user=users[0], query=""):
        command = ["curl", "-s", "-i", "--unix-socket", daemon.socket, "-X", method]
        command += [] if body is None else ["-d", body]
        url = f"http://localhost/v1/users/{urllib.parse.quote(user)}/override{query}"
        head, _, answer = subprocess.run([*command, url], capture_output=True, text=True).stdout.partition("\n\n")
        return int(head.split()[1]), head.lower(), json.loads(answer) if answer else None

    until = moment(3_600)
    status, _, detail = curl("PUT", json.dumps({"presence": "meeting", "until": until}))
    assert (status, detail["presence"], detail["override"]["until"]) == (200, "meeting", until)
    assert curl("PUT", '{"presence": "away"}')[2]["override"] == {"presence": "away", "until": None}
    bad = [
        "", "{broken", "[]", "{}", '{"presence": "unknown"}', '{"presence": "busy"}', '{"presence": 1}',
        '{"presence": "away", "until": "soon"}', '{"presence": "away", "until": 12}',
        json.dumps({"presence": "away" + " " * 5_000}),
    ]
    for body in bad:
        status, head, problem = curl("PUT", body)
        assert status == 400 and "application/problem+json" in head, body
        assert problem["type"].endswith(":bad-body"), body
    assert curl("PUT", json.dumps({"presence": "away", "until": moment(0)}))[2]["type"].endswith(":past-time")
    assert curl("PUT", json.dumps({"presence": "away", "until": moment(367 * 86_400)}))[2]["type"].endswith(":far-time")
    assert curl("PUT", '{"presence": "away"}', "nobody@example.com")[0] == 404
    assert curl("PUT", '{"presence": "away"}', query="?zone=Nowhere")[2]["type"].endswith(":bad-zone")
    for method in ("GET", "POST", "PATCH"):
        status, head, _ = curl(method)
        assert status == 405 and re.search(r"^allow: delete, put\r?$", head, re.MULTILINE), method
    # Whatever was refused, the last that was taken holds.
    assert daemon.json("show", users[0])["override"] == {"presence": "away", "until": None}
    assert curl("DELETE")[2]["override"] is None


def test_watchers_see_it_come_and_go(daemon, users):
    daemon.start().scanned()
    daemon.delivered()
    command = [PROGRAMS / "freebusyctl", "--socket", daemon.socket, "watch", "--json"]
    watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "Watching" in watch.stderr.readline()
        daemon.control("override", users[0], "away")
        daemon.control("override", users[0], "--clear")
        changes = [json.loads(watch.stdout.readline()) for _ in range(2)]
        assert [(change["presence"], change["reason"]) for change in changes] == [
            ("away", "override"), ("available", "none"),
        ]
    finally:
        watch.kill()
        watch.wait()
