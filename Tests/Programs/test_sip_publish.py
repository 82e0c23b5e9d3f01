"""sip-publish with real parts: simulator, daemon, Kamailio as the example configures it, and a watcher that subscribes."""
import random
import signal
import time

import pytest

from conftest import Simulator, wait_for
from fronts.certificates import Certificates
from fronts.dns import name_server
from fronts.kamailio import DOMAIN, PUBLISHER, kamailio
from fronts.watcher import Watcher
from fronts.world import why_not, world
from publishing import SOON, Publishing, publishing, shown_as
from test_daemon import moment
from test_hooks import reload

NASTY = "Bis Montag 🌴👩‍👩‍👧‍👦 & <b>“weg”</b> ]]> &amp; ä"
PEOPLE = 5


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates):
    with kamailio(certificates["good"]) as server:
        yield server


def say_away(simulator, daemon, user, text):
    simulator.reply(user, state="enabled", internal=text, external="somebody else's business")
    daemon.control("force", user)


def plain(text):
    """As what stands in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_watcher_is_told_of_every_transition(tmp_path, certificates, transport):
    with (
        kamailio(certificates["good"], digest="MD5" if transport == "udp" else "SHA-256") as server,
        publishing(
            tmp_path, server, transport, ca=certificates.ca, ca_file=str(certificates.ca) if transport == "tls" else None
        ) as (simulator, daemon, watcher),
    ):
        user = daemon.users[0]
        uri = daemon.uri(user)
        wait_for("the first NOTIFY", lambda: watcher.told(uri))
        assert watcher.shown(uri) is None, "unknown at the start"
        daemon.start().scanned()
        shown = shown_as(watcher, uri, "available")
        assert (shown.activities, shown.notes) == ([], [])
        booking = simulator.book(user, moment(-60), moment(3_600))
        daemon.control("force", user)
        shown = shown_as(watcher, uri, "meeting")
        assert (shown.activities, shown.notes) == (["meeting"], [])
        say_away(simulator, daemon, user, plain(NASTY))
        shown = shown_as(watcher, uri, "away")
        assert "vacation" in shown.activities and "meeting" not in shown.activities
        assert shown.notes == [NASTY]
        # One after the other: calendars and automatic replies are read apart.
        simulator.cancel(user, booking)
        daemon.control("force", user)
        simulator.reply(user, state="disabled")
        daemon.control("force", user)
        assert shown_as(watcher, uri, "available").notes == []
        daemon.control("override", user, "away")
        shown = shown_as(watcher, uri, "away")
        assert (shown.activities, shown.notes) == (["away"], []), "an override is no holiday and says nothing"
        daemon.control("override", user, "--clear")
        shown_as(watcher, uri, "available")
        daemon.control("disable", user)
        shown_as(watcher, uri, None)
        daemon.control("enable", user)
        shown_as(watcher, uri, "available")
        # Everybody else was told of once, and all in order.
        for other in daemon.users[1:]:
            shown_as(watcher, daemon.uri(other), "available")
        presences = [entry.shown and entry.shown.presence for entry in watcher.told(uri)]
        changes = [new for old, new in zip([None, *presences], presences) if new != old]
        assert changes == ["available", "meeting", "away", "available", "away", "available", None, "available"]
        assert daemon.report()["last_error"] is None
        assert PUBLISHER[1] not in daemon.log()


def test_every_pair_of_presences_is_told_also_by_a_server_that_started_again(tmp_path, server):
    with publishing(tmp_path, server, users=2) as (simulator, daemon, _):
        user, uri = daemon.users[0], daemon.uri(daemon.users[0])
        daemon.start().scanned()
        for life in range(2):
            if life:
                server.stop()
                server.start()
                daemon.control("hooks", "--resend", "sip")
            with Watcher(server.address("udp")) as phone:
                phone.subscribe(uri)
                shown_as(phone, uri, "available")
                for presence in ("meeting", "available", "away", "meeting", "away", "available"):
                    daemon.control("override", user, presence)
                    shown_as(phone, uri, presence)
                daemon.control("override", user, "--clear")
                # From each to nothing and back.
                for presence, busy in (("available", "Free"), ("meeting", "Busy"), ("away", "OOF")):
                    booking = simulator.book(user, moment(-60), moment(3_600), busy)
                    daemon.control("force", user)
                    shown_as(phone, uri, presence)
                    daemon.control("disable", user)
                    shown_as(phone, uri, None)
                    daemon.control("enable", user)
                    shown_as(phone, uri, presence)
                    simulator.cancel(user, booking)
                    daemon.control("force", user)
                    shown_as(phone, uri, "available")
                say_away(simulator, daemon, user, f"away, life {life}")
                shown = shown_as(phone, uri, "away")
                assert ("vacation" in shown.activities, shown.notes) == (True, [f"away, life {life}"])
                simulator.reply(user, state="disabled")
                daemon.control("force", user)
                shown_as(phone, uri, "available")
        daemon.published()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_an_announcement_of_3000_characters_arrives_or_is_cut_between_two(tmp_path, server, transport):
    words = "🌴ä & <Urlaub> " * 215
    with publishing(tmp_path, server, transport, users=1) as (simulator, daemon, watcher):
        user = daemon.users[0]
        say = plain(words.strip())
        simulator.reply(user, state="enabled", internal=say, external="")
        daemon.start().scanned()
        shown = shown_as(watcher, daemon.uri(user), "away")
        (note,) = shown.notes
        cut = note.removesuffix("…")
        assert len(cut) >= 100 and words.startswith(cut)


def test_what_is_told_of_an_absence_is_chosen(tmp_path, server):
    with publishing(tmp_path, server, users=2, announcement="external") as (simulator, daemon, watcher):
        uri = daemon.uri(daemon.users[0])
        simulator.reply(daemon.users[0], state="enabled", internal="for colleagues", external="for callers")
        daemon.start().scanned()
        assert shown_as(watcher, uri, "away").notes == ["for callers"]
        daemon.keys["announcement"] = "none"
        daemon.write_config(daemon.users)
        reload(daemon)
        wait_for("a publication without a note", lambda: watcher.shown(uri).notes == [], SOON)
        assert shown_as(watcher, uri, "away").notes == []
        # Likewise what was changed while the daemon was down.
        daemon.stop()
        daemon.keys["announcement"] = "internal"
        daemon.write_config(daemon.users)
        daemon.start()
        wait_for("the other note", lambda: watcher.shown(uri).notes == ["for colleagues"], SOON)
        assert shown_as(watcher, uri, "away").notes == ["for colleagues"]


def test_with_another_address_of_presence_everybody_is_published_there_and_taken_back_here(tmp_path, server):
    with publishing(tmp_path, server, users=2) as (simulator, daemon, watcher):
        old = [daemon.uri(user) for user in daemon.users]
        new = [uri.replace("sip:", "sip:p") for uri in old]
        watcher.subscribe(*new)
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        daemon.start().scanned()
        shown_as(watcher, old[0], "meeting")
        shown_as(watcher, old[1], "available")
        daemon.keys["presentity"] = f"sip:p{{extension}}@{DOMAIN}"
        daemon.write_config(daemon.users)
        reload(daemon)
        shown_as(watcher, new[0], "meeting")
        shown_as(watcher, new[1], "available")
        for uri in old:
            shown_as(watcher, uri, None)


def test_a_wrong_password_is_named_and_not_tried_for_each_user(tmp_path, server):
    with publishing(tmp_path, server, login=(PUBLISHER[0], "not this one")) as (simulator, daemon, watcher):
        daemon.start().scanned()
        error = wait_for("the error", lambda: daemon.report()["last_error"])
        assert error.startswith("hook.login-refused: "), error
        assert "not this one" not in daemon.log() + error
        # Put right, everything that waited is told.
        (tmp_path / "sip-password").write_text(PUBLISHER[1] + "\n")
        reload(daemon)
        for user in daemon.users:
            shown_as(watcher, daemon.uri(user), "available", patience=90)


@pytest.mark.parametrize(
    "fault, trusted",
    [("good", False), ("self-signed", True), ("other-name", True), ("expired", True), ("missing-intermediate", True)],
)
def test_a_server_that_cannot_prove_itself_is_told_nothing(tmp_path, certificates, fault, trusted):
    ca = str(certificates.ca) if trusted else None
    with (
        kamailio(certificates[fault]) as server,
        Simulator(tmp_path, mailboxes=1) as simulator,
        Publishing(tmp_path, simulator, ["user0001@example.com"], server.server("tls"), "tls", ca_file=ca) as daemon,
        Watcher(server.address("udp")) as watcher,
    ):
        uri = daemon.uri("user0001@example.com")
        watcher.subscribe(uri)
        daemon.start().scanned()
        error = wait_for("the error", lambda: daemon.report()["last_error"])
        assert error.startswith("hook.untrusted: "), error
        assert daemon.report()["queued"] == 1
        assert watcher.shown(uri) is None


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_server_that_forgot_everything_is_told_everything_again(tmp_path, certificates, server, transport):
    """By a change of one user the rest is found out: a tag that is not known any more. Connections tell it by themselves."""
    ca = str(certificates.ca) if transport == "tls" else None
    with publishing(tmp_path, server, transport, users=30, ca=certificates.ca, ca_file=ca) as (simulator, daemon, watcher):
        away, busy = daemon.users[0], daemon.users[1]
        simulator.book(away, moment(-60), moment(3_600), "OOF")
        daemon.start().scanned()
        daemon.published()
        shown_as(watcher, daemon.uri(away), "away")
        server.stop()
        simulator.book(busy, moment(-60), moment(3_600))
        daemon.control("force", busy)
        wait_for("the failure", lambda: daemon.report()["queued"] or daemon.report()["last_error"])
        server.start()
        began = time.monotonic()
        with Watcher(server.address(transport), transport, certificates.ca) as phone:
            phone.subscribe(*map(daemon.uri, daemon.users))
            # The next try is by the times of the outbox; from then on it is a matter of a second.
            for user in daemon.users:
                expected = {away: "away", busy: "meeting"}.get(user, "available")
                shown_as(phone, daemon.uri(user), expected, patience=120)
            restored = time.monotonic() - began
            # And it hears of what changes from then on.
            daemon.control("override", busy, "away")
            shown_as(phone, daemon.uri(busy), "away")
            daemon.control("override", busy, "--clear")
            shown_as(phone, daemon.uri(busy), "meeting")
            simulator.book(daemon.users[2], moment(-60), moment(3_600))
            daemon.control("force", daemon.users[2])
            shown_as(phone, daemon.uri(daemon.users[2]), "meeting")
            daemon.control("disable", away)
            shown_as(phone, daemon.uri(away), None)
        print(f"all 30 users are there again {restored:.1f} s after the start")
        assert restored < 120


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_that_starts_again_goes_on_with_its_tags(tmp_path, server, number):
    with publishing(tmp_path, server) as (simulator, daemon, watcher):
        user = daemon.users[0]
        uri = daemon.uri(user)
        daemon.start().scanned()
        daemon.published()
        (only,) = shown_as(watcher, uri, "available").tuples
        daemon.stop(number)
        simulator.book(user, moment(-60), moment(3_600))
        daemon.start()
        daemon.control("force")
        assert shown_as(watcher, uri, "meeting").tuples == [only]
        # Neither a second publication nor one that was left to end by itself.
        daemon.published()
        for other in daemon.users[1:]:
            shown_as(watcher, daemon.uri(other), "available")
        daemon.control("disable", user)
        shown_as(watcher, uri, None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kills_at_any_moment_leave_the_right_state(tmp_path, server, seed):
    """A kill between an answer and its writing down may leave a second publication with the same id behind, until it ends:
    a minute here, and the server looks every ten seconds."""
    left_behind = 60 + 10 + SOON
    chance = random.Random(seed)
    booked = {}
    with publishing(tmp_path, server, users=10, expires="1m") as (simulator, daemon, watcher):
        daemon.start().scanned()
        for _ in range(4):
            for user in chance.sample(daemon.users, 5):
                if user in booked:
                    simulator.cancel(user, booked.pop(user))
                else:
                    booked[user] = simulator.book(user, moment(-60), moment(3_600))
            daemon.send(signal.SIGUSR1)
            time.sleep(chance.random() * 0.3)
            daemon.stop(signal.SIGKILL)
            daemon.start()
        daemon.control("force")
        daemon.published()
        with Watcher(server.address("udp")) as phone:
            phone.subscribe(*map(daemon.uri, daemon.users))
            for user in daemon.users:
                uri, expected = daemon.uri(user), "meeting" if user in booked else "available"

                def newest():
                    shown = phone.shown(uri)
                    return shown and len(set(shown.tuples)) == 1 and ("meeting" in shown.activities) == (expected == "meeting")

                wait_for(f"{user} to be {expected}, with one id", newest, left_behind)


def test_a_changed_extension_takes_the_old_one_back(tmp_path, server):
    with publishing(tmp_path, server, users=2) as (simulator, daemon, watcher):
        old = daemon.uri(daemon.users[0])
        new = f"sip:777@{DOMAIN}"
        watcher.subscribe(new)
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        daemon.start().scanned()
        shown_as(watcher, old, "meeting")
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace('extension = "200"', 'extension = "777"'))
        reload(daemon)
        shown_as(watcher, new, "meeting")
        shown_as(watcher, old, None)
        shown_as(watcher, daemon.uri(daemon.users[1]), "available")


def test_a_user_that_is_taken_out_is_taken_back(tmp_path, server):
    with publishing(tmp_path, server, users=3) as (simulator, daemon, watcher):
        uris = [daemon.uri(user) for user in daemon.users]
        daemon.start().scanned()
        for uri in uris:
            shown_as(watcher, uri, "available")
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace(f'[[user]]\naddress = "{daemon.users[2]}"\nextension = "202"\n', ""))
        reload(daemon)
        shown_as(watcher, uris[2], None)
        shown_as(watcher, uris[1], "available")


def test_only_those_of_the_audience_are_published(tmp_path, server):
    with publishing(tmp_path, server, users=3, extensions=["?01", "3*"], presences=["meeting"]) as (simulator, daemon, watcher):
        for user in daemon.users:
            simulator.book(user, moment(-60), moment(3_600))
        daemon.start().scanned()
        shown_as(watcher, daemon.uri(daemon.users[1]), "meeting")
        daemon.published()
        # The end of a meeting is that nothing is published, whatever follows.
        daemon.control("override", daemon.users[1], "available")
        shown_as(watcher, daemon.uri(daemon.users[1]), None)
        daemon.control("override", daemon.users[1], "away")
        daemon.published()
        shown_as(watcher, daemon.uri(daemon.users[1]), None)
        daemon.control("override", daemon.users[1], "--clear")
        shown_as(watcher, daemon.uri(daemon.users[1]), "meeting")
        for user in (daemon.users[0], daemon.users[2]):
            assert watcher.shown(daemon.uri(user)) is None


def test_publications_are_refreshed_before_they_end(tmp_path, server):
    """The shortest life that a publication may have is a minute; it is there after one and a half, and told of once."""
    with publishing(tmp_path, server, users=3, expires="1m") as (simulator, daemon, watcher):
        daemon.start().scanned()
        for user in daemon.users:
            shown_as(watcher, daemon.uri(user), "available")
        time.sleep(95)
        with Watcher(server.address("udp")) as phone:
            phone.subscribe(*map(daemon.uri, daemon.users))
            for user in daemon.users:
                shown_as(phone, daemon.uri(user), "available")
        for user in daemon.users:
            presences = [entry.shown and entry.shown.presence for entry in watcher.told(daemon.uri(user))]
            changes = [new for old, new in zip([None, *presences], presences) if new != old]
            assert changes == ["available"], "it was never gone"


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
@pytest.mark.parametrize("way", ["naptr", "srv", "address"])
def test_the_server_is_found_by_its_names(tmp_path, certificates, way):
    """RFC 3263: NAPTR says TLS; without it and with a transport SRV tells the port; a port wants an address alone."""
    with kamailio(certificates.server("presence", "DNS:pbx.example.com,DNS:one.pbx.example.com")) as server:
        records = {
            "pbx.example.com": {"A": ["127.0.53.250"]},
            "one.pbx.example.com": {"A": ["127.0.0.1"]},
            "_sip._tcp.pbx.example.com": {"SRV": [(10, 0, server.port, "one.pbx.example.com")]},
        }
        keys = {"server": "pbx.example.com", "transport": "tcp"}
        if way == "naptr":
            records["pbx.example.com"]["NAPTR"] = [
                (20, 0, "s", "SIP+D2T", "", "_sip._tcp.pbx.example.com"),
                (10, 0, "s", "SIPS+D2T", "", "_sips._tcp.pbx.example.com"),
            ]
            records["_sips._tcp.pbx.example.com"] = {"SRV": [(10, 0, server.tls_port, "one.pbx.example.com")]}
            keys |= {"transport": None, "ca_file": str(certificates.ca)}
        elif way == "address":
            keys["server"] = f"one.pbx.example.com:{server.port}"
        with (
            name_server(records) as names,
            world(names) as known,
            Simulator(tmp_path, mailboxes=1) as simulator,
            Publishing(tmp_path, simulator, ["user0001@example.com"], **keys) as daemon,
            Watcher(server.address("udp")) as watcher,
        ):
            daemon.prefix = known.prefix
            uri = daemon.uri(daemon.users[0])
            watcher.subscribe(uri)
            daemon.start().scanned()
            shown_as(watcher, uri, "available")
            asked = {kind for _, kind in names.asked}
            assert ("SRV" in asked) == (way != "address")
            asked = {kind for owner, kind in names.asked if owner == "pbx.example.com"}
            services = {owner for owner, kind in names.asked if kind == "SRV"}
            # What NAPTR prefers is what SRV is asked for, and nothing else is.
            assert ("NAPTR" in asked) == (way == "naptr")
            assert services == {"naptr": {"_sips._tcp.pbx.example.com"}, "srv": {"_sip._tcp.pbx.example.com"}}.get(way, set())
