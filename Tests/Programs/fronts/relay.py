"""What the fronts share: an HTTP server, with TLS or without, that passes on to an Exchange server on loopback.

A front decides who may pass, by `answer`. What passes goes to the server behind with the login of the service account in
the place of what the client showed, and comes back as it comes, so that notifications stream.
"""
import base64
import contextlib
import http.client
import http.server
import socket
import ssl
import threading
import time
import urllib.parse

# What belongs to one connection alone (RFC 9110, 7.6.1), and what a front has seen to.
KEPT_BACK = {"authorization", "connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding"}
PATH = "/EWS/Exchange.asmx"


class Behind:
    """The server behind a front, and the account that it knows."""

    def __init__(self, url, password_file, username="service@example.com"):
        self.base = url.lower().partition("/ews/")[0]
        password = open(password_file).read().strip()
        self.authorization = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    @classmethod
    def of(cls, simulator):
        return cls(simulator.url, simulator.password)

    def connect(self):
        parts = urllib.parse.urlsplit(self.base)
        return http.client.HTTPConnection(parts.hostname, parts.port)


class Exchange(http.server.BaseHTTPRequestHandler):
    """One connection of a client; its attributes live as long as it does."""

    protocol_version = "HTTP/1.1"
    # Nagle's waiting would hold small events back.
    disable_nagle_algorithm = True

    def setup(self):
        self.front = self.server.front
        self.account = None
        self.context = None
        self.behind = None
        if self.front.identity:
            self.request.settimeout(30)
            self.request = self.front.identity.context.wrap_socket(self.request, server_side=True)
            self.request.settimeout(None)
        self.front.opened(self.request)
        super().setup()

    def finish(self):
        super().finish()
        if self.behind:
            self.behind.close()

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.front.requests.append((self.command, self.path, dict(self.headers)))
        self.front.answer(self, body)

    do_GET = do_HEAD = do_POST = do_OPTIONS = serve

    def reply(self, status, body=b"", content_type="text/plain", **headers):
        """Answers by itself; `headers` may hold lists, and has _ for -."""
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, values in headers.items():
            for value in [values] if isinstance(values, str) else values:
                self.send_header(name.replace("_", "-"), value)
        if body:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def pass_on(self, body):
        """Asks the server behind, over a connection that belongs to this one, and hands its answer through at once."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in KEPT_BACK}
        headers["Authorization"] = self.front.behind.authorization
        self.behind = self.behind or self.front.behind.connect()
        self.behind.request(self.command, self.path, body, headers)
        answer = self.behind.getresponse()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in KEPT_BACK | {"date", "www-authenticate"}:
                self.send_header(name, value)
        self.send_header("Date", self.date_time_string())
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        # Older versions of http.client wait for more than the length that was told (gh-113199).
        left = answer.length
        while left != 0 and (piece := answer.read1(65_536 if left is None else min(left, 65_536))):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            left = None if left is None else left - len(piece)
        answer.close()
        self.wfile.write(b"0\r\n\r\n")

    def date_time_string(self, timestamp=None):
        """For the header Date, by the clock that the front has."""
        return super().date_time_string((timestamp or time.time()) + self.front.ahead)

    def log_message(self, *_):
        """Tests look at `requests` instead."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that hung up, or did not like the certificate, is no error of a front."""


class Front:
    """Lets everybody through; others decide in `answer`. `requests` is what was asked: method, path and headers.

    Its clock is `ahead` of this machine's by so many seconds."""

    def __init__(self, behind=None, identity=None, address="127.0.0.1", port=0, name=None, ahead=0):
        self.ahead = ahead
        self.behind = behind
        self.identity = identity
        self.requests = []
        self._sockets = []
        self._server = Server((address, port), Exchange)
        self._server.front = self
        self.port = self._server.server_address[1]
        scheme, usual = ("https", 443) if identity else ("http", 80)
        self.base = f"{scheme}://{name or ('localhost' if identity else address)}"
        if self.port != usual:
            self.base += f":{self.port}"
        self.url = self.base + PATH

    def answer(self, exchange, body):
        exchange.pass_on(body)

    def opened(self, connection):
        self._sockets.append(connection)

    def count(self, path=PATH):
        """How many requests went to this path, letter case aside."""
        return sum(asked.lower() == path.lower() for _, asked, _ in self.requests)

    def __enter__(self):
        # The socket listens already: who connects from now on is served.
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self.hang_up()

    def hang_up(self):
        """Ends all connections as they are."""
        for connection in self._sockets:
            with contextlib.suppress(OSError, ssl.SSLError):
                connection.shutdown(socket.SHUT_RDWR)
        self._sockets.clear()


class BasicFront(Front):
    """Asks for one account's password itself, and counts how often one is tried."""

    def __init__(self, *arguments, username="service@example.com", password="a long password", offers=None, **options):
        super().__init__(*arguments, **options)
        self.expected = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
        self.offers = offers or ['Basic realm="example.com"']
        self.tries = 0

    def answer(self, exchange, body):
        shown = exchange.headers.get("Authorization", "")
        self.tries += shown.startswith("Basic ")
        if shown == self.expected:
            exchange.pass_on(body)
        else:
            exchange.reply(401, WWW_Authenticate=self.offers)
