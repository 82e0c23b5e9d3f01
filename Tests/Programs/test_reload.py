"""A reload, while everything goes on: whoever stays as he is notices nothing of it."""
import collections
import random
import signal
import threading

import pytest

from conftest import Daemon, Simulator, wait_for, wait_until_equal
from notifying import HURRY, STREAMING, connector, known, listening, notified, remembered, shown, shows
from test_daemon import moment
from test_kills import check_deliveries

METHODS = ["streaming", "pull", "push"]


def reload(daemon):
    before = daemon.log().count("Configuration reloaded")
    daemon.send(signal.SIGHUP)
    wait_for("the reload", lambda: daemon.log().count("Configuration reloaded") > before)


def serve(daemon, users, keys, extra=""):
    daemon.users = sorted(users)
    daemon.write_config(users, extra, keys)
    reload(daemon)


@pytest.mark.parametrize("method", METHODS)
def test_those_who_stay_keep_their_subscriptions(tmp_path, method):
    keys = connector(method)
    with notified(tmp_path, keys, users=6) as (simulator, daemon):
        everybody = list(daemon.users)
        serve(daemon, everybody[:5], keys)
        if method == "push":
            # A subscription by push ends with the answer to the server's next call.
            simulator.book(everybody[5], moment(-600), moment(600))
        wait_until_equal("the last to be let go", lambda: len(known(simulator)), lambda: 5)
        before = remembered(daemon)
        assert [user for user, _ in before] == everybody[:5]
        simulator.reset_counters()
        serve(daemon, everybody[1:], keys)
        if method == "push":
            simulator.book(everybody[0], moment(-600), moment(600))
        listening(daemon, simulator)
        after = remembered(daemon)
        assert [entry for entry in after if entry in before] == before[1:]
        assert simulator.counters()["Subscribe"] == 1
        events = daemon.delivered()
        gone = [event for event in events if event["user"] == everybody[0]]
        assert gone[-1]["presence"] == "unknown" and [e["presence"] for e in gone].count("unknown") == 1
        simulator.book(everybody[5], moment(-700), moment(700), "OOF")
        simulator.book(everybody[2], moment(-600), moment(600))
        shows(daemon, everybody[5], "away")
        shows(daemon, everybody[2], "meeting")
        assert everybody[0] not in shown(daemon)


def test_a_reload_that_changes_nothing_asks_nothing(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        simulator.reset_counters()
        streams = [entry["is_streamed"] for entry in simulator.subscriptions()]
        for _ in range(3):
            reload(daemon)
        assert [entry["is_streamed"] for entry in simulator.subscriptions()] == streams
        assert simulator.counters() == {}
        assert daemon.json("status")["state"] == "online"


def test_rules_hold_from_the_reload_on_without_a_reading(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        user = daemon.users[0]
        simulator.book(user, moment(-600), moment(600), "TENTATIVE")
        wait_for("the appointment", lambda: daemon.json("show", user)["appointments"])
        assert shown(daemon)[user] == "available"
        simulator.reset_counters()
        serve(daemon, daemon.users, STREAMING, extra='[presence]\ntentative = "away"')
        shows(daemon, user, "away")
        assert simulator.counters() == {}
        assert daemon.delivered()[-1]["presence"] == "away"


def test_a_connector_that_changes_is_made_anew_and_leaves_nothing_behind(tmp_path):
    with notified(tmp_path, STREAMING) as (simulator, daemon):
        before = remembered(daemon)
        serve(daemon, daemon.users, STREAMING.replace("2s", "3s"))
        wait_until_equal(
            "new subscriptions", lambda: set(before) & set(remembered(daemon)), lambda: set()
        )
        listening(daemon, simulator)
        simulator.book(daemon.users[1], moment(-600), moment(600))
        shows(daemon, daemon.users[1], "meeting")


def test_a_port_that_cannot_be_opened_leaves_everything_as_it_was(tmp_path):
    import socket

    keys = connector("push")
    with notified(tmp_path, keys) as (simulator, daemon), socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        old = next(line.split(":")[-1].strip('"') for line in keys.splitlines() if "callback_listen" in line)
        daemon.write_config(daemon.users[:2], connector=keys.replace(old, str(port)))
        daemon.send(signal.SIGHUP)
        wait_for("the complaint", lambda: "callback_listen" in daemon.log())
        assert len(daemon.json("users")) == 5
        simulator.book(daemon.users[4], moment(-600), moment(600))
        shows(daemon, daemon.users[4], "meeting")


def test_no_event_is_lost_to_reloads_under_load(tmp_path):
    """A thousand users, fifty changes a second, a reload every second in which some come and some go."""
    count, chance = 1_000, random.Random(4)
    everybody = [f"user{number:04}@example.com" for number in range(1, count + 1)]
    never = '[scan]\nreconcile = "never"'
    with (
        Simulator(tmp_path, mailboxes=count, options=HURRY) as simulator,
        Daemon(tmp_path, simulator, everybody, extra=never, connector=STREAMING) as daemon,
    ):
        daemon.start().scanned()
        listening(daemon, simulator)
        began = daemon.json("status")["scan"]["last_started_at"]
        over = threading.Event()

        def book():
            while not over.wait(0.2):
                orders = [
                    {
                        "user": chance.choice(everybody),
                        "do": "book",
                        "busy_type": chance.choice(["BUSY", "OOF", "FREE"]),
                        "start": moment(-chance.randrange(600, 3_600)),
                        "end": moment(chance.choice([-300, 3_600, 7_200])),
                    }
                    for _ in range(10)
                ]
                simulator.ask("changes", orders)

        booking = threading.Thread(target=book)
        booking.start()
        try:
            for round in range(10):
                away = set(random.Random(round).sample(everybody, 5 + round))
                serve(daemon, [user for user in everybody if user not in away], STREAMING, extra=never)
                over.wait(1)
        finally:
            over.set()
            booking.join()
        serve(daemon, everybody, STREAMING, extra=never)
        def wrong():
            truth, now = simulator.truth(), shown(daemon)
            return {user: (now.get(user), truth[user]) for user in everybody if now.get(user) != truth[user]}

        wait_until_equal("everybody to show the truth", wrong, dict, patience=120)
        status = daemon.json("status")
        assert status["scan"]["last_started_at"] == began
        daemon.delivered()
        events = collections.defaultdict(list)
        for event in daemon.events():
            events[event["user"]].append(event)
        for user, presence in shown(daemon).items():
            # Who was away for a while was told of as unknown, and counts on from the time he came back.
            told = events[user]
            last = max(i for i, event in enumerate(told) if event["previous"] == "unknown")
            check_deliveries(told[last:], presence)
