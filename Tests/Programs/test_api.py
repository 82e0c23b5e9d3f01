"""The control API as docs/openapi.yaml describes it, and its stream of changes."""
import json
import os
import pathlib
import random
import subprocess
import sys
import threading

import jsonschema_rs
import pytest
import yaml

from api import Events, UnixConnection, ask, connect, listening, write_token
from conftest import ROOT, wait_for
from notifying import free_port, shown
from test_daemon import moment

DESCRIPTION = ROOT / "docs/openapi.yaml"
# How many requests schemathesis makes of each operation when it looks for trouble at random.
EXAMPLES = 30


def paths():
    """The paths of the description, each with its methods."""
    return yaml.safe_load(DESCRIPTION.read_text())["paths"]


def validator(schema):
    """Judges a value by a schema of the description."""
    components = yaml.safe_load(DESCRIPTION.read_text())["components"]
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components}, validate_formats=True
    )


@pytest.fixture
def api(daemon, users, tmp_path):
    """The port of the API over TCP, and a token that may write."""
    port = free_port()
    token, file = write_token(tmp_path, "pbx")
    # Whom the examples speak of is there too.
    daemon.write_config([*users, "anna@example.com"], extra=listening(port, [("pbx", file, "write")]))
    daemon.start().scanned()
    return port, token


def test_everything_that_is_described_holds_when_schemathesis_asks(api, tmp_path):
    port, token = api
    command = [
        pathlib.Path(sys.executable).parent / "schemathesis", "run", DESCRIPTION, "--url", f"http://127.0.0.1:{port}",
        "--header", f"Authorization: Bearer {token}", "--checks", "all", "--max-examples", str(EXAMPLES),
        # It never ends; the tests below ask for it.
        "--exclude-path", "/v1/presence-stream", "--no-color",
        # The same requests in every run.
        "--generation-deterministic", "--seed", "1",
    ]
    environment = dict(os.environ, SCHEMATHESIS_HOOKS="schemathesis_hooks", PYTHONPATH=str(pathlib.Path(__file__).parent))
    # Its notes on what it found go where it is run.
    result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    # It may warn that many of its users do not exist; all operations but the stream were tested.
    operations = sum(len(set(methods) - {"parameters"}) for methods in paths().values())
    assert f"Tested: {operations - 1}\n" in result.stdout


def test_each_path_takes_the_methods_that_are_described_and_says_so(api):
    port, token = api
    described = paths()
    assert len(described) > 5
    for path, methods in described.items():
        expected = {method.upper() for method in methods} - {"PARAMETERS"}
        if "GET" in expected:
            expected.add("HEAD")
        for method in ("PATCH", "PROPFIND"):
            path = path.replace("{user}", "anna@example.com").replace("{connector}", "hq").replace("{hook}", "phone")
            answer = ask(port, path, method, token)
            assert (answer.status, answer.problem) == (405, "wrong-method"), (path, method)
            assert set(answer.headers["Allow"].split(", ")) == expected, path


