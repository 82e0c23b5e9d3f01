"""`freebusyd check`: the way to Exchange step by step, against a server that speaks EWS."""
import contextlib
import http.server
import json
import os
import socket
import subprocess
import threading
import time

import pytest

from conftest import PROGRAMS, Daemon, Simulator, wait_for
from notifying import connector, free_port, known, messages, notified, push, shown
from terminal import COLOURS, run

OF_CONNECTOR = ["configuration", "name", "tcp", "tls", "http", "ews", "schemes", "login", "version", "clock"]
OF_USER = ["mailbox", "calendar", "impersonation", "automatic-reply", "subscription"]


def check(file, *arguments):
    command = [PROGRAMS / "freebusyd", "check", "--config", file, *arguments]
    return subprocess.run(command, env=dict(os.environ, TZ="UTC"), capture_output=True, text=True)


def document(file, *arguments, code=0):
    result = check(file, "--json", *arguments)
    assert (result.returncode, result.stderr) == (code, "")
    report = json.loads(result.stdout)
    counted = {outcome: 0 for outcome in ("passed", "warned", "failed", "skipped")}
    for step in report["steps"]:
        counted[step["outcome"]] += 1
        # What is wrong is explained, and nothing else.
        wrong = step["outcome"] in ("warned", "failed")
        assert all((key in step) == wrong for key in ("diagnosis", "summary", "remedy")), step
    assert {key: report[key] for key in counted} == counted
    return report


def outcomes(report, user=None):
    return [(step["name"], step["outcome"]) for step in report["steps"] if step.get("user") == user]


def wrong(report):
    return [(step["name"], step["diagnosis"]) for step in report["steps"] if step["outcome"] in ("warned", "failed")]


@pytest.fixture
def quiet(tmp_path, simulator, users):
    """A configuration whose daemon does not run."""
    with Daemon(tmp_path, simulator, users[:2], connector='notification = "auto"') as daemon:
        yield daemon


def test_where_all_is_well_every_step_passes_and_nothing_is_left_behind(quiet, simulator):
    report = document(quiet.config)
    assert outcomes(report) == [(name, "passed") for name in OF_CONNECTOR]
    for user in quiet.users:
        assert outcomes(report, user) == [(name, "passed") for name in OF_USER]
    assert simulator.subscriptions() == []
    # All calendars in one request, which was the login too.
    assert simulator.counters()["GetUserAvailabilityRequest"] == 1
    assert not quiet.state.exists() and not quiet.socket.exists()


@pytest.mark.parametrize(("authentication", "refusals"), [("basic", 3), ("auto", 4)])
def test_a_wrong_password_is_sent_once_whatever_connectors_there_are(quiet, simulator, authentication, refusals):
    wrong_password = quiet.folder / "wrong"
    wrong_password.write_text("a wrong password\n")
    wrong_password.chmod(0o600)
    text = quiet.config.read_text().replace(str(simulator.password), str(wrong_password))
    text = text.replace("[[hook]]", f'authentication = "{authentication}"\n\n[[hook]]', 1)
    table = text[text.index("[[connector]]"):text.index("[[hook]]")]
    other = table.replace('"hq"', '"branch"') + 'mail_domains = ["branch.example.com"]\n'
    text = text.replace("[[hook]]", other + "\n[[hook]]", 1).replace("address =", 'connector = "hq"\naddress =')
    quiet.config.write_text(text)
    simulator.reset_counters()
    result = check(quiet.config)
    assert result.returncode == 1
    # Each connector asks once without credentials what the server offers, and with auto the login does so for itself; one
    # of both shows the password.
    assert simulator.counters() == {"unauthorized": refusals}
    assert "auth.unauthorized" in result.stdout
    assert "a wrong password" not in result.stdout + result.stderr
    simulator.reset_counters()
    report = document(quiet.config, code=1)
    assert simulator.counters() == {"unauthorized": refusals}
    assert wrong(report) == [("login", "auth.unauthorized")]
    refused = next(step for step in report["steps"] if step["connector"] == "branch" and step["name"] == "login")
    assert refused["outcome"] == "skipped" and "refused for connector hq" in refused["seen"]
    assert "a wrong password" not in json.dumps(report)


