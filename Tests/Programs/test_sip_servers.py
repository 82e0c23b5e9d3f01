"""sip-publish against a server that does what Kamailio does not: it refuses, is busy, is silent, and answers nonsense."""
import random

import pytest

from conftest import Simulator, wait_for, wait_until_equal
from fronts.certificates import Certificates
from fronts.presence_server import (
    PresenceServer, Answer, at_random, busy, doubled, garbage, gone, half, lost, once_for_each, silence, wrong_branch,
)
from publishing import Publishing
from upheaval import Upheaval, never_goes_back, nothing_waits, numbers

USERS = 40
SEEDS = [1, 2]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def told(tmp_path):
    """A function that sets up simulator, server and a daemon that has told the server of everybody."""
    stack = []

    def enter(context):
        stack.append(context)
        return context.__enter__()

    def make(transport="udp", users=USERS, script=None, keys=None, **options):
        people = [f"user{number:04}@example.com" for number in range(1, users + 1)]
        simulator = enter(Simulator(tmp_path, mailboxes=users))
        server = enter(PresenceServer(transport, **options))
        server.script = script
        daemon = enter(Publishing(tmp_path, simulator, people, server.address, transport, **{"login": None, **(keys or {})}))
        daemon.start().scanned()
        return simulator, server, daemon

    yield make
    for context in reversed(stack):
        context.__exit__(None, None, None)


def agrees(server, daemon, patience=120):
    """The server shows of everybody what freebusyctl does; whoever is unknown has no publication."""

    def ours():
        return {daemon.uri(user["address"]): user["presence"] for user in daemon.json("users") if user["presence"] != "unknown"}

    wait_until_equal("the same at the server", server.presences, ours, patience)


def in_order(server, daemon):
    for user in daemon.users:
        never_goes_back(numbers(server.notes(daemon.uri(user))), user)


def one_for_each(server, daemon):
    left = sorted(server.tags.values())
    assert left == sorted(map(daemon.uri, daemon.users)), "one publication of each, and none left behind"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_challenge_is_answered_once_and_its_nonce_used_again(told, algorithm):
    simulator, server, daemon = told(
        login=("freebusyd", "a long password"), algorithm=algorithm, keys={"login": ("freebusyd", "a long password")})
    agrees(server, daemon)
    one_for_each(server, daemon)
    assert server.statuses.get(401, 0) < USERS / 2, f"a nonce is good for many: {server.statuses}"


def test_an_interval_too_brief_is_made_longer(told):
    simulator, server, daemon = told(keys={"expires": "10m"}, minimum=1_800)
    agrees(server, daemon)
    kept = [request.expires for request in server.requests if request.status == 200]
    assert len(kept) == USERS and min(kept) >= 1_800
    # What was learnt is not asked again for each.
    assert server.statuses[423] < USERS


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_tag_that_is_gone_is_not_shown_again(told, transport):
    simulator, server, daemon = told(transport)
    agrees(server, daemon)
    server.script = once_for_each(gone)
    for user in daemon.users:
        simulator.reply(user, state="enabled", internal="Announcement 1", external="")
    daemon.control("force")
    nothing_waits(daemon, "sip")
    agrees(server, daemon)
    one_for_each(server, daemon)
    for user in daemon.users:
        assert numbers(server.notes(daemon.uri(user)))[-1:] == [1]


def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_says(told):
    simulator, server, daemon = told()
    agrees(server, daemon)
    before = len(server.requests)
    refusals = []

    def two_refusals(server, request, published):
        if len(refusals) < 2:
            refusals.append(published.time)
            return busy(4)(server, request, published)
        return None

    server.script = two_refusals
    upheaval = Upheaval(simulator, daemon, random.Random(3))
    upheaval.change(USERS)
    error = wait_for("the error", lambda: daemon.report()["last_error"])
    assert error.startswith("hook.busy: "), error
    nothing_waits(daemon, "sip")
    agrees(server, daemon)
    times = [request.time for request in server.requests[before:]]
    # What was under way when it said so is let be.
    early = [time for time in times if refusals[-1] + 0.5 < time < refusals[-1] + 3.5]
    assert not early, f"{len(early)} requests within its rest"


def fault(name):
    return {"silence": silence, "lost": lost, "garbage": garbage, "half": half, "doubled": doubled, "wrong branch": wrong_branch}[name]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "transport, name",
    [
        ("udp", "silence"), ("udp", "lost"), ("udp", "garbage"), ("udp", "half"), ("udp", "doubled"), ("udp", "wrong branch"),
        ("tcp", "garbage"), ("tcp", "half"), ("tcp", "doubled"), ("tcp", "wrong branch"),
    ],
)
def test_nothing_is_lost_and_nothing_out_of_order(told, transport, name, seed):
    """A sixth of all requests meets the fault, and everybody changes again and again."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    simulator, server, daemon = told(transport, script=at_random(chance, 1 / 6, fault(name)))
    upheaval = Upheaval(simulator, daemon, chance)
    upheaval.live(6, count=10)
    server.script = None
    upheaval.settled()
    nothing_waits(daemon, "sip")
    agrees(server, daemon)
    in_order(server, daemon)
    if name in ("doubled", "wrong branch"):
        one_for_each(server, daemon)


def test_answers_of_odd_forms_are_understood(told):
    """Compact and folded headers, odd letter case, further headers and a body that nobody asked for (RFC 4475, 3.1.1)."""

    def odd(server, request, published):
        text = bytes(server.serve(request, published)).decode()
        head, _, _ = text.partition("\r\n\r\n")
        lines = [line for line in head.split("\r\n") if not line.startswith("Content-Length")]
        lines = [line.replace("Via: ", "v: ").replace("Call-ID: ", "i:  ").replace("SIP-ETag: ", "sip-etag \t:\r\n ") for line in lines]
        lines += ["Subject:", "X-Long: " + "x" * 2_000, "l: 5"]
        return Answer(("\r\n".join(lines) + "\r\n\r\nhello").encode())

    simulator, server, daemon = told("tcp", script=odd)
    agrees(server, daemon)
    simulator.reply(daemon.users[0], state="enabled", internal="Announcement 1", external="")
    daemon.control("force")
    agrees(server, daemon)
    one_for_each(server, daemon)


def test_10000_characters_and_hostile_words_end_nothing_early(told):
    words = "\r\nSIP-If-Match: x\r\n\r\nPUBLISH sip:1@x SIP/2.0 ]]> \x00 \x1b[31m & < > \" ' 👨‍👩‍👧 "
    simulator, server, daemon = told("tcp", users=3)
    agrees(server, daemon)
    simulator.reply(daemon.users[0], state="enabled", internal=(words.replace("\x00", "").replace("\x1b", "") * 140)[:10_000]
                    .replace("&", "&amp;").replace("<", "&lt;"), external="")
    daemon.control("force")
    nothing_waits(daemon, "sip")
    agrees(server, daemon)
    one_for_each(server, daemon)
    assert all(request.presentity in map(daemon.uri, daemon.users) for request in server.requests)
    assert set(server.statuses) == {200}
