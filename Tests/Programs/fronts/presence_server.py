"""A presence server in Python (RFC 3903, 6) that can be told to fail: it counts, keeps, and answers as a script says."""
import contextlib
import dataclasses
import hashlib
import random
import secrets
import socket
import socketserver
import ssl
import threading
import time

from .sip import COOKIE, Framing, Message
from .watcher import Shown


@dataclasses.dataclass
class Published:
    """A request that arrived, without its repetitions, and what became of it."""

    time: float
    presentity: str
    tag: str | None
    expires: int
    document: bytes
    status: int | None = None
    # Counted over all requests.
    number: int = 0


class Answer:
    """What goes back: messages as bytes, a pause in seconds before them, and whether the connection ends after them."""

    def __init__(self, *messages, pause=0, closes=False):
        self.messages, self.pause, self.closes = messages, pause, closes


class PresenceServer:
    """`script(server, request, published)` returns an Answer, or None for what a sound server does.

    `current[presentity]` is the document that a phone sees: the newest. `tags[tag]` says whose each publication is, so that
    more than one of a presentity shows what was left behind. `history[presentity]` holds all documents in order."""

    def __init__(self, transport="udp", identity=None, port=0, login=None, algorithm="MD5", minimum=60, lifetime=3_600):
        self.transport, self.identity, self.login, self.algorithm = transport, identity, login, algorithm
        self.minimum, self.lifetime = minimum, lifetime
        self.script = None
        self.requests, self.history, self.current, self.tags = [], {}, {}, {}
        # How often each status was given, and how many requests came a second time.
        self.statuses, self.repeated = {}, 0
        self.port = port
        self._done = {}
        self._lock = threading.RLock()
        self._nonce = secrets.token_hex(8)
        self._server = None
        self._connections = set()

    # What it does

    def take(self, data):
        """The answer to a message that came, or None where it is none."""
        try:
            request = Message.parse(data)
        except (ValueError, IndexError):
            return None
        if request.status is not None or request.method == "ACK":
            return None
        with self._lock:
            key = (request.branch, request.method)
            if key in self._done:
                # RFC 3261, 17.2.2: a repetition is answered as the first was.
                self.repeated += 1
                return Answer(*self._done[key])
            published = Published(
                time.time(), request.uri, request.get("SIP-If-Match"), int(request.get("Expires", self.lifetime)), request.body
            )
            answer = self.script and self.script(self, request, published)
            if answer is None:
                answer = Answer(bytes(self.serve(request, published)))
            if not (published.status == 401 and self.login):
                published.number = len(self.requests)
                self.requests.append(published)
            self.statuses[published.status] = self.statuses.get(published.status, 0) + 1
            return answer

    def serve(self, request, published):
        """What a sound server does with it."""
        status, reason, headers = self._decide(request, published)
        published.status = status
        response = request.response(status, reason, headers, tag=secrets.token_hex(4))
        self._done[request.branch, request.method] = [bytes(response)]
        return response

    def _decide(self, request, published):
        if request.method != "PUBLISH":
            return (200, "OK", []) if request.method == "OPTIONS" else (405, "Method Not Allowed", [("Allow", "PUBLISH")])
        if self.login and not self._is_login(request):
            ask = f'Digest realm="example.com", nonce="{self._nonce}", algorithm={self.algorithm}, qop="auth"'
            return 401, "Unauthorized", [("WWW-Authenticate", ask)]
        if request.get("Event") != "presence":
            return 489, "Bad Event", [("Allow-Events", "presence")]
        if 0 < published.expires < self.minimum:
            return 423, "Interval Too Brief", [("Min-Expires", str(self.minimum))]
        if published.tag and self.tags.get(published.tag) != published.presentity:
            return 412, "Conditional Request Failed", []
        if not published.tag and not published.document:
            return 400, "Missing body", []
        self.keep(published)
        given = min(published.expires, self.lifetime)
        if published.expires:
            tag = secrets.token_hex(6)
            self.tags[tag] = published.presentity
        else:
            # RFC 3903, 6: an answer to what ends a publication has a tag all the same.
            tag = "0"
        return 200, "OK", [("SIP-ETag", tag), ("Expires", str(given))]

    def keep(self, published):
        """What is published, in the place of what its tag names."""
        self.tags.pop(published.tag, None)
        if published.document:
            self.history.setdefault(published.presentity, []).append(published.document)
            self.current[published.presentity] = published.document
        if not published.expires and published.presentity not in self.tags.values():
            self.history.setdefault(published.presentity, []).append(b"")
            self.current.pop(published.presentity, None)

    def forget(self):
        """As after a restart."""
        with self._lock:
            self.tags.clear()
            self.current.clear()

    def _is_login(self, request):
        shown = request.get("Authorization", "")
        parts = dict(part.strip().split("=", 1) for part in shown.partition(" ")[2].split(",") if "=" in part)
        parts = {name: value.strip('"') for name, value in parts.items()}
        if parts.get("username") != self.login[0] or parts.get("nonce") != self._nonce or "nc" not in parts:
            return False
        hashed = lambda text: hashlib.new(self.algorithm.replace("-", "").lower(), text.encode()).hexdigest()
        own, what = hashed(f"{self.login[0]}:example.com:{self.login[1]}"), hashed(f"{request.method}:{parts.get('uri')}")
        return parts.get("response") == hashed(f"{own}:{self._nonce}:{parts['nc']}:{parts.get('cnonce')}:auth:{what}")

    # What others ask

    def presences(self):
        """In freebusyd's words, by presentity; whose publication has ended is not here."""
        with self._lock:
            return {uri: Shown.of(document).presence for uri, document in self.current.items()}

    def notes(self, uri):
        """Of all documents in order, the first note of each or None."""
        with self._lock:
            return [next(iter(Shown.of(document).notes), None) if document else None for document in self.history.get(uri, [])]

    @property
    def address(self):
        return f"{'localhost' if self.transport == 'tls' else '127.0.0.1'}:{self.port}"

    # How it is reached

    def start(self):
        front = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                data, connection = self.request
                answer = front.take(data)
                if answer:
                    time.sleep(answer.pause)
                    for message in answer.messages:
                        with contextlib.suppress(OSError):
                            connection.sendto(message, self.client_address)

        class Stream(socketserver.BaseRequestHandler):
            def handle(self):
                framing = Framing()
                with contextlib.suppress(OSError, ssl.SSLError):
                    connection = self.request
                    if front.identity:
                        connection.settimeout(30)
                        connection = front.identity.context.wrap_socket(connection, server_side=True)
                    connection.settimeout(None)
                    front._connections.add(connection)
                    while data := connection.recv(1 << 16):
                        for message in framing.take(data):
                            answer = front.take(message)
                            if not answer:
                                continue
                            time.sleep(answer.pause)
                            connection.sendall(b"".join(answer.messages))
                            if answer.closes:
                                connection.shutdown(socket.SHUT_RDWR)
                                return

        if self.transport == "udp":
            class Server(socketserver.ThreadingUDPServer):
                daemon_threads, max_packet_size, block_on_close = True, 1 << 16, False

                def server_bind(self):
                    # 10,000 may come at once.
                    self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
                    super().server_bind()

            self._server = Server(("127.0.0.1", self.port), Datagram)
        else:
            class Server(socketserver.ThreadingTCPServer):
                daemon_threads, allow_reuse_address, block_on_close = True, True, False

                def handle_error(self, request, client_address):
                    """A client that hung up, or did not like the certificate, is no error of a front."""

            self._server = Server(("127.0.0.1", self.port), Stream)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self):
        """Nobody listens any more, and connections end; what is known stays."""
        self._server.shutdown()
        self._server.server_close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


