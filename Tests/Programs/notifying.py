"""What the tests of notifications share: how a server tells of changes, and when that has begun."""
import contextlib
import re
import socket

from conftest import Daemon, Simulator, wait_for, wait_until_equal

# A server in a hurry: it says something twice a second, and does not wait long before it calls again.
HURRY = ["--heartbeat", 0.5, "--push-retry", 0.1]
# What a server measures in minutes takes seconds: also a stream's life, so that this is not for streams.
SHORT_MINUTES = ["--minute", 1]
STREAMING = 'notification = "streaming"\nstream_silence = "2s"'
PULL = 'notification = "pull"\npoll_interval = "1s"'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def push(port, scheme="http", certificate=None):
    """Calls on loopback; with https a certificate and its key are needed."""
    text = f'notification = "push"\ncallback_url = "{scheme}://127.0.0.1:{port}/ews"\n'
    text += f'callback_listen = "127.0.0.1:{port}"\nstatus_frequency = "1m"\n'
    if certificate:
        text += f'callback_certificate = "{certificate.chain}"\ncallback_private_key = "{certificate.key}"\n'
    return text


def connector(method):
    """The connector's keys for a method, by its name."""
    return {"streaming": lambda: STREAMING, "pull": lambda: PULL, "push": lambda: push(free_port())}[method]()


@contextlib.contextmanager
def notified(folder, keys, users=5, options=(), extra="", **arguments):
    """A simulator, and a daemon that has begun to hear of the changes of all its mailboxes."""
    addresses = [f"user{number:04}@example.com" for number in range(1, users + 1)]
    with (
        Simulator(folder, mailboxes=users, options=[*HURRY, *options], **arguments) as simulator,
        Daemon(folder, simulator, addresses, extra=extra, connector=keys) as daemon,
    ):
        daemon.start().scanned()
        listening(daemon, simulator)
        yield simulator, daemon


def counts(daemon):
    return daemon.json("status")["connectors"][0]["subscriptions"]


def remembered(daemon):
    """The ids in the daemon's database by mailbox, sorted."""
    with contextlib.closing(daemon.database()) as database:
        return sorted(database.execute("SELECT address, id FROM subscription").fetchall())


def known(simulator):
    """The server's subscriptions in the same form."""
    return sorted((entry["mailbox"], entry["id"]) for entry in simulator.subscriptions())


def listening(daemon, simulator, orphans=False):
    """Waits until every mailbox has a subscription that both know of, and a stream where it needs one.

    With `orphans` the server may know of more: those that a daemon was killed before it had written down."""
    all_active = {"active": len(daemon.users), "pending": 0, "failed": 0}
    wait_until_equal("all to be subscribed to", lambda: counts(daemon), lambda: all_active)
    wait_until_equal("a record of each", lambda: [user for user, _ in remembered(daemon)], lambda: daemon.users)

    def made():
        ours = remembered(daemon)
        entries = simulator.subscriptions()
        return sorted(
            (entry["mailbox"], entry["id"])
            for entry in entries
            if not orphans or (entry["mailbox"], entry["id"]) in ours
        )

    wait_until_equal("the same at the server", made, lambda: remembered(daemon))

    def carried():
        ours = {id for _, id in remembered(daemon)}
        return all(
            entry["is_streamed"] or entry["delivery"] != "streaming"
            for entry in simulator.subscriptions()
            if entry["id"] in ours
        )

    wait_for("streams that carry them", carried)


def shown(daemon):
    return {user["address"]: user["presence"] for user in daemon.json("users")}


def shows(daemon, user, presence):
    wait_for(f"{user} to be {presence}", lambda: shown(daemon)[user] == presence)


def messages(daemon):
    """The lines of the log without their levels."""
    return [re.sub(r"^<\d>", "", line) for line in daemon.log().splitlines()]
