"""A change in a calendar shows at once, however the server tells of it, and without anybody forcing a reading."""
import subprocess
import types

import pytest

from conftest import wait_for
from notifying import (
    STREAMING, connector, counts, free_port, listening, messages, notified, push, shown, shows,
)
from test_daemon import moment


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 with its key, and the authority that stands behind it."""
    folder = tmp_path_factory.mktemp("tls")
    ca, ca_key, chain, key, request, names = (
        folder / name for name in ("ca.pem", "ca-key.pem", "chain.pem", "key.pem", "request.pem", "names")
    )
    names.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    for arguments in (
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 1, "-subj", "/CN=Authority",
         "-addext", "keyUsage=critical,keyCertSign", "-keyout", ca_key, "-out", ca],
        ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request],
        ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", 1,
         "-extfile", names, "-out", chain],
    ):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
    key.chmod(0o600)
    return types.SimpleNamespace(ca=ca, chain=chain, key=key)


def flips_by_notifications_alone(simulator, daemon, asked):
    """Books, moves and cancels; `asked` is what the daemon may ask beside the calendar while that happens."""
    first, second = daemon.users[:2]
    # What belongs to the beginning is over once this shows.
    simulator.book(second, moment(-600), moment(600), "OOF")
    shows(daemon, second, "away")
    simulator.reset_counters()
    booking = simulator.book(first, moment(-60), moment(3_600))
    shows(daemon, first, "meeting")
    simulator.move(first, booking, moment(7_200), moment(9_000))
    shows(daemon, first, "available")
    simulator.move(first, booking, moment(-120), moment(3_600))
    shows(daemon, first, "meeting")
    simulator.cancel(first, booking)
    shows(daemon, first, "available")
    assert set(simulator.counters()) <= {"GetUserAvailabilityRequest", *asked}
    assert shown(daemon) == {user: "away" if user == second else "available" for user in daemon.users}
    daemon.delivered()
    told = [event["presence"] for event in daemon.events(first)]
    assert told == ["available", "meeting", "available", "meeting", "available"]


@pytest.mark.parametrize("method, asked", [("streaming", []), ("pull", ["GetEvents"]), ("push", [])])
def test_a_booking_a_move_and_a_cancellation_show_at_once(tmp_path, method, asked):
    with notified(tmp_path, connector(method)) as (simulator, daemon):
        flips_by_notifications_alone(simulator, daemon, asked)
        assert daemon.json("status")["connectors"][0]["notification"] == method
        assert counts(daemon) == {"active": 5, "pending": 0, "failed": 0}
        subscription = daemon.json("show", daemon.users[0])["subscription"]
        assert subscription["method"] == method
        assert moment(-60) < subscription["since"] <= moment(0)
        assert {entry["delivery"] for entry in simulator.subscriptions()} == {method}
        printed = daemon.control("status").stdout
        assert method in printed and max(map(len, printed.splitlines())) <= 80


def test_the_default_is_streaming(tmp_path):
    with notified(tmp_path, "") as (simulator, daemon):
        flips_by_notifications_alone(simulator, daemon, [])
        assert daemon.json("status")["connectors"][0]["notification"] == "streaming"


def test_push_goes_over_https_to_a_certificate_that_the_server_trusts(tmp_path, certificate):
    keys = push(free_port(), "https", certificate)
    with notified(tmp_path, keys, options=["--callback-ca", certificate.ca]) as (simulator, daemon):
        flips_by_notifications_alone(simulator, daemon, [])


def test_without_notifications_nobody_is_subscribed_to(daemon, simulator, users):
    daemon.start().scanned()
    assert simulator.subscriptions() == []
    assert daemon.json("status")["connectors"][0]["notification"] is None
    assert daemon.json("show", users[0])["subscription"] is None


@pytest.mark.parametrize("method", ["streaming", "pull"])
@pytest.mark.parametrize("access", ["delegate", "impersonation"])
def test_with_delegate_access_nobody_is_impersonated(tmp_path, method, access):
    """The server withholds impersonation from the second user on, and counts the attempts."""
    keys = f'{connector(method)}\naccess = "{access}"'
    with notified(tmp_path, keys) as (simulator, daemon):
        daemon.stop()
        for user in daemon.users:
            simulator.ask(f"mailboxes/{user}/impersonation", {"allowed": False}, "PUT")
        simulator.reset_counters()
        daemon.start()
        denied = "fault ErrorImpersonateUserDenied"
        if access == "impersonation":
            wait_for("the refusal", lambda: simulator.counters().get(denied))
            return
        listening(daemon, simulator)
        simulator.book(daemon.users[4], moment(-60), moment(3_600))
        shows(daemon, daemon.users[4], "meeting")
        assert denied not in simulator.counters()
        # The account pays for what it does in its own name.
        assert {entry["account"] for entry in simulator.subscriptions()} == {"service@example.com"}


def test_the_log_tells_of_subscribing_in_the_order_that_administrators_know(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        shows(daemon, daemon.users[0], "meeting")
        lines = messages(daemon)
        wanted = [
            "EWS is starting",
            f"EWS URL: {simulator.url}",
            "Connected to Exchange through EWS (v15.02.",
            "Subscribing to availability of: 5 users",
            "Reading automatic-reply settings of: 5 users",
            f"Presence of {daemon.users[0]}: available -> meeting until ",
        ]
        places = [next(i for i, line in enumerate(lines) if line.startswith(text)) for text in wanted]
        assert places == sorted(places), lines
        assert any(line.startswith("Subscribed to availability of: 5 users by streaming") for line in lines)
        assert not any(line.startswith("Subscrib") and "@" in line for line in lines)


def test_at_debug_each_user_is_named(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        daemon.stop()
        daemon.config.write_text(daemon.config.read_text().replace("[service]", '[service]\nlog_level = "debug"'))
        daemon.start()
        listening(daemon, simulator)
        for user in daemon.users:
            assert f"Subscribing to availability of: {user}" in messages(daemon)


def test_each_group_stays_on_the_back_end_that_knows_its_subscriptions(tmp_path):
    """Of 205 users 200 fit into one stream; a subscription is known only to the back end that made it."""
    with notified(tmp_path, STREAMING, users=205, options=["--backends", 3]) as (simulator, daemon):
        places = {entry["mailbox"]: entry["back_end"] for entry in simulator.subscriptions()}
        assert len({places[user] for user in daemon.users[:200]}) == 1
        assert len({places[user] for user in daemon.users[200:]}) == 1
        assert simulator.ask("streams") == {"streams": 2}
        for user in (daemon.users[0], daemon.users[199], daemon.users[204]):
            simulator.book(user, moment(-60), moment(3_600))
            shows(daemon, user, "meeting")
        # The back ends have forgotten everything: whoever is asked first decides anew.
        simulator.ask("restart", {})
        listening(daemon, simulator)
        simulator.book(daemon.users[100], moment(-60), moment(3_600))
        shows(daemon, daemon.users[100], "meeting")


def test_what_no_event_told_of_is_found_by_reading_again(tmp_path):
    """Every calendar is read within a minute. That it is then counted as missed takes two minutes more, since events may
    be late: too long to wait for here; the tests of the engine see to it."""
    extra = '[scan]\nreconcile = "1m"'
    with notified(tmp_path, STREAMING, extra=extra) as (simulator, daemon):
        simulator.ask("lose", {"changes": 1})
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        simulator.book(daemon.users[1], moment(-60), moment(3_600))
        shows(daemon, daemon.users[1], "meeting")
        assert shown(daemon)[daemon.users[0]] == "available"
        wait_for("the reading", lambda: shown(daemon)[daemon.users[0]] == "meeting", patience=100)
        assert daemon.json("status")["scan"]["missed_changes"] == 0
