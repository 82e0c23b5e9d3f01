"""The authority and the front that takes its tokens, judged by Authlib's client, requests and exchangelib."""
import contextlib
import time

import exchangelib
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from exchangelib.protocol import BaseProtocol
from joserfc.jwk import RSAKey

from fronts.authority import CLIENT_ID, SCOPE, SECRET, TENANT, Application, Authority
from fronts.bearer_front import BearerFront
from fronts.certificates import Certificates
from fronts.relay import Behind
from test_fronts import TIME_ZONES

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
IMPERSONATION = """<s:Header><t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>user0001@example.com
</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def own(certificates):
    return certificates.client()


@pytest.fixture
def authority(certificates, own):
    with Authority(certificates["good"], Application(certificate=own)) as authority:
        yield authority


def ask(authority, certificates, url=None, **fields):
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "scope": SCOPE, **fields}
    form = {name: value for name, value in form.items() if value is not None}
    return requests.post(url or authority.token_url, form, verify=str(certificates.ca))


def signed(authority, own, thumbprint=None, key=None, audience=None, **arguments):
    """An assertion by Authlib's own client side."""
    header = {"alg": "RS256", "typ": "JWT", "x5t#S256": thumbprint or authority.application.thumbprint}
    key = RSAKey.import_key((key or own.key).read_text())
    assertion = private_key_jwt_sign(key, CLIENT_ID, audience or authority.token_url, header=header, **arguments)
    return {"client_assertion_type": ASSERTION, "client_assertion": assertion}


def test_authlibs_client_gets_a_token_for_its_secret(authority, certificates):
    client = OAuth2Session(CLIENT_ID, SECRET, scope=SCOPE, token_endpoint_auth_method="client_secret_post")
    token = client.fetch_token(authority.token_url, grant_type="client_credentials", verify=str(certificates.ca))
    assert token["token_type"] == "Bearer" and token["expires_in"] == 3599 and "refresh_token" not in token
    assert list(authority.tokens) == [token["access_token"]]


def test_an_assertion_is_good_once(authority, certificates, own):
    fields = signed(authority, own)
    answer = ask(authority, certificates, **fields)
    assert answer.status_code == 200 and answer.json()["access_token"] in authority.tokens
    answer = ask(authority, certificates, **fields)
    assert answer.json()["error_codes"] == [50013] and len(authority.tokens) == 1
    assert ask(authority, certificates, **signed(authority, own)).status_code == 200


def test_what_is_wrong_is_refused_in_entras_words(authority, certificates, own):
    other = certificates.client("another")
    day = 86_400
    table = {
        "a wrong secret": ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        "no secret at all": ({}, 401, "invalid_client", 7000218),
        "an application that is not there": ({"client_secret": SECRET, "client_id": "x"}, 400, "unauthorized_client", 700016),
        "a scope of somebody else": ({"client_secret": SECRET, "scope": "https://x/.default"}, 400, "invalid_scope", 1002012),
        "no kind of grant": ({"client_secret": SECRET, "grant_type": None}, 400, "invalid_request", 900144),
        "signed by another key": (signed(authority, own, key=other.key), 401, "invalid_client", 700027),
        "another certificate": (signed(authority, own, thumbprint="x" * 43), 401, "invalid_client", 700027),
        "for somebody else": (signed(authority, own, audience="https://example.net"), 401, "invalid_client", 700023),
        "too old": (signed(authority, own, issued_at=int(time.time()) - day), 401, "invalid_client", 700024),
    }
    for what, (fields, status, error, number) in table.items():
        answer = ask(authority, certificates, **fields)
        said = answer.json()
        assert (answer.status_code, said["error"], said["error_codes"]) == (status, error, [number]), (what, said)
        assert f"AADSTS{number}: " in said["error_description"] and "Trace ID" in said["error_description"]
    assert authority.tokens == {}


def test_another_tenant_and_an_expired_secret_are_refused(authority, certificates):
    url = authority.token_url.replace(TENANT, "00000000-0000-0000-0000-000000000000")
    answer = ask(authority, certificates, url, client_secret=SECRET)
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])
    authority.application.secret_has_expired = True
    answer = ask(authority, certificates, client_secret=SECRET)
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [7000222])


def test_a_mailbox_is_open_to_tokens_that_act_for_it(authority, certificates, simulator):
    with BearerFront(authority, Behind.of(simulator), certificates["good"]) as front:

        def post(token=None, body=TIME_ZONES, **headers):
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            return requests.post(front.url, body, headers={"Content-Type": "text/xml", **headers}, verify=str(certificates.ca))

        answer = post()
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer client_id=")
        assert "invalid_token" in post("made up").headers["x-ms-diagnostics"]
        token = ask(authority, certificates, client_secret=SECRET).json()["access_token"]
        acting = TIME_ZONES.replace("<s:Header>", IMPERSONATION)
        answer = post(token)
        assert answer.status_code == 500 and "ErrorInvalidExchangeImpersonationHeaderData" in answer.text
        assert "must not exist" in post(token, acting).text
        answer = post(token, acting, X_AnchorMailbox="user0001@example.com")
        assert answer.status_code == 200 and "GetServerTimeZonesResponse" in answer.text
        authority.expire_all()
        assert "token_expired" in post(token, acting, X_AnchorMailbox="user0001@example.com").headers["x-ms-diagnostics"]
        assert front.accepted == 1


@contextlib.contextmanager
def trusting(certificates):
    """exchangelib's connections know the tests' authority."""

    class Adapter(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn, url, verify, cert):
            super().cert_verify(conn, url, str(certificates.ca), cert)

    before, BaseProtocol.HTTP_ADAPTER_CLS = BaseProtocol.HTTP_ADAPTER_CLS, Adapter
    yield
    BaseProtocol.HTTP_ADAPTER_CLS = before


def test_exchangelib_works_as_an_application(authority, certificates, simulator, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))
    user = "user0001@example.com"
    with BearerFront(authority, Behind.of(simulator), certificates["good"]) as front, trusting(certificates):
        credentials = exchangelib.OAuth2Credentials(
            CLIENT_ID, SECRET, identity=exchangelib.Identity(primary_smtp_address=user)
        )
        type(credentials).token_url = property(lambda _: authority.token_url)
        configuration = exchangelib.Configuration(
            service_endpoint=front.url, credentials=credentials, auth_type=exchangelib.OAUTH2,
            version=exchangelib.Version(exchangelib.version.EXCHANGE_2016),
        )
        account = exchangelib.Account(user, config=configuration, access_type=exchangelib.IMPERSONATION,
                                      default_timezone=exchangelib.EWSTimeZone("UTC"))
        simulator.reply(user, state="enabled", internal="Away.")
        assert account.oof_settings.state == "Enabled"
        assert front.accepted and len(authority.tokens) == 1
