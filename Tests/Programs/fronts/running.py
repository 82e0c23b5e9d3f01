"""Programs of this machine as parts of a test: found where only root's shell looks, ready when they answer, ended."""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 60


def program(name):
    """Its path; whoever lacks it is told what installs it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    assert found, f"{name} is missing: make packages"
    return found


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def is_open(port, address="127.0.0.1"):
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


@contextlib.contextmanager
def folder_for(user=None):
    """A folder in /tmp that is gone afterwards; as root it is that user's, who could not enter root's own."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="freebusyd-front-"))
    try:
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(command, ready, log, user=None, environment=None):
    """The program until the block ends, from when `ready` says so; it fails with the log of one that gave up."""
    options = {"user": user, "group": user, "extra_groups": []} if user else {}
    with open(log, "ab") as output:
        if user:
            shutil.chown(log, user, user)
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={**os.environ, **(environment or {})}, start_new_session=True, **options,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not ready():
            assert process.poll() is None and time.monotonic() < end, f"{command[0]}:\n{pathlib.Path(log).read_text()}"
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            # With the processes that it has.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
