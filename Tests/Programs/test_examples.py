"""Each [[hook]] of the examples is one that the daemon takes, as it stands."""
import pathlib
import re
import subprocess

import pytest

from conftest import PROGRAMS

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
HOOKS = sorted(file for file in EXAMPLES.rglob("*.toml") if "[[hook]]" in file.read_text())

REST = """
[[connector]]
name = "exchange"
server = "https://mail.example.com/EWS/Exchange.asmx"
username = "freebusyd@example.com"
password_file = "{}"

[[user]]
address = "ada@example.com"
extension = "101"
"""


def test_there_is_one_for_each_telephone_system():
    kinds = {kind for file in HOOKS for kind in re.findall(r'^kind = "(.+)"', file.read_text(), re.MULTILINE)}
    assert kinds == {"exec", "sip-publish", "asterisk-ami"}


@pytest.mark.parametrize("file", HOOKS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_it_is_taken_as_it_stands(tmp_path, file):
    """Only what lies elsewhere on this machine has another place: secrets and programs."""
    text = file.read_text()
    for path in set(re.findall(r'"(/[^"]+)"', text)):
        here = tmp_path / path.replace("/", "_")
        if "secret" in path or "password" in path:
            here.write_text("a secret of the example\n")
            here.chmod(0o600)
        else:
            here.write_text("#!/bin/sh\n")
            here.chmod(0o755)
        text = text.replace(f'"{path}"', f'"{here}"')
    password = tmp_path / "exchange"
    password.write_text("another secret\n")
    password.chmod(0o600)
    config = tmp_path / "config.toml"
    config.write_text(text + REST.format(password))
    checked = subprocess.run([PROGRAMS / "freebusyd", "check-config", "--config", config], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    name = re.search(r'^name = "(.+)"', text, re.MULTILINE).group(1)
    assert f"hook {name}: " in checked.stdout, checked.stdout + checked.stderr
