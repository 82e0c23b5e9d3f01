"""A client of push subscriptions: receives notifications, and answers as it is told."""

import queue
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

from simulator import MESSAGES, NAMESPACES, SOAP


def result(status):
    """A SendNotificationResult; status is OK or Unsubscribe."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><m:SendNotificationResult xmlns:m="{MESSAGES}">'
        f"<m:SubscriptionStatus>{status}</m:SubscriptionStatus></m:SendNotificationResult></s:Body></s:Envelope>"
    ).encode()


class Notification:
    """One SendNotification as it arrived."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.root = etree.fromstring(body)

    def texts(self, path):
        return [element.text or "" for element in self.root.xpath(path, namespaces=NAMESPACES)]

    @property
    def events(self):
        """The kinds of its events, in order."""
        notification = self.root.find(".//{*}Notification")
        return [etree.QName(child).localname for child in notification if child.tag.endswith("Event")]


class Receiver:
    """Listens on this machine; a context manager. `tls` is a certificate with its key; without it plain HTTP is spoken."""

    # Half of an answer, with the connection open.
    HALF = object()

    def __init__(self, tls=None):
        self.received = queue.Queue()
        # What the next notifications are answered with: a status and a body, HALF, or None to hang up. Then all with OK.
        self.answers = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.put(Notification(self.path, self.headers, body))
                try:
                    answer = receiver.answers.get_nowait()
                except queue.Empty:
                    answer = (200, result("OK"))
                if answer is None:
                    self.close_connection = True
                    return
                status, content = (200, result("OK")) if answer is Receiver.HALF else answer
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if answer is Receiver.HALF:
                    self.wfile.write(content[: len(content) // 2])
                    # Until the server gives up.
                    self.close_connection = not self.rfile.read(1)
                else:
                    self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A handshake that is refused is part of a test."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server.server_address[1]}/callback/1"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, *answers):
        for each in answers:
            self.answers.put(each)

    def next(self):
        """The next notification; waits for it."""
        return self.received.get(timeout=10)
