"""What the numbers were measured on."""

import os
import platform
import subprocess
import tempfile
from pathlib import Path


def facts():
    """Pairs of a name and a text."""
    processor = field("/proc/cpuinfo", "model name")
    memory = int(field("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    filesystem = subprocess.run(
        ["df", "--output=fstype", tempfile.gettempdir()], check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return [
        ("CPU", f"{processor}, {len(os.sched_getaffinity(0))} cores"),
        ("memory", f"{memory:.1f} GiB"),
        ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}, {system}"),
        ("database on", filesystem),
        ("load before", " ".join(f"{load:.2f}" for load in os.getloadavg())),
        ("Python", platform.python_version()),
    ]


def field(path, name):
    """What a file of /proc says of a name."""
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
