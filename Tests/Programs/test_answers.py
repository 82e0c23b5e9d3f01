"""freebusyctl before a daemon that answers as written here: what is said of an answer, whatever daemon gives it."""
import contextlib
import json
import os
import socket
import subprocess
import threading

from conftest import PROGRAMS


@contextlib.contextmanager
def answering(folder, body, status="200 OK", kind="application/json"):
    """A control socket that gives whoever connects this answer; yields its path and what was asked."""
    path, asked = folder / "canned.sock", []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(65536).decode())
                    text = json.dumps(body).encode()
                    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\n\r\n"
                    connection.sendall(head.encode() + text)

    thread = threading.Thread(target=serve)
    thread.start()
    yield path, asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def control(path, *arguments):
    environment = dict(os.environ, FREEBUSYD_SOCKET=str(path), TZ="UTC")
    return subprocess.run([PROGRAMS / "freebusyctl", *arguments], env=environment, capture_output=True, text=True)


HOOKS = [
    {
        "name": "phone", "kind": "exec", "target": "/bin/tell", "state": "failing", "retry_at": None,
        "queued": 3, "delivered": 41, "failed": 7,
        "last_error": "It ended with status 7.", "last_error_at": "2025-11-24T09:29:00Z",
        "oldest_age_seconds": 300,
    },
    {
        "name": "board", "kind": "webhook", "target": "", "state": "ok", "retry_at": None,
        "queued": 0, "delivered": 44, "failed": 0, "last_error": None, "last_error_at": None, "oldest_age_seconds": None,
    },
]


def test_hooks_are_a_table_and_what_was_seen(tmp_path):
    with answering(tmp_path, HOOKS) as (path, asked):
        result = control(path, "hooks")
    assert asked[0].startswith("GET /v1/hooks HTTP/1.1\r\n")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["HOOK", "KIND", "STATE", "WAITING", "FOR", "DELIVERED", "FAILED"]
    assert lines[1].split()[:4] == ["phone", "exec", "failing", "3"]
    assert lines[2].split() == ["board", "webhook", "ok", "0", "-", "44", "0"]
    assert lines[3:] == ["", "phone tells /bin/tell", "phone, last error 2025-11-24 09:29: It ended with status 7."]


def test_hooks_as_json_are_what_the_daemon_says(tmp_path):
    with answering(tmp_path, HOOKS) as (path, _):
        assert json.loads(control(path, "hooks", "--json").stdout) == HOOKS


def test_who_may_not_switch_is_told_why_and_what_to_do(tmp_path):
    problem = {
        "type": "urn:freebusyd:problem:forbidden", "title": "Forbidden", "status": 403,
        "detail": "The user guest may look, not change.", "remedy": "Run this as root.",
    }
    with answering(tmp_path, problem, "403 Forbidden", "application/problem+json") as (path, asked):
        result = control(path, "disable", "anna+test@example.com")
    assert asked[0].startswith("PUT /v1/users/anna%2Btest@example.com/enabled HTTP/1.1\r\n")
    assert asked[0].endswith('{"enabled":false}')
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "freebusyctl: The user guest may look, not change.\nRun this as root.\n"
