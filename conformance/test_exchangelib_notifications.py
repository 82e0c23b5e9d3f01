"""exchangelib subscribes, and hears what happens in the calendar."""

import threading

import pytest
from exchangelib import IMPERSONATION, Account, Build, Configuration, Credentials, Version
from exchangelib.errors import ErrorSubscriptionNotFound
from exchangelib.properties import CreatedEvent, DistinguishedFolderId, FreeBusyChangedEvent, Mailbox, StatusEvent
from exchangelib.services import (
    GetEvents,
    GetStreamingEvents,
    SendNotification,
    SubscribeToPull,
    SubscribeToPush,
    SubscribeToStreaming,
    Unsubscribe,
)

from receiver import Receiver
from simulator import PASSWORD, REPOSITORY, USERNAME, Simulator
from subscriber import wait_for

ALICE, BOB = "alice@example.com", "bob@example.com"
TYPES = SubscribeToStreaming.EVENT_TYPES


@pytest.fixture(scope="module")
def simulator():
    with Simulator("--calendars", REPOSITORY / "examples/calendars", "--heartbeat", 1) as running:
        yield running


@pytest.fixture(scope="module")
def account(simulator):
    """Opens a mailbox as the service account."""
    configuration = Configuration(
        service_endpoint=simulator.url,
        credentials=Credentials(USERNAME, PASSWORD),
        auth_type="basic",
        version=Version(Build(15, 2, 2562, 17)),
    )
    return lambda address: Account(address, config=configuration, access_type=IMPERSONATION, autodiscover=False)


def calendar(account):
    return [DistinguishedFolderId(id="calendar", mailbox=Mailbox(email_address=account.primary_smtp_address))]


def book(simulator, address):
    simulator.control(f"mailboxes/{address}/appointments", {"start": "+1h", "end": "+2h"})


def test_streaming(account, simulator):
    alice, bob = account(ALICE), account(BOB)
    ids = [SubscribeToStreaming(account=each).get(folders=calendar(each), event_types=TYPES) for each in (alice, bob)]
    book(simulator, ALICE)
    book(simulator, BOB)
    service = GetStreamingEvents(account=alice)
    heard = {}
    for notification in service.call(subscription_ids=ids, connection_timeout=1):
        kinds = heard.setdefault(notification.subscription_id, [])
        kinds += [type(event) for event in notification.events]
        if all(StatusEvent in heard.get(made, []) for made in ids):
            # The stream ends with the server's word, not with ours.
            threading.Thread(target=simulator.control, args=("streams", {"do": "close"})).start()
    assert service.connection_status == GetStreamingEvents.CLOSED
    assert all(heard[made][:3] == [CreatedEvent, FreeBusyChangedEvent, StatusEvent] for made in ids)
    for each, made in zip((alice, bob), ids):
        Unsubscribe(account=each).get(subscription_id=made)
    with pytest.raises(ErrorSubscriptionNotFound):
        list(GetStreamingEvents(account=alice).call(subscription_ids=ids, connection_timeout=1))


def test_pull(account, simulator):
    alice = account(ALICE)
    made, watermark = SubscribeToPull(account=alice).get(
        folders=calendar(alice), event_types=TYPES, watermark=None, timeout=10
    )
    for _ in range(26):
        book(simulator, ALICE)
    sizes = []
    while True:
        notification = GetEvents(account=alice).get(subscription_id=made, watermark=watermark)
        assert notification.previous_watermark == watermark
        sizes.append(len(notification.events))
        watermark = notification.events[-1].watermark
        if not notification.more_events:
            break
    assert sizes == [50, 2]
    quiet = GetEvents(account=alice).get(subscription_id=made, watermark=watermark)
    assert [type(event) for event in quiet.events] == [StatusEvent]
    Unsubscribe(account=alice).get(subscription_id=made)


def test_push(account, simulator):
    alice = account(ALICE)
    with Receiver() as receiver:
        made, watermark = SubscribeToPush(account=alice).get(
            folders=calendar(alice), event_types=TYPES, watermark=None, status_frequency=1, url=receiver.url
        )

        def heard():
            """The subscription's notifications in what arrived, as exchangelib reads them."""
            return list(SendNotification(protocol=None).parse(receiver.next().body))

        first, = heard()
        assert (first.subscription_id, first.previous_watermark) == (made, watermark)
        assert [type(event) for event in first.events] == [StatusEvent]
        # Answers as exchangelib writes them.
        receiver.answer(*((200, SendNotification(protocol=alice.protocol).ok_payload()) for _ in range(2)))
        for _ in range(2):
            book(simulator, ALICE)
            notification, = heard()
            assert [type(event) for event in notification.events] == [CreatedEvent, FreeBusyChangedEvent]
        receiver.answer((200, SendNotification(protocol=alice.protocol).unsubscribe_payload()))
        book(simulator, ALICE)
        heard()
        wait_for(lambda: all(entry["id"] != made for entry in simulator.control("subscriptions")))
