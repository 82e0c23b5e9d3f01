"""Says clearly what is missing instead of failing everywhere."""

import subprocess

import pytest
from lxml import etree

from schemas import Schemas
from simulator import PROGRAM, envelope, get_streaming_events


def pytest_sessionstart(session):
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} is missing: build it first, or name it in SIMULATOR", returncode=1)


@pytest.fixture(scope="session")
def schemas():
    return Schemas()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A throw-away authority and a certificate of its for this machine: CA, chain, key."""
    folder = tmp_path_factory.mktemp("tls")
    ca, ca_key, leaf, key, request, extensions = (
        folder / name for name in ("ca.pem", "ca-key.pem", "leaf.pem", "key.pem", "leaf.csr", "extensions")
    )
    extensions.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl = lambda *arguments: subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 1, "-subj", "/CN=Throw-away CA",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", ca_key, "-out", ca)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", 1,
            "-extfile", extensions, "-out", leaf)
    return ca, leaf, key


@pytest.fixture
def ask(simulator, schemas):
    """Sends an envelope to the module's simulator; both directions must be valid."""

    def send(body, to=simulator, headers=(), **header):
        answer = to.post(envelope(body, **header), headers=headers)
        schemas.check(etree.fromstring(answer.request.encode()))
        schemas.check(answer.root)
        return answer

    return send


@pytest.fixture
def stream(simulator, schemas):
    """Opens streams; every envelope is checked. Heartbeats are left out unless asked for."""
    opened = []

    class CheckedStream:
        def __init__(self, *ids, to=simulator, headers=(), **header):
            self.inner = to.stream(envelope(get_streaming_events(*ids), **header), headers)
            opened.append(self.inner)
            schemas.check(etree.fromstring(self.inner.request.encode()))

        def next(self, heartbeats=False):
            while (answer := self.inner.read()) is not None:
                schemas.check(answer.root)
                if heartbeats or not answer.texts("//t:StatusEvent"):
                    return answer
            return None

    yield CheckedStream
    for each in opened:
        each.__exit__()
