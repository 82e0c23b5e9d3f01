"""The first table: one scan of all mailboxes by freebusyd, and the same reading by exchangelib."""

import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import exchangelib_scan
from daemon import Daemon
from process import Process
from relay import Relay
from server import PASSWORD, USERNAME

# What freebusyd reads by default: from the last midnight (UTC) to the first that is at least 8 days ahead.
WINDOW = timedelta(days=9)


@dataclass
class Scan:
    """What one scan took."""

    # From the start of the process to the end of the scan, and the scan alone, in seconds of the clock and of the CPU.
    wall: float
    scan_wall: float
    cpu: float
    scan_cpu: float
    # The most memory that was resident until then, in bytes.
    peak: int
    # What the server used meanwhile, in seconds.
    server_cpu: float
    # Requests by operation.
    requests: dict


def result(process, moments, server, server_cpu):
    """What is to be told of a scan between two moments of a process."""
    start, end = moments
    return Scan(
        wall=end.time - process.started,
        scan_wall=end.time - start.time,
        cpu=end.cpu,
        scan_cpu=end.cpu - start.cpu,
        peak=end.peak,
        server_cpu=server.cpu() - server_cpu,
        requests=server.counters(),
    )


def scan_by_freebusyd(server, url):
    """The first scan of a daemon that knows nothing yet."""
    server.counters()
    server_cpu = server.cpu()
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        with Daemon(Path(folder) / "daemon", url, server.addresses) as daemon:
            return result(daemon, daemon.scan(), server, server_cpu)


def scan_by_exchangelib(server, url, connections):
    """The same by a program that keeps nothing of it."""
    server.counters()
    server_cpu = server.cpu()
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    window = [midnight.isoformat(), (midnight + WINDOW).isoformat()]
    marks = [exchangelib_scan.SCANNING, exchangelib_scan.CALENDARS, exchangelib_scan.FINISHED]
    command = [sys.executable, exchangelib_scan.__file__, url, USERNAME, PASSWORD, *window, connections]
    with Process(command, marks) as process:
        process.process.stdin.write("\n".join(server.addresses) + "\n\n")
        process.process.stdin.flush()
        start, _, end = [process.reaches(mark) for mark in marks]
        return result(process, (start, end), server, server_cpu)


def traffic(server, scan):
    """The connections and bytes of a scan, counted in a pass of its own that is not timed."""
    with Relay(server.port) as relay:
        scan(server, server.url.replace(f":{server.port}/", f":{relay.port}/"))
    return relay
