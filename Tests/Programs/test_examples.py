"""Each [[hook]] of the examples is one that the daemon takes, as it stands."""
import configparser
import pathlib
import re
import subprocess
import tomllib

import pytest

from conftest import PROGRAMS
from fronts.kamailio import TABLES

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


def test_the_account_on_asterisk_is_the_one_that_the_hook_logs_in_with():
    accounts = configparser.ConfigParser(inline_comment_prefixes=";", comment_prefixes=";", interpolation=None)
    accounts.read(EXAMPLES / "asterisk/manager_custom.conf")
    hook = tomllib.loads((EXAMPLES / "asterisk/freebusyd.toml").read_text())["hook"][0]
    assert accounts.sections() == [hook["username"]]
    # https://docs.asterisk.org, AMI action Setvar: its class is call.
    assert (accounts[hook["username"]]["write"], accounts[hook["username"]]["read"]) == ("call", "")


def test_the_dialplan_leads_nowhere_that_is_not_there():
    text = (EXAMPLES / "asterisk/extensions_custom.conf").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(";")]
    contexts, name = {}, None
    for line in filter(str.strip, lines):
        if found := re.fullmatch(r"\[([\w-]+)\]", line):
            name = found.group(1)
            contexts[name] = []
        else:
            contexts[name].append(line)
    for name, body in contexts.items():
        labels = set(re.findall(r"=> n\((\w+)\),", "\n".join(body)))
        assert set(re.findall(r"GotoIf\(.*\?(\w+)\)", "\n".join(body))) == labels, name
        assert all(re.match(r"exten => _\S+,(1|hint),\w+|\s+same => n(\(\w+\))?,\w+", line) for line in body), body
    # What others are told to include or to go to, here and in the documentation.
    told = text + (EXAMPLES.parent / "docs/telephony.md").read_text()
    named = set(re.findall(r"(?:include => |Goto\(|subscribe_context = )(freebusyd-[\w]+)", told))
    assert named == set(contexts)
    # The names that the hook sets unless it is told others.
    states = set(re.findall(r"(?:PRESENCE_STATE\(|[&,])(Custom(?:Presence)?):", "\n".join(lines)))
    assert states == {"Custom", "CustomPresence"}


def test_kamailio_starts_with_the_tables_that_the_tests_give_it():
    unit = (EXAMPLES / "kamailio/kamailio.service.d/presence.conf").read_text()
    assert re.search(r"&& cp (.+) /run", unit).group(1).split() == list(TABLES)
