"""A phone that watches others: it subscribes to their presence (RFC 3856) and keeps what it is told, as it came."""
import dataclasses
import secrets
import threading
import time
import xml.etree.ElementTree

from .sip import Endpoint, parameter

PIDF = "{urn:ietf:params:xml:ns:pidf}"
MODEL = "{urn:ietf:params:xml:ns:pidf:data-model}"
RPID = "{urn:ietf:params:xml:ns:pidf:rpid}"


@dataclasses.dataclass
class Shown:
    """What a document says (RFC 3863, RFC 4479, RFC 4480)."""

    entity: str
    tuples: list
    basic: list
    activities: list
    notes: list

    @classmethod
    def of(cls, document):
        root = xml.etree.ElementTree.fromstring(document)
        assert root.tag == f"{PIDF}presence", root.tag
        tuples = root.findall(f"{PIDF}tuple")
        activities = [child.tag for part in root.iter(f"{RPID}activities") for child in part]
        notes = [note for tag in (PIDF, MODEL, RPID) for note in root.iter(f"{tag}note")]
        return cls(
            root.get("entity"),
            [entry.get("id") for entry in tuples],
            [basic.text for basic in root.findall(f"{PIDF}tuple/{PIDF}status/{PIDF}basic")],
            sorted({tag.removeprefix(RPID) for tag in activities} - {f"{PIDF}note", "note"}),
            list(dict.fromkeys("".join(note.itertext()) for note in notes)),
        )

    @property
    def presence(self):
        """In freebusyd's words, by what RFC 4480 calls the activities."""
        if {"away", "vacation"} & set(self.activities):
            return "away"
        return "meeting" if "meeting" in self.activities else "available"


@dataclasses.dataclass
class Notification:
    time: float
    sequence: int
    # Subscription-State.
    state: str
    document: bytes

    @property
    def shown(self):
        """What is published, or None where nothing is: then a server says nothing at all at first, and later, as Kamailio
        does, that the user is `closed` and what he had published is no more."""
        found = Shown.of(self.document) if self.document.strip() else None
        return found if found and (found.activities or "open" in found.basic) else None


class Watcher:
    """Subscriptions of one phone, over one socket or connection, by address of presence."""

    def __init__(self, address, transport="udp", ca=None, login=None, expires=600):
        self.expires = expires
        self._changed = threading.Condition()
        self._told, self._dialogs, self._ids = {}, {}, {}
        self._endpoint = Endpoint(address, transport, ca, login, self._asked)

    def _asked(self, message):
        """What the server asks of a phone: it tells."""
        if message.method != "NOTIFY":
            return message.response(405, "Method Not Allowed")
        with self._changed:
            uri = self._ids.get(message.get("Call-ID"))
            if uri is None:
                return message.response(481, "Subscription does not exist")
            entry = Notification(time.time(), int(message.get("CSeq").split()[0]), message.get("Subscription-State", ""), message.body)
            # An answer that got lost has it sent again.
            if all(entry.sequence != other.sequence for other in self._told[uri]):
                self._told[uri].append(entry)
            self._changed.notify_all()
        return message.response(200, "OK")

    def subscribe(self, *uris):
        """Anew, whatever was there before: what was told before is forgotten."""
        for uri in uris:
            call, tag = secrets.token_hex(8), secrets.token_hex(4)
            with self._changed:
                self._ids = {key: value for key, value in self._ids.items() if value != uri}
                self._ids[call], self._told[uri] = uri, []
            self._dialogs[uri] = (call, tag, None, uri)
            self._ask(uri)
        return self

    def refresh(self, uri):
        """Asks once more in the same dialog; returns the status."""
        return self._ask(uri, must=False).status

    def unsubscribe(self, uri):
        return self._ask(uri, expires=0, must=False).status

    def _ask(self, uri, expires=None, must=True):
        call, tag, theirs, target = self._dialogs[uri]
        headers = [
            ("From", f"<sip:watcher@example.com>;tag={tag}"),
            ("To", f"<{uri}>" + (f";tag={theirs}" if theirs else "")),
            ("Call-ID", call), ("Contact", self._endpoint.contact), ("Event", "presence"), ("Accept", "application/pidf+xml"),
            ("Expires", str(self.expires if expires is None else expires)),
        ]
        answer = self._endpoint.ask("SUBSCRIBE", target, headers)
        assert not must or answer.status in (200, 202), answer.first
        if answer.status in (200, 202):
            contact = answer.get("Contact", "").strip("<>").partition(">")[0]
            self._dialogs[uri] = (call, tag, parameter(answer.get("To"), "tag"), contact or target)
        return answer

    def told(self, uri):
        """All that was told so far, in order."""
        with self._changed:
            return sorted(self._told[uri], key=lambda entry: entry.sequence)

    def shown(self, uri):
        """What the newest document says, or None."""
        told = self.told(uri)
        return told[-1].shown if told else None

    def close(self):
        self._endpoint.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Publisher:
    """Publishes by hand (RFC 3903), so that server and watcher are tried without freebusyd."""

    def __init__(self, address, transport="udp", ca=None, login=None):
        self._endpoint = Endpoint(address, transport, ca, login)

    @property
    def challenge(self):
        """With what the server asked for a login."""
        return self._endpoint.challenge

    def publish(self, uri, document=None, tag=None, expires=600, event="presence"):
        """The response; its SIP-ETag is what the next one is to show."""
        headers = [
            ("From", f"<{uri}>;tag={secrets.token_hex(4)}"), ("To", f"<{uri}>"), ("Call-ID", secrets.token_hex(8)),
            ("Event", event), ("Expires", str(expires)),
        ]
        if tag:
            headers.append(("SIP-If-Match", tag))
        if document:
            headers.append(("Content-Type", "application/pidf+xml"))
        return self._endpoint.ask("PUBLISH", uri, headers, document or b"")

    def close(self):
        self._endpoint.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
