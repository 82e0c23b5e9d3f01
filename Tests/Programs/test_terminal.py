"""freebusyctl as a person sees it: colours, the width of the terminal, progress, and none of it for programs."""
import json
import os

import pytest

from conftest import PROGRAMS, Daemon, Simulator
from terminal import COLOURS, run
from test_daemon import moment

NAMES = {"TERM": "xterm-256color", "TZ": "UTC"}


@pytest.fixture
def directory(tmp_path, simulator):
    """A daemon whose users have long, foreign and wide names."""
    users = [f"user{number:04}@example.com" for number in range(1, 6)]
    with Daemon(tmp_path, simulator, users) as daemon:
        text = daemon.config.read_text()
        names = ["Anna", "会議室 電話 " * 8, "Zoë Ångström-Łukasiewicz " * 4, "👩‍👧 Mutter", "e\u0301" * 60]
        for user, name in zip(users, names):
            text = text.replace(f'address = "{user}"\n', f'address = "{user}"\ndisplay_name = "{name}"\n')
        daemon.config.write_text(text)
        simulator.book(users[0], moment(-600), moment(3_600))
        simulator.book(users[1], moment(-600), moment(3_600), "OOF")
        yield daemon.start().scanned()


def seen(daemon, *arguments, columns=80, **environment):
    environment = {**os.environ, **NAMES, "FREEBUSYD_SOCKET": str(daemon.socket), **environment}
    environment.pop("NO_COLOR" if environment.get("NO_COLOR") is None else "", None)
    return run([PROGRAMS / "freebusyctl", *arguments], environment, columns)


COMMANDS = [["users"], ["status"], ["show", "user0001@example.com"], ["force"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_only_a_terminal_that_wants_them_gets_colours(directory, command):
    coloured = seen(directory, *command)
    if command != ["force"]:
        assert COLOURS.search(coloured)
    plain = directory.control(*command)
    assert "\x1b" not in plain.stdout + plain.stderr
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert not COLOURS.search(seen(directory, *command, **environment))
    assert "\x1b" not in seen(directory, *command, TERM="dumb")


def test_colours_are_those_of_the_words_and_change_no_character(directory):
    shown = seen(directory, "users")
    assert "\x1b[31mmeeting\x1b[0m" in shown
    assert "\x1b[33maway\x1b[0m" in shown
    assert shown.count("\x1b[32mavailable\x1b[0m") == 3
    assert COLOURS.sub("", shown).splitlines()[0] == directory.control("users").stdout.splitlines()[0]


@pytest.mark.parametrize("command", [["users"], ["status"], ["show", "user0001@example.com"], ["force"], ["override", "201", "away"]], ids=" ".join)
def test_json_is_the_same_on_a_terminal_and_never_coloured(directory, command):
    text = seen(directory, *command, "--json")
    assert "\x1b" not in text
    for line in text.splitlines() if command == ["force"] else [text]:
        json.loads(line)


def test_a_table_fits_80_columns_and_takes_more_where_there_are_more(directory):
    # Every character of these names but those of the first is as wide as two, or no wider than one.
    narrow = COLOURS.sub("", seen(directory, "users", columns=40)).splitlines()
    assert all(len(line) <= 80 for line in narrow)
    wide = COLOURS.sub("", seen(directory, "users", columns=250)).splitlines()
    assert "Zoë Ångström-Łukasiewicz " * 3 in wide[3]
    narrow = seen(directory, "users", columns=80, NO_COLOR="1")
    assert narrow.splitlines()[0] == directory.control("users").stdout.splitlines()[0]


def test_progress_is_written_over_itself_and_leaves_nothing(directory):
    shown = seen(directory, "force")
    assert "\r5 of 5 read\x1b[K" in shown
    # The last thing that is written over it clears the line.
    assert shown.rpartition("\r\x1b[K")[2].startswith("Read 5 users in ")
    assert "of 5 read" not in directory.control("force").stderr


def test_where_no_daemon_runs_it_says_how_to_look(tmp_path):
    environment = {**os.environ, **NAMES, "FREEBUSYD_SOCKET": str(tmp_path / "none")}
    shown = run([PROGRAMS / "freebusyctl", "status"], environment)
    shown = shown.replace("\r\x1b[K", "")
    assert all(len(line) <= 80 for line in shown.splitlines())
    words = " ".join(shown.split())
    assert words.startswith("freebusyctl: There is no control socket at ")
    assert "`systemctl status freebusyd`" in words and "`journalctl -u freebusyd`" in words
