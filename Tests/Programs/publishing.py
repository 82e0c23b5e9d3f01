"""What the tests of sip-publish share: a daemon that publishes, and a watcher that is told."""
import contextlib
import json
import os
import subprocess

from conftest import PROGRAMS, Daemon, Simulator, wait_for
from fronts.kamailio import DOMAIN, PUBLISHER
from fronts.watcher import Watcher

# How long a NOTIFY may take that takes milliseconds on an idle machine.
SOON = 30


class Publishing(Daemon):
    """The daemon with one more hook, of kind sip-publish; `prefix` goes before its command."""

    prefix = ()

    def __init__(self, folder, simulator, users, server, transport="udp", login=PUBLISHER, connector=Daemon.SILENT, **keys):
        self.keys = {
            "name": "sip", "kind": "sip-publish", "server": server, "transport": transport,
            "presentity": f"sip:{{extension}}@{DOMAIN}",
        }
        if login:
            secret = folder / "sip-password"
            secret.write_text(login[1] + "\n")
            secret.chmod(0o600)
            self.keys |= {"username": login[0], "password_file": str(secret)}
        self.keys |= keys
        super().__init__(folder, simulator, users, connector=connector)

    def write_config(self, users, extra="", connector=Daemon.SILENT):
        # JSON's strings and numbers are those of TOML.
        keys = "".join(f"{name} = {json.dumps(value)}\n" for name, value in self.keys.items() if value is not None)
        super().write_config(users, f"{extra}\n[[hook]]\n{keys}", connector)

    def start(self, wait=True):
        with open(self.log_path, "ab") as log:
            command = [*self.prefix, PROGRAMS / "freebusyd", "run", "--config", self.config]
            self.process = subprocess.Popen(command, stderr=log, env=dict(os.environ, TZ="UTC"))
        if wait:
            wait_for("the control socket", self.answers)
        return self

    def uri(self, user):
        """The address of presence of a user, by his extension in the configuration."""
        return f"sip:{200 + self.configured.index(user)}@{DOMAIN}"

    @property
    def configured(self):
        return self.users

    def report(self):
        """What freebusyctl says of the hook."""
        return next(hook for hook in self.json("hooks") if hook["name"] == "sip")

    def published(self, patience=60):
        """Returns when nothing waits for the hook."""
        wait_for(f"the hook:\n{self.report()}", lambda: self.report()["queued"] == 0, patience)
        return self


def shown_as(watcher, uri, presence, patience=SOON):
    """Waits until the newest NOTIFY of this presentity says so, and returns what it says; None: nothing is published."""
    found = None

    def said():
        nonlocal found
        found = watcher.shown(uri)
        return (found and found.presence) == presence

    try:
        wait_for(f"{uri} to be {presence}", said, patience)
    except BaseException as failure:
        documents = "\n".join(entry.document.decode(errors="replace")[:800] for entry in watcher.told(uri)[-3:])
        raise AssertionError(f"{failure}; the last NOTIFYs:\n{documents}") from None
    if found:
        assert found.entity == uri
        assert len(found.tuples) == 1, f"one publication, not several: {found}"
        assert found.basic == ["open"]
    return found


@contextlib.contextmanager
def publishing(folder, server, transport="udp", users=5, ca=None, **keys):
    """Simulator, daemon and watcher around a Kamailio that runs; the daemon is not started yet."""
    people = [f"user{number:04}@example.com" for number in range(1, users + 1)]
    with (
        Simulator(folder, mailboxes=users) as simulator,
        Publishing(folder, simulator, people, server.server(transport), transport, **keys) as daemon,
        Watcher(server.address(transport), transport, ca) as watcher,
    ):
        watcher.subscribe(*map(daemon.uri, people))
        yield simulator, daemon, watcher