def test_head_is_get_without_a_body(api):
    port, token = api
    for path in ("/v1/status", "/v1/users", "/v1/hooks", "/v1/users/nobody@example.com", "/v1/nothing"):
        head, get = ask(port, path, "HEAD", token), ask(port, path, "GET", token)
        assert (head.status, head.body) == (get.status, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_each_line_of_force_and_each_event_of_the_stream_is_as_described(api, daemon, simulator, users):
    port, token = api
    simulator.reply(users[1], state="enabled", internal="I am away.", external="I am away.")
    simulator.book(users[0], moment(-60), moment(3_600))
    line = validator("ForceLine")
    with Events(connect(port), token=token) as stream:
        first = stream.until("live")
        assert [name for name, _, _ in first] == ["state", "live"]
        for user in first[0][2]:
            validator("User").validate(user)
        validator("LiveMark").validate(first[1][2])
        assert first[1][2] == {"users": len(users) + 1, "resumed": False}
        lines = ask(port, "/v1/force", "POST", token).body.decode().splitlines()
        changes = [next(stream), next(stream)]
    for name, id, change in changes:
        assert name == "presence" and id
        validator("PresenceChange").validate(change)
    assert {change["user"]: change["presence"] for _, _, change in changes} == {users[0]: "meeting", users[1]: "away"}
    objects = [yaml.safe_load(text) for text in lines]
    for entry in objects:
        line.validate(entry)
    assert {key for entry in objects for key in entry} == {"progress", "changed", "finished"}
    # What is judged so leniently that anything goes would not be judged at all.
    assert not line.is_valid({"finished": {}}) and not validator("LiveMark").is_valid({"users": -1, "resumed": False})


def override(daemon, user, presence):
    daemon.control("override", user, presence)


def test_a_stream_that_is_resumed_has_what_was_missed_and_nothing_twice(daemon, users):
    daemon.start().scanned()
    with Events(UnixConnection(daemon.socket)) as stream:
        stream.until("live")
        override(daemon, users[0], "away")
        _, seen, change = next(stream)
        assert change["presence"] == "away"
    for presence in ("meeting", "available"):
        override(daemon, users[0], presence)
    with Events(UnixConnection(daemon.socket), last_id=seen) as stream:
        name, id, mark = next(stream)
        assert (name, id, mark) == ("live", seen, {"users": 0, "resumed": True})
        assert [next(stream)[2]["presence"] for _ in range(2)] == ["meeting", "available"]
        override(daemon, users[1], "away")
        assert next(stream)[2]["user"] == users[1]


def test_who_shows_an_id_that_is_not_known_gets_the_whole_state(daemon, users):
    daemon.start().scanned()
    with Events(UnixConnection(daemon.socket)) as stream:
        old = stream.until("live")[-1][1]
    assert daemon.stop() == 0
    daemon.start().scanned()
    # Of a former run, of a change that never was, of nobody.
    with Events(UnixConnection(daemon.socket)) as stream:
        run = stream.until("live")[-1][1].rsplit("-", 1)[0]
    for id in (old, f"{run}-99", "3f1c", "", "-", "x" * 5_000):
        with Events(UnixConnection(daemon.socket), last_id=id) as stream:
            events = stream.until("live")
        assert [name for name, _, _ in events] == ["state", "live"], id
        assert events[-1][2] == {"users": len(users), "resumed": False}
        assert {user["address"] for user in events[0][2]} == set(users)


def test_only_the_end_of_the_state_has_an_id(daemon, users):
    """Or who lost the connection in the middle of the state would come back as one who has seen it."""
    daemon.start().scanned()
    with Events(UnixConnection(daemon.socket)) as stream:
        assert [(name, id is not None) for name, id, _ in stream.until("live")] == [("state", False), ("live", True)]


def test_no_change_is_lost_between_connections_nor_between_state_and_changes(daemon, users):
    """Somebody changes presences as fast as can be, while one reader is cut off again and again and resumes, and another
    begins in the middle of it."""
    *busy, marker = users
    daemon.start().scanned()
    pick = random.Random(4711)

    def put(connection, user, presence):
        connection.request("PUT", f"/v1/users/{user}/override", json.dumps({"presence": presence}))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200

    def change():
        connection = UnixConnection(daemon.socket)
        for number in range(150):
            put(connection, pick.choice(busy), ("away", "meeting", "available")[number % 3])
        # Whoever sees this has seen all.
        put(connection, marker, "away")

    def is_end(change):
        return change["user"] == marker

    with Events(UnixConnection(daemon.socket)) as stream:
        last_id = stream.until("live")[-1][1]
    writer = threading.Thread(target=change)
    writer.start()
    changes = []
    late = None
    try:
        while not changes or not is_end(changes[-1]):
            with Events(UnixConnection(daemon.socket), last_id=last_id) as stream:
                name, _, mark = next(stream)
                assert name == "live" and mark["resumed"]
                while len(changes) % 7 < 6 and (not changes or not is_end(changes[-1])):
                    _, last_id, change = next(stream)
                    changes.append(change)
                if not is_end(changes[-1]):
                    _, last_id, change = next(stream)
                    changes.append(change)
            late = late or Events(UnixConnection(daemon.socket))
        *states, _ = late.until("live")
        folded = {user["address"]: user["presence"] for _, _, page in states for user in page}
        for _, _, change in late:
            folded[change["user"]] = change["presence"]
            if is_end(change):
                break
    finally:
        writer.join()
        if late:
            late.__exit__()
    assert folded == shown(daemon)
    assert len({change["id"] for change in changes}) == len(changes) > 50
    for user in busy:
        theirs = [change for change in changes if change["user"] == user]
        numbers = [change["sequence"] for change in theirs]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), user
        assert all(one["presence"] == after["previous"] for one, after in zip(theirs, theirs[1:])), user


def test_hooks_tell_when_they_failed_and_what_waits(daemon, simulator, users):
    (daemon.folder / "hook").write_text("#!/bin/sh\nexit 7\n")
    daemon.start().scanned()

    def hooks():
        connection = UnixConnection(daemon.socket)
        connection.request("GET", "/v1/hooks")
        answer = connection.getresponse()
        assert answer.status == 200
        return yaml.safe_load(answer.read())

    hook = wait_for("a failure", lambda: next((hook for hook in hooks() if hook["failed"]), None))
    assert (hook["name"], hook["kind"], hook["queued"], hook["delivered"]) == ("phone", "exec", len(users), 0)
    assert moment(-60) < hook["last_error_at"] <= moment(0)
    assert "7" in hook["last_error"]
    assert 0 <= hook["oldest_age_seconds"] <= 60
    assert hooks() == [{**hook, **hooks()[0]}] and set(hook) == set(daemon.json("status")["hooks"][0])
    wait_for("the event to age", lambda: hooks()[0]["oldest_age_seconds"] > hook["oldest_age_seconds"])
