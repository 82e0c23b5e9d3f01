"""Everybody turning to Meeting in the same second, until a telephone system of each kind has been told of all: one table."""

import shlex

from telephone_systems import KINDS
from report import note, say, table
from server import Server
from telephone import measure as measure_kind


def add_options(parser):
    parser.add_argument("--mailboxes", type=int, default=10_000)
    parser.add_argument("--kinds", nargs="*", choices=[kind.name for kind in KINDS], help="all where none is named")


def measure(options):
    """Prints a row for each kind, each beside a plain Python program that does the same one after the other."""
    say(f"{options.mailboxes} users turn to Meeting in the same second")
    rows = []
    with Server(options.mailboxes + 1, 0) as server:
        note(f"Served by `{shlex.join(server.command)}`.")
        for kind in KINDS:
            if not options.kinds or kind.name in options.kinds:
                rows.append(cells(kind.name, measure_kind(server, kind)))
    head = ["", "first told, s", "last told, s", "nothing waits, s", "users a second", "CPU, s", "peak RSS, MiB",
            "plain program, s", "its CPU, s", "ratio", "ratio of CPU", "to exec"]
    # What the last column compares with: the users a second of exec in the same run.
    base = next((row[4] for row in rows if row[0] == "exec"), None)
    table(head, [[*row, f"× {float(row[4]) / float(base):.1f}" if base else "–"] for row in rows])


def cells(name, told):
    number = lambda value, digits=2: "–" if value is None else f"{value:.{digits}f}"
    last = told.last or told.settled
    return [
        name, number(told.first), number(told.last), number(told.settled), number(told.rate, 0), number(told.cpu),
        number(told.peak / (1 << 20), 0), number(told.plain), number(told.plain_cpu), f"× {told.plain / last:.1f}",
        f"× {told.plain_cpu / told.cpu:.1f}",
    ]
