"""freebusyctl and freebusyd as programs: help, exit codes, messages, tables."""
import os
import re
import subprocess

from conftest import PROGRAMS


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
    daemon.start()
    result = daemon.control("show", users[0], "--at", "tomorrow", check=False)
    assert result.returncode in (1, 64)
    assert "tomorrow" in result.stderr


def test_tables_fit_eighty_columns(daemon, users):
    daemon.start().scanned()
    for command in (("status",), ("users",), ("show", users[0])):
        printed = daemon.control(*command).stdout
        assert printed
        assert max(map(len, printed.splitlines())) <= 80, command


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
    assert "user0001@example.com" in curl("/v1/users")
