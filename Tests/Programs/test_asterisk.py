"""The hook asterisk-ami against a manager interface written from Asterisk's documentation."""
import signal

import pytest

from conftest import wait_for, wait_until_equal
from fronts.asterisk import Asterisk
from fronts.certificates import Certificates
from test_daemon import moment

HOOK = """
[[hook]]
name = "asterisk"
kind = "asterisk-ami"
server = "{host}:{port}"
username = "freebusyd"
secret_file = "{secret}"
timeout = "5s"
{more}
"""
NASTY = (
    'Back "Monday", or; call (089) 1234 \\ ${EVAL(${SYSTEM(x)})} $[1+1] #include | & ~ 👩‍👩‍👧‍👦\r\nAction: Originate\r\n\r\n'
    + "Zürich 日本 " * 500
)


@pytest.fixture
def asterisk():
    with Asterisk() as server:
        yield server


def configure(daemon, server, users, host="127.0.0.1", **more):
    secret = daemon.folder / "secret"
    secret.write_text(server.secret + "\n")
    secret.chmod(0o600)
    lines = "\n".join(f'{key} = "{value}"' for key, value in more.items())
    daemon.write_config(users, extra=HOOK.format(host=host, port=server.port, secret=secret, more=lines))


def settled(daemon, server, extension, state, device):
    """Once the extension shows this state, with this lamp."""

    def shown():
        return server.presences.get(extension, (None,))[0], server.devices.get(extension)

    wait_until_equal(f"the state of {extension}\n{daemon.log()[-2000:]}", shown, lambda: (state, device))
    return server.presences[extension]


def force(daemon, user):
    daemon.control("force", user)


@pytest.mark.parametrize("authentication", ["md5", "plain"])
def test_every_change_is_set(daemon, simulator, users, asterisk, authentication):
    configure(daemon, asterisk, users, authentication=authentication)
    daemon.start().scanned()
    for number in range(len(users)):
        assert settled(daemon, asterisk, f"{200 + number}", "available", "NOT_INUSE") == ("available", b"", b"")
    booking = simulator.book(users[0], moment(-600), moment(600))
    force(daemon, users[0])
    assert settled(daemon, asterisk, "200", "dnd", "BUSY") == ("dnd", b"meeting", b"")
    simulator.cancel(users[0], booking)
    force(daemon, users[0])
    settled(daemon, asterisk, "200", "available", "NOT_INUSE")
    simulator.book(users[0], moment(-600), moment(600), "OOF")
    force(daemon, users[0])
    assert settled(daemon, asterisk, "200", "away", "BUSY") == ("away", b"out of office", b"")
    # Nothing but what the example gives the right to.
    assert set(asterisk.actions) <= {"challenge", "login", "setvar", "ping", "logoff"}
    assert asterisk.logins == 1
    assert asterisk.secret not in daemon.log()
    daemon.stop()
    assert asterisk.actions["logoff"] == 1


def test_an_announcement_may_hold_anything(daemon, simulator, users, asterisk):
    configure(daemon, asterisk, users)
    simulator.reply(users[0], state="enabled", internal="inside", external=NASTY)
    daemon.start().scanned()
    _, subtype, message = settled(daemon, asterisk, "200", "xa", "BUSY")
    assert subtype == b"automatic reply"
    text = message.decode()
    assert len(message) <= 255 and text.endswith("…") and len(message) > 240
    # On one line, and otherwise as it was written.
    assert " ".join(NASTY.split()).startswith(text[:-1].rstrip())
    assert set(asterisk.actions) <= {"challenge", "login", "setvar", "ping"}
    assert asterisk.dumped == 0


def test_the_other_announcement_or_none(daemon, simulator, users, asterisk):
    configure(daemon, asterisk, users, announcement="internal", device_state="")
    simulator.reply(users[0], state="enabled", internal="inside", external="outside")
    daemon.start().scanned()
    assert settled(daemon, asterisk, "200", "xa", None) == ("xa", b"automatic reply", b"inside")


def test_a_server_that_forgot_is_told_all_again(daemon, simulator, users, asterisk):
    simulator.book(users[1], moment(-600), moment(600))
    configure(daemon, asterisk, users)
    daemon.start().scanned()
    settled(daemon, asterisk, "201", "dnd", "BUSY")
    wait_for("all", lambda: len(asterisk.presences) == len(users))
    before, devices = dict(asterisk.presences), dict(asterisk.devices)
    asterisk.restart()
    wait_until_equal(
        f"the whole state\n{daemon.log()}",
        lambda: (asterisk.presences, asterisk.devices), lambda: (before, devices),
    )


