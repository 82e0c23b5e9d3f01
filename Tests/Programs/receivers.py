"""Receivers of each kind as test_failing_receivers.py needs them: they are told, they fail as they are told, and remember."""
import json
import pathlib
import stat
import time

from conftest import Daemon
from fronts.asterisk import Asterisk
from fronts.presence_server import PresenceServer, garbage, half, slow
from upheaval import numbers
from webhook_receiver import Receiver as WebhookReceiver
from webhook_receiver import new_key

DOMAIN = "pbx.example.com"


class WithReceiver(Daemon):
    """The daemon with one more hook, named `tried`."""

    def __init__(self, folder, simulator, users, receiver, **keys):
        self.keys = {"name": "tried", "kind": receiver.kind, **receiver.keys, **keys}
        super().__init__(folder, simulator, users)

    def write_config(self, users, extra="", connector=Daemon.SILENT):
        # JSON's strings, numbers and lists are those of TOML.
        lines = [f"{name} = {json.dumps(value)}" for name, value in self.keys.items()]
        super().write_config(users, "\n".join([extra, "[[hook]]", *lines, ""]), connector)

    def extension(self, user):
        return str(200 + self.users.index(user))


class Receiver:
    """`keys` are those of its hook. `faults` says by which diagnoses freebusyd may name what is wrong."""

    kind, keys, faults = None, {}, {}

    def names(self, fault, text):
        return text.partition(":")[0] in self.faults[fault]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Program(Receiver):
    """exec: a script that does as a file beside it says."""

    kind = "exec"
    faults = {
        "down": {"hook.exit-status"}, "slow": set(), "garbage": {"hook.exit-status"}, "closes": {"hook.killed"},
    }
    SCRIPT = """#!/bin/sh
case $(cat {folder}/tried.mode) in
    down) echo 'the receiver does not answer' >&2; exit 7 ;;
    slow) sleep 0.2 ;;
    garbage) head -c 3000 /dev/urandom; exit 3 ;;
    closes) head -c 20; kill -9 $$ ;;
esac
read -r event
printf '%s\\n' "$event" >>{folder}/tried.log
"""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        program = self.folder / "tried"
        program.write_text(self.SCRIPT.format(folder=self.folder))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.keys = {"command": [str(program)]}
        self.log = self.folder / "tried.log"
        self.log.touch()
        self.forgotten = 0
        self.heal()

    def fail(self, fault):
        # In one step, since the script may read it at any time.
        new = self.folder / "tried.mode.new"
        new.write_text(fault)
        new.rename(self.folder / "tried.mode")

    def heal(self):
        self.fail("sound")

    def events(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()[self.forgotten:] if line.endswith("}")]

    def presences(self):
        return {event["extension"]: event["presence"] for event in self.events()}

    def order(self, extension):
        return [event["sequence"] for event in self.events() if event["extension"] == extension]

    def forget(self):
        self.forgotten += len(self.events())

    def told_since_forgotten(self):
        return len(self.events())


class Presence(Receiver):
    """sip-publish over TCP, where a connection can end in the middle of an answer."""

    kind = "sip-publish"
    faults = {
        "down": {"hook.unreachable"},
        "slow": set(),
        # An answer that is none ends the connection, and requests that were under way with it.
        "garbage": {"hook.misunderstood", "hook.closed"},
        "closes": {"hook.closed", "hook.unreachable"},
    }

    def __init__(self, folder):
        self.server = PresenceServer("tcp").start()
        self.is_up = True
        self.count = 0
        self.keys = {
            "server": self.server.address, "transport": "tcp", "presentity": f"sip:{{extension}}@{DOMAIN}", "timeout": "5s",
        }

    def fail(self, fault):
        if fault == "down":
            self.server.stop()
            self.is_up = False
        else:
            self.server.script = {"slow": slow(0.02), "garbage": garbage, "closes": half}[fault]

    def heal(self):
        self.server.script = None
        if not self.is_up:
            self.server.start()
            self.is_up = True

    def presences(self):
        return {uri.removeprefix("sip:").partition("@")[0]: presence for uri, presence in self.server.presences().items()}

    def order(self, extension):
        """Announcements have numbers, and the others cannot be told apart."""
        return numbers(self.server.notes(f"sip:{extension}@{DOMAIN}"))

    def forget(self):
        self.server.forget()
        self.count = self._published()

    def _published(self):
        return sum(request.status == 200 and bool(request.document) for request in self.server.requests)

    def told_since_forgotten(self):
        return self._published() - self.count

    def __exit__(self, *_):
        if self.is_up:
            self.server.stop()


