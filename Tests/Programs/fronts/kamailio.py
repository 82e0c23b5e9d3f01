"""Kamailio as a presence server on loopback, with the configuration of examples/kamailio as it stands there.

Of its settings only those change that name a site: addresses, files and accounts. It runs as the user that its package makes.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

from .running import folder_for, program, running

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "examples/kamailio"
# What the package brings, of which examples/kamailio/kamailio.service.d copies the same.
EMPTY_TABLES = pathlib.Path("/usr/share/kamailio/dbtext/kamailio")
TABLES = ("version", "presentity", "active_watchers", "watchers", "xcap")
DOMAIN = "pbx.example.com"
PUBLISHER = ("freebusyd", "a long password")
WATCHER = ("phone", "another password")


def free_ports(count):
    """Ports that nobody has, neither with UDP nor with TCP."""
    found, held = [], contextlib.ExitStack()
    with held:
        while len(found) < count:
            stream = held.enter_context(socket.socket())
            stream.bind(("127.0.0.1", 0))
            datagrams = held.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            with contextlib.suppress(OSError):
                datagrams.bind(stream.getsockname())
                found.append(stream.getsockname()[1])
    return found


def settings(text, values, remarks=()):
    """The settings with these values; `remarks` are those that are switched off and shall not be."""
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^#!define {name} .*$", lambda _: f"#!define {name} {value}", text)
        assert count == 1, f"{name} is no setting of the example"
    for name in remarks:
        text, count = re.subn(rf"(?m)^##!define {name}$", f"#!define {name}", text)
        assert count == 1, f"{name} is not switched off in the example"
    return text


class Kamailio:
    """One server; between `stop` and `start` it forgets everything, as it does with its example.

    `port` is that of UDP and TCP, `tls_port` that of TLS; they stay."""

    def __init__(self, folder, identity, memory=64, watchers_log_in=False, digest="MD5", **values):
        self.folder, self.memory = pathlib.Path(folder), memory
        self.port, self.tls_port = free_ports(2)
        self.log = self.folder / "kamailio.log"
        self.tables = self.folder / "dbtext"
        self._user = "kamailio" if os.geteuid() == 0 else None
        self._process = None
        for name, path in (("presence.pem", identity.chain), ("presence.key", identity.key)):
            shutil.copy(path, self.folder / name)
            self._give(self.folder / name)
        shutil.copy(EXAMPLE / "kamailio.cfg", self.folder)
        own = {
            "DOMAIN": f'"{DOMAIN}"',
            "LISTEN_UDP": f"udp:127.0.0.1:{self.port}",
            "LISTEN_TCP": f"tcp:127.0.0.1:{self.port}",
            "LISTEN_TLS": f"tls:127.0.0.1:{self.tls_port}",
            "CERTIFICATE": f'"{self.folder}/presence.pem"',
            "PRIVATE_KEY": f'"{self.folder}/presence.key"',
            "PUBLISHERS": '"127.0.0.1/32"',
            "PUBLISHER_NAME": f'"{PUBLISHER[0]}"',
            "PUBLISHER_PASSWORD": f'"{PUBLISHER[1]}"',
            "DIGEST": f'"{digest}"',
            "WATCHERS": '"127.0.0.0/8"',
            "WATCHER_NAME": f'"{WATCHER[0]}"',
            "WATCHER_PASSWORD": f'"{WATCHER[1]}"',
            "TABLES": f'"text://{self.tables}"',
            "PROCESSES": "2",
            **values,
        }
        text = settings((EXAMPLE / "settings.cfg").read_text(), own, ["WITH_WATCHER_LOGIN"] if watchers_log_in else [])
        (self.folder / "settings.cfg").write_text(text)
        self._stack = contextlib.ExitStack()

    def _give(self, path):
        if self._user:
            shutil.chown(path, self._user, self._user)

    def start(self):
        # Kamailio does not start with tables that were written to.
        shutil.rmtree(self.tables, ignore_errors=True)
        self.tables.mkdir()
        self._give(self.tables)
        for name in TABLES:
            shutil.copy(EMPTY_TABLES / name, self.tables)
            self._give(self.tables / name)
        command = [program("kamailio"), "-f", self.folder / "kamailio.cfg", "-DD", "-E", "-m", self.memory, "-M", 8,
                   "-P", self.folder / "pid", "-Y", self.folder, "-w", self.folder]
        self._process = self._stack.enter_context(running(command, self.answers, self.log, user=self._user))
        return self

    def answers(self):
        """Whether an OPTIONS is answered, by a client that has nothing to do with us."""
        command = [program("sipsak"), "-s", f"sip:127.0.0.1:{self.port}"]
        return subprocess.run(command, capture_output=True, timeout=30).returncode == 0

    def stop(self):
        self._stack.close()
        return self

    def restart(self):
        return self.stop().start()

    def freeze(self):
        """It takes no part in anything any more, as a machine that hangs, until it thaws."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self._process.pid, signal.SIGCONT)

    def server(self, transport):
        """As the key `server` of a hook wants it; the certificate is for this name."""
        return f"localhost:{self.tls_port}" if transport == "tls" else f"127.0.0.1:{self.port}"

    def address(self, transport):
        return "127.0.0.1", self.tls_port if transport == "tls" else self.port

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


@contextlib.contextmanager
def kamailio(identity, **options):
    """A server that runs, in a folder of its own."""
    with folder_for("kamailio" if os.geteuid() == 0 else None) as folder, Kamailio(folder, identity, **options) as server:
        yield server
