"""Receivers of each kind that fail while 200 users change at random: nothing is lost, nothing goes back, memory is bounded."""
import random
import time

import pytest

from conftest import Simulator, wait_for, wait_until_equal
from receivers import RECEIVERS, WithReceiver
from upheaval import Upheaval, never_goes_back, nothing_waits, resident

USERS = 200
# Deliveries under way at once.
AT_ONCE = 8
# What the daemon may grow by, in MiB, while nothing can be delivered and everybody changes again and again.
GROWTH = 48
LIFE = 8


@pytest.mark.parametrize("fault", ["down", "slow", "garbage", "closes"])
@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_receiver_that_fails_for_a_while_is_told_everything_in_the_end(tmp_path, kind, fault):
    seed = len(kind) * 100 + len(fault)
    print(f"seed {seed}")
    chance = random.Random(seed)
    people = [f"user{number:04}@example.com" for number in range(1, USERS + 1)]
    with (
        Simulator(tmp_path, mailboxes=USERS) as simulator,
        RECEIVERS[kind](tmp_path) as receiver,
        WithReceiver(tmp_path, simulator, people, receiver, concurrency=AT_ONCE) as daemon,
    ):
        daemon.start().scanned()
        nothing_waits(daemon, "tried")
        upheaval = Upheaval(simulator, daemon, chance)
        same = lambda: {daemon.extension(user): presence for user, presence in upheaval.settled().items()}
        wait_until_equal("the receiver's view at first", receiver.presences, same)
        before = resident(daemon)
        receiver.fail(fault)
        said, peak = set(), before
        end = time.monotonic() + LIFE
        while time.monotonic() < end:
            upheaval.change(20)
            report = next(hook for hook in daemon.json("hooks") if hook["name"] == "tried")
            # Never more than one event of each user waits, behind one that is under way: a newer one takes its place.
            assert report["queued"] <= USERS + AT_ONCE
            said.add(report["last_error"])
            peak = max(peak, resident(daemon))
            time.sleep(chance.random() * 0.3)
        assert peak - before < GROWTH, f"{before:.0f} MiB became {peak:.0f} MiB"
        if fault == "slow":
            assert said <= {None} | {text for text in said if text and receiver.names("slow", text)}
        else:
            wrong = [text for text in said if text and not receiver.names(fault, text)]
            named = [text for text in said if text and receiver.names(fault, text)]
            assert named and not wrong, said
        receiver.heal()
        upheaval.settled()
        nothing_waits(daemon, "tried")
        wait_until_equal("the receiver's view in the end", receiver.presences, same)
        for user in people:
            never_goes_back(receiver.order(daemon.extension(user)), f"{kind}: {user}")
        # What follows an outage, or a login, may have come in between.
        nothing_waits(daemon, "tried")
        # The others were not held up.
        assert {event["user"] for event in daemon.delivered()} == set(people)


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_daemon_that_is_killed_while_a_receiver_fails_tells_everything_after_all(tmp_path, kind):
    chance = random.Random(len(kind))
    people = [f"user{number:04}@example.com" for number in range(1, 31)]
    with (
        Simulator(tmp_path, mailboxes=len(people)) as simulator,
        RECEIVERS[kind](tmp_path) as receiver,
        WithReceiver(tmp_path, simulator, people, receiver) as daemon,
    ):
        daemon.start().scanned()
        nothing_waits(daemon, "tried")
        upheaval = Upheaval(simulator, daemon, chance)
        for fault in ("down", "closes", "garbage"):
            receiver.fail(fault)
            upheaval.change(15)
            time.sleep(chance.random())
            daemon.process.kill()
            daemon.process.wait()
            receiver.heal()
            daemon.start()
        shown = upheaval.settled()
        nothing_waits(daemon, "tried")
        wait_until_equal("the receiver's view", receiver.presences, lambda: {daemon.extension(user): shown[user] for user in people})
        for user in people:
            never_goes_back(receiver.order(daemon.extension(user)), f"{kind}: {user}")


@pytest.mark.parametrize("kind", RECEIVERS)
def test_after_an_outage_and_on_demand_the_whole_state_is_told_once_and_paced(tmp_path, kind):
    people = [f"user{number:04}@example.com" for number in range(1, 31)]
    keys = {"resend_rate": 10, "resend_after_outage": "2s"}
    with (
        Simulator(tmp_path, mailboxes=len(people)) as simulator,
        RECEIVERS[kind](tmp_path) as receiver,
        WithReceiver(tmp_path, simulator, people, receiver, **keys) as daemon,
    ):
        daemon.start().scanned()
        nothing_waits(daemon, "tried")
        expected = {daemon.extension(user): "available" for user in people}
        wait_until_equal("the receiver's view", receiver.presences, lambda: expected)
        receiver.forget()
        began = time.monotonic()
        daemon.control("hooks", "--resend", "tried")
        wait_until_equal("the receiver's view after --resend", receiver.presences, lambda: expected)
        # 30 users at 10 a second, of which the first ten may go at once; a presence server that has forgotten its tags has
        # some of them looked at before their turn.
        assert time.monotonic() - began > 1
        time.sleep(1)
        assert receiver.told_since_forgotten() == len(people), "each once"
        if kind == "exec":
            # A program says nothing of the receiver behind it, so that there is no outage.
            return
        receiver.fail("down")
        Upheaval(simulator, daemon, random.Random(1)).change(1)
        wait_for("the failure", lambda: next(hook for hook in daemon.json("hooks") if hook["name"] == "tried")["last_error"])
        time.sleep(3)
        receiver.forget()
        began = time.monotonic()
        receiver.heal()
        wait_for("everybody to be told of", lambda: len(receiver.presences()) == len(people), 120)
        assert time.monotonic() - began > 1, "ten at once, then ten a second"
        nothing_waits(daemon, "tried")
        # Each once, and whoever showed that the receiver is back.
        assert len(people) <= receiver.told_since_forgotten() <= len(people) + 2
        wait_until_equal(
            "the receiver's view after the outage", receiver.presences,
            lambda: {daemon.extension(user["address"]): user["presence"] for user in daemon.json("users")},
        )
