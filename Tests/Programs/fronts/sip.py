"""As much of SIP (RFC 3261) as a phone or a presence server needs in a test, of Python's standard library alone."""
import contextlib
import hashlib
import itertools
import re
import secrets
import select
import socket
import ssl
import threading
import time
import urllib.request

PATIENCE = 30
COOKIE = "z9hG4bK"
# RFC 3261, 7.3.3, and RFC 6665: short names of headers.
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
           "e": "content-encoding", "k": "supported", "s": "subject", "o": "event", "u": "allow-events"}


class Message:
    """A request or a response; `headers` is a list of names, as they were written, and values."""

    def __init__(self, first, headers=(), body=b""):
        self.first = first
        self.headers = list(headers)
        self.body = body.encode() if isinstance(body, str) else body

    @classmethod
    def parse(cls, data):
        """Raises ValueError for what is no message."""
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "surrogateescape")).split("\r\n")
        if "SIP/2.0" not in first:
            raise ValueError(first)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        return cls(first, headers, body)

    def all(self, name):
        wanted = name.lower()
        return [value for key, value in self.headers if COMPACT.get(key.lower(), key.lower()) == wanted]

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)

    @property
    def status(self):
        """Of a response; None of a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0 ") else None

    @property
    def method(self):
        """Of a request, or of the one that this is the response to."""
        return self.first.split()[0] if self.status is None else self.get("CSeq", "0 ?").split()[1]

    @property
    def uri(self):
        return self.first.split()[1]

    @property
    def branch(self):
        return parameter(self.get("Via", ""), "branch")

    def response(self, status, reason, headers=(), body=b"", tag=None):
        """The response to this request (RFC 3261, 8.2.6)."""
        told = [("Via", value) for value in self.all("Via")]
        to = self.get("To", "")
        if tag and not parameter(to, "tag"):
            to += f";tag={tag}"
        told += [("From", self.get("From", "")), ("To", to), ("Call-ID", self.get("Call-ID", "")), ("CSeq", self.get("CSeq", ""))]
        return Message(f"SIP/2.0 {status} {reason}", [*told, *headers], body)

    def __bytes__(self):
        headers = [(name, value) for name, value in self.headers if name.lower() not in ("content-length", "l")]
        headers.append(("Content-Length", str(len(self.body))))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"{self.first}\r\n{head}\r\n".encode("utf-8", "surrogateescape") + self.body


def parameter(text, name):
    """`tag=` and the like, behind the address."""
    found = re.search(rf";\s*{name}\s*=\s*\"?([^;\s,\"]+)", text.rpartition(">")[2], re.IGNORECASE)
    return found and found[1]


def digest(challenge, method, uri, username, password, count=1):
    """The value of Authorization for a challenge (RFC 8760, RFC 7616)."""
    fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(challenge.partition(" ")[2]))
    algorithm = fields.get("algorithm", "MD5")
    hashed = lambda text: hashlib.new(algorithm.replace("-", "").lower(), text.encode()).hexdigest()
    own, what = hashed(f"{username}:{fields['realm']}:{password}"), hashed(f"{method}:{uri}")
    told = {"username": username, "realm": fields["realm"], "nonce": fields["nonce"], "uri": uri}
    plain = ""
    if "auth" in re.split(r"\s*,\s*", fields.get("qop", "")):
        nonce = secrets.token_hex(8)
        told["response"] = hashed(f"{own}:{fields['nonce']}:{count:08x}:{nonce}:auth:{what}")
        told["cnonce"] = nonce
        plain += f", qop=auth, nc={count:08x}"
    else:
        told["response"] = hashed(f"{own}:{fields['nonce']}:{what}")
    if "opaque" in fields:
        told["opaque"] = fields["opaque"]
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in told.items()) + f", algorithm={algorithm}{plain}"


class Framing:
    """Cuts a stream into messages by their Content-Length (RFC 3261, 18.3)."""

    def __init__(self):
        self.data = b""

    def take(self, data):
        self.data += data
        while True:
            # Blank lines between messages keep connections open (RFC 5626, 3.5.1).
            self.data = self.data.lstrip(b"\r\n")
            head, found, rest = self.data.partition(b"\r\n\r\n")
            if not found:
                return
            length = int(Message.parse(head + found).get("Content-Length", 0))
            if len(rest) < length:
                return
            yield head + found + rest[:length]
            self.data = rest[length:]


class Endpoint:
    """A client of one server over UDP, TCP or TLS. What the server asks is handed to `asked`, which answers it."""

    def __init__(self, address, transport="udp", ca=None, login=None, asked=lambda message: None):
        self.transport, self.login, self.asked = transport, login, asked
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self._socket = socket.socket(type=kind)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(address)
        if transport == "tls":
            self._socket = ssl.create_default_context(cafile=ca).wrap_socket(self._socket, server_hostname="localhost")
        self.host, self.port = self._socket.getsockname()
        self._sending = threading.Lock()
        self._waiting, self._answers = threading.Condition(), {}
        self._counts = itertools.count(1)
        # What a login was last asked for with.
        self.challenge = None
        self._closed = False
        self._socket.settimeout(0.05)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def contact(self):
        return f"<sip:test@{self.host}:{self.port};transport={self.transport}>"

    def _read(self):
        framing = Framing()
        while not self._closed:
            try:
                data = self._receive()
            except (TimeoutError, ssl.SSLWantReadError, ConnectionRefusedError):
                # Nobody may listen to datagrams for a while.
                continue
            except OSError:
                return
            if self.transport != "udp" and not data:
                return
            try:
                for message in [data] if self.transport == "udp" else framing.take(data):
                    self._take(Message.parse(message))
            except ValueError:
                # What follows in a stream cannot be told from what was no message.
                if self.transport != "udp":
                    return

    def _receive(self):
        if self.transport != "tls":
            return self._socket.recv(1 << 17)
        # A connection of TLS is not for two threads at once.
        if not self._socket.pending() and not select.select([self._socket], [], [], 0.05)[0]:
            raise TimeoutError
        with self._sending:
            return self._socket.recv(1 << 17)

    def _take(self, message):
        if message.status is None:
            answer = self.asked(message)
            if answer is not None:
                self.send(answer)
        elif message.status >= 200:
            with self._waiting:
                self._answers[message.branch] = message
                self._waiting.notify_all()

    def send(self, message):
        with self._sending, contextlib.suppress(ConnectionRefusedError):
            data = memoryview(bytes(message))
            while data:
                with contextlib.suppress(TimeoutError, ssl.SSLWantWriteError):
                    data = data[self._socket.send(data):]

    def ask(self, method, uri, headers, body=b"", patience=PATIENCE):
        """The final response, after a login where one is asked for. Over UDP it asks again and again (timer E)."""
        number = next(self._counts)
        answer = self._transact(method, uri, [*headers, ("CSeq", f"{number} {method}")], body, patience)
        if answer.status == 401 and self.login:
            self.challenge = challenge = answer.get("WWW-Authenticate")
            shown = ("Authorization", digest(challenge, method, uri, *self.login))
            number = next(self._counts)
            answer = self._transact(method, uri, [*headers, ("CSeq", f"{number} {method}"), shown], body, patience)
        return answer

    def _transact(self, method, uri, headers, body, patience):
        branch = COOKIE + secrets.token_hex(8)
        via = f"SIP/2.0/{self.transport.upper()} {self.host}:{self.port};branch={branch};rport"
        request = Message(f"{method} {uri} SIP/2.0", [("Via", via), ("Max-Forwards", "70"), *headers], body)
        end, pause = time.monotonic() + patience, 0.5
        while True:
            self.send(request)
            with self._waiting:
                done = lambda: branch in self._answers
                left = end - time.monotonic()
                if self._waiting.wait_for(done, min(pause, left) if self.transport == "udp" else left):
                    return self._answers.pop(branch)
            if time.monotonic() >= end:
                raise TimeoutError(f"no answer to {method} {uri}")
            pause = min(2 * pause, 4)

    def close(self):
        self._closed = True
        self._reader.join()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
