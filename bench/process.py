"""A program under measurement: what it has cost the machine at the moments it speaks of itself."""

import os
import queue
import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

# How long anything may take that is waited for, in seconds.
PATIENCE = 600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Moment:
    """A moment in the life of a process."""

    # Of the monotonic clock, in seconds.
    time: float
    # User and system time of the process so far, in seconds; the kernel counts in steps of 10 ms.
    cpu: float
    # The memory that was resident at the most, and is now, in bytes (VmHWM and VmRSS of proc(5)).
    peak: int
    resident: int


def cpu_seconds(pid):
    """User and system time of all threads of a process, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def moment(pid):
    """What a process has cost until now."""
    stamp = time.monotonic()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    peak, resident = (int(status[name].split()[0]) * 1024 for name in ("VmHWM", "VmRSS"))
    return Moment(stamp, cpu_seconds(pid), peak, resident)


class Process:
    """A running program that says on standard error how far it is; a context manager that stops it.

    A thread of ours reads what it says, so that the program never waits for us, and looks at the process the moment a
    line with one of `marks` arrives.
    """

    def __init__(self, command, marks, stdout=None):
        self.marks = marks
        self.moments = queue.Queue()
        self.last_lines = deque(maxlen=20)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self.process.pid
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.last_lines.append(line)
            mark = next((mark for mark in self.marks if mark in line), None)
            if mark:
                self.moments.put((mark, moment(self.pid)))
        self.moments.put((None, None))

    def reaches(self, mark):
        """Waits for the next mark, which must be this one, and returns the moment it came."""
        found, reached = self.moments.get(timeout=PATIENCE)
        if found != mark:
            raise RuntimeError(f'"{mark}" was expected of process {self.pid}:\n{"".join(self.last_lines)}')
        return reached

    def passes(self, mark):
        """Waits for this mark, whatever comes before it, and returns the moment it came."""
        while True:
            found, reached = self.moments.get(timeout=PATIENCE)
            if found == mark:
                return reached
            if found is None:
                raise RuntimeError(f'"{mark}" was expected of process {self.pid}:\n{"".join(self.last_lines)}')

    def check(self):
        """Raises an error if the process has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"process {self.pid} ended:\n{''.join(self.last_lines)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=60)
        self.reader.join()
        self.process.stderr.close()