def test_an_unknown_user_fails_alone(quiet, simulator):
    quiet.write_config([*quiet.users, "nobody@example.com"], connector='notification = "auto"')
    report = document(quiet.config, code=1)
    assert wrong(report) == [("mailbox", "mailbox.not-found")]
    assert outcomes(report, "nobody@example.com") == [("mailbox", "failed")] + [(name, "skipped") for name in OF_USER[1:]]
    assert outcomes(report, quiet.users[0]) == [(name, "passed") for name in OF_USER]
    result = check(quiet.config, "--user", "nobody@example.com")
    assert result.returncode == 1
    step = next(step for step in report["steps"] if step["outcome"] == "failed")
    words = " ".join(result.stdout.split())
    assert step["summary"] in words and f"→ {step['remedy']}" in words
    assert check(quiet.config, "--user", quiet.users[0]).returncode == 0


def test_a_user_who_is_not_in_the_file_may_be_asked_for(quiet):
    report = document(quiet.config, "--user", "user0005@example.com")
    assert outcomes(report, "user0005@example.com") == [(name, "passed") for name in OF_USER]


def test_many_users_are_counted_and_not_listed(tmp_path):
    with Simulator(tmp_path, mailboxes=250) as simulator:
        users = [f"user{number:04}@example.com" for number in range(1, 251)]
        users[100] = "nobody@example.com"
        with Daemon(tmp_path, simulator, users) as daemon:
            result = check(daemon.config)
            assert result.returncode == 1
            assert simulator.counters()["GetUserAvailabilityRequest"] == 3
    assert "250 users looked at, something is wrong with 1" in result.stdout
    assert "nobody@example.com" in result.stdout and "user0001@example.com" not in result.stdout
    assert len(result.stdout.splitlines()) < 40


def test_with_push_the_first_call_is_waited_for(tmp_path):
    with Simulator(tmp_path, mailboxes=2) as simulator:
        users = ["user0001@example.com", "user0002@example.com"]
        with Daemon(tmp_path, simulator, users, connector=push(free_port())) as daemon:
            report = document(daemon.config, "--callback-wait", "60")
        for user in users:
            assert outcomes(report, user) == [(name, "passed") for name in [*OF_USER, "callback"]]
        wait_for("the end of the subscriptions", lambda: simulator.subscriptions() == [])


def test_a_callback_that_nobody_reaches_fails_in_its_time(tmp_path):
    with Simulator(tmp_path, mailboxes=1) as simulator:
        keys = push(free_port())
        where = next(line for line in keys.splitlines() if line.startswith("callback_url"))
        keys = keys.replace(where, f'callback_url = "http://127.0.0.1:{free_port()}/ews"')
        with Daemon(tmp_path, simulator, ["user0001@example.com"], connector=keys) as daemon:
            report = document(daemon.config, "--callback-wait", "2", code=1)
    assert wrong(report) == [("callback", "callback.unreachable")]


def test_beside_a_daemon_nothing_of_it_is_disturbed(tmp_path):
    with notified(tmp_path, connector("streaming"), users=3) as (simulator, daemon):
        before, log, presences = known(simulator), daemon.log(), shown(daemon)
        report = document(daemon.config)
        assert report["failed"] == 0
        assert known(simulator) == before
        assert daemon.log() == log
        assert shown(daemon) == presences


def test_a_daemon_that_is_called_keeps_its_port_to_itself(tmp_path):
    with notified(tmp_path, push(free_port()), users=2) as (simulator, daemon):
        before, log = known(simulator), daemon.log()
        report = document(daemon.config)
        for user in daemon.users:
            assert outcomes(report, user)[-2:] == [("subscription", "skipped"), ("callback", "skipped")]
        step = next(step for step in report["steps"] if step["name"] == "subscription")
        assert "in use, by the running daemon" in step["seen"]
        assert known(simulator) == before
        assert daemon.log() == log


