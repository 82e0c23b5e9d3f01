"""What shells complete: commands, options, users and connectors of the running daemon."""
import os
import shutil
import socket as sockets
import subprocess

import pytest

from conftest import PROGRAMS, ROOT
from terminal import Terminal

SCRIPTS = {
    "bash": "share/bash-completion/completions/{}",
    "zsh": "share/zsh/vendor-completions/_{}",
    "fish": "share/fish/vendor_completions.d/{}.fish",
}


def require(shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completions")
    subprocess.run([ROOT / "scripts/write-completions", PROGRAMS, folder], check=True)
    return lambda shell, program: folder / SCRIPTS[shell].format(program)


@pytest.mark.parametrize("program", ["freebusyctl", "freebusyd"])
@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_shell_accepts_its_script(scripts, shell, program):
    require(shell)
    checked = subprocess.run([shell, "-n", scripts(shell, program)], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def environment(socket):
    path = f"{PROGRAMS}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "xterm", "FREEBUSYD_SOCKET": str(socket), "HISTFILE": ""}


def shell(name, scripts, socket):
    """An interactive shell in which the script is loaded."""
    require(name)
    script = scripts(name, "freebusyctl")
    if name == "bash":
        terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], environment(socket))
        terminal.press(f"PS1='> '; source {script}; echo re''ady\n")
    else:
        terminal = Terminal(["zsh", "-f", "-i"], environment(socket), columns=200)
        terminal.press(f"PS1='> '; fpath=({script.parent} $fpath); autoload -U compinit; compinit -D; echo re''ady\n")
    terminal.wait_for("ready\r\n")
    return terminal


@pytest.mark.parametrize("name", ["bash", "zsh"])
@pytest.mark.parametrize(
    "typed,completed",
    [
        ("freebusyctl st", "freebusyctl status"),
        ("freebusyctl show user0003", "freebusyctl show user0003@example.com"),
        ("freebusyctl show user0003@ex", "freebusyctl show user0003@example.com"),
        ("freebusyctl show user0003@", "freebusyctl show user0003@example.com"),
        ("freebusyctl force user0001@example.com user0002@e", "freebusyctl force user0001@example.com user0002@example.com"),
        ("freebusyctl override user0004", "freebusyctl override user0004@example.com"),
        ("freebusyctl disable user0005", "freebusyctl disable user0005@example.com"),
        ("freebusyctl enable --connector h", "freebusyctl enable --connector hq"),
    ],
)
def test_a_key_completes(daemon, scripts, name, typed, completed):
    daemon.start().scanned()
    with shell(name, scripts, daemon.socket) as terminal:
        terminal.output = ""
        terminal.press(typed + "\t")
        # What the shell moves the cursor by, and writes again, is left out of account: only the line counts that it runs.
        terminal.press("\x01echo '<'\x05 '>'\n")
        terminal.wait_for(f"<{completed} >")


def candidates(socket, *words, argument="positional@0"):
    """What the program offers for the last of these words, as the scripts ask it."""
    command = [PROGRAMS / "freebusyctl", "---completion", words[0], "--", argument, str(len(words)), str(len(words[-1]))]
    result = subprocess.run([*command, "freebusyctl", *words], env=environment(socket), capture_output=True, text=True, timeout=30)
    return result.stdout.splitlines(), result.stderr


def test_without_a_daemon_nothing_is_offered_or_said(tmp_path):
    assert candidates(tmp_path / "none", "show", "") == ([], "")


def test_a_daemon_that_does_not_answer_is_not_waited_for(tmp_path):
    with sockets.socket(sockets.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen()
        assert candidates(tmp_path / "mute", "show", "") == ([], "")


def test_the_socket_of_the_command_line_is_asked_and_extensions_are_offered_where_one_was_begun(daemon, tmp_path, users):
    daemon.start().scanned()
    elsewhere = tmp_path / "none"
    assert candidates(elsewhere, "show", "--socket", str(daemon.socket), "")[0] == users
    assert candidates(elsewhere, "show", f"--socket={daemon.socket}", "20")[0] == ["200", "201", "202", "203", "204"]
    assert candidates(daemon.socket, "show", "USER0002")[0] == users[1:2]
