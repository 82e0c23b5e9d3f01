"""Runs freebusyd against a simulator and asks it over its control socket, as any program could."""

import http.client
import json
import os
import socket
import subprocess
import time
import urllib.parse

from simulator import PASSWORD, PROGRAM, USERNAME

PROGRAMS = PROGRAM.parent


class SocketConnection(http.client.HTTPConnection):
    """HTTP/1.1 over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Daemon:
    """freebusyd for every mailbox of a simulator; a context manager that stops it."""

    def __init__(self, folder, simulator):
        self.socket = folder / "control.sock"
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        self.addresses = [
            mailbox["address"] for mailbox in simulator.control("mailboxes") if mailbox["address"] != USERNAME
        ]
        config = folder / "config.toml"
        config.write_text(
            f'[service]\nstate_directory = "{folder / "state"}"\ncontrol_socket = "{self.socket}"\n'
            f'[[connector]]\nname = "sim"\nserver = "{simulator.url}"\nusername = "{USERNAME}"\n'
            f'password_file = "{password}"\n'
            + "".join(f'[[user]]\naddress = "{address}"\n' for address in self.addresses)
        )
        self.log = folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([PROGRAMS / "freebusyd", "run", "--config", config], stderr=log)
        self.connection = SocketConnection(self.socket)
        self.await_scan()

    def await_scan(self):
        """Waits until the first scan is over; a minute at most."""
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                if self.get("/v1/status")["scan"]["last_finished_at"]:
                    return
            except (OSError, http.client.HTTPException):
                self.connection.close()
            time.sleep(0.1)
        raise RuntimeError(f"no scan within a minute:\n{self.log.read_text()}")

    def get(self, path):
        """The JSON at a path of the control API."""
        self.connection.request("GET", path)
        with self.connection.getresponse() as response:
            return json.load(response)

    def show(self, address, moment):
        """What the API says of a user at a moment."""
        return self.get(f"/v1/users/{urllib.parse.quote(address)}?at={text(moment)}")

    def control(self, *arguments):
        """What freebusyctl says, as JSON."""
        environment = dict(os.environ, FREEBUSYD_SOCKET=str(self.socket))
        command = [PROGRAMS / "freebusyctl", *arguments, "--json"]
        return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0, self.log.read_text()


def text(moment):
    """A moment as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
