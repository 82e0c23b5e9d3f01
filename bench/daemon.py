"""freebusyd with a configuration and an empty state of its own, and its control socket."""

import http.client
import json
import socket
import time

from arrivals import Arrivals
from process import Process
from server import PASSWORD, PROGRAMS, USERNAME

# Lines of the log, as docs and tests know them.
SCANNING = "Scanning the next"
FINISHED = "Scan finished"
SUBSCRIBED = "users by streaming in"


class SocketConnection(http.client.HTTPConnection):
    """HTTP/1.1 over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Daemon(Process):
    """freebusyd for these mailboxes at this URL, everything else as it is by default. `hook` is the command of an exec
    hook, `extra` more of the configuration. Extensions are counted from the first one."""

    def __init__(self, folder, url, addresses, hook=None, notification="none", extra="", first_extension=None):
        folder.mkdir()
        self.socket = folder / "control.sock"
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        text = (
            f'[service]\nstate_directory = "{folder / "state"}"\ncontrol_socket = "{self.socket}"\n'
            f'[[connector]]\nname = "bench"\nserver = "{url}"\nusername = "{USERNAME}"\npassword_file = "{password}"\n'
            f'notification = "{notification}"\n'
        )
        if hook:
            command = ", ".join(json.dumps(str(part)) for part in hook)
            text += f'[[hook]]\nname = "phone"\nkind = "exec"\ncommand = [{command}]\n'
        text += extra
        for number, address in enumerate(addresses):
            text += f'[[user]]\naddress = "{address}"\n'
            if first_extension is not None:
                text += f'extension = "{first_extension + number}"\n'
        config = folder / "config.toml"
        config.write_text(text)
        super().__init__([PROGRAMS / "freebusyd", "run", "--config", config], [SCANNING, FINISHED, SUBSCRIBED])

    def get(self, path):
        """The JSON at a path of the control API."""
        connection = SocketConnection(self.socket)
        connection.request("GET", path)
        with connection.getresponse() as response:
            answer = json.load(response)
        connection.close()
        return answer

    def scan(self):
        """Waits for the end of a scan in which no mailbox failed, and returns the moments of its start and its end."""
        moments = self.reaches(SCANNING), self.reaches(FINISHED)
        scan = self.get("/v1/status")["scan"]
        if scan["failed"]:
            raise RuntimeError(f"{scan['failed']} mailboxes failed:\n{''.join(self.last_lines)}")
        return moments

    def delivered(self):
        """Returns when hooks have been told all that there is to tell."""
        while any(hook["queued"] for hook in self.get("/v1/status")["hooks"]):
            time.sleep(0.2)

    def watch(self):
        """The events of the control API, from now on."""
        connection = SocketConnection(self.socket)
        connection.request("GET", "/v1/presence-stream")
        response = connection.getresponse()
        return Arrivals(lambda: response.read1(1 << 16))
