"""The servers that are no EWS, judged by curl."""
import imaplib

import pytest

from fronts.certificates import Certificates
from fronts.web import deaf, imap, redirect, web
from test_fronts import curl


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trust(certificates):
    return ["--cacert", certificates.ca]


def test_a_portal_answers_with_its_page_or_leads_to_it(certificates, trust):
    for kind in ("portal", "portal-redirect"):
        with web(kind, certificates["good"]) as server:
            status, body = curl(server.url, *trust, "--location", "--include")
            assert status == 200 and "Firewall Portal - Sign in" in body and "Content-Type: text/html" in body
            assert curl(server.url, *trust)[0] == (200 if kind == "portal" else 302)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirector_sends_the_path_along(certificates, trust, status):
    with web("empty", certificates["good"]) as other:
        with web(redirect(status, other.base), certificates["good"]) as server:
            found, body = curl(server.url, *trust, "--include")
            assert found == status and f"Location: {other.url}" in body
            assert curl(server.url, *trust, "--location")[0] == 204
    with web(redirect(status, "http://mail.example.com"), certificates["good"]) as server:
        assert "Location: http://mail.example.com/EWS/Exchange.asmx" in curl(server.url, *trust, "--include")[1]


def test_neighbours_of_ews_answer_as_they_do(certificates, trust):
    with web("owa", certificates["good"]) as server:
        status, body = curl(server.url, *trust, "--include")
        assert status == 302 and "/owa/auth/logon.aspx" in body and "X-OWA-Version" in body
        assert "<title>Outlook</title>" in curl(server.url, *trust, "--location")[1]
    with web("activesync", certificates["good"]) as server:
        status, body = curl(server.url, *trust, "--include")
        assert status == 200 and "MS-ASProtocolVersions" in body and "ms-sync.wbxml" in body
    with web("balancer", certificates["good"]) as server:
        assert curl(server.url, *trust)[0] == 502


def test_a_hanging_server_takes_the_request_and_is_silent(certificates, trust):
    with web("hanging", certificates["good"]) as server:
        status, said = curl(server.url, *trust, "--max-time", "1", "--verbose")
        assert status == 0 and "POST" not in said and "SSL connection using" in said and "timed out" in said
    with deaf() as server:
        status, said = curl(f"https://localhost:{server.port}", "--max-time", "1", "--verbose")
        assert status == 0 and "Connected to localhost" in said and "SSL connection using" not in said


def test_a_server_of_mail_speaks_first():
    with imap() as server:
        client = imaplib.IMAP4("127.0.0.1", server.port, timeout=10)
        assert client.welcome.startswith(b"* OK") and client.capabilities == ("IMAP4REV1",)
        client.shutdown()
        assert curl(f"http://127.0.0.1:{server.port}/EWS/Exchange.asmx", "--http1.1")[0] == 0
