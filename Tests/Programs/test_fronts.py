"""The fronts themselves, judged by clients that have nothing to do with us: curl, openssl, dig, kinit, exchangelib."""
import os
import subprocess

import pytest
import requests
import requests_ntlm

from fronts.certificates import FAULTS, Certificates
from fronts.kerberos import kdc, negotiate_front
from fronts.ntlm_front import NTLMFront
from fronts.relay import BasicFront, Behind, Front

TIME_ZONES = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
<s:Header><t:RequestServerVersion Version="Exchange2013"/></s:Header>
<s:Body><m:GetServerTimeZones ReturnFullTimeZoneData="false"/></s:Body></s:Envelope>"""
ASKING = ["--data-binary", TIME_ZONES, "--header", "Content-Type: text/xml"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def behind(simulator):
    return Behind.of(simulator)


def curl(url, *arguments, environment=None):
    """The status and the body; status 0 where there was no answer, with curl's word for it."""
    result = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code}", *map(str, arguments), url],
        capture_output=True, text=True, env={**os.environ, **(environment or {})},
    )
    body, _, status = result.stdout.rpartition("\n")
    return int(status), body or result.stderr


VERDICTS = {
    "good": 0, "expired": 10, "not-yet-valid": 9, "other-name": 62, "address": 62, "no-address": 0,
    "self-signed": 18, "missing-intermediate": 21,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_openssl_finds_the_fault_of_each_certificate(certificates, fault):
    """For the name localhost; the numbers are those of openssl-verification-options."""
    with Front(identity=certificates[fault]) as front:
        result = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{front.port}", "-CAfile", certificates.ca, "-verify_hostname",
             "localhost", "-servername", "localhost"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
    verdict = VERDICTS[fault]
    assert f"Verify return code: {verdict} " in result.stdout


def test_openssl_wants_an_address_in_the_certificate(certificates):
    for fault, verdict in (("address", 0), ("good", 0), ("no-address", 64)):
        with Front(identity=certificates[fault]) as front:
            result = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{front.port}", "-CAfile", certificates.ca, "-verify_ip",
                 "127.0.0.1"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True,
            )
        assert f"Verify return code: {verdict} " in result.stdout, fault


def test_a_pin_is_what_curl_takes(certificates):
    with BasicFront(identity=certificates["good"]) as front:
        pins = ["--insecure", "--pinnedpubkey"]
        assert curl(front.url, *pins, "sha256//" + certificates["good"].pin())[0] == 401
        status, said = curl(front.url, *pins, "sha256//" + certificates["self-signed"].pin())
        assert status == 0 and "pinned" in said


def test_basic_is_asked_for_and_counted(certificates, behind):
    with BasicFront(behind, certificates["good"]) as front:
        trust = ["--cacert", certificates.ca]
        assert curl(front.url, *trust)[0] == 401
        assert curl(front.url, *trust, "--user", "service@example.com:wrong")[0] == 401
        assert front.tries == 1
        status, body = curl(front.url, *trust, "--user", "service@example.com:a long password", *ASKING)
        assert status == 200 and "GetServerTimeZonesResponse" in body
        assert (front.tries, front.count()) == (2, 3)


def test_ntlm_logs_a_connection_in_and_not_a_request(tmp_path, certificates, behind):
    with NTLMFront(tmp_path, behind, certificates["good"]) as front:
        trust = ["--cacert", certificates.ca]
        login = [*trust, "--ntlm", "--user", "EXAMPLE\\service:a long password"]
        assert curl(front.url, *trust)[0] == 401
        status, body = curl(front.url, *login, *ASKING)
        assert status == 200 and "GetServerTimeZonesResponse" in body
        assert (front.handshakes, front.tries) == (1, 1)
        with requests.Session() as session:
            session.auth = requests_ntlm.HttpNtlmAuth("EXAMPLE\\service", "a long password")
            session.trust_env = False
            session.verify = str(certificates.ca)
            for _ in range(3):
                answer = session.post(front.url, TIME_ZONES, headers={"Content-Type": "text/xml"})
                assert answer.status_code == 200 and "GetServerTimeZonesResponse" in answer.text
        assert front.handshakes == 2


def test_ntlm_refuses_a_wrong_password_and_counts_it(tmp_path, certificates, behind):
    with NTLMFront(tmp_path, behind, certificates["good"]) as front:
        login = ["--cacert", certificates.ca, "--ntlm", "--user", "EXAMPLE\\service:wrong"]
        assert curl(front.url, *login, *ASKING)[0] == 401
        assert (front.handshakes, front.tries) == (0, 1)
        assert "Invalid NTLM response" in front.refusals[0]
        assert curl(front.url, "--cacert", certificates.ca, "--ntlm", "--user", "nobody:x", *ASKING)[0] == 401
        assert (front.handshakes, front.tries) == (0, 2)


def test_ntlm_with_required_protection_refuses_a_login_that_is_not_bound(tmp_path, certificates, behind):
    """curl sends no channel bindings with NTLM, requests_ntlm does unless told otherwise."""
    with NTLMFront(tmp_path, behind, certificates["good"], demands_binding=True) as front:
        login = ["--cacert", certificates.ca, "--ntlm", "--user", "EXAMPLE\\service:a long password"]
        assert curl(front.url, *login, *ASKING)[0] == 401
        assert front.handshakes == 0 and "channel bindings" in front.refusals[0]
        for bound, status in ((True, 200), (False, 401)):
            login = requests_ntlm.HttpNtlmAuth("EXAMPLE\\service", "a long password", send_cbt=bound)
            answer = requests.post(front.url, TIME_ZONES, auth=login, verify=str(certificates.ca),
                                   headers={"Content-Type": "text/xml"})
            assert answer.status_code == status
        assert front.handshakes == 1


def test_negotiate_is_for_those_with_a_ticket(tmp_path, certificates, behind):
    with kdc() as realm:
        realm.principal("service", "a long password")
        keytab = realm.keytab("service", "service")
        with negotiate_front(realm, behind, certificates["good"]) as front:
            login = ["--cacert", certificates.ca, "--negotiate", "--user", ":"]
            status, body = curl(front.url, "--include", *login, *ASKING, environment=realm.environment)
            assert status == 401 and "WWW-Authenticate: Negotiate" in body, "without a ticket"
            ticket = realm.kinit("service", keytab, tmp_path / "tickets")
            status, body = curl(front.url, *login, *ASKING, environment=ticket)
            assert status == 200 and "GetServerTimeZonesResponse" in body, front.log.read_text()
        assert any("TGS_REQ" in line and "HTTP/localhost" in line for line in realm.asked())
        realm.change("service", "another password")
        with pytest.raises(subprocess.CalledProcessError):
            realm.kinit("service", keytab, tmp_path / "others")
