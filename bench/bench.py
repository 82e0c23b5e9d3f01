"""Measures freebusyd and, beside it, exchangelib at the same work on the same server. It asserts nothing.

Prints Markdown; docs/benchmarks.md says what is compared and what is not.
"""

import argparse
import shlex
import sys
from datetime import timedelta
from functools import partial
from importlib.metadata import version

import boundary
import machine
from report import ratio, say, spread, table
from scan import scan_by_exchangelib, scan_by_freebusyd, traffic
from server import Server

# What the first table tells of a scan: a name and a number.
SCAN_ROWS = [
    ("start to end of scan, s", lambda scan: scan.wall),
    ("scan alone, s", lambda scan: scan.scan_wall),
    ("CPU, start to end of scan, s", lambda scan: scan.cpu),
    ("CPU, scan alone, s", lambda scan: scan.scan_cpu),
    ("peak RSS, MiB", lambda scan: scan.peak / (1 << 20)),
    ("CPU of the server, s", lambda scan: scan.server_cpu),
]

# What it tells of the pass that is not timed.
TRAFFIC_ROWS = [
    ("connections", lambda traffic: traffic.connections),
    ("sent, KiB", lambda traffic: traffic.sent / 1024),
    ("received, KiB", lambda traffic: traffic.received / 1024),
]

# What the second table tells of a boundary.
FLIP_ROWS = [
    ("boundary to first event, s", lambda flip: flip.first_event),
    ("boundary to last event, s", lambda flip: flip.last_event),
    ("boundary to last delivery, s", lambda flip: flip.last_delivery),
    ("CPU of the daemon, s", lambda flip: flip.cpu),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailboxes", type=int, default=1000)
    parser.add_argument("--appointments", type=int, default=20, help="of each mailbox")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement")
    parser.add_argument("--connections", type=int, default=10, help="of exchangelib, where it has several")
    parser.add_argument(
        "--distance", type=int, default=40, help="seconds between boundaries; a hook for each user must fit in half of it"
    )
    return parser.parse_args()


def measure_scans(server, options):
    """Prints the first table: a column a client, then how many times freebusyd's number the others' are."""
    clients = {
        "freebusyd": scan_by_freebusyd,
        "exchangelib": partial(scan_by_exchangelib, connections=1),
        f"exchangelib, {options.connections} connections": partial(
            scan_by_exchangelib, connections=options.connections
        ),
    }
    scans = {name: [] for name in clients}
    # In turn, so that a busy minute of the machine strikes all of them.
    for _ in range(options.runs):
        for name, scan in clients.items():
            scans[name].append(scan(server, server.url))
    operations = sorted({operation for runs in scans.values() for scan in runs for operation in scan.requests})
    counts = [(name, lambda scan, name=name: scan.requests.get(name, 0)) for name in operations]
    relayed = [[traffic(server, scan)] for scan in clients.values()]

    rows = compared(SCAN_ROWS, scans.values(), 2) + compared(counts, scans.values(), 0)
    rows += compared(TRAFFIC_ROWS, relayed, 0)
    table(["", *clients, "ratio", f"ratio, {options.connections} connections"], rows)


def compared(rows, columns, digits):
    """The numbers of each column, and their ratio to those of the first."""
    cells = []
    for name, number in rows:
        values = [[number(result) for result in results] for results in columns]
        ratios = [ratio(others, values[0]) for others in values[1:]]
        cells.append([name, *[spread(numbers, digits) for numbers in values], *ratios])
    return cells


def measure_boundaries(server, options):
    """Prints the second table: a column without a hook and one with it."""
    flips = {
        "no hook": boundary.flips(server, options.runs, timedelta(seconds=10), with_hook=False),
        "an exec hook": boundary.flips(server, options.runs, timedelta(seconds=options.distance), with_hook=True),
    }
    rows = []
    for name, number in FLIP_ROWS:
        columns = [[number(flip) for flip in runs] for runs in flips.values()]
        rows.append([name, *["–" if None in values else spread(values) for values in columns]])
    table(["", *flips], rows)


def main():
    options = arguments()
    mailboxes, runs = options.mailboxes, options.runs
    with Server(mailboxes, options.appointments) as server:
        say("Machine and programs")
        programs = [
            ("exchangelib", version("exchangelib")),
            ("server", f"`{shlex.join(server.command)}`"),
            ("command", f"`{shlex.join(['bench/run', *sys.argv[1:]])}`"),
        ]
        table(["", ""], machine.facts() + programs)
        say(f"First scan of {mailboxes} mailboxes × {options.appointments} appointments, median of {runs} (least–most)")
        measure_scans(server, options)
        say(f"{mailboxes} users turn to Meeting at the same second, median of {runs} (least–most)")
        measure_boundaries(server, options)


if __name__ == "__main__":
    main()
