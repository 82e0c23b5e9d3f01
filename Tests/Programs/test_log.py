"""The event log: what the service said, from the outside."""
import contextlib
import datetime
import json
import re
import socket
import sqlite3
import subprocess
import time

import pytest

from conftest import PROGRAMS, Daemon, Simulator, wait_for


def entries(daemon, *arguments):
    return daemon.json("log", "--lines", "10000", *arguments)


def get(daemon, path):
    """The answer of the control socket: status, media type, body."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as connection:
        connection.connect(str(daemon.socket))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        plain = b""
        while body:
            size, _, body = body.partition(b"\r\n")
            plain, body = plain + body[: int(size, 16)], body[int(size, 16) + 2 :]
        body = plain
    kind = re.search(rb"(?im)^content-type: *([^\r;]+)", head).group(1).decode()
    return int(head.split()[1]), kind, json.loads(body)


def times():
    now = datetime.datetime.now(datetime.timezone.utc)
    return [f"{now + datetime.timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}" for hours in (-1, 1)]


@contextlib.contextmanager
def following(daemon, *arguments):
    """Lines of `freebusyctl log --follow --json` as they come."""
    arguments = [PROGRAMS / "freebusyctl", "log", "--follow", "--json", "--socket", daemon.socket, *arguments]
    program = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield program
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
        program.stderr.close()


def next_entry(program, text):
    """The next entry that holds `text`; pytest's own time limit ends a wait in vain."""
    for line in program.stdout:
        entry = json.loads(line)
        if text in entry["message"]:
            return entry
    pytest.fail(f"the log ended without {text}: {program.stderr.read()}")


def test_the_start_is_told_in_its_order(daemon):
    daemon.start().scanned()
    messages = [entry["message"] for entry in entries(daemon)]
    wanted = ["EWS is starting", "EWS URL: http", "Scanning the next 7 days of: 5 users"]
    wanted += ["Connected to Exchange through EWS (v15.", "Reading automatic-reply settings of: 5 users"]
    wanted += ["Scan finished: 5 users in "]
    places = [next(i for i, message in enumerate(messages) if message.startswith(text)) for text in wanted]
    assert places == sorted(places)


def test_a_change_is_seen_by_who_follows_and_by_who_asks(daemon, users):
    daemon.start().scanned()
    with following(daemon, "--lines", "1", "--user", "203") as program:
        daemon.simulator.book(users[3], *times())
        daemon.control("force", users[3])
        entry = next_entry(program, f"Presence of {users[3]}: available -> meeting until ")
    assert (entry["user"], entry["event"], entry["level"]) == (users[3], "presence-changed", "info")
    assert entry in entries(daemon)
    assert entries(daemon, "--user", users[3].upper())[-1] == entry
    assert entry not in entries(daemon, "--user", users[1])
    assert entry not in entries(daemon, "--level", "notice")


def test_it_survives_a_restart_and_a_reader_goes_on_where_it_was(daemon):
    daemon.start().scanned()
    first = entries(daemon)
    assert daemon.stop() == 0
    daemon.start().scanned()
    both = entries(daemon)
    assert both[: len(first)] == first
    numbers = [entry["number"] for entry in both]
    assert numbers == list(range(1, len(both) + 1))
    later = get(daemon, f"/v1/log?after={first[-1]['number']}&limit=10000")[2]
    assert [entry["message"] for entry in later][:1] != ["EWS is starting"], "the stop comes first"
    stop = [entry["event"] for entry in later if entry["event"] in ("stopping", "stopped", "integration-starting")]
    assert stop == ["stopping", "stopped", "integration-starting"]
    assert entries(daemon)[: len(both)] == both


def test_who_follows_gets_all_up_to_the_stop(daemon):
    daemon.start().scanned()
    with following(daemon) as program:
        next_entry(program, "Scan finished")
        assert daemon.stop() == 0
        next_entry(program, "Stopping")
        assert program.wait() == 69
        assert "ended the stream" in program.stderr.read()