def test_a_broken_configuration_is_told_as_steps_to_programs(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[[connector]]\nname = "hq"\nserver = "http://mail.example.com"\nusername = "x"\n')
    report = document(file, code=78)
    assert {step["diagnosis"] for step in report["steps"]} >= {"url.not-https", "config.username-not-email"}
    assert all((step["name"], step["outcome"]) == ("configuration", "failed") for step in report["steps"])
    result = check(file)
    assert (result.returncode, result.stdout) == (78, "")
    assert f"{file}:3:" in result.stderr


def test_without_a_connector_there_is_nothing_to_check(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("")
    assert wrong(document(file, code=1)) == [("configuration", "config.not-set-up")]


@pytest.mark.parametrize(
    "arguments",
    [["--connector", "other"], ["--user", "nobody"], ["--callback-wait", "0"], ["--connector", "hq", "--colour"]],
    ids=" ".join,
)
def test_wrong_usage(quiet, arguments):
    result = check(quiet.config, *arguments)
    assert result.returncode == 64 and result.stderr and not result.stdout


def test_what_stands_at_the_way_is_named(quiet, simulator):
    def with_server(url):
        file = quiet.folder / "other.toml"
        file.write_text(quiet.config.read_text().replace(simulator.url, url))
        return wrong(document(file, code=1))

    assert with_server("https://no-such-host.invalid/EWS/Exchange.asmx") == [("name", "dns.host-not-found")]
    assert with_server(f"https://127.0.0.1:{free_port()}/EWS/Exchange.asmx") == [("tcp", "tcp.unreachable")]
    assert with_server(simulator.url.replace("http:", "https:")) == [("tls", "tls.handshake")]
    assert with_server(f"{simulator.base}/portal/") == [("ews", "http.not-ews")]


def test_a_server_that_only_waits_is_given_up(quiet, simulator):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        text = quiet.config.read_text().replace(simulator.url, f"http://127.0.0.1:{deaf.getsockname()[1]}/EWS/Exchange.asmx")
        quiet.config.write_text(text.replace("[[hook]]", 'request_timeout = "2s"\n\n[[hook]]', 1))
        assert wrong(document(quiet.config, code=1)) == [("http", "server.no-answer")]


def test_a_server_with_another_time_is_a_warning_whatever_else_is_wrong(quiet):
    class Late(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def date_time_string(self, timestamp=None):
            return super().date_time_string(time.time() - 3_600)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Late) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/EWS/Exchange.asmx"
        quiet.config.write_text(quiet.config.read_text().replace(quiet.simulator.url, url))
        report = document(quiet.config, code=1)
        server.shutdown()
    assert wrong(report) == [("login", "auth.unauthorized"), ("clock", "clock.skew")]
    clock = next(step for step in report["steps"] if step["name"] == "clock")
    assert clock["outcome"] == "warned" and "60 min behind" in clock["summary"]


def test_a_person_sees_each_step_in_80_columns_and_a_terminal_its_colours(quiet):
    quiet.write_config([*quiet.users, "nobody@example.com"], connector='notification = "auto"')
    command = [PROGRAMS / "freebusyd", "check", "--config", quiet.config]
    environment = {**os.environ, "TERM": "xterm", "TZ": "UTC"}
    environment.pop("NO_COLOR", None)
    coloured = run(command, environment)
    assert COLOURS.search(coloured)
    assert not COLOURS.search(run(command, {**environment, "NO_COLOR": "1"}))
    plain = check(quiet.config).stdout
    assert all(len(line) <= 80 for line in plain.splitlines())
    assert "\x1b" not in plain


def test_each_step_is_seen_as_soon_as_it_is_taken(quiet):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/EWS/Exchange.asmx"
        quiet.config.write_text(quiet.config.read_text().replace(quiet.simulator.url, url))
        command = [PROGRAMS / "freebusyd", "check", "--config", quiet.config]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            lines = [process.stdout.readline().split()[:2] for _ in range(3)]
            # The server never answers, and the first steps are there.
            assert lines == [["Connector", "hq"], ["configuration", "passed"], ["name", "passed"]]
            assert process.poll() is None
            process.kill()


def test_help_says_what_it_does_to_accounts():
    result = subprocess.run([PROGRAMS / "freebusyd", "check", "--help"], capture_output=True, text=True)
    words = " ".join(result.stdout.split())
    assert "A refused password is not sent again" in words and "Exit codes" in words
