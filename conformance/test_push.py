"""Push over the wire: what the server sends, by Microsoft's schemas, and what it does with each kind of answer."""

import pytest

from receiver import Receiver, result
from simulator import REPOSITORY, Simulator, envelope, subscribe, unsubscribe
from subscriber import book, subscription, wait_for

ALICE, BOB = "alice@example.com", "bob@example.com"
CALENDARS = ("--calendars", REPOSITORY / "examples/calendars")


@pytest.fixture
def simulator():
    """Retries after a tenth of a second; its minutes have one second."""
    with Simulator(*CALENDARS, "--push-retry", 0.1, "--minute", 1) as running:
        yield running


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


@pytest.fixture
def next_push(receiver, schemas):
    """The next notification, checked; StatusEvents are left out unless asked for."""

    def wait(status=False):
        while True:
            notification = receiver.next()
            schemas.check(notification.root)
            assert len(notification.texts("//m:SendNotificationResponseMessage")) == 1
            if status or notification.events != ["StatusEvent"]:
                return notification

    return wait


def push(receiver, *addresses, minutes=1440, **wish):
    return subscribe(*addresses, kind="Push", minutes=minutes, url=receiver.url, **wish)


def alive(simulator):
    return [entry["id"] for entry in simulator.control("subscriptions")]


def test_status_first_then_what_happens(ask, simulator, receiver, next_push):
    answer = ask(push(receiver, ALICE))
    first = next_push(status=True)
    assert first.events == ["StatusEvent"] and first.path == "/callback/1"
    assert first.headers["Content-Type"].split(";")[0] == "text/xml"
    # The binding of MS-OXWSPSNTIF.
    assert first.headers["SOAPAction"].strip('"').endswith("/messages/SendNotification")
    assert first.texts("//t:SubscriptionId") == [subscription(answer)]
    assert first.texts("//t:PreviousWatermark") == answer.texts("//m:Watermark")
    appointment = book(simulator, ALICE)
    assert next_push().events == ["CreatedEvent", "FreeBusyChangedEvent"]
    path = f"mailboxes/{ALICE}/appointments"
    simulator.control(f"{path}/move", {"id": appointment, "start": "+3h", "end": "+4h"})
    assert next_push().events == ["ModifiedEvent", "FreeBusyChangedEvent"]
    simulator.control(f"{path}/cancel", {"id": appointment})
    assert next_push().events == ["DeletedEvent", "FreeBusyChangedEvent"]
    reported = simulator.control("subscriptions")
    assert [(entry["mailbox"], entry["delivery"]) for entry in reported] == [(ALICE, "push")]


def test_status_comes_whenever_nothing_happened_for_a_statusfrequency(ask, receiver, next_push):
    ask(push(receiver, ALICE, minutes=1))
    assert [next_push(status=True).events for _ in range(3)] == [["StatusEvent"]] * 3


def test_many_changes_come_in_few_notifications_whose_watermarks_follow_each_other(ask, simulator, receiver, next_push):
    ask(push(receiver, ALICE))
    before = next_push(status=True).texts("//t:Watermark")[-1]
    simulator.control("changes", [{"user": ALICE, "do": "book", "start": "+1h", "end": "+2h"}] * 100)
    told = 0
    while told < 200:
        notification = next_push()
        assert len(notification.events) <= 50 and notification.texts("//t:PreviousWatermark") == [before]
        before = notification.texts("//t:Watermark")[-1]
        told += len(notification.events)
        assert told < 200 or notification.texts("//t:MoreEvents") == ["false"]
    assert told == 200


def test_what_is_not_accepted_comes_again(ask, simulator, receiver, next_push):
    ask(push(receiver, ALICE))
    next_push(status=True)
    receiver.answer(None, (500, result("OK")), (200, b"OK"), (302, b""), (200, result("Perhaps")))
    book(simulator, ALICE)
    attempts = [next_push() for _ in range(6)]
    assert {attempt.body for attempt in attempts} == {attempts[0].body}
    # The sixth was accepted.
    book(simulator, ALICE)
    assert next_push().texts("//t:PreviousWatermark") == attempts[0].texts("//t:Watermark")[-1:]


def test_nobody_listens_for_too_long(ask, simulator):
    with Receiver() as gone:
        pass
    made = subscription(ask(push(gone, ALICE, minutes=1)))
    wait_for(lambda: alive(simulator) == [])
    assert ask(unsubscribe(made)).codes == ["ErrorSubscriptionNotFound"]


def test_half_an_answer_is_waited_for_ten_seconds_and_no_longer(ask, receiver):
    # The first retry would be later than StatusFrequency: one attempt is all there is.
    with Simulator(*CALENDARS, "--minute", 0.1) as impatient:
        receiver.answer(Receiver.HALF)
        ask(push(receiver, ALICE, minutes=1), to=impatient)
        receiver.next()
        wait_for(lambda: alive(impatient) == [], seconds=20)


def test_client_answers_unsubscribe(ask, simulator, receiver, next_push):
    ask(push(receiver, ALICE))
    next_push(status=True)
    receiver.answer((200, result("Unsubscribe")))
    book(simulator, ALICE)
    next_push()
    wait_for(lambda: alive(simulator) == [])
    book(simulator, ALICE)
    ask(push(receiver, BOB))
    # The next that arrives is Bob's: of Alice nothing more is told.
    assert next_push(status=True).events == ["StatusEvent"]


def test_client_unsubscribes(ask, simulator, receiver, next_push):
    made = subscription(ask(push(receiver, ALICE)))
    next_push(status=True)
    assert ask(unsubscribe(made)).codes == ["NoError"]
    book(simulator, ALICE)
    ask(push(receiver, BOB))
    assert next_push(status=True).events == ["StatusEvent"]


def test_restart_ends_pushing_and_starts_ids_over(ask, simulator, receiver, next_push):
    made = subscription(ask(push(receiver, ALICE)))
    next_push(status=True)
    simulator.control("restart", {})
    book(simulator, ALICE)
    assert subscription(ask(push(receiver, BOB))) == made
    assert next_push(status=True).events == ["StatusEvent"]
    book(simulator, BOB)
    assert next_push().events == ["CreatedEvent", "FreeBusyChangedEvent"]


@pytest.mark.parametrize("url", ["ftp://client.example.com/", "client.example.com", "https://", "", "http://a b/"])
def test_url_must_be_of_http(ask, url):
    answer = ask(subscribe(ALICE, kind="Push", url=url))
    assert (answer.status, answer.codes) == (200, ["ErrorInvalidPushSubscriptionUrl"])


@pytest.mark.parametrize("minutes", [0, 1441, "often"])
def test_statusfrequency_has_bounds(simulator, schemas, minutes):
    answer = simulator.post(envelope(subscribe(ALICE, kind="Push", url="http://127.0.0.1:1/", minutes=minutes)))
    schemas.check(answer.root)
    assert (answer.status, answer.fault) == (500, "ErrorSchemaValidation")


def test_certificate_of_the_client_is_verified(ask, certificate):
    authority, leaf, key = certificate
    with Receiver(tls=(leaf, key)) as listening:
        with Simulator(*CALENDARS, "--callback-ca", authority) as trusting:
            ask(push(listening, ALICE), to=trusting)
            assert listening.next().events == ["StatusEvent"]
        with Simulator(*CALENDARS, "--push-retry", 0.1, "--minute", 0.3) as wary:
            ask(push(listening, ALICE, minutes=1), to=wary)
            wait_for(lambda: alive(wary) == [])
            assert listening.received.empty()
