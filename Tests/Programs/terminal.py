"""A terminal of a size, in which a program runs and keys are pressed."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# What shells do to the line they edit, and to titles.
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[=>]|\x07")


class Terminal:
    def __init__(self, command, environment, columns=80, lines=50):
        self.output = ""
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], [str(word) for word in command], environment)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.descriptor)
        os.waitpid(self.process, 0)

    def press(self, keys):
        os.write(self.descriptor, keys.encode())

    def read(self, patience):
        """Takes what comes within so many seconds; returns whether anything did."""
        if not select.select([self.descriptor], [], [], patience)[0]:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            # So Linux tells that the program has ended.
            return False
        self.output += data.decode(errors="replace")
        return bool(data)

    def wait_for(self, text, patience=60):
        end = time.monotonic() + patience
        while text not in STEERING.sub("", self.output):
            assert time.monotonic() < end, f"waited in vain for {text!r} in:\n{self.output}"
            self.read(0.2)

    def finish(self):
        """All that the program wrote until it ended."""
        while self.read(60):
            pass
        return self.output


def run(command, environment, columns=80):
    """Runs a program to its end in a terminal and returns what it showed, with Unix line ends."""
    with Terminal(["/bin/sh", "-c", 'sleep 0.2; exec "$@"', "sh", *command], environment, columns) as terminal:
        return terminal.finish().replace("\r\n", "\n")
