"""freebusyctl and freebusyd as programs: help, exit codes, messages, tables."""
import datetime
import os
import re
import subprocess

from conftest import PROGRAMS, wait_for


def run(program, *arguments, **environment):
    return subprocess.run(
        [PROGRAMS / program, *map(str, arguments)],
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
    )


def test_a_daemon_that_does_not_run_is_69_and_says_how_to_look(tmp_path):
    result = run("freebusyctl", "--socket", tmp_path / "none.sock", "status")
    assert result.returncode == 69
    assert "systemctl status freebusyd" in result.stderr
    assert result.stdout == ""


def test_an_empty_socket_counts_as_unset_and_a_long_one_is_64_with_the_numbers(tmp_path):
    socket = tmp_path / "none.sock"
    assert str(socket) in run("freebusyctl", "--socket", "", "status", FREEBUSYD_SOCKET=str(socket)).stderr
    assert "/run/freebusyd/control.sock" in run("freebusyctl", "status", FREEBUSYD_SOCKET="").stderr
    long = "/" + "x" * 107
    for result in (run("freebusyctl", "status", "--socket", long), run("freebusyctl", "status", FREEBUSYD_SOCKET=long)):
        assert result.returncode == 64
        assert "108 bytes" in result.stderr and "107" in result.stderr


def test_what_is_no_socket_is_told(tmp_path):
    file = tmp_path / "file"
    file.touch()
    result = run("freebusyctl", "status", "--socket", file)
    assert result.returncode == 69
    assert "not a socket" in result.stderr


def test_wrong_usage_is_64():
    assert run("freebusyctl", "no-such-command").returncode == 64
    assert run("freebusyctl", "show").returncode == 64
    assert run("freebusyd", "--no-such-option").returncode == 64


def test_help_and_version():
    for program, words in (("freebusyctl", ("status", "users", "show", "force", "watch")), ("freebusyd", ("run",))):
        help_text = run(program, "--help")
        assert help_text.returncode == 0
        assert all(word in help_text.stdout for word in words)
        assert re.fullmatch(r"\d+\.\d+\.\d+", run(program, "--version").stdout.strip())


def test_every_mistake_of_a_configuration_is_told_with_its_place_and_is_78(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(
        "[scan]\nlookahead_days = 99\nintervall = \"7d\"\n\n[[hook]]\nname = \"phone\"\nkind = \"exek\"\n"
    )
    for arguments in (("run",), ("check-config",), ()):
        result = run("freebusyd", *arguments, "--config", config)
        assert result.returncode == 78
        places = re.findall(rf"^{re.escape(str(config))}:(\d+):(\d+): ", result.stderr, re.MULTILINE)
        assert [int(line) for line, _ in places][:3] == [2, 3, 5] or [int(line) for line, _ in places][:3] == [2, 3, 7]
        assert "interval" in result.stderr
        assert "exec" in result.stderr


def test_a_configuration_that_is_not_there_is_78(tmp_path):
    result = run("freebusyd", "check-config", "--config", tmp_path / "none.toml")
    assert result.returncode == 78
    assert "none.toml:1:1: " in result.stderr


def test_check_config_tells_what_a_good_file_means_without_secrets(daemon):
    result = run("freebusyd", "check-config", "--config", daemon.config)
    assert result.returncode == 0, result.stderr
    assert "hq" in result.stdout and "5" in result.stdout
    assert "a long password" not in result.stdout


def test_an_unknown_user_is_1_and_named(daemon):
    daemon.start()
    result = daemon.control("show", "nobody@example.com", check=False)
    assert result.returncode == 1
    assert "nobody@example.com" in result.stderr
    assert daemon.control("force", "999", check=False).returncode == 1


def test_a_time_that_is_none_is_told(daemon, users):
    for text in ("tomorrow", "2026-02-30 09:00", "12026-11-23T09:00:00Z"):
        result = daemon.control("show", users[0], "--at", text, check=False)
        assert result.returncode == 64
        assert text in result.stderr and "2026-11-23 09:00" in result.stderr


def test_times_are_told_in_the_zone_of_who_asks(daemon, simulator, users):
    tomorrow = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)
    simulator.book(users[0], f"{tomorrow}T09:00:00Z", f"{tomorrow}T10:00:00Z")
    daemon.start().scanned()
    # Ten hours ahead all year round.
    arguments = ("--socket", daemon.socket, "show", users[0], "--at", f"{tomorrow} 19:30")
    printed = run("freebusyctl", *arguments, TZ="Australia/Brisbane").stdout
    assert re.search(r"^At (\w{3} )?19:30: meeting until (\w{3} )?20:00 \(appointment\)", printed, re.MULTILINE)
    assert re.search(r"^  busy (\w{3} )?19:00–20:00, read .* ago from hq → meeting$", printed, re.MULTILINE)


