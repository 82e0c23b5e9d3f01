"""A kill at any moment loses nothing and repeats at most one delivery of a user, with the same id."""
import random
import signal
import time

import pytest

from test_daemon import moment

KILLS = 6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_presence_and_hooks_survive_kills(daemon, simulator, users, seed):
    print(f"seed {seed}")
    chance = random.Random(seed)
    booked = {}
    daemon.start().scanned()
    for _ in range(KILLS):
        for user in chance.sample(users, 3):
            if user in booked:
                simulator.cancel(user, booked.pop(user))
            else:
                booked[user] = simulator.book(user, moment(-60), moment(3_600), chance.choice(["BUSY", "OOF"]))
        daemon.send(signal.SIGUSR1)
        # Somewhere between the signal and the last delivery; where exactly is the machine's affair.
        time.sleep(chance.random() * 0.3)
        daemon.stop(signal.SIGKILL)
        daemon.start()
        if chance.random() < 0.5:
            daemon.scanned()
            daemon.control("force")
    daemon.control("force")
    daemon.delivered()
    for user in users:
        shown = daemon.json("show", user)["presence"]
        expected = "available"
        if user in booked:
            expected = "away" if booked[user]["busy_type"].upper() == "OOF" else "meeting"
        assert shown == expected
        check_deliveries(daemon.events(user), shown, killed=True)


def check_deliveries(events, shown, killed=False):
    """In order, the newest state last, and each repetition right after its original with the same id.

    A delivery that a kill kept from being noted is due again, and a newer change may take its place: then with what came
    before both."""
    distinct = []
    for event in events:
        if distinct and event["id"] == distinct[-1]["id"]:
            assert event == distinct[-1]
            continue
        distinct.append(event)
    assert len({event["id"] for event in distinct}) == len(distinct)
    assert [event["sequence"] for event in distinct] == sorted({event["sequence"] for event in distinct})
    assert distinct[0]["previous"] == "unknown"
    for earlier, later in zip(distinct, distinct[1:]):
        possible = {earlier["presence"], earlier["previous"]} if killed else {earlier["presence"]}
        assert later["previous"] in possible
    assert distinct[-1]["presence"] == shown
