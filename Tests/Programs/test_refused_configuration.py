"""What keeps the daemon from starting is in the journal with its diagnosis, in the words of `check-config`."""
import os
import pathlib
import re
import subprocess

import pytest

from conftest import PROGRAMS, Daemon

CONNECTOR = """
[[connector]]
name = "hq"
username = "service@example.com"
password_file = "{password}"
"""


class Journal:
    """Stands in the journal's place for a program, and keeps what it was told."""

    def __init__(self, folder):
        library = folder / "told-journal.so"
        source = pathlib.Path(__file__).with_name("told-journal.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source], check=True)
        self.file = folder / "journal"
        self.environment = {"LD_PRELOAD": str(library), "TOLD_JOURNAL": str(self.file)}

    def entries(self):
        """The fields of each entry."""
        texts = self.file.read_text().split("\n\n") if self.file.exists() else []
        return [dict(line.split("=", 1) for line in text.splitlines()) for text in texts if text]


def run_under_journal(folder, config):
    """The daemon as systemd starts it: its standard error is the journal. Returns how it ended, and what was told."""
    journal = Journal(folder)
    with open(folder / "stderr", "wb") as stderr:
        status = os.fstat(stderr.fileno())
        environment = dict(os.environ, **journal.environment, JOURNAL_STREAM=f"{status.st_dev}:{status.st_ino}")
        command = [PROGRAMS / "freebusyd", "run", "--config", config]
        result = subprocess.run(command, stderr=stderr, env=environment, timeout=60)
    return result.returncode, journal.entries()


def run(command, config):
    return subprocess.run([PROGRAMS / "freebusyd", command, "--config", config], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    "lines, diagnosis, remedy",
    [
        ('server = "mail example com"', "url.malformed", "https://mail.example.com/ews/exchange.asmx"),
        ('server = "https://mail.example.com/owa/"', "url.malformed", "https://mail.example.com/EWS/Exchange.asmx"),
        ('server = "http://mail.example.com"', "url.not-https", "https://mail.example.com/EWS/Exchange.asmx"),
        ('server = "mail.example.com"\nusername = "service"', "config.username-not-email", "e-mail address"),
        ("autodiscover = true\nusername = 'EXAMPLE\\service'", "config.username-not-email", "account_address"),
        ('server = "mail.example.com"\ntenant = "example.com"', "config.invalid", "oauth2"),
    ],
)
def test_a_refused_configuration_is_told_with_its_diagnosis(tmp_path, lines, diagnosis, remedy):
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    config = tmp_path / "config.toml"
    text = CONNECTOR.format(password=password)
    if "username" in lines:
        text = re.sub(r"username = .*\n", "", text)
    state = f'[service]\nstate_directory = "{tmp_path}/state"\ncontrol_socket = "{tmp_path}/socket"\n'
    config.write_text(f"{state}{text}{lines}\n")
    code, entries = run_under_journal(tmp_path, config)
    assert code == 78
    assert [entry["FREEBUSYD_DIAGNOSIS"] for entry in entries] == [diagnosis]
    assert entries[0]["MESSAGE"].startswith(f"{config}:")
    assert remedy in entries[0]["MESSAGE"]
    assert re.fullmatch("[0-9a-f]{32}", entries[0]["MESSAGE_ID"])
    checked = run("check-config", config)
    assert checked.returncode == 78
    assert re.match(rf"{re.escape(str(config))}:\d+:\d+: ", checked.stderr)
    assert remedy in checked.stderr
    assert checked.stderr.splitlines() == [entries[0]["MESSAGE"]]
    assert "correct horse" not in checked.stderr + checked.stdout


def test_without_a_connector_the_daemon_runs_and_says_what_is_missing(tmp_path, simulator, users):
    with Daemon(tmp_path, simulator, [], connector=f'enabled = false\n{Daemon.SILENT}') as daemon:
        daemon.start()
        warning = "No connector is enabled: no calendar will be read. Set up a [[connector]] table"
        entries = daemon.json("log", "--diagnosis", "config.not-set-up")
        assert [entry["message"].startswith(warning) for entry in entries] == [True]
        assert daemon.json("status")["state"] == "disabled"
