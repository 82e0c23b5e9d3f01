"""Being told of changes, from subscribing to the hook: the third to fifth tables."""

import shlex

from notifications import by_exchangelib, by_freebusyd
from report import compared, note, percentile, say, table
from server import Server

MIB = 1 << 20

# What the third table tells of the start and of the time after it: a name, a number, and its digits.
START_ROWS = [
    ("mailboxes", lambda result: result.mailboxes, 0),
    ("streams", lambda result: result.start.streams, 0),
    ("start to the last stream, s", lambda result: result.start.subscribed, 1),
    ("start to the last request, s", lambda result: result.start.wall, 1),
    ("CPU until then, s", lambda result: result.start.cpu, 1),
    ("CPU of the server until then, s", lambda result: result.start.server_cpu, 1),
    ("peak RSS until then, MiB", lambda result: result.start.peak / MIB, 0),
]
IDLE_ROWS = [
    ("CPU of {} idle seconds, s", lambda result: result.idle.cpu, 2),
    ("CPU of the server in them, s", lambda result: result.idle.server_cpu, 2),
    ("RSS after them, MiB", lambda result: result.idle.resident / MIB, 0),
]

# What the others tell of changes.
FLOW_ROWS = [
    ("changes made", lambda flow: flow.made, 0),
    ("changes a second", lambda flow: flow.rate, 1),
    ("changes told", lambda flow: len(flow.delays), 0),
    ("booking to {}, p50, ms", lambda flow: 1000 * percentile(flow.delays, 50), 1),
    ("booking to {}, p99, ms", lambda flow: 1000 * percentile(flow.delays, 99), 1),
    ("booking to {}, max, ms", lambda flow: 1000 * max(flow.delays), 1),
    ("CPU, s", lambda flow: flow.span.cpu, 2),
    ("CPU of the server, s", lambda flow: flow.span.server_cpu, 2),
]


def add_options(parser):
    parser.add_argument("--mailboxes", type=int, default=10000)
    parser.add_argument("--appointments", type=int, default=3, help="of each mailbox")
    parser.add_argument("--connections", type=int, default=10, help="of exchangelib, beside its streams")
    parser.add_argument("--idle", type=int, default=60, help="seconds without a change")
    parser.add_argument("--rate", type=int, default=100, help="changes a second")
    parser.add_argument("--seconds", type=int, default=30, help="for which changes are made")


def measure(options):
    with Server(options.mailboxes, options.appointments) as server:
        say("Subscribing, and waiting for changes")
        note(f"Served by `{shlex.join(server.command)}`.")
        results = {"freebusyd": by_freebusyd(server, options), "exchangelib": by_exchangelib(server, options)}
    clients = list(results.values())
    head = ["", *results, "ratio"]
    operations = sorted({operation for result in clients for operation in result.start.requests})
    counts = [(name, lambda result, name=name: result.start.requests.get(name, 0), 0) for name in operations]
    table(head, compared(filled(START_ROWS + counts + IDLE_ROWS, options.idle), [[result] for result in clients]))

    flows = {"event": [result.events for result in clients], "hook": [result.hooks for result in clients]}
    for told, columns in flows.items():
        say(f"{options.rate} changes a second for {options.seconds} seconds, from booking to {told}")
        operations = sorted({operation for flow in columns for operation in flow.span.requests})
        counts = [(name, lambda flow, name=name: flow.span.requests.get(name, 0), 0) for name in operations]
        table(head, compared(filled(FLOW_ROWS + counts, told), [[flow] for flow in columns]))


def filled(rows, word):
    """With a word that belongs into some names."""
    return [(name.format(word), number, digits) for name, number, digits in rows]
