"""The telephone systems that are told in the part on hooks, each a process of its own, with the hook that tells it."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import counting
from arrivals import Arrivals
from fronts.certificates import Certificates
from fronts.kamailio import DOMAIN, PUBLISHER, kamailio
from fronts.watcher import Publisher, Watcher

HERE = Path(__file__).resolve().parent
KEY = base64.b64encode(bytes(range(32))).decode()
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" \
xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="{0}"><tuple id="t1"><status><basic>open</basic></status></tuple>\
<dm:person id="p1"><rpid:activities><rpid:meeting/></rpid:activities></dm:person></presence>"""


class Receiver:
    """A context manager. `keys` are those of the hook, `told()` says when whom was told of a meeting since it was asked
    before, and `one_after_the_other` tells it of these users by a plain Python program."""

    name = kind = None

    def __init__(self, folder):
        self.folder = folder
        self.keys = {"kind": self.kind}

    def confirm(self, users):
        """Fails where it does not show what freebusyd says that it was told; for those who cannot say when."""

    def secret(self, text, name):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Program(Receiver):
    """exec: a shell script that writes a line into a FIFO."""

    name = kind = "exec"

    def __enter__(self):
        self.fifo = self.folder / "fifo"
        os.mkfifo(self.fifo)
        self.descriptor = os.open(self.fifo, os.O_RDWR)
        self.arrivals = Arrivals(lambda: os.read(self.descriptor, 1 << 16))
        self.keys["command"] = [str(HERE / "hook"), str(self.fifo)]
        self.seen = 0
        return self

    def told(self):
        lines = list(self.arrivals.lines())
        fresh, self.seen = lines[self.seen :], len(lines)
        found = {}
        for stamp, line in fresh:
            user, presence = line.split()
            if presence == "meeting":
                found.setdefault(user, stamp)
        return found

    def one_after_the_other(self, users):
        for user in users:
            environment = {**os.environ, "FREEBUSYD_USER": user, "FREEBUSYD_PRESENCE": "meeting"}
            subprocess.run(self.keys["command"], env=environment, input=b"{}", check=True)


class Counting(Receiver):
    """A server that only counts, in Python."""

    def __enter__(self):
        command = [sys.executable, counting.__file__, self.kind]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.prepare()
        return self

    def told(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdin.close()
        self.process.stdout.close()


class Webhook(Counting):
    name = kind = "webhook"

    def prepare(self):
        self.keys |= {"url": f"http://127.0.0.1:{self.port}/", "secret_file": self.secret(f"whsec_{KEY}", "webhook")}

    def one_after_the_other(self, users):
        """Over one connection, signed after the Standard Webhooks scheme."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        for number, user in enumerate(users):
            identity, stamp = str(uuid.uuid4()), str(int(time.time()))
            event = {"id": identity, "sequence": 1, "user": user, "extension": str(1000 + number), "presence": "meeting",
                     "previous": "available", "since": "2026-01-01T00:00:00Z", "until": None, "reason": "appointment",
                     "freshness": "fresh", "announcement": None, "at": "2026-01-01T00:00:00Z"}
            body = json.dumps(event).encode()
            signed = hmac.new(base64.b64decode(KEY), f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
            headers = {"webhook-id": identity, "webhook-timestamp": stamp, "Content-Type": "application/json",
                       "webhook-signature": "v1," + base64.b64encode(signed).decode()}
            connection.request("POST", "/", body, headers)
            with connection.getresponse() as response:
                response.read()
        connection.close()


class Presence(Counting):
    name = kind = "sip-publish"

    def prepare(self):
        self.keys |= {"server": f"127.0.0.1:{self.port}", "transport": "udp", "presentity": f"sip:{{extension}}@{DOMAIN}"}

    def one_after_the_other(self, users):
        publish(("127.0.0.1", self.port), len(users))


class Asterisk(Counting):
    name = kind = "asterisk-ami"

    def prepare(self):
        secret = self.secret(counting.SECRET, "manager")
        self.keys |= {"server": f"127.0.0.1:{self.port}", "username": "freebusyd", "secret_file": secret}

    def one_after_the_other(self, users):
        """Presence and device state, each a request, as the hook sets them."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection, connection.makefile("rb") as answers:
            answers.readline()

            def ask(**fields):
                connection.sendall("".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n")
                while answers.readline() != b"\r\n":
                    pass

            ask(Action="Challenge", AuthType="MD5")
            key = hashlib.md5(f"{counting.CHALLENGE}{counting.SECRET}".encode()).hexdigest()
            ask(Action="Login", AuthType="MD5", Username="freebusyd", Key=key)
            for number in range(len(users)):
                ask(Action="Setvar", ActionID=number, Variable=f"PRESENCE_STATE(CustomPresence:{1000 + number})", Value="dnd,meeting,")
                ask(Action="Setvar", ActionID=number, Variable=f"DEVICE_STATE(Custom:{1000 + number})", Value="BUSY")


class Kamailio(Receiver):
    """The configuration of examples/kamailio, over UDP with a login. Nobody watches."""

    kind = "sip-publish"
    name = "sip-publish, Kamailio"

    def __enter__(self):
        certificates = Certificates(self.folder / "certificates")
        self.running = kamailio(certificates["good"], memory=1024)
        self.server = self.running.__enter__()
        self.keys |= {
            "server": self.server.server("udp"), "transport": "udp", "presentity": f"sip:{{extension}}@{DOMAIN}",
            "username": PUBLISHER[0], "password_file": self.secret(PUBLISHER[1], "publisher"),
        }
        return self

    def told(self):
        """It does not say when."""
        return None

    def confirm(self, users):
        """As a phone sees it: a hundred of them are in a meeting."""
        uris = [f"sip:{1000 + number}@{DOMAIN}" for number in range(0, len(users), max(1, len(users) // 100))]
        with Watcher(self.server.address("udp")) as phone:
            phone.subscribe(*uris)
            end = time.monotonic() + 60
            while wrong := [uri for uri in uris if not (shown := phone.shown(uri)) or shown.presence != "meeting"]:
                if time.monotonic() > end:
                    raise RuntimeError(f"not in a meeting there: {wrong}")
                time.sleep(0.1)

    def one_after_the_other(self, users):
        publish(self.server.address("udp"), len(users), PUBLISHER)

    def __exit__(self, *details):
        self.running.__exit__(*details)


def publish(address, count, login=None):
    """By the publisher of the tests, which waits for each answer."""
    with Publisher(address, login=login) as publisher:
        for number in range(count):
            uri = f"sip:{50_000 + number}@{DOMAIN}"
            answer = publisher.publish(uri, DOCUMENT.format(uri).encode())
            if answer.status != 200:
                raise RuntimeError(answer.first)


KINDS = [Program, Webhook, Presence, Kamailio, Asterisk]
