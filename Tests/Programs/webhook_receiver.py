"""A receiver of webhooks as an administrator would write it, with the library `standardwebhooks`; and as it should not be."""
import base64
import collections
import contextlib
import http.server
import os
import socket
import threading
import time

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def new_key():
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


class Attempt(collections.namedtuple("Attempt", "at headers event answer")):
    """A request: when it came (monotonic), its header, its event if the signature is right, and what was answered."""


class Receiver:
    """Listens from the beginning to the end of a `with`, and again after another one, on the same port.

    `behave` gets each event and says how to answer: a status, a status with fields of the header, or what no server should do:
    `garbage`, `hang-up` before and `cut` in the middle of an answer. Whatever is not answered with 2xx is not taken.
    """

    def __init__(self, key, identity=None, behave=lambda event: 204):
        self.key, self.behave, self.identity = key, behave, identity
        # All requests in the order of their answers, and the events that were taken.
        self.attempts, self.taken = [], []
        self._lock = threading.Lock()
        # Users whose events are being looked at, and how many there were at most.
        self._busy, self.most_at_once, self.overlaps = collections.Counter(), 0, []
        with contextlib.closing(socket.socket()) as place:
            place.bind(("127.0.0.1", 0))
            self.port = place.getsockname()[1]
        self._server = None

    @property
    def url(self):
        return f"http{'s' if self.identity else ''}://127.0.0.1:{self.port}/presence"

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_POST(self):
                receiver._answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = daemon_threads = True

            def handle_error(self, *_):
                """Whoever hangs up on us does so on purpose."""

            def process_request_thread(self, request, address):
                # TLS is agreed on in the thread of the connection, not in the one that waits for the next.
                if receiver.identity:
                    try:
                        request = receiver.identity.context.wrap_socket(request, server_side=True)
                    except OSError:
                        return
                receiver._open.append(request)
                super().process_request_thread(request, address)

        self._open = []
        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        for connection in self._open:
            # Also those that wait for a next request: a server that is gone answers nothing.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, handler, body):
        headers = {name.lower(): value for name, value in handler.headers.items()}
        try:
            event = Webhook(self.key).verify(body.decode(), headers)
        except WebhookVerificationError:
            return self._send(handler, headers, None, 400)
        with self._lock:
            if self._busy[event["user"]]:
                self.overlaps.append(event["user"])
            self._busy[event["user"]] += 1
            self.most_at_once = max(self.most_at_once, sum(self._busy.values()))
        try:
            answer = self.behave(event)
        finally:
            with self._lock:
                self._busy[event["user"]] -= 1
        self._send(handler, headers, event, answer)

    def _send(self, handler, headers, event, answer):
        status, fields = answer if isinstance(answer, tuple) else (answer, {})
        with self._lock:
            self.attempts.append(Attempt(time.monotonic(), headers, event, status))
            if isinstance(status, int) and 200 <= status < 300:
                self.taken.append(event)
        if isinstance(status, int):
            handler.send_response(status)
            for name, value in {"Content-Length": "0", **fields}.items():
                handler.send_header(name, value)
            handler.end_headers()
            return
        what = {"garbage": b"SSH-2.0-OpenSSH_9.2\r\n", "hang-up": b"",
                "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"}[status]
        handler.wfile.write(what)
        handler.wfile.flush()
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)

    # What came of it

    def shown(self):
        """What each user shows, as far as this receiver was told."""
        return {event["user"]: event["presence"] for event in list(self.taken)}

    def disorder(self):
        """Events that were taken after a later one of the same user."""
        newest, late = {}, []
        for event in list(self.taken):
            if event["sequence"] < newest.get(event["user"], 0):
                late.append(event)
            newest[event["user"]] = event["sequence"]
        return late

    def signatures(self):
        """How many signatures the newest request had."""
        return len(self.attempts[-1].headers["webhook-signature"].split())