class Web(Receiver):
    """webhook, verified with the library of others."""

    kind = "webhook"
    faults = {
        "down": {"hook.unreachable"}, "slow": set(), "garbage": {"hook.misunderstood", "hook.closed"},
        "closes": {"hook.closed", "hook.unreachable"},
    }

    def __init__(self, folder):
        self.server = WebhookReceiver(new_key()).__enter__()
        self.is_up = True
        self.forgotten = 0
        secret = pathlib.Path(folder) / "webhook-key"
        secret.write_text(self.server.key + "\n")
        secret.chmod(0o600)
        self.keys = {"url": self.server.url, "secret_file": str(secret), "timeout": "5s"}

    def fail(self, fault):
        def slow(event):
            time.sleep(0.1)
            return 204

        if fault == "down":
            self.server.__exit__(None, None, None)
            self.is_up = False
        else:
            self.server.behave = {"slow": slow, "garbage": lambda event: "garbage", "closes": lambda event: "cut"}[fault]

    def heal(self):
        self.server.behave = lambda event: 204
        if not self.is_up:
            self.server.__enter__()
            self.is_up = True

    def events(self):
        return self.server.taken[self.forgotten:]

    def presences(self):
        return {event["extension"]: event["presence"] for event in self.events()}

    def order(self, extension):
        return [event["sequence"] for event in self.events() if event["extension"] == extension]

    def forget(self):
        self.forgotten = len(self.server.taken)

    def told_since_forgotten(self):
        return len(self.events())

    def __exit__(self, *_):
        if self.is_up:
            self.server.__exit__(None, None, None)


class Manager(Receiver):
    """asterisk-ami."""

    kind = "asterisk-ami"
    faults = {
        "down": {"hook.unreachable", "hook.closed"}, "slow": set(), "garbage": {"hook.misunderstood", "hook.closed"},
        "closes": {"hook.closed", "hook.unreachable"},
    }
    # By state and subtype of the presence; an announcement is the message.
    MEANS = {"available": "available", "dnd": "meeting", "away": "away", "xa": "away", "not_set": None}

    def __init__(self, folder):
        self.server = Asterisk().__enter__()
        secret = pathlib.Path(folder) / "manager-secret"
        secret.write_text(self.server.secret + "\n")
        secret.chmod(0o600)
        self.keys = {
            "server": f"127.0.0.1:{self.server.port}", "username": self.server.username, "secret_file": str(secret),
            "timeout": "5s",
        }
        self.count = 0

    def fail(self, fault):
        if fault == "down":
            self.server.down()
        elif fault == "slow":
            self.server.delay = 0.02
        else:
            self.server.mischief = {"garbage": "garbage", "closes": "half"}[fault]

    def heal(self):
        self.server.delay, self.server.mischief = 0, None
        if self.server.listener is None:
            self.server.up()

    def presences(self):
        with self.server.lock:
            shown = {name: self.MEANS[state[0]] for name, state in self.server.presences.items()}
        return {name: presence for name, presence in shown.items() if presence}

    def order(self, extension):
        with self.server.lock:
            return numbers([state[2].decode(errors="replace") for name, state in self.server.history if name == extension])

    def forget(self):
        with self.server.lock:
            self.server.presences.clear()
            self.server.devices.clear()
            self.count = len(self.server.history)

    def told_since_forgotten(self):
        return len(self.server.history) - self.count

    def __exit__(self, *_):
        self.server.down()


RECEIVERS = {receiver.kind: receiver for receiver in (Program, Web, Presence, Manager)}
