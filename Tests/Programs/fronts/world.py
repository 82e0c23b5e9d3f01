"""A program in a world of its own: names from the tests' name server, and a journal that only the test reads.

Both stand at fixed places of the system, so that this takes a private mount namespace, and that takes root.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import threading

from .running import folder_for

JOURNAL = pathlib.Path("/run/systemd/journal")
# What stands at the places may be a link to where nothing is, or missing.
SCRIPT = """
while [ "$1" != -- ]; do
    target=$(readlink -f "$2")
    [ -e "$target" ] || { echo "$2 is missing" >&2; exit 1; }
    mount --bind "$1" "$target" || exit 1
    shift 2
done
shift
exec "$@"
"""


def why_not():
    """Why no program can be given such a world here, or nothing."""
    if os.geteuid() != 0:
        return "needs root: port 53 and a mount namespace"
    if not shutil.which("unshare"):
        return "needs unshare"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"mount namespaces are not allowed: {tried.stderr.strip()}"


class Journal:
    """Takes datagrams as they come, since a socket holds few; `entries` are whole."""

    def __init__(self, folder):
        folder.mkdir()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "socket"))
        self._socket.settimeout(0.05)
        self._ended = threading.Event()
        self.entries = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                self.entries.append(self._socket.recv(1 << 20))

    def close(self):
        self._ended.set()
        self._reader.join()
        self._socket.close()


class World:
    """`prefix` goes before a command, which becomes the process: signals and its end are its own."""

    def __init__(self, prefix, journal):
        self.prefix, self.journal = prefix, journal


@contextlib.contextmanager
def world(names=None, journal=False):
    """`names` is a name server on port 53; /etc/hosts is known beside it."""
    mounts = []
    with folder_for() as folder, contextlib.ExitStack() as stack:
        if names:
            (folder / "resolv.conf").write_text(f"nameserver {names.address}\noptions timeout:1 attempts:1\n")
            (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
            mounts += [folder / "resolv.conf", "/etc/resolv.conf", folder / "nsswitch.conf", "/etc/nsswitch.conf"]
        receiver = None
        if journal:
            JOURNAL.mkdir(parents=True, exist_ok=True)
            receiver = Journal(folder / "journal")
            stack.callback(receiver.close)
            mounts += [folder / "journal", JOURNAL]
        prefix = ["unshare", "-m", "sh", "-c", SCRIPT, "world", *map(str, mounts), "--"] if mounts else []
        yield World(prefix, receiver)
