"""What systemd sees: notifications on $NOTIFY_SOCKET, the watchdog, credentials, and the journal."""
import contextlib
import fcntl
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import tempfile

import pytest

from conftest import PATIENCE, PROGRAMS, wait_for
from test_catalog import identities

JOURNAL = pathlib.Path("/run/systemd/journal/socket")


def messages(receiver):
    """Everything that has arrived, as a list of datagrams."""
    received = []
    while True:
        try:
            received.append(receiver.recv(1 << 20))
        except BlockingIOError:
            return received


@pytest.fixture
def notifications(tmp_path):
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(str(tmp_path / "notify"))
    receiver.setblocking(False)
    yield receiver
    receiver.close()


def start(daemon, tmp_path, **environment):
    with open(daemon.log_path, "ab") as log:
        daemon.process = subprocess.Popen(
            [PROGRAMS / "freebusyd", "run", "--config", daemon.config],
            stderr=log,
            env=dict(os.environ, **environment),
        )
    wait_for("the control socket", daemon.answers)


def test_readiness_the_watchdog_and_the_stop_are_told(daemon, tmp_path, notifications):
    start(daemon, tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"))
    daemon.scanned()
    seen = []

    def told(text):
        seen.extend(messages(notifications))
        return sum(text in message for message in seen)

    wait_for("READY", lambda: told(b"READY=1\nSTATUS=") == 1)
    wait_for("the watchdog", lambda: told(b"WATCHDOG=1"))
    daemon.send(signal.SIGHUP)
    wait_for("RELOADING", lambda: told(b"RELOADING=1\nMONOTONIC_USEC=") == 1)
    wait_for("READY again", lambda: told(b"READY=1\nSTATUS=Running with the reloaded configuration") == 1)
    daemon.config.write_text(daemon.config.read_text() + "\n[nonsense]\n")
    daemon.send(signal.SIGHUP)
    wait_for("the refusal", lambda: told(b"READY=1\nSTATUS=Running with the old configuration") == 1)
    assert daemon.stop() == 0
    assert told(b"STOPPING=1") == 1


def test_state_and_password_come_from_systemd(daemon, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "exchange-password").write_bytes(daemon.simulator.password.read_bytes())
    state = tmp_path / "systemd-state"
    text = daemon.config.read_text()
    text = text.replace(f'state_directory = "{daemon.state}"\n', "")
    text = text.replace(f'password_file = "{daemon.simulator.password}"', 'password_credential = "exchange-password"')
    daemon.config.write_text(text)
    start(daemon, tmp_path, CREDENTIALS_DIRECTORY=str(credentials), STATE_DIRECTORY=str(state))
    daemon.scanned()
    assert (state / "freebusyd.db").exists()


def test_a_credential_that_is_not_there_is_told(daemon, tmp_path):
    text = daemon.config.read_text()
    daemon.config.write_text(
        text.replace(f'password_file = "{daemon.simulator.password}"', 'password_credential = "exchange-password"')
    )
    daemon.start(wait=False)
    assert daemon.process.wait(timeout=PATIENCE) == 78
    assert re.search(r"config\.toml:\d+:\d+: password_credential: .*no credentials were handed over", daemon.log())


needs_the_journal = pytest.mark.skipif(
    JOURNAL.exists() or os.geteuid() != 0, reason="needs the journal's socket for itself, as root"
)


@pytest.fixture
def journal():
    """The journal's socket; one test at a time has it, also of those that run beside this one."""
    with open(pathlib.Path(tempfile.gettempdir()) / "freebusyd-journal.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        JOURNAL.parent.mkdir(parents=True, exist_ok=True)
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        receiver.bind(str(JOURNAL))
        receiver.setblocking(False)
        try:
            yield receiver
        finally:
            receiver.close()
            JOURNAL.unlink()


@contextlib.contextmanager
def logging_to_the_journal(daemon):
    """Runs the daemon with the journal as its standard error, where nothing arrives beside the entries."""
    stream, other = socket.socketpair()
    identity = os.fstat(stream.fileno())
    daemon.process = subprocess.Popen(
        [PROGRAMS / "freebusyd", "run", "--config", daemon.config],
        stderr=stream,
        env=dict(os.environ, JOURNAL_STREAM=f"{identity.st_dev}:{identity.st_ino}"),
    )
    stream.close()
    with other:
        yield
        assert other.recv(1 << 16) == b"", "nothing goes to standard error beside the journal"


@needs_the_journal
def test_the_journal_gets_fields(daemon, users, journal):
    daemon.simulator.ask(f"mailboxes/{users[1]}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
    with logging_to_the_journal(daemon):
        wait_for("the control socket", daemon.answers)
        daemon.scanned()
        assert daemon.stop() == 0
    entries = [fields(message) for message in messages(journal)]
    assert {"MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER"} <= set(entries[0])
    failed = next(entry for entry in entries if entry.get("FREEBUSYD_DIAGNOSIS") == "calendar.no-access")
    assert failed["FREEBUSYD_USER"] == users[1]
    assert failed["FREEBUSYD_CONNECTOR"] == "hq"
    assert failed["PRIORITY"] == "4"
    known = identities()
    assert failed["MESSAGE_ID"] == known["calendar.no-access"]
    events = {entry["FREEBUSYD_EVENT"]: entry["MESSAGE_ID"] for entry in entries if "FREEBUSYD_EVENT" in entry}
    assert {"connected", "scan-finished", "stopping", "stopped"} <= set(events)
    assert events == {event: known[event] for event in events}
    assert all("MESSAGE_ID" in entry for entry in entries), "every line of the daemon can be explained"


@needs_the_journal
def test_what_keeps_it_from_starting_is_in_the_journal_once(daemon, journal):
    daemon.config.write_text(daemon.config.read_text() + "\n[nonsense]\n")
    with logging_to_the_journal(daemon):
        assert daemon.process.wait(timeout=PATIENCE) == 78
    (entry,) = [fields(message) for message in messages(journal)]
    assert entry["MESSAGE"].startswith(entry["FREEBUSYD_PLACE"] + ": ")
    assert entry["FREEBUSYD_DIAGNOSIS"] == "config.invalid"
    assert entry["MESSAGE_ID"] == identities()["config.invalid"]


def fields(message):
    """The fields of a datagram of the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL)."""
    found = {}
    while message:
        line, _, message = message.partition(b"\n")
        if b"=" in line:
            name, _, value = line.partition(b"=")
        else:
            (length,) = struct.unpack("<Q", message[:8])
            name, value, message = line, message[8 : 8 + length], message[9 + length :]
        found[name.decode()] = value.decode()
    return found
