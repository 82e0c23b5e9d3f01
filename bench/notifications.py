"""What it takes to be told of changes, for one client: to subscribe, to wait, and to tell in turn."""

import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import changes
from listeners import Freebusyd, PythonProgram
from process import moment

# How many subscriptions share a stream: freebusyd's number, and Exchange's limit.
PER_STREAM = 200
# Nothing was asked of the server for so many seconds: the client has done all that there is to do.
QUIET = 3


@dataclass
class Start:
    """From the start of a program until it knows all and rests."""

    # Until everybody is subscribed to and the last stream is open, in seconds.
    subscribed: float
    # Until the last request.
    wall: float
    # At the end.
    cpu: float
    server_cpu: float
    peak: int
    streams: int
    requests: dict


@dataclass
class Span:
    """A while in which a program waited or told, in seconds of the CPU."""

    cpu: float
    server_cpu: float
    # At the end, in bytes.
    resident: int
    requests: dict


@dataclass
class Flow:
    """Changes, and from each to its being told, in seconds."""

    made: int
    # What was reached, in changes a second.
    rate: float
    delays: list
    span: Span


@dataclass
class Result:
    """All that is measured of a client."""

    mailboxes: int
    start: Start
    idle: Span
    events: Flow
    hooks: Flow


class Spending:
    """What a client and its server have used, and asked, since this was made."""

    def __init__(self, server, client):
        self.server, self.client = server, client
        server.counters()
        self.server_cpu, self.cpu = server.cpu(), moment(client.pid).cpu

    def span(self):
        now = moment(self.client.pid)
        server_cpu = self.server.cpu() - self.server_cpu
        return Span(now.cpu - self.cpu, server_cpu, now.resident, self.server.counters())


def start(server, client):
    """Waits until a client that was just started rests."""
    streams = math.ceil(len(server.addresses) / PER_STREAM)
    spending = Spending(server, client)
    client.subscribed()
    while server.control("GET", "streams")["streams"] < streams:
        client.check()
        time.sleep(0.02)
    subscribed = time.monotonic() - client.started
    client.knows_all()
    end = rests(server) - client.started
    span = spending.span()
    now = moment(client.pid)
    return Start(subscribed, end, now.cpu, span.server_cpu, now.peak, streams, span.requests)


def rests(server):
    """Returns once nothing was asked for a while: the moment of the last request."""
    counters, since = None, time.monotonic()
    while time.monotonic() - since < QUIET:
        now = server.control("GET", "counters")
        if now != counters:
            counters, since = now, time.monotonic()
        time.sleep(0.1)
    return since


def idle(server, client, seconds):
    spending = Spending(server, client)
    time.sleep(seconds)
    return spending.span()


def flow(server, client, options, heard):
    """Makes changes; `heard` tells what has come of them until now."""
    rests(server)
    spending = Spending(server, client)
    made = changes.make(server, options.rate, options.seconds)
    delays = changes.all_delays(made, heard)
    length = max(made.values()) - min(made.values())
    return Flow(len(made), (len(made) - 1) / length, delays, spending.span())


def by_freebusyd(server, options):
    """Starts it twice, the second time with a hook, which is run for everybody at the start."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        with Freebusyd(Path(folder) / "daemon", server) as daemon:
            began = start(server, daemon)
            waited = idle(server, daemon, options.idle)
            stream = daemon.watch()
            events = flow(server, daemon, options, lambda: daemon.presences(stream))
        calls = changes.HookCalls(folder)
        with Freebusyd(Path(folder) / "daemon with hook", server, calls.command) as daemon:
            start(server, daemon)
            daemon.delivered()
            hooks = flow(server, daemon, options, calls.presences)
    return Result(len(server.addresses), began, waited, events, hooks)


def by_exchangelib(server, options):
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        with PythonProgram(server, options.connections) as program:
            began = start(server, program)
            waited = idle(server, program, options.idle)
            events = flow(server, program, options, program.presences)
            calls = changes.HookCalls(folder)
            program.use_hook(calls.command)
            hooks = flow(server, program, options, calls.presences)
    return Result(len(server.addresses), began, waited, events, hooks)