def test_what_cannot_be_printed_is_1(daemon):
    daemon.start()
    for arguments in (("status",), ("users",), ("status", "--json")):
        with open("/dev/full", "w") as full:
            command = [PROGRAMS / "freebusyctl", "--socket", daemon.socket, *arguments]
            result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
        assert result.returncode == 1, arguments
        assert "standard output" in result.stderr


def test_force_ends_with_a_summary_and_says_why_a_user_failed(daemon, simulator, users):
    daemon.start().scanned()
    assert re.fullmatch(r"Read 5 users in .*: nothing changed\.", daemon.control("force").stdout.strip())
    simulator.ask(f"mailboxes/{users[1]}/failure", {"response_code": "ErrorAccessDenied"}, "PUT")
    forced = daemon.control("force", check=False)
    assert forced.returncode == 1
    assert forced.stdout == "4 read, 1 failed.\n"
    assert forced.stderr.startswith(f"freebusyctl: could not read {users[1]}: calendar.no-access;")


def test_tables_fit_eighty_columns(daemon, users):
    daemon.start().scanned()
    for command in (("status",), ("users",), ("show", users[0])):
        printed = daemon.control(*command).stdout
        assert printed
        assert max(map(len, printed.splitlines())) <= 80, command


def test_users_of_a_connector_that_is_away_are_told_so(daemon, simulator, users):
    simulator.stop()
    daemon.start()
    wait_for("the outage", lambda: daemon.json("status")["connectors"][0]["next_try_at"])
    assert "waiting for connector hq" in daemon.control("status").stdout
    shown = daemon.control("show", users[0]).stdout
    assert "The connector hq is offline" in shown and "tcp.unreachable" in shown


def test_the_keys_of_machine_output_are_those_of_the_interface(daemon, users):
    daemon.start().scanned()
    status = daemon.json("status")
    assert set(status) >= {"version", "state", "started_at", "users", "connectors", "scan", "hooks"}
    assert set(status["users"]) >= {"total", "enabled", "available", "meeting", "away", "unknown", "stale"}
    assert set(status["connectors"][0]) >= {
        "name", "enabled", "state", "ews_url", "server_version", "server_product", "notification", "subscriptions",
        "last_error",
    }
    assert set(status["scan"]) >= {"last_started_at", "last_finished_at", "next_at", "mailboxes", "failed"}
    assert set(status["hooks"][0]) >= {"name", "kind", "queued", "delivered", "failed", "last_error"}
    keys = {
        "address", "extension", "display_name", "enabled", "connector", "presence", "since", "until", "reason",
        "freshness", "data_age_seconds",
    }
    assert set(daemon.json("users")[0]) >= keys
    detail = daemon.json("show", users[0])
    assert set(detail) >= keys | {
        "appointments", "automatic_reply", "override", "explanation", "covered_until", "last_error",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", detail["covered_until"])
    assert status["state"] == "online"
    assert re.fullmatch(r"15\.02\.\d{4}\.\d{4}", status["connectors"][0]["server_version"])


def test_the_socket_answers_problem_documents(daemon):
    daemon.start()

    def curl(path, *arguments):
        command = ["curl", "-s", "--unix-socket", daemon.socket, "-w", "\n%{http_code} %{content_type}", *arguments]
        return subprocess.run([*command, f"http://localhost{path}"], capture_output=True, text=True).stdout

    assert curl("/v1/users/nobody@example.com").endswith("404 application/problem+json")
    assert curl("/v1/nothing").endswith("404 application/problem+json")
    assert curl("/v1/force", "-d", "{broken").endswith("400 application/problem+json")
    assert curl("/v1/users/user0001@example.com?at=soon").endswith("400 application/problem+json")
    assert curl("/v1/users/user0001@example.com?zone=Europe/Nowhere").endswith("400 application/problem+json")
    for path in ("/v1/status", "/v1/users", "/v1/users/user0001@example.com", "/v1/presence-stream"):
        assert curl(path, "-X", "PUT").endswith("405 application/problem+json")
    assert curl("/v1/force").endswith("405 application/problem+json")
    assert re.search(r"^allow: POST\r?$", curl("/v1/force", "-i"), re.MULTILINE | re.IGNORECASE)
    assert "user0001@example.com" in curl("/v1/users")