# What can go wrong. Each is a script, or makes one.


def silence(server, request, published):
    """The request got lost."""
    return Answer()


def lost(server, request, published):
    """It did what it was asked, and the answer got lost; a repetition gets it."""
    server.serve(request, published)
    return Answer()


def garbage(server, request, published):
    noise = random.Random(request.branch).randbytes(200)
    return Answer(noise + b"\r\n\r\n", closes=True)


def half(server, request, published):
    """The connection ends in the middle of the answer; the server did what it was asked."""
    whole = bytes(server.serve(request, published))
    return Answer(whole[: len(whole) // 2], closes=True)


def doubled(server, request, published):
    whole = bytes(server.serve(request, published))
    return Answer(whole, whole)


def wrong_branch(server, request, published):
    """An answer to what nobody asked, with another tag, comes before the one that is meant."""
    whole = server.serve(request, published)
    stray = Message.parse(bytes(whole))
    swap = {"SIP-ETag": "stray", "Via": request.get("Via").replace(COOKIE, COOKIE + "other")}
    stray.headers = [(name, swap.get(name, value)) for name, value in stray.headers]
    return Answer(bytes(stray), bytes(whole))


def busy(seconds):
    """It has too much to do."""

    def script(server, request, published):
        published.status = 503
        return Answer(bytes(request.response(503, "Service Unavailable", [("Retry-After", str(seconds))], tag="busy")))

    return script


def gone(server, request, published):
    """Tags are not known any more, whatever is shown; without one it does what it is asked."""
    if not published.tag:
        return None
    server.tags.pop(published.tag, None)


def slow(seconds):
    def script(server, request, published):
        return Answer(bytes(server.serve(request, published)), pause=seconds)

    return script


def at_random(chance, part, *scripts):
    """One of the scripts for that part of the requests; a sound server for the others."""

    def script(server, request, published):
        return chance.choice(scripts)(server, request, published) if chance.random() < part else None

    return script


def once_for_each(script):
    """For the first request with a tag of each presentity; in `whom` they are afterwards."""
    whom = set()

    def chosen(server, request, published):
        if not published.tag or published.presentity in whom:
            return None
        whom.add(published.presentity)
        return script(server, request, published)

    chosen.whom = whom
    return chosen
