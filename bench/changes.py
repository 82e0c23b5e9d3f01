"""Changes at a rate, and how long it takes until somebody is told."""

import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from arrivals import Arrivals

# How long a change may take until it is counted as lost, in seconds.
PATIENCE = 60


def free_users(server, count):
    """As many users as asked for who have nothing in their calendars near now."""
    busy = {address for address, intervals in server.control("GET", "truth?from=-5m&until=%2B2h").items() if intervals}
    free = [address for address in server.addresses if address not in busy][:count]
    if len(free) < count:
        raise RuntimeError(f"{count} users that are free are needed; there are {len(free)}: give more mailboxes")
    return free


def make(server, rate, seconds):
    """Changes presences `rate` times a second: books an appointment that has begun for each of half as many users, then
    cancels one after the other.

    Returns the moment of each change, just before it was ordered, by user and presence.
    """
    count = rate * seconds
    users = free_users(server, count // 2)
    now = datetime.now(timezone.utc)
    start, end = ((now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ") for minutes in (-1, 60))
    order = {"start": start, "end": end, "busy_type": "BUSY"}
    booked, made, began = {}, {}, time.time()
    for number in range(2 * len(users)):
        time.sleep(max(0, began + number / rate - time.time()))
        user = users[number % len(users)]
        path = f"mailboxes/{user}/appointments"
        if user in booked:
            made[user, "available"] = time.time()
            server.control("POST", f"{path}/cancel", {"id": booked[user]})
        else:
            made[user, "meeting"] = time.time()
            booked[user] = server.control("POST", path, order)["id"]
    return made


def delays(made, heard):
    """From each change to the first that was heard of it, in seconds."""
    first = {}
    for stamp, user, presence in heard:
        moment = made.get((user, presence))
        if moment is not None and stamp >= moment:
            first.setdefault((user, presence), stamp - moment)
    return list(first.values())


def all_delays(made, heard):
    """The same when all are heard of, or no more is to be expected. `heard` returns what was heard until then."""
    deadline = time.time() + PATIENCE
    while True:
        found = delays(made, heard())
        if len(found) == len(made) or time.time() > deadline:
            return found
        time.sleep(1)


class HookCalls:
    """A hook that tells us at once that it was run."""

    def __init__(self, folder):
        path = Path(folder) / "calls"
        os.mkfifo(path)
        # Both ends, so that neither waits for the other.
        self.end = os.open(path, os.O_RDWR)
        self.command = [Path(__file__).with_name("hook"), path]
        self.calls = Arrivals(lambda: os.read(self.end, 1 << 16))

    def presences(self):
        """The moment, the user and the presence of each call."""
        for stamp, line in self.calls.lines():
            yield stamp, *line.split()
