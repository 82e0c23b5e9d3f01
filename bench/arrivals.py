"""Lines of text as they come, each with the moment it came."""

import threading
import time


class Arrivals:
    """Reads a stream in a thread of its own, so that nobody has to wait for us, and notes when each piece of it came;
    takes it apart later."""

    def __init__(self, read):
        """`read` returns the next piece as soon as there is one, and nothing at the end."""
        self.pieces = []
        threading.Thread(target=self._read, args=[read], daemon=True).start()

    def _read(self, read):
        while piece := read():
            self.pieces.append((time.time(), piece))

    def lines(self):
        """Pairs of the moment a line was complete and its text, in order."""
        rest = b""
        for stamp, piece in list(self.pieces):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield stamp, line.decode()
