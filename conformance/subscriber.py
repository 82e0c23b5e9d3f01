"""What tests of notifications need again and again."""

import time

from lxml import etree

from simulator import NAMESPACES


def subscription(answer):
    assert answer.codes == ["NoError"], answer.text
    return answer.texts("//m:SubscriptionId")[0]


def events(answer):
    """The kinds of events in an answer, by subscription, in order."""
    found = {}
    for notification in answer.root.iterfind(".//{*}Notification"):
        kinds = [etree.QName(child).localname for child in notification if child.tag.endswith("Event")]
        found[notification.findtext("t:SubscriptionId", namespaces=NAMESPACES)] = kinds
    return found


def book(simulator, address, **order):
    return simulator.control(f"mailboxes/{address}/appointments", {"start": "+1h", "end": "+2h", **order})["id"]


def streams(simulator):
    return simulator.control("streams")["streams"]


def wait_for(condition, seconds=10):
    """Another process needs a moment."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
