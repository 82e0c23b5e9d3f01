"""What the tests of the control API share: how a configuration lets people in over TCP, and how to ask."""
import contextlib
import http.client
import json
import secrets
import socket

from conftest import PATIENCE


def write_token(folder, name):
    """A new token and the file that holds it."""
    file = folder / f"{name}.token"
    token = secrets.token_hex(32)
    file.write_text(token + "\n")
    file.chmod(0o600)
    return token, file


def listening(port, tokens=(), certificate=None, host="127.0.0.1"):
    """The tables of the API over TCP; `tokens` are triples of name, file and access."""
    text = f'\n[http]\nlisten = "{host}:{port}"\n'
    if certificate:
        text += f'tls = {{ certificate = "{certificate.chain}", private_key = "{certificate.key}" }}\n'
    for name, file, access in tokens:
        text += f'\n[[http.tokens]]\nname = "{name}"\ntoken_file = "{file}"\naccess = "{access}"\n'
    return text


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The name of the problem that a refusal tells."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return self.json["type"].removeprefix("urn:freebusyd:problem:")


def connect(port, tls=None):
    if tls:
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=tls)
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)


def ask(port, path, method="GET", token=None, body=None, headers=(), tls=None):
    """One request over TCP."""
    headers = dict(headers)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with contextlib.closing(connect(port, tls)) as connection:
        connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
        return Answer(connection.getresponse())


class UnixConnection(http.client.HTTPConnection):
    """HTTP over the control socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Events:
    """Server-sent events, as the standard has readers take them apart."""

    def __init__(self, connection, last_id=None, token=None):
        headers = {}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection = connection
        connection.request("GET", "/v1/presence-stream", headers=headers)
        self.answer = connection.getresponse()
        assert self.answer.status == 200, self.answer.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()
        self.connection.close()

    def __iter__(self):
        return self

    def __next__(self):
        """Name, id (`None` where the event has none) and data of the next event."""
        name, id, data = "message", None, []
        while line := self.answer.readline():
            line = line.decode().rstrip("\n")
            if not line and data:
                return name, id, json.loads("\n".join(data))
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "id":
                id = value
            elif field == "data":
                data.append(value)
        raise StopIteration

    def until(self, name):
        """All events up to the first of this name, which is the last."""
        events = []
        for event in self:
            events.append(event)
            if event[0] == name:
                return events
        raise AssertionError(f"no event {name} among {events}")
