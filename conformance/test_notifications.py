"""Subscriptions over the wire: every request and answer against Microsoft's schemas, limits, and faults on command."""

import socket
from http.client import HTTPException
from urllib.parse import urlsplit

import pytest
from lxml import etree

from simulator import (
    REPOSITORY,
    Simulator,
    calendar_of,
    envelope,
    get_events,
    get_oof,
    get_streaming_events,
    subscribe,
    unsubscribe,
)
from subscriber import book, events, streams, subscription, wait_for

ALICE, BOB, SERVICE = "alice@example.com", "bob@example.com", "service@example.com"
CALENDARS = ("--calendars", REPOSITORY / "examples/calendars")


@pytest.fixture
def simulator():
    with Simulator(*CALENDARS, "--mailboxes", 30, "--heartbeat", 1) as running:
        yield running


def test_stream_tells_of_bookings_moves_and_cancellations(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    first = open_stream.next(heartbeats=True)
    assert first.texts("//m:ConnectionStatus") == ["OK"] and first.codes == ["NoError"] and not events(first)
    appointment = book(simulator, ALICE)
    assert events(open_stream.next()) == {made: ["CreatedEvent", "FreeBusyChangedEvent"]}
    path = f"mailboxes/{ALICE}/appointments"
    simulator.control(f"{path}/move", {"id": appointment, "start": "+3h", "end": "+4h"})
    assert events(open_stream.next()) == {made: ["ModifiedEvent", "FreeBusyChangedEvent"]}
    simulator.control(f"{path}/cancel", {"id": appointment})
    assert events(open_stream.next()) == {made: ["DeletedEvent", "FreeBusyChangedEvent"]}
    book(simulator, ALICE, busy_type="Free")
    assert events(open_stream.next()) == {made: ["CreatedEvent"]}
    book(simulator, BOB)
    assert events(open_stream.next(heartbeats=True)) == {made: ["StatusEvent"]}


def test_impersonation_decides_whose_calendar(ask, stream, simulator):
    mine = subscription(ask(subscribe(), impersonated=BOB))
    everything = subscription(ask(subscribe(all_folders=True), impersonated=BOB))
    reported = {entry["id"]: entry for entry in simulator.control("subscriptions")}
    assert reported[mine]["mailbox"] == reported[mine]["account"] == BOB
    book(simulator, BOB)
    open_stream = stream(mine, everything, impersonated=ALICE)
    open_stream.next()
    told = events(open_stream.next())
    assert told == {made: ["CreatedEvent", "FreeBusyChangedEvent"] for made in (mine, everything)}


def test_one_envelope_tells_of_several_mailboxes(ask, stream, simulator):
    ids = [subscription(ask(subscribe(address))) for address in (ALICE, BOB)]
    book(simulator, ALICE)
    book(simulator, BOB)
    open_stream = stream(*ids)
    open_stream.next()
    assert list(events(open_stream.next())) == ids


def test_heartbeats_name_every_subscription(ask, stream):
    ids = [subscription(ask(subscribe(address))) for address in (ALICE, BOB)]
    open_stream = stream(*ids)
    open_stream.next()
    assert events(open_stream.next(heartbeats=True)) == {made: ["StatusEvent"] for made in ids}


def test_pull(ask, simulator):
    made = ask(subscribe(ALICE, kind="Pull"))
    watermark = made.texts("//m:Watermark")[0]
    quiet = ask(get_events(subscription(made), watermark))
    assert events(quiet) == {subscription(made): ["StatusEvent"]}
    for _ in range(30):
        book(simulator, ALICE)
    answer = ask(get_events(subscription(made), watermark))
    assert answer.texts("//t:MoreEvents") == ["true"] and answer.texts("//t:PreviousWatermark") == [watermark]
    assert len(answer.texts("//t:TimeStamp")) == 50
    rest = ask(get_events(subscription(made), answer.texts("//t:Watermark")[-1]))
    assert rest.texts("//t:MoreEvents") == ["false"] and len(rest.texts("//t:TimeStamp")) == 10
    resumed = ask(subscribe(ALICE, kind="Pull", watermark=watermark))
    assert len(ask(get_events(subscription(resumed), watermark)).texts("//t:TimeStamp")) == 50
    ask(unsubscribe(subscription(made)))
    assert ask(get_events(subscription(made), watermark)).codes == ["ErrorSubscriptionNotFound"]


@pytest.mark.parametrize(
    "code, body",
    [
        ("ErrorInvalidSubscriptionRequest", subscribe(ALICE, BOB)),
        ("ErrorNonExistentMailbox", subscribe("nobody@example.com")),
        ("ErrorFolderNotFound", subscribe(folders='<t:FolderIds><t:FolderId Id="AAA="/></t:FolderIds>')),
        ("ErrorInvalidWatermark", subscribe(ALICE, kind="Pull", watermark="AAA=")),
        ("ErrorSubscriptionNotFound", unsubscribe("AAA=")),
        ("ErrorSubscriptionNotFound", get_events("AAA=", "AAA=")),
        ("ErrorSubscriptionNotFound", get_streaming_events("AAA=")),
        ("ErrorInvalidSubscriptionRequest", get_streaming_events(*(f"{number}" for number in range(201)))),
    ],
)
def test_errors(ask, code, body):
    answer = ask(body)
    assert (answer.status, answer.codes) == (200, [code])


@pytest.mark.parametrize(
    "body",
    [
        subscribe(ALICE, types=[]),
        subscribe(ALICE, types=["RumourEvent"]),
        subscribe(ALICE, kind="Pull", minutes=1441),
        get_streaming_events("AAA=", minutes=31),
        get_streaming_events(),
        "<m:Subscribe/>",
        "<m:Unsubscribe/>",
        "<m:GetEvents/>",
    ],
)
def test_what_the_schema_forbids_is_a_fault(simulator, schemas, body):
    answer = simulator.post(envelope(body))
    schemas.check(answer.root)
    assert (answer.status, answer.fault) == (500, "ErrorSchemaValidation")


def test_rights(ask, simulator):
    simulator.control(f"mailboxes/{BOB}/granted-view", {"view": "None"}, "PUT")
    assert ask(subscribe(BOB)).codes == ["ErrorAccessDenied"]
    assert ask(subscribe(), impersonated=BOB).codes == ["NoError"]
    simulator.control(f"mailboxes/{BOB}/failure", {"response_code": "ErrorMailboxMoveInProgress"}, "PUT")
    assert ask(subscribe(), impersonated=BOB).codes == ["ErrorMailboxMoveInProgress"]


def test_bad_ids_are_named_and_good_ones_served(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream("AAA=", made)
    first = open_stream.next()
    assert first.codes == ["ErrorSubscriptionNotFound"] and first.texts("//m:ConnectionStatus") == ["OK"]
    assert first.texts("//m:ErrorSubscriptionIds/m:SubscriptionId") == ["AAA="]
    book(simulator, ALICE)
    assert list(events(open_stream.next())) == [made]


def test_newer_stream_takes_over(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    older = stream(made)
    older.next()
    newer = stream(made)
    newer.next()
    lost = older.next()
    assert lost.codes == ["ErrorNewEventStreamConnectionOpened"] and lost.texts("//m:ConnectionStatus") == ["Closed"]
    assert older.next() is None
    book(simulator, ALICE)
    assert list(events(newer.next())) == [made]


def test_unsubscribing_ends_the_stream(ask, stream):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    assert ask(unsubscribe(made)).codes == ["NoError"]
    last = open_stream.next()
    assert last.codes == ["ErrorSubscriptionUnsubscribed"] and last.texts("//m:ConnectionStatus") == ["Closed"]
    assert open_stream.next() is None


@pytest.mark.parametrize("product, most", [("2010", 10), ("2013", 3), ("2016", 10), ("se", 10)])
def test_hanging_connections_are_limited_by_account(ask, stream, product, most):
    with Simulator(*CALENDARS, "--version", product) as running:
        version = {"version": "Exchange2010_SP1"}
        ids = [subscription(ask(subscribe(ALICE), to=running, **version)) for _ in range(most + 1)]
        opened = [stream(made, to=running, **version) for made in ids[:most]]
        assert [each.next().codes for each in opened] == [["NoError"]] * most
        refused = stream(ids[most], to=running, **version)
        assert refused.next().codes == ["ErrorExceededConnectionCount"] and refused.next() is None
        # Another account has its own.
        assert stream(ids[most], to=running, impersonated=BOB, **version).next().codes == ["NoError"]
        # A client that goes away makes room.
        opened[0].inner.__exit__()
        wait_for(lambda: streams(running) == most)
        assert stream(ids[0], to=running, **version).next().codes == ["NoError"]


def test_subscriptions_are_limited_by_mailbox(ask):
    with Simulator(*CALENDARS, "--subscriptions-per-mailbox", 2) as running:
        for _ in range(2):
            subscription(ask(subscribe(), to=running, impersonated=ALICE))
        assert ask(subscribe(), to=running, impersonated=ALICE).codes == ["ErrorExceededSubscriptionCount"]
        assert ask(subscribe(), to=running, impersonated=BOB).codes == ["NoError"]


def test_unused_subscriptions_vanish(ask):
    with Simulator(*CALENDARS, "--subscription-lifetime", 1) as running:
        made = subscription(ask(subscribe(ALICE), to=running))
        wait_for(lambda: running.control("subscriptions") == [])
        assert ask(unsubscribe(made), to=running).codes == ["ErrorSubscriptionNotFound"]


def test_affinity(ask, stream):
    with Simulator(*CALENDARS, "--backends", 5) as running:
        anchored = [("X-AnchorMailbox", ALICE), ("X-PreferServerAffinity", "true")]
        first = ask(subscribe(ALICE), to=running, headers=anchored)
        cookie = first.headers["Set-Cookie"].split(";")[0]
        assert cookie.startswith("X-BackEndOverrideCookie=")
        home = running.control("subscriptions")[0]["back_end"]
        led = [*anchored, ("Cookie", f"other=1; {cookie}")]
        # Impersonating others the cookie still leads to the same back end.
        second = ask(subscribe(), to=running, headers=led, impersonated=BOB)
        assert second.headers["Set-Cookie"] is None
        assert {entry["back_end"] for entry in running.control("subscriptions")} == {home}
        ids = [subscription(answer) for answer in (first, second)]
        assert stream(*ids, to=running, headers=led).next().codes == ["NoError"]
        astray = [("Cookie", f"X-BackEndOverrideCookie=backend{home % 5 + 1}.simulator~1941996295")]
        assert stream(*ids, to=running, headers=astray).next().codes == ["ErrorSubscriptionNotFound"]
        assert ask(unsubscribe(ids[0]), to=running, headers=astray).codes == ["ErrorSubscriptionNotFound"]
        assert ask(unsubscribe(ids[0]), to=running, headers=anchored).codes == ["NoError"]


def test_restart_starts_ids_over(ask, stream, simulator):
    old = subscription(ask(subscribe(ALICE)))
    open_stream = stream(old)
    open_stream.next()
    simulator.control("restart", {})
    with pytest.raises((OSError, HTTPException)):
        open_stream.next()
    assert simulator.control("subscriptions") == []
    assert subscription(ask(subscribe(BOB))) == old
    assert simulator.control("subscriptions")[0]["mailbox"] == BOB


def test_stream_closes_as_if_its_time_were_over(ask, stream, simulator):
    open_stream = stream(subscription(ask(subscribe(ALICE))))
    open_stream.next()
    assert simulator.control("streams", {"do": "close"}) == {"streams": 1}
    assert open_stream.next().texts("//m:ConnectionStatus") == ["Closed"]
    assert open_stream.next() is None and streams(simulator) == 0


def test_heartbeats_and_minutes_can_be_short(ask, stream):
    with Simulator(*CALENDARS, "--heartbeat", 0.05, "--minute", 1) as running:
        made = subscription(ask(subscribe(ALICE), to=running))
        open_stream = stream(made, to=running)
        open_stream.next(heartbeats=True)
        # Four fit into the minute that the stream lasts.
        assert [events(open_stream.next(heartbeats=True)) for _ in range(4)] == [{made: ["StatusEvent"]}] * 4
        assert open_stream.next().texts("//m:ConnectionStatus") == ["Closed"] and open_stream.next() is None


@pytest.mark.parametrize("what", ["malformed", "doctype"])
def test_stream_carries_a_hostile_envelope_once(ask, stream, simulator, what):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    assert simulator.control("hostile", {"what": what}) == {"streams": 1}
    with pytest.raises(etree.XMLSyntaxError):
        open_stream.next()
    book(simulator, ALICE)
    assert list(events(open_stream.next())) == [made]


def test_stream_carries_an_oversized_envelope_once(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    simulator.control("hostile", {"what": "oversized"})
    size, tail = 0, b""
    while not (size > 64 << 20 and open_stream.inner.END in tail):
        part = open_stream.inner.response.read1(65536)
        assert part
        size, tail = size + len(part), (tail + part)[-65536:]
    open_stream.inner.buffer = tail.split(open_stream.inner.END, 1)[1]
    book(simulator, ALICE)
    assert list(events(open_stream.next())) == [made]


@pytest.mark.parametrize("fault", ["drop", "cut"])
def test_stream_breaks(ask, stream, simulator, fault):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    simulator.control("streams", {"do": fault})
    with pytest.raises((OSError, HTTPException)):
        open_stream.next()
    assert (b"Envelope" in open_stream.inner.buffer) == (fault == "cut")
    # What happened meanwhile comes with the next stream.
    book(simulator, ALICE)
    again = stream(made)
    again.next()
    assert list(events(again.next())) == [made]


def test_stream_goes_silent(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    simulator.control("streams", {"do": "silence"})
    book(simulator, ALICE)
    open_stream.inner.buffer = b""
    assert open_stream.inner.is_quiet(2.5) and streams(simulator) == 1


def test_changes_are_lost(ask, stream, simulator):
    made = subscription(ask(subscribe(ALICE)))
    open_stream = stream(made)
    open_stream.next()
    simulator.control("lose", {"changes": 2})
    for busy_type in ("Busy", "Busy", "Free"):
        book(simulator, ALICE, busy_type=busy_type)
    assert events(open_stream.next()) == {made: ["CreatedEvent"]}


def test_busy_server_refuses_subscriptions(ask, simulator):
    simulator.control("busy", {"milliseconds": 60_000})
    for body in (subscribe(ALICE), get_streaming_events("AAA=")):
        assert ask(body).fault == "ErrorServerBusy"


def test_fault_is_followed_by_an_answer_nobody_asked_for(simulator):
    simulator.control("answer-twice", {"faults": 1})
    address = urlsplit(simulator.url)
    body = envelope("<m:Unsubscribe/>").encode()
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: simulator\r\nContent-Length: {len(body)}\r\n"
        "Authorization: Basic c2VydmljZUBleGFtcGxlLmNvbTpzZWNyZXQ=\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        received = b""
        while not received.endswith(b"<unasked/>"):
            part = connection.recv(65536)
            assert part
            received += part
        first, rest = received.split(b"</s:Envelope>", 1)
        assert first.startswith(b"HTTP/1.1 500") and b"ErrorSchemaValidation" in first
        length = int(first.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        assert length == len(first.split(b"\r\n\r\n", 1)[1]) + len(b"</s:Envelope>")
        assert rest.startswith(b"HTTP/1.1 200 OK\r\n")
    assert simulator.post(envelope(get_oof(SERVICE))).status == 200


def test_stream_over_folder_of_another_kind_is_quiet(ask, stream, simulator):
    inbox = calendar_of(ALICE).replace('"calendar"', '"inbox"')
    made = subscription(ask(subscribe(folders=inbox)))
    open_stream = stream(made)
    open_stream.next()
    book(simulator, ALICE)
    assert events(open_stream.next(heartbeats=True)) == {made: ["StatusEvent"]}
