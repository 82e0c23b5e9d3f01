"""The programs as an administrator has them: a daemon, a server that speaks EWS, and freebusyctl."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("PROGRAMS", ROOT / ".build/debug"))
# How long something may take that takes milliseconds on an idle machine.
PATIENCE = 60


def wait_for(what, condition, patience=PATIENCE, pause=0.05):
    """Returns what `condition` returns once it is true; fails after so many seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    pytest.fail(f"waited in vain for {what}")


def wait_until_equal(what, left, right, patience=PATIENCE):
    """Waits until `left` and `right` return the same; fails with the last of both."""
    last = ()

    def agree():
        nonlocal last
        last = left(), right()
        return last[0] == last[1]

    try:
        wait_for(what, agree, patience)
    except pytest.fail.Exception as failure:
        pytest.fail(f"{failure.msg}:\n  {last[0]}\nis not\n  {last[1]}")


class Simulator:
    """An EWS server on loopback, without TLS, steered through its control interface."""

    def __init__(self, folder, calendars=None, mailboxes=0, appointments=0, port=0, options=()):
        self.password = folder / "password"
        if not self.password.exists():
            self.password.write_text("a long password\n")
            self.password.chmod(0o600)
        arguments = [PROGRAMS / "exchange-simulator", "--plain", "--port", str(port)]
        arguments += ["--password-file", self.password]
        if calendars:
            arguments += ["--calendars", calendars, "--shift-weeks", "0"]
        if mailboxes:
            arguments += ["--mailboxes", str(mailboxes), "--appointments", str(appointments)]
        arguments += map(str, options)
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = next(word for word in self.process.stdout.readline().split() if word.startswith("http"))
        self.base = self.url.rsplit("/EWS/", 1)[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.base}/_sim/{path}", data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def book(self, user, start, end, busy_type="BUSY"):
        order = {"start": start, "end": end, "busy_type": busy_type}
        return self.ask(f"mailboxes/{user}/appointments", order, "POST")

    def move(self, user, booking, start, end):
        order = {"id": booking["id"], "start": start, "end": end}
        return self.ask(f"mailboxes/{user}/appointments/move", order, "POST")

    def cancel(self, user, booking):
        return self.ask(f"mailboxes/{user}/appointments/cancel", {"id": booking["id"]}, "POST")

    def reply(self, user, **entry):
        return self.ask(f"mailboxes/{user}/automatic-reply", entry, "PUT")

    def counters(self):
        return self.ask("counters")

    def reset_counters(self):
        return self.ask("counters", method="DELETE")

    def subscriptions(self):
        return self.ask("subscriptions")

    def disturb_streams(self, fault):
        """Does so to all open streams: close, drop, cut or silence; returns how many there were."""
        return self.ask("streams", {"do": fault})["streams"]

    def truth(self):
        """The presence of every mailbox by the rules that are the default, read off the calendars as they are now."""
        means = {"busy": "meeting", "oof": "away"}
        shown = {}
        for user, intervals in self.ask("truth?from=%2B0s&until=%2B1s").items():
            found = {means.get(interval["busy_type"].lower()) for interval in intervals}
            shown[user] = "away" if "away" in found else "meeting" if "meeting" in found else "available"
        return shown

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Daemon:
    """freebusyd with a configuration, a state and a log of its own."""

    # So that only what a test asks for is read, unless it is about notifications.
    SILENT = 'notification = "none"'

    def __init__(self, folder, simulator, users, extra="", connector=SILENT):
        self.folder = folder
        self.config = folder / "config.toml"
        self.socket = folder / "control.sock"
        self.state = folder / "state"
        self.hook_log = folder / "hook.log"
        self.log_path = folder / "daemon.log"
        hook = folder / "hook"
        # One process, since there may be hundreds of events; one write for a line, since several hooks run at once.
        hook.write_text(f"#!/bin/sh\nread -r event\nprintf '%s\\n' \"$event\" >> {self.hook_log}\n")
        hook.chmod(0o755)
        self.hook_log.touch()
        self.simulator = simulator
        self.users = sorted(users)
        self.extensions = {}
        self.write_config(users, extra, connector)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def write_config(self, users, extra="", connector=SILENT):
        text = f"""
[service]
state_directory = "{self.state}"
control_socket = "{self.socket}"

[[connector]]
name = "hq"
server = "{self.simulator.url}"
username = "service@example.com"
password_file = "{self.simulator.password}"
{connector}

[[hook]]
name = "phone"
kind = "exec"
command = ["{self.folder / 'hook'}"]
{extra}
"""
        for number, user in enumerate(users):
            # Who was there before keeps his extension, whoever comes and goes.
            extension = self.extensions.setdefault(user, 200 + number)
            text += f'\n[[user]]\naddress = "{user}"\nextension = "{extension}"\n'
        self.config.write_text(text)

    def start(self, wait=True):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([PROGRAMS / "freebusyd", "run", "--config", self.config], stderr=log)
        if wait:
            wait_for("the control socket", self.answers)
        return self

    def answers(self):
        assert self.process.poll() is None, f"the daemon ended:\n{self.log()}"
        return self.control("status", check=False).returncode == 0

    def control(self, *arguments, check=True, **options):
        environment = dict(os.environ, FREEBUSYD_SOCKET=str(self.socket), TZ="UTC")
        result = subprocess.run(
            [PROGRAMS / "freebusyctl", *arguments], env=environment, capture_output=True, text=True, **options
        )
        if check:
            assert result.returncode == 0, f"freebusyctl {arguments}: {result.stderr}\n{self.log()}"
        return result

    def json(self, *arguments):
        return json.loads(self.control(*arguments, "--json").stdout)

    def scanned(self):
        wait_for("the scan", lambda: self.json("status")["scan"]["last_finished_at"])
        return self

    def delivered(self):
        wait_for("the hooks", lambda: all(hook["queued"] == 0 for hook in self.json("status")["hooks"]))
        return self.events()

    def events(self, user=None):
        lines = [line for line in self.hook_log.read_text().splitlines() if line]
        events = [json.loads(line) for line in lines]
        return [event for event in events if user is None or event["user"] == user]

    def log(self):
        return self.log_path.read_text() if self.log_path.exists() else ""

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def database(self):
        return sqlite3.connect(f"file:{self.state / 'freebusyd.db'}?mode=ro", uri=True)


def pytest_terminal_summary(terminalreporter):
    """How many diagnoses were provoked, and which cannot be."""
    named = [report for report in terminalreporter.getreports("passed") if "named_with_its_remedy[" in report.nodeid]
    if named:
        from diagnoses import NOT_HERE

        found = {report.nodeid.split("[", 1)[1].split(":")[0] for report in named}
        terminalreporter.write_line(f"diagnoses: {len(named)} rows for {len(found)} ids passed; not provoked here:")
        for identifier, reason in sorted(NOT_HERE.items()):
            terminalreporter.write_line(f"  {identifier}: {reason}")


@pytest.fixture
def simulator(tmp_path):
    with Simulator(tmp_path, mailboxes=5) as server:
        yield server


@pytest.fixture
def users():
    return [f"user{number:04}@example.com" for number in range(1, 6)]


@pytest.fixture
def daemon(tmp_path, simulator, users):
    with Daemon(tmp_path, simulator, users) as daemon:
        yield daemon
