"""A name server of the tests' own on a loopback address, which a program asks in a `world` of its own.

resolv.conf knows no ports, so that it takes port 53 for that.
"""
import contextlib
import ipaddress
import os
import random
import socket
import socketserver
import struct
import threading

TYPES = {"A": 1, "CNAME": 5, "AAAA": 28, "SRV": 33, "NAPTR": 35}
NO_ERROR, SERVFAIL, NXDOMAIN = 0, 2, 3


def name(text):
    """A name in a message (RFC 1035, 3.1), without compression."""
    labels = [label.encode("ascii") for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def data(kind, value):
    """The data of a record: an address, a name; for SRV priority, weight, port and target (RFC 2782); for NAPTR order,
    preference, flags, services, expression and replacement (RFC 3403, 4.1)."""
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "CNAME":
        return name(value)
    if kind == "NAPTR":
        order, preference, *texts, replacement = value
        strings = b"".join(bytes([len(text)]) + text.encode("ascii") for text in texts)
        return struct.pack(">HH", order, preference) + strings + name(replacement)
    priority, weight, port, target = value
    return struct.pack(">HHH", priority, weight, port) + name(target)


class Zone:
    """What is known, changed at any time: `records[name][type]` is a list of data; what is not here does not exist.

    Names in `failing` are answered with SERVFAIL, those in `silent` not at all. `asked` is a list of (name, type)."""

    def __init__(self, records=None):
        self.records = {owner.lower(): kinds for owner, kinds in (records or {}).items()}
        self.failing = set()
        self.silent = set()
        self.asked = []

    def answer(self, message):
        """The answer to a question, or None where nothing is said."""
        identity, flags = struct.unpack(">HH", message[:4])
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace"))
            at += 1 + message[at]
        number, _ = struct.unpack(">HH", message[at + 1 : at + 5])
        owner = ".".join(labels).lower()
        kind = next((kind for kind, value in TYPES.items() if value == number), str(number))
        self.asked.append((owner, kind))
        if owner in self.silent:
            return None
        code, records = self.find(owner, kind)
        # An answer, with authority, recursion as was wished.
        header = struct.pack(">HHHHHH", identity, 0x8480 | flags & 0x0100 | code, 1, len(records), 0, 0)
        body = b""
        for owner, kind, value in records:
            content = data(kind, value)
            body += name(owner) + struct.pack(">HHIH", TYPES[kind], 1, 60, len(content)) + content
        return header + message[12 : at + 5] + body

    def find(self, owner, kind):
        """A code and the records, those of aliases on the way too."""
        if owner in self.failing:
            return SERVFAIL, []
        kinds = self.records.get(owner)
        if kinds is None:
            return NXDOMAIN, []
        if "CNAME" in kinds and kind != "CNAME":
            target = kinds["CNAME"][0]
            code, further = self.find(target.lower(), kind)
            return code, [(owner, "CNAME", target), *further]
        return NO_ERROR, [(owner, kind, value) for value in kinds.get(kind, [])]


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        message, connection = self.request
        with contextlib.suppress(struct.error, IndexError):
            if answer := self.server.zone.answer(message):
                connection.sendto(answer, self.client_address)


class Stream(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(struct.error, IndexError):
            (length,) = struct.unpack(">H", self.rfile.read(2))
            if answer := self.server.zone.answer(self.rfile.read(length)):
                self.wfile.write(struct.pack(">H", len(answer)) + answer)


class UDP(socketserver.ThreadingUDPServer):
    daemon_threads = True


class TCP(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def free_address(port=53, after="127.0.53.1"):
    """A loopback address on which nobody has this port yet: tests beside this one have theirs."""
    numbers = list(range(int(after.rpartition(".")[2]) + 1, 250))
    # Tests that run at the same time seldom try the same one first.
    random.Random(os.getpid()).shuffle(numbers)
    for last in numbers:
        address = f"127.0.53.{last}"
        with socket.socket() as probe, socket.socket(type=socket.SOCK_DGRAM) as other:
            with contextlib.suppress(OSError):
                probe.bind((address, port))
                other.bind((address, port))
                return address
    raise AssertionError(f"no free loopback address for port {port}")


@contextlib.contextmanager
def name_server(records, address=None, port=53):
    """Serves these records; yields the zone, with `address` and `port`."""
    address = address or free_address(port)
    zone = Zone(records)
    servers = [UDP((address, port), Datagram), TCP((address, port), Stream)]
    for server in servers:
        server.zone = zone
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    zone.address, zone.port = address, port
    try:
        yield zone
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
