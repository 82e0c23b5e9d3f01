"""How many requests one account may have under way."""

import threading

import pytest

from simulator import REPOSITORY, Simulator, envelope, get_oof, subscribe
from subscriber import subscription, wait_for

ALICE, BOB, SERVICE = "alice@example.com", "bob@example.com", "service@example.com"
VERSION = {"version": "Exchange2010_SP1"}


@pytest.fixture(params=[("2010", 10), ("2013", 27), ("se", 27)], ids=lambda parameter: parameter[0])
def limited(request):
    """A simulator and its limit."""
    product, most = request.param
    with Simulator("--calendars", REPOSITORY / "examples/calendars", "--version", product) as running:
        yield running, most


@pytest.fixture
def simulator(limited):
    return limited[0]


def test_requests_at_once(ask, stream, limited):
    simulator, most = limited
    # A stream has a budget of its own.
    made = subscription(ask(subscribe(ALICE), **VERSION))
    assert stream(made, **VERSION).next().codes == ["NoError"]
    simulator.control("slow", {"milliseconds": 3000})
    outcomes = []
    question = envelope(get_oof(SERVICE), **VERSION)
    requests = [
        threading.Thread(target=lambda: outcomes.append(simulator.post(question).status)) for _ in range(most)
    ]
    for request in requests:
        request.start()
    wait_for(lambda: simulator.control("counters").get("GetUserOofSettingsRequest") == most)
    assert ask(get_oof(SERVICE), **VERSION).fault == "ErrorExceededConnectionCount"
    simulator.control("slow", {"milliseconds": 0})
    # Acting as somebody else is charged to that mailbox.
    assert ask(get_oof(BOB), impersonated=BOB, **VERSION).status == 200
    for request in requests:
        request.join()
    # Those that were under way were not disturbed.
    assert outcomes == [200] * most
    assert ask(get_oof(SERVICE), **VERSION).status == 200
