"""Whatever happens to notifications: when all is quiet, presence is that of the calendars, and hooks have heard of it.

Each seed makes its own calendars, changes and disturbances, the same at every run; what exactly a disturbance meets is
the machine's affair. SEEDS says how many there are; `make soak` has ten times as many.
"""
import collections
import os
import random
import signal

import pytest

from conftest import Daemon, Simulator, wait_for
from notifying import PULL, free_port, listening, push, shown
from test_daemon import moment
from test_kills import check_deliveries

SEEDS = int(os.environ.get("SEEDS", "50"))
# Of so many seeds one has a server that loses events, so that only the reconciliation finds what happened.
LOSSY = 25
# A channel carries 200, so there are two groups.
MAILBOXES = 240
ROUNDS = 3
# In each round so many while things go wrong, and as many when all is well again.
CHANGES = 400
BUSY_TYPES = {"BUSY": 5, "OOF": 3, "TENTATIVE": 1, "FREE": 1, "WORKINGELSEWHERE": 1}
USERS = [f"user{number:04}@example.com" for number in range(1, MAILBOXES + 1)]


class Diaries:
    """Books, moves and cancels at random. No appointment begins or ends while the test runs."""

    def __init__(self, simulator, chance):
        self.simulator = simulator
        self.chance = chance
        self.booked = []

    def change(self, count):
        chance = self.chance
        orders = []
        for _ in range(count):
            kind = chance.choices(["book", "move", "cancel"], [5, 3, 2])[0] if self.booked else "book"
            if kind == "book":
                user = chance.choice(USERS)
                busy_type = chance.choices(list(BUSY_TYPES), BUSY_TYPES.values())[0]
                orders.append({"user": user, "do": "book", "busy_type": busy_type, **self.times()})
            elif kind == "move":
                user, booking = chance.choice(self.booked)
                orders.append({"user": user, "do": "move", "id": booking, **self.times()})
            else:
                user, booking = self.booked.pop(chance.randrange(len(self.booked)))
                orders.append({"user": user, "do": "cancel", "id": booking})
        ids = self.simulator.ask("changes", orders)["ids"]
        self.booked += [(order["user"], id) for order, id in zip(orders, ids) if order["do"] == "book"]

    def times(self):
        """Over, under way, or far ahead."""
        start, end = self.chance.choice([(-9_000, -3_600), (-3_000, 7_200), (-600, 3_600), (7_200, 9_000)])
        return {"start": moment(start - self.chance.randrange(600)), "end": moment(end + self.chance.randrange(600))}


def streams(fault):
    return lambda simulator, daemon: simulator.disturb_streams(fault)


def restart_the_server(simulator, daemon):
    simulator.ask("restart", {})


def be_busy(simulator, daemon):
    """And send a second answer behind each refusal, that nobody asked for."""
    simulator.ask("answer-twice", {"faults": 3})
    simulator.ask("busy", {"milliseconds": 1_000})


def kill_the_daemon(simulator, daemon):
    daemon.stop(signal.SIGKILL)
    daemon.start()


def stop_the_daemon(simulator, daemon):
    assert daemon.stop() == 0
    daemon.start()


DISTURBANCES = {
    "close": streams("close"),
    "drop": streams("drop"),
    "cut": streams("cut"),
    "silence": streams("silence"),
    "restart": restart_the_server,
    "busy": be_busy,
    "kill": kill_the_daemon,
    "stop": stop_the_daemon,
}
# A server goes on calling a daemon that is no more: not too often.
OPTIONS = ["--heartbeat", 0.4, "--push-retry", 1]


def methods(chance):
    """The connector's keys, and what may happen to it. By push a server that forgets its subscriptions is found out
    only after twice the time in which it should have called: two minutes at least."""
    name = chance.choices(["auto", "streaming", "pull", "push"], [3, 4, 2, 1])[0]
    if name in ("auto", "streaming"):
        return f'notification = "{name}"\nstream_silence = "1s"', list(DISTURBANCES)
    apart = {"close", "drop", "cut", "silence"} | ({"restart"} if name == "push" else set())
    return PULL if name == "pull" else push(free_port()), [name for name in DISTURBANCES if name not in apart]


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_presence_is_right_at_every_quiet_point(tmp_path, seed):
    chance = random.Random(seed)
    keys, possible = methods(chance)
    is_lossy = seed % LOSSY == 1
    print(f"seed {seed}: {keys}")
    reconcile = '[scan]\nreconcile = "{}"'.format("1m" if is_lossy else "never")
    with (
        Simulator(tmp_path, mailboxes=MAILBOXES, options=OPTIONS) as simulator,
        Daemon(tmp_path, simulator, USERS, extra=reconcile, connector=keys) as daemon,
    ):
        diaries = Diaries(simulator, chance)
        killed = False
        daemon.start()
        for number in range(ROUNDS):
            for name in chance.sample(possible, 2):
                print(f"round {number + 1}: {name}")
                diaries.change(CHANGES // 3)
                killed = killed or name == "kill"
                DISTURBANCES[name](simulator, daemon)
            diaries.change(CHANGES // 3)
            quiet(simulator, daemon, patience=60)
            # Whatever was disturbed is read again anyway, which would hide an event that got lost: so now nothing is.
            listening(daemon, simulator, orphans=True)
            diaries.change(CHANGES)
            quiet(simulator, daemon, patience=60)
            daemon.delivered()
            heard_by_hooks(daemon, killed)
        if is_lossy:
            listening(daemon, simulator, orphans=True)
            simulator.ask("lose", {"changes": CHANGES})
            diaries.change(CHANGES)
            quiet(simulator, daemon, patience=150)
            daemon.delivered()
            heard_by_hooks(daemon, killed)


def quiet(simulator, daemon, patience):
    """Waits until everybody shows what stands in the calendars."""
    truth = simulator.truth()
    wrong = {}

    def agreed():
        nonlocal wrong
        now = shown(daemon)
        wrong = {user: (now.get(user), truth[user]) for user in USERS if now.get(user) != truth[user]}
        return not wrong

    try:
        wait_for("the truth", agreed, patience, pause=0.3)
    except pytest.fail.Exception:
        pytest.fail(f"{len(wrong)} show what is not in their calendars (shown, true): {wrong}\n{daemon.log()[-5_000:]}")


def heard_by_hooks(daemon, killed):
    """Everybody's events are in order, and the last is what shows."""
    events = collections.defaultdict(list)
    for event in daemon.events():
        events[event["user"]].append(event)
    for user, presence in shown(daemon).items():
        check_deliveries(events[user], presence, killed)
