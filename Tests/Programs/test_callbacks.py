"""The port that Exchange calls, as a stranger sees it."""
import contextlib
import http.client
import os
import socket

import pytest

from conftest import PATIENCE, wait_for
from notifying import free_port, known, messages, notified, push, shown, shows
from test_daemon import moment

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"


def notification(subscription):
    """SendNotification with one event, as Exchange sends it."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="{SOAP}"><s:Body><m:SendNotification xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"><m:ResponseMessages>
<m:SendNotificationResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Notification>
<t:SubscriptionId>{subscription}</t:SubscriptionId><t:PreviousWatermark>AAAA</t:PreviousWatermark>
<t:MoreEvents>false</t:MoreEvents><t:ModifiedEvent><t:Watermark>AAAB</t:Watermark>
<t:TimeStamp>2026-11-23T08:00:00Z</t:TimeStamp><t:FolderId Id="AAAC" ChangeKey="AAAD"/>
<t:ParentFolderId Id="AAAE" ChangeKey="AAAF"/></t:ModifiedEvent></m:Notification>
</m:SendNotificationResponseMessage></m:ResponseMessages></m:SendNotification></s:Body></s:Envelope>""".encode()


def call(port, path, body=None, method="POST"):
    """The status and the body of the answer; a connection that is closed while a large body goes out counts as 413."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body=body, headers={"Content-Type": "text/xml; charset=utf-8"})
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (ConnectionResetError, http.client.RemoteDisconnected):
            return 413, b""


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def called(tmp_path, port):
    """A daemon that is called; with the secret path and the id of the first user's subscription."""
    # So that nothing is asked but what a call brings about.
    with notified(tmp_path, push(port) + 'authentication = "basic"\n') as (simulator, daemon):
        with contextlib.closing(daemon.database()) as database:
            token, subscription = database.execute(
                "SELECT callback_token, id FROM subscription ORDER BY address"
            ).fetchone()
        simulator.book(daemon.users[1], moment(-60), moment(3_600))
        shows(daemon, daemon.users[1], "meeting")
        # Behind this nothing is left to be read.
        daemon.control("force")
        simulator.reset_counters()
        yield simulator, daemon, f"/ews/{token}", subscription


def nothing_happened(simulator, daemon, before):
    """Nobody was read."""
    assert simulator.counters() == {}
    goes_on(simulator, daemon, before)


def goes_on(simulator, daemon, before):
    """Nothing was subscribed to anew, and Exchange is still heard."""
    assert known(simulator) == before
    assert set(shown(daemon).values()) == {"available", "meeting"}
    simulator.book(daemon.users[0], moment(-60), moment(3_600), "OOF")
    shows(daemon, daemon.users[0], "away")
    assert set(simulator.counters()) == {"GetUserAvailabilityRequest"}


def test_a_call_as_the_server_makes_it_has_the_mailbox_read(called, port):
    """So that the calls of the other tests are refused for what is wrong with them alone."""
    simulator, daemon, path, subscription = called
    status, body = call(port, path, notification(subscription))
    assert status == 200
    assert b"SendNotificationResult" in body and b">OK<" in body
    wait_for("the reading", lambda: simulator.counters().get("GetUserAvailabilityRequest"))


def test_a_forged_call_learns_nothing_and_changes_nothing(called, port):
    simulator, daemon, path, subscription = called
    before = known(simulator)
    real, other = notification(subscription), notification("c29tZWJvZHkgZWxzZQ==")
    secret = path.rsplit("/", 1)[1]
    guess = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    for wrong, body in [
        ("/", real), ("/ews", real), ("/ews/", real), (f"/ews/{guess}", real), (f"/ews/{secret[:16]}", real),
        (f"/ews/{secret}/more", real), ("/../etc/passwd", real), (f"/ews/{'0' * 8000}", real), ("/ews/%00", b""),
        (path, other), *((f"/ews/{number:032x}", real) for number in range(20)),
    ]:
        assert call(port, wrong, body) == (404, b""), wrong
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        for target in (path, "/", f"/ews/{guess}"):
            assert call(port, target, method=method) == (404, b""), (method, target)
    nothing_happened(simulator, daemon, before)
    # The first and the tenth are told, not each.
    refused = [line for line in messages(daemon) if line.startswith("Refused calls to the callback address")]
    assert [line.split(": ", 1)[1].split(".")[0] for line in refused] == ["1 so far", "10 so far"]


def test_a_call_that_makes_no_sense_is_refused_and_has_the_mailbox_read_at_most(called, port):
    """Who knows the secret path is the server, most likely: something may have happened."""
    simulator, daemon, path, subscription = called
    before = known(simulator)
    real = notification(subscription)
    doctype = b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">]>' + real
    for garbage in (b"", b"garbage", b"\x00" * 1_000, real[:-40], doctype, os.urandom(5_000)):
        assert call(port, path, garbage) == (400, b""), garbage[:40]
    assert set(simulator.counters()) <= {"GetUserAvailabilityRequest"}
    goes_on(simulator, daemon, before)


def test_a_huge_call_is_cut_off(called, port):
    simulator, daemon, path, subscription = called
    before = known(simulator)
    huge = notification(subscription) + b" " * (16 << 20)
    # Who does not know the path is not even listened to.
    status, body = call(port, "/ews/guess", huge)
    assert status in (404, 413) and body == b""
    assert simulator.counters() == {}
    assert call(port, path, huge) == (413, b"")
    assert set(simulator.counters()) <= {"GetUserAvailabilityRequest"}
    goes_on(simulator, daemon, before)


def test_calls_that_never_end_do_not_keep_exchange_out(called, port):
    simulator, daemon, path, _ = called
    before = known(simulator)
    with contextlib.ExitStack() as stack:
        for number in range(100):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            if number % 2:
                idle.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<".encode())
        nothing_happened(simulator, daemon, before)


def test_a_port_that_is_taken_is_told_at_the_start(daemon, users, port):
    daemon.write_config(users, connector=push(port))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        daemon.start(wait=False)
        assert daemon.process.wait(timeout=PATIENCE) == 1
    assert f"Nobody can listen for callbacks on 127.0.0.1:{port} (Address already in use)." in daemon.log()
    assert "callback_listen" in daemon.log()
    assert daemon.start().stop() == 0
