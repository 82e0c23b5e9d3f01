"""One boundary for everybody, and how long it takes until a telephone system of a kind has been told of all."""

import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from boundary import seconds_until, text
from daemon import Daemon
from process import cpu_seconds, moment

# How long anything may take that is waited for here, in seconds.
PATIENCE = 900


@dataclass
class Told:
    """Seconds after the boundary, None where nobody can say; CPU in seconds, and memory in bytes."""

    first: float | None
    last: float | None
    # When freebusyd said that nothing waited any more.
    settled: float
    users: int
    cpu: float
    peak: int
    # What a plain Python program took for the same, and its CPU.
    plain: float
    plain_cpu: float

    @property
    def rate(self):
        """Users a second."""
        return self.users / (self.last or self.settled)


def lead(users):
    """From booking to the boundary: the bookings, the daemon's scan and what it tells at first fall in here."""
    return timedelta(seconds=20 + users * 0.02)


def book(server, start):
    """Has everybody's appointment begin at `start`; it outlasts the measurement."""
    order = {"start": text(start), "end": text(start + timedelta(hours=1)), "busy_type": "BUSY"}
    return [(address, server.control("POST", f"mailboxes/{address}/appointments", order)["id"]) for address in server.addresses]


def measure(server, kind):
    """Tells a receiver of this kind of everybody's meeting, by freebusyd and then by a plain program."""
    users = server.addresses
    start = datetime.now(timezone.utc).replace(microsecond=0) + lead(len(users))
    booked = book(server, start)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        # Kamailio's user must be able to enter.
        os.chmod(folder, 0o755)
        with kind(Path(folder)) as receiver:
            keys = "".join(f"{name} = {json.dumps(value)}\n" for name, value in receiver.keys.items())
            extra = f'[[hook]]\nname = "phone"\n{keys}'
            with Daemon(Path(folder) / "daemon", server.url, users, extra=extra, first_extension=1000) as daemon:
                daemon.scan()
                daemon.delivered()
                if seconds_until(start) < 2:
                    raise RuntimeError(f"the machine is too slow: all should have been ready within {lead(len(users))}")
                receiver.told()
                time.sleep(seconds_until(start) - 1)
                cpu = cpu_seconds(daemon.pid)
                settled = wait(daemon, start, len(users))
                cost = moment(daemon.pid)
            receiver.confirm(users)
            told = receiver.told()
            began, began_cpu = time.monotonic(), sum(os.times()[:2])
            receiver.one_after_the_other(users)
            plain, plain_cpu = time.monotonic() - began, sum(os.times()[:2]) - began_cpu
    for address, identity in booked:
        server.control("POST", f"mailboxes/{address}/appointments/cancel", {"id": identity})
    if told is not None and len(told) != len(users):
        raise RuntimeError(f"{len(told)} of {len(users)} users were told of")
    delays = sorted(stamp - start.timestamp() for stamp in told.values()) if told else [None]
    return Told(delays[0], delays[-1], settled, len(users), cost.cpu - cpu, cost.peak, plain, plain_cpu)


def wait(daemon, start, users):
    """How long after `start` everybody was in a meeting and all hooks were done."""
    time.sleep(seconds_until(start))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status = daemon.get("/v1/status")
        if status["users"]["meeting"] == users and not any(hook["queued"] for hook in status["hooks"]):
            return time.time() - start.timestamp()
        time.sleep(0.1)
    raise RuntimeError(f"not everybody was told of: {status['hooks']}")