def test_what_changes_while_it_is_down_is_told_afterwards(daemon, simulator, users, asterisk):
    configure(daemon, asterisk, users)
    daemon.start().scanned()
    for number in range(len(users)):
        settled(daemon, asterisk, f"{200 + number}", "available", "NOT_INUSE")
    asterisk.down()
    for user in users:
        simulator.book(user, moment(-600), moment(600))
    daemon.control("force")
    wait_for("a failed delivery", lambda: "hook.unreachable" in daemon.log() or "cannot be reached" in daemon.log())
    asterisk.up()
    for number in range(len(users)):
        settled(daemon, asterisk, f"{200 + number}", "dnd", "BUSY")


@pytest.mark.parametrize("mischief", ["garbage", "half"])
def test_a_server_that_misbehaves_loses_nothing(daemon, simulator, users, asterisk, mischief):
    configure(daemon, asterisk, users)
    daemon.start().scanned()
    for number in range(len(users)):
        settled(daemon, asterisk, f"{200 + number}", "available", "NOT_INUSE")
    asterisk.mischief = mischief
    for user in users:
        simulator.book(user, moment(-600), moment(600))
    daemon.control("force")
    words = {"garbage": "not understood", "half": "closed the connection"}[mischief]
    wait_for(f"{words} in the log\n{daemon.log()}", lambda: words in daemon.log())
    asterisk.mischief = None
    for number in range(len(users)):
        settled(daemon, asterisk, f"{200 + number}", "dnd", "BUSY")


def test_a_slow_server_is_told_in_order(daemon, simulator, users, asterisk):
    configure(daemon, asterisk, users)
    daemon.start().scanned()
    settled(daemon, asterisk, "200", "available", "NOT_INUSE")
    asterisk.delay = 0.2
    for turn in range(1, 7):
        simulator.reply(users[0], state="enabled", internal=f"turn {turn}", external=f"turn {turn}")
        force(daemon, users[0])
    wait_for("the last turn", lambda: asterisk.presences["200"][2] == b"turn 6")
    daemon.delivered()
    told = [state[2] for name, state in asterisk.history if name == "200" and state[2]]
    # A slow one may be told less, but never what is old after what is new.
    turns = [int(text.split()[1]) for text in told]
    assert turns == sorted(turns) and turns[-1] == 6 and len(set(turns)) > 1, turns


def test_a_refused_login_is_named_and_not_repeated(daemon, simulator, users):
    with Asterisk() as server:
        configure(daemon, server, users)
        server.secret = "another secret"
        daemon.start().scanned()
        wait_for("the refusal", lambda: "refuses the login" in daemon.log())
        assert server.actions["login"] == 1
        assert "manager.conf" in daemon.log()
        assert "secret" not in daemon.log().replace("secret in [[hook]]", "").replace("username and secret", "")


def test_a_right_that_is_missing_is_named(daemon, simulator, users):
    with Asterisk(write=("system", "originate")) as server:
        configure(daemon, server, users)
        daemon.start().scanned()
        wait_for("the diagnosis", lambda: "write = call" in daemon.log())
        assert server.presences == {}


def test_tls_with_an_authority_of_ones_own(daemon, simulator, users, tmp_path):
    ours, other = Certificates(tmp_path / "ours"), Certificates(tmp_path / "other")
    with Asterisk(identity=ours["good"]) as server:
        configure(daemon, server, users, host="localhost", transport="tls", ca_file=ours.ca)
        daemon.start().scanned()
        settled(daemon, server, "200", "available", "NOT_INUSE")
        daemon.stop(signal.SIGTERM)
        logins = server.logins
        # Neither whom another authority vouches for, nor another name.
        for host, authority, identity in [("localhost", other.ca, "good"), ("localhost", ours.ca, "other-name")]:
            server.identity = ours[identity]
            configure(daemon, server, users, host=host, transport="tls", ca_file=authority)
            before = daemon.log().count("is not trusted")
            daemon.start()
            wait_for(f"the diagnosis\n{daemon.log()}", lambda: daemon.log().count("is not trusted") > before)
            daemon.stop(signal.SIGTERM)
        assert server.logins == logins
