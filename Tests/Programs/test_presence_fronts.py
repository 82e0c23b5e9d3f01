"""The presence server and the watcher themselves: what one publishes by hand, the other is told, without freebusyd."""
import subprocess

import pytest

from conftest import wait_for
from fronts.certificates import Certificates
from fronts.kamailio import DOMAIN, PUBLISHER, WATCHER, kamailio
from fronts.presence_server import PresenceServer, busy, doubled, garbage, half, lost, silence, wrong_branch
from fronts.watcher import Publisher, Watcher

USER = f"sip:201@{DOMAIN}"
# After the examples of RFC 4480, 5 and RFC 3863, 4.
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
 xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="{uri}">
<tuple id="t1"><status><basic>open</basic></status></tuple>
<dm:person id="p1"><rpid:activities>{activity}</rpid:activities><dm:note>{note}</dm:note></dm:person></presence>"""


def document(activity="<rpid:meeting/>", note="in a meeting", uri=USER):
    return DOCUMENT.format(uri=uri, activity=activity, note=note).encode()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates):
    with kamailio(certificates["good"]) as server:
        yield server


def is_shown(watcher, uri, activities, what):
    def found():
        shown = watcher.shown(uri)
        return (shown and shown.activities) == activities

    try:
        wait_for(what, found, patience=20)
    except BaseException as failure:
        raise AssertionError(f"{failure}: {[entry.document[:1_000] for entry in watcher.told(uri)]}") from None
    return watcher.shown(uri)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("digest", ["MD5", "SHA-256"])
def test_a_watcher_is_told_what_is_published_refreshed_changed_and_withdrawn(certificates, transport, digest):
    with (
        kamailio(certificates["good"], digest=digest, watchers_log_in=True) as server,
        Watcher(server.address(transport), transport, certificates.ca, WATCHER) as watcher,
        Publisher(server.address(transport), transport, certificates.ca, PUBLISHER) as publisher,
    ):
        watcher.subscribe(USER)
        wait_for("the first NOTIFY", lambda: watcher.told(USER))
        assert watcher.shown(USER) is None
        first = publisher.publish(USER, document())
        assert first.status == 200, first.first
        assert ("algorithm=SHA-256" in publisher.challenge) == (digest == "SHA-256"), publisher.challenge
        shown = is_shown(watcher, USER, ["meeting"], "the publication")
        assert (shown.entity, shown.basic, shown.notes, shown.presence) == (USER, ["open"], ["in a meeting"], "meeting")
        kept = publisher.publish(USER, tag=first.get("SIP-ETag"))
        assert kept.status == 200 and kept.get("SIP-ETag")
        note = "5 &lt; 6 &amp; “ä” 🌴 " + "x" * 3_000
        changed = publisher.publish(USER, document("<rpid:vacation/>", note), tag=kept.get("SIP-ETag"))
        assert changed.status == 200
        shown = is_shown(watcher, USER, ["vacation"], "the change")
        assert shown.notes == ["5 < 6 & “ä” 🌴 " + "x" * 3_000]
        assert (shown.presence, len(shown.tuples)) == ("away", 1)
        assert watcher.refresh(USER) == 200
        gone = publisher.publish(USER, tag=changed.get("SIP-ETag"), expires=0)
        assert gone.status == 200
        is_shown(watcher, USER, None, "the end")
        assert watcher.unsubscribe(USER) == 200
        assert publisher.publish(USER, document()).status == 200
        sequences = [entry.sequence for entry in watcher.told(USER)]
        assert sequences == sorted(set(sequences))


def test_what_the_example_refuses(certificates, server):
    with Publisher(server.address("udp"), login=("freebusyd", "wrong")) as publisher:
        assert publisher.publish(USER, document()).status == 401
    with Publisher(server.address("udp"), login=("somebody", PUBLISHER[1])) as publisher:
        assert publisher.publish(USER, document()).status == 401, "the password alone is not enough"
    with Publisher(server.address("udp"), login=PUBLISHER) as publisher:
        assert publisher.publish(USER, document(), tag="a.1.2.3.4").status == 412
        assert publisher.publish(USER, document(), event="dialog").status == 489
    with kamailio(certificates["good"], PUBLISHERS='"192.0.2.20/32"', WATCHERS='"192.0.2.0/24"') as closed:
        with Publisher(closed.address("udp"), login=PUBLISHER) as publisher:
            assert publisher.publish(USER, document()).status == 403
        with Watcher(closed.address("udp")) as watcher, pytest.raises(AssertionError, match="403"):
            watcher.subscribe(USER)
    with kamailio(certificates["good"], watchers_log_in=True) as careful:
        with Watcher(careful.address("udp"), login=("phone", "wrong")) as watcher, pytest.raises(AssertionError, match="401"):
            watcher.subscribe(USER)


def test_a_phone_that_writes_the_servers_address_sees_the_same_user(server):
    with Watcher(server.address("udp")) as watcher, Publisher(server.address("udp"), login=PUBLISHER) as publisher:
        publisher.publish(USER, document())
        address = "sip:201@{}:{}".format(*server.address("udp"))
        watcher.subscribe(address)
        is_shown(watcher, address, ["meeting"], "the state")


def test_a_server_that_starts_again_has_forgotten_tags_and_subscriptions(server):
    with Watcher(server.address("udp")) as watcher, Publisher(server.address("udp"), login=PUBLISHER) as publisher:
        watcher.subscribe(USER)
        tag = publisher.publish(USER, document()).get("SIP-ETag")
        is_shown(watcher, USER, ["meeting"], "the publication")
        server.restart()
        assert watcher.refresh(USER) in (481, 404)
        watcher.subscribe(USER)
        wait_for("the first NOTIFY", lambda: watcher.told(USER))
        assert watcher.shown(USER) is None
        assert publisher.publish(USER, document(), tag=tag).status == 412
        assert publisher.publish(USER, document()).status == 200
        is_shown(watcher, USER, ["meeting"], "the new publication")


def test_sipsak_finds_the_server_and_a_folder_is_left_by_nobody(certificates):
    with kamailio(certificates["good"]) as server:
        assert server.answers()
        folder = server.folder
    assert not server.answers() and not folder.exists()
    assert subprocess.run(["pgrep", "-f", str(folder)], capture_output=True).returncode == 1


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_the_server_in_python_keeps_and_refuses_as_the_standard_says(certificates, transport):
    """The table of RFC 3903, 6, and its example in 14; the login as Kamailio takes it."""
    identity = certificates["good"] if transport == "tls" else None
    with PresenceServer(transport, identity, login=PUBLISHER, algorithm="SHA-256") as server:
        address = ("127.0.0.1", server.port)
        with Publisher(address, transport, certificates.ca, ("freebusyd", "wrong")) as publisher:
            assert publisher.publish(USER, document()).status == 401
        with Publisher(address, transport, certificates.ca, PUBLISHER) as publisher:
            assert publisher.publish(USER, document(), tag="unknown").status == 412
            assert publisher.publish(USER).status == 400
            brief = publisher.publish(USER, document(), expires=30)
            assert (brief.status, brief.get("Min-Expires")) == (423, "60")
            assert publisher.publish(USER, document(), event="dialog").status == 489
            assert server.presences() == {}
            first = publisher.publish(USER, document())
            assert (first.status, server.presences()) == (200, {USER: "meeting"})
            assert publisher.publish("sip:202@pbx.example.com", tag=first.get("SIP-ETag")).status == 412
            kept = publisher.publish(USER, tag=first.get("SIP-ETag"))
            assert kept.status == 200 and kept.get("SIP-ETag") != first.get("SIP-ETag")
            assert publisher.publish(USER, tag=first.get("SIP-ETag")).status == 412, "each tag is good for once"
            assert server.notes(USER) == ["in a meeting"]
            assert publisher.publish(USER, tag=kept.get("SIP-ETag"), expires=0).status == 200
            assert (server.presences(), server.tags, server.notes(USER)) == ({}, {}, ["in a meeting", None])


def test_the_server_in_python_fails_as_it_is_told(certificates):
    with PresenceServer() as server, Publisher(("127.0.0.1", server.port)) as publisher:
        for script in (lost, doubled, wrong_branch):
            server.script = script
            answer = publisher.publish(USER, document())
            assert answer.status == 200 and answer.get("SIP-ETag") in server.tags, script
        assert server.repeated, "the lost answer was asked for again"
        assert len(server.requests) == 3
        server.script = busy(7)
        answer = publisher.publish(USER, document())
        assert (answer.status, answer.get("Retry-After")) == (503, "7")
        for script in (silence, garbage):
            server.script = script
            with pytest.raises(TimeoutError):
                publisher._endpoint.ask("PUBLISH", USER, [("Event", "presence")], document(), patience=1)
    with PresenceServer("tcp") as server:
        for script in (half, garbage):
            server.script = script
            with Publisher(("127.0.0.1", server.port), "tcp") as publisher, pytest.raises(TimeoutError):
                publisher._endpoint.ask("PUBLISH", USER, [("Event", "presence")], document(), patience=1)
        assert list(server.tags.values()) == [USER], "half an answer is that to a whole publication"
