"""The two clients that are told of changes, as the benchmark sees them: when they are ready, and whom they tell of."""

import json
import os
import subprocess
import sys
import time

import exchangelib_notifications
from arrivals import Arrivals
from daemon import SUBSCRIBED, Daemon
from process import Process
from server import PASSWORD, USERNAME


class Freebusyd(Daemon):
    """The daemon, with streaming."""

    def __init__(self, folder, server, hook=None):
        super().__init__(folder, server.url, server.addresses, hook, notification="streaming")

    def subscribed(self):
        """Returns when it has subscribed to all."""
        self.passes(SUBSCRIBED)
        counts = self.get("/v1/status")["connectors"][0]["subscriptions"]
        if counts["failed"]:
            raise RuntimeError(f"not all are subscribed to: {counts}\n{''.join(self.last_lines)}")

    def knows_all(self):
        """Returns when everybody's presence is known."""
        while self.get("/v1/status")["users"]["unknown"]:
            time.sleep(0.1)

    @staticmethod
    def presences(stream):
        """The moment, the user and the presence of each event on the presence stream."""
        for stamp, line in stream.lines():
            if line.startswith('data: {"') and '"user":' in line:
                event = json.loads(line[6:])
                yield stamp, event["user"], event["presence"]


class PythonProgram(Process):
    """exchangelib_notifications.py."""

    def __init__(self, server, connections):
        program = exchangelib_notifications.__file__
        command = [sys.executable, program, server.url, USERNAME, PASSWORD, connections]
        marks = [exchangelib_notifications.SUBSCRIBED, exchangelib_notifications.READ]
        super().__init__(command, marks, stdout=subprocess.PIPE)
        self.output = Arrivals(lambda: os.read(self.process.stdout.fileno(), 1 << 16))
        self.say("\n".join(server.addresses) + "\n")

    def subscribed(self):
        self.reaches(exchangelib_notifications.SUBSCRIBED)

    def knows_all(self):
        self.reaches(exchangelib_notifications.READ)

    def use_hook(self, command):
        """Has it run a hook from now on."""
        self.say(" ".join(str(part) for part in command))

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def presences(self):
        """The moment, the user and the presence of each line."""
        for stamp, line in self.output.lines():
            yield stamp, *line.split()
