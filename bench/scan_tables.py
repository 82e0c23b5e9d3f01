"""Reading everybody for the first time, and everybody's appointment starting at once: the first two tables."""

import shlex
from datetime import timedelta
from functools import partial

import boundary
from report import compared, note, say, spread, table
from scan import scan_by_exchangelib, scan_by_freebusyd, traffic
from server import Server

# What the first table tells of a scan: a name, a number and its digits.
SCAN_ROWS = [
    ("start to end of scan, s", lambda scan: scan.wall, 2),
    ("scan alone, s", lambda scan: scan.scan_wall, 2),
    ("CPU, start to end of scan, s", lambda scan: scan.cpu, 2),
    ("CPU, scan alone, s", lambda scan: scan.scan_cpu, 2),
    ("peak RSS, MiB", lambda scan: scan.peak / (1 << 20), 2),
    ("CPU of the server, s", lambda scan: scan.server_cpu, 2),
]

# What it tells of the pass that is not timed.
TRAFFIC_ROWS = [
    ("connections", lambda traffic: traffic.connections, 0),
    ("sent, KiB", lambda traffic: traffic.sent / 1024, 0),
    ("received, KiB", lambda traffic: traffic.received / 1024, 0),
]

# What the second table tells of a boundary.
FLIP_ROWS = [
    ("boundary to first event, s", lambda flip: flip.first_event),
    ("boundary to last event, s", lambda flip: flip.last_event),
    ("boundary to last delivery, s", lambda flip: flip.last_delivery),
    ("CPU of the daemon, s", lambda flip: flip.cpu),
]


def add_options(parser):
    parser.add_argument("--mailboxes", type=int, default=1000)
    parser.add_argument("--appointments", type=int, default=20, help="of each mailbox")
    parser.add_argument("--runs", type=int, default=3, help="of each measurement")
    parser.add_argument("--connections", type=int, default=10, help="of exchangelib, where it has several")
    parser.add_argument(
        "--distance", type=int, default=40, help="seconds between boundaries; a hook for each user must fit in half of it"
    )


def measure(options):
    mailboxes, runs = options.mailboxes, options.runs
    with Server(mailboxes, options.appointments) as server:
        say(f"First scan of {mailboxes} mailboxes × {options.appointments} appointments, median of {runs} (least–most)")
        note(f"Served by `{shlex.join(server.command)}`.")
        measure_scans(server, options)
        say(f"{mailboxes} users turn to Meeting at the same second, median of {runs} (least–most)")
        measure_boundaries(server, options)


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
    counts = [(name, lambda scan, name=name: scan.requests.get(name, 0), 0) for name in operations]
    relayed = [[traffic(server, scan)] for scan in clients.values()]

    rows = compared(SCAN_ROWS + counts, scans.values()) + compared(TRAFFIC_ROWS, relayed)
    table(["", *clients, "ratio", f"ratio, {options.connections} connections"], rows)


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
