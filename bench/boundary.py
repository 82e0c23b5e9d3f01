"""The second table: what the telephone feels when everybody's appointment starts at the same second."""

import json
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from daemon import Daemon
from process import cpu_seconds

# From booking to the first start: the bookings, the start of the daemon and its scan fall in here.
LEAD = timedelta(seconds=40)
# How long before the appointments end the events are counted.
MARGIN = timedelta(seconds=1)


@dataclass
class Flip:
    """One boundary: delays after it in seconds, None where no hook was told."""

    first_event: float
    last_event: float
    cpu: float
    last_delivery: float | None


def text(moment):
    """A moment as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def book(server, starts, length):
    """Has everybody's appointments begin at `starts`, with nothing else near them."""
    ends = [start + length for start in starts]
    window = f"from={text(starts[0] - timedelta(minutes=1))}&to={text(ends[-1] + timedelta(minutes=1))}"
    for address in server.addresses:
        path = f"mailboxes/{address}/appointments"
        for appointment in server.control("GET", f"{path}?{window}"):
            server.control("POST", f"{path}/cancel", {"id": appointment["id"]})
        for start, end in zip(starts, ends):
            server.control("POST", path, {"start": text(start), "end": text(end), "busy_type": "BUSY"})


def flips(server, count, distance, with_hook):
    """Lets everybody's appointments start together `count` times, `distance` apart, and tells of each."""
    starts = [datetime.now(timezone.utc).replace(microsecond=0) + LEAD + distance * number for number in range(count)]
    book(server, starts, distance / 2)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        deliveries = Path(folder) / "deliveries"
        deliveries.touch()
        hook = ["/usr/bin/tee", "--append", deliveries] if with_hook else None
        with Daemon(Path(folder) / "daemon", server.url, server.addresses, hook) as daemon:
            daemon.scan()
            stream = daemon.watch()
            daemon.delivered()
            if seconds_until(starts[0]) < 2:
                raise RuntimeError(f"the machine is too slow: all should have been ready within {LEAD}")
            # Seen shortly before the appointments end again.
            sights = [(start, start + distance / 2 - MARGIN) for start in starts]
            return [flip(daemon, stream, start, end, deliveries if with_hook else None) for start, end in sights]


def flip(daemon, stream, start, end, deliveries):
    """Waits for one start, and at `end` looks at what came of it."""
    time.sleep(seconds_until(start - MARGIN))
    cpu = cpu_seconds(daemon.pid)
    time.sleep(seconds_until(end))
    cpu = cpu_seconds(daemon.pid) - cpu
    users = daemon.get("/v1/status")["users"]
    arrived = meetings_since(stream, start)
    if not len(arrived) == users["meeting"] == users["total"]:
        raise RuntimeError(f"{len(arrived)} users were announced as in a meeting; the daemon counts {users}")
    delays = [stamp - start.timestamp() for stamp in arrived]
    return Flip(delays[0], delays[-1], cpu, deliveries and last_delivery(deliveries, start, len(arrived)))


def meetings_since(stream, start):
    """When the events arrived that say that somebody is in a meeting since `start`; in order."""
    since = f'"since":"{text(start)}"'
    return [
        stamp
        for stamp, line in stream.lines()
        if line.startswith('data: {"') and since in line and json.loads(line[6:])["presence"] == "meeting"
    ]


def last_delivery(deliveries, start, count):
    """How long after `start` the last hook wrote down what it was told: the time of the file's last change."""
    told = deliveries.read_text().count(f'"since":"{text(start)}"')
    if told != count:
        raise RuntimeError(f"{told} of {count} hooks were told in time; give --distance more seconds")
    return deliveries.stat().st_mtime - start.timestamp()


def seconds_until(moment):
    """Never less than nothing."""
    return max(0, moment.timestamp() - time.time())
