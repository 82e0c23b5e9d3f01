"""The server under both clients: exchange-simulator with made-up mailboxes, and its control interface."""

import http.client
import json
import os
import subprocess
import urllib.parse
from pathlib import Path

from process import cpu_seconds

PROGRAMS = Path(os.environ["PROGRAMS"])
USERNAME = "service@example.com"
PASSWORD = "secret"


class Server:
    """A running simulator; a context manager that stops it."""

    def __init__(self, mailboxes, appointments):
        self.command = ["exchange-simulator", "--mailboxes", mailboxes, "--appointments", appointments]
        self.command = [str(part) for part in self.command + ["--plain", "--port", 0]]
        self.process = subprocess.Popen(
            [PROGRAMS / self.command[0], *self.command[1:]], stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("exchange-simulator did not start")
        self.port = urllib.parse.urlsplit(self.url).port
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.addresses = [
            mailbox["address"] for mailbox in self.control("GET", "mailboxes") if mailbox["address"] != USERNAME
        ]

    def control(self, method, path, order=None):
        """Asks or orders something through /_sim/."""
        body = None if order is None else json.dumps(order)
        self.connection.request(method, f"/_sim/{path}", body)
        with self.connection.getresponse() as response:
            answer = json.load(response)
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {answer}")
        return answer

    def counters(self):
        """How often each operation was asked since the last call."""
        counters = self.control("GET", "counters")
        self.control("DELETE", "counters")
        return counters

    def cpu(self):
        """User and system time so far, in seconds."""
        return cpu_seconds(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdout.close()