def test_the_ring_is_bounded(daemon):
    daemon.start().scanned()
    assert daemon.stop() == 0
    with contextlib.closing(sqlite3.connect(daemon.state / "freebusyd.db")) as database:
        row = (int(time.time()), 6, "filler")
        database.executemany("INSERT INTO log_entry (at, priority, message) VALUES (?, ?, ?)", [row] * 10_000)
        database.commit()
    daemon.start().scanned()
    wait_for("the last entry", lambda: any(e["event"] == "scan-finished" for e in entries(daemon, "--level", "notice")))
    with contextlib.closing(daemon.database()) as database:
        count, first, last = database.execute("SELECT count(*), min(number), max(number) FROM log").fetchone()
    assert count == 10_000
    assert last - first == 9_999
    assert len(entries(daemon)) == 10_000


def test_what_makes_no_sense_is_a_problem(daemon):
    daemon.start()
    queries = ["limit=0", "limit=10001", "limit=x", "after=-1", "after=x", "level=debug", "level=", "follow=perhaps"]
    for query in queries:
        status, kind, problem = get(daemon, f"/v1/log?{query}")
        assert (status, kind) == (400, "application/problem+json"), query
        assert problem["type"] == "urn:freebusyd:problem:bad-parameter"
        assert query.split("=")[0] in problem["detail"] and problem["remedy"]
    assert get(daemon, "/v1/log?user=299")[2]["type"].endswith("unknown-user")
    assert get(daemon, "/v1/log?user=gone@example.com")[2] == []
    for arguments in (["--lines", "0"], ["--level", "loud"]):
        assert daemon.control("log", *arguments, check=False).returncode == 64


def test_lines_fit_a_terminal(daemon, users):
    daemon.simulator.ask(f"mailboxes/{users[1]}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
    daemon.start().scanned()
    wait_for("the failure", lambda: entries(daemon, "--diagnosis", "calendar.no-access"))
    lines = daemon.control("log").stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    begins = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d  \S| {17}\S")
    assert all(begins.match(line) for line in lines), lines
    assert any(f"  warning: Cannot read {users[1]}: " in line for line in lines)


def test_what_is_said_over_and_over_is_counted(tmp_path):
    with Simulator(tmp_path, mailboxes=16) as simulator:
        users = [f"user{number:04}@example.com" for number in range(1, 17)]
        for user in users:
            simulator.ask(f"mailboxes/{user}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
        with Daemon(tmp_path, simulator, users) as daemon:
            daemon.start().scanned()
            told = lambda: entries(daemon, "--diagnosis", "calendar.no-access")
            wait_for("the failures", lambda: len(told()) == 10)
            assert daemon.stop() == 0
            daemon.start()
            last = [e for e in told() if "repeated" in e["fields"]][0]
            assert re.match(r"Said \d+ times more in the last \d+ s: Cannot read user", last["message"])
            assert int(last["fields"]["repeated"]) >= 6
            # The same stands on standard error.
            assert daemon.log().count(f"<4>{last['message']}") == 1


def test_no_secret_gets_into_it(daemon, users):
    secret = daemon.simulator.password.read_text().strip()
    order = dict(zip(("start", "end"), times()), busy_type="BUSY", subject="A merger that nobody knows of")
    daemon.simulator.ask(f"mailboxes/{users[0]}/appointments", order, "POST")
    daemon.config.write_text(daemon.config.read_text().replace("[service]", '[service]\nlog_level = "trace"'))
    daemon.start().scanned()
    wrong = daemon.folder / "wrong"
    wrong.write_text("another secret\n")
    wrong.chmod(0o600)
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace(str(daemon.simulator.password), str(wrong)))
    daemon.send(1)
    wait_for("the refusal", lambda: entries(daemon, "--diagnosis", "auth.unauthorized"))
    said = json.dumps(entries(daemon)) + daemon.log() + daemon.control("log", "--lines", "10000").stdout
    assert daemon.stop() == 0
    with contextlib.closing(daemon.database()) as database:
        said += "\n".join(str(row) for row in database.execute("SELECT * FROM log_entry"))
    assert f"Presence of {users[0]}" in said
    for word in (secret, "another secret", "merger", "Authorization", "Basic "):
        assert word not in said, word
