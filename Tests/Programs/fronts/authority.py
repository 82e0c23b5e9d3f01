"""An authority that gives applications tokens, as Entra ID does; the checking side is Authlib.

Authlib verifies secrets and client assertions (RFC 7523). Refusals have Entra's shape: status, `error`, a description with
AADSTS and a number (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes).
"""
import json
import re
import secrets
import time
import urllib.parse
import uuid

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.errors import ExpiredTokenError
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode

from .relay import Front

TENANT = "6e3d1a9c-4d6e-4c38-9a53-2f7f6a3c0b11"
CLIENT_ID = "b3a1f0de-8c0b-4d7e-9c6f-5a2f1e7d4c90"
SECRET = "a long client secret"
SCOPE = "https://outlook.office365.com/.default"

# What Entra says where Authlib says so: number, status, error, words.
REFUSALS = {
    "does not exist": (700016, 400, "unauthorized_client", "Application with identifier was not found in the directory."),
    "cannot authenticate": (7000215, 401, "invalid_client", "Invalid client secret provided. Ensure the secret being sent in"
                            " the request is the client secret value, not the client secret ID."),
    "no secret": (7000218, 401, "invalid_client", "The request body must contain the following parameter: 'client_assertion'"
                  " or 'client_secret'."),
    "old secret": (7000222, 401, "invalid_client", "The provided client secret keys for app are expired."),
    "other certificate": (700027, 401, "invalid_client", "The certificate with identifier used to sign the client assertion is"
                          " not registered on application."),
    "bad_signature": (700027, 401, "invalid_client", "Client assertion failed signature validation."),
    "expired": (700024, 401, "invalid_client", "Client assertion is not within its valid time range."),
    "'aud'": (700023, 401, "invalid_client", "Client assertion audience claim does not match Realm issuer."),
    "used before": (50013, 401, "invalid_client", "Assertion failed validation: it was used before."),
    "tenant": (90002, 400, "invalid_request", "Tenant not found. Check to make sure you have the correct tenant ID."),
    "scope": (1002012, 400, "invalid_scope", "The provided value for scope is not valid. Client credential flows must have a"
              " scope value with /.default suffixed to the resource identifier (application ID URI)."),
    "grant_type": (900144, 400, "invalid_request", "The request body must contain the following parameter: 'grant_type'."),
}


class Application(ClientMixin):
    """A registration: an id, with a secret, a certificate, or both."""

    def __init__(self, client_id=CLIENT_ID, secret=SECRET, certificate=None, secret_has_expired=False):
        self.client_id, self.secret, self.secret_has_expired = client_id, secret, secret_has_expired
        self.thumbprint = self.key = None
        if certificate:
            self.thumbprint = urlsafe_b64encode(certificate.fingerprint()).decode()
            public = x509.load_der_x509_certificate(certificate.der).public_key()
            self.key = RSAKey.import_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def check_client_secret(self, secret):
        if secret == self.secret and self.secret_has_expired:
            raise InvalidClientError(description="old secret")
        return secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return endpoint == "token"

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope):
        return scope


class Assertion(JWTBearerClientAssertion):
    """A client assertion: signed with the registered certificate, for this authority, in time, and never seen before."""

    def __init__(self, authority):
        super().__init__()
        self.authority = authority
        self.seen = set()

    def get_audiences(self):
        return [self.authority.token_url, f"{self.authority.base}/{self.authority.tenant}/v2.0"]

    def resolve_client_public_key(self, client):
        if client.key is None:
            raise InvalidClientError(description="other certificate")
        return client.key

    def process_assertion_claims(self, assertion, key):
        header, _ = self.extract_assertion(assertion)
        self.authority.assertion_headers.append(header)
        if header.get("x5t#S256") != self.authority.application.thumbprint or header["alg"] not in ("RS256", "PS256"):
            raise InvalidClientError(description="other certificate")
        try:
            return super().process_assertion_claims(assertion, key)
        except InvalidClientError as error:
            if isinstance(error.__cause__, ExpiredTokenError):
                raise InvalidClientError(description="expired") from error
            # What joserfc raises names itself only so.
            raise InvalidClientError(description=error.description or error.__cause__.error) from error

    def validate_jti(self, claims, jti):
        fresh = jti not in self.seen
        self.seen.add(jti)
        return fresh


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_assertion_jwt", "client_secret_post"]


class TokenRequest(OAuth2Request):
    def __init__(self, uri, form):
        super().__init__("POST", uri)
        self.payload = BasicOAuth2Payload(form)

    @property
    def form(self):
        return self.payload.data


class Issuer(AuthorizationServer):
    """Authlib's server, on this project's HTTP server."""

    def __init__(self, authority):
        super().__init__(scopes_supported=[SCOPE])
        self.authority = authority
        self.register_grant(Grant)
        self.register_client_auth_method("client_assertion_jwt", Assertion(authority))
        self.register_token_generator("default", BearerTokenGenerator(
            lambda **_: secrets.token_urlsafe(64), expires_generator=lambda *_: authority.lifetime
        ))

    def query_client(self, client_id):
        application = self.authority.application
        return application if client_id == application.client_id else None

    def save_token(self, token, request):
        self.authority.tokens[token["access_token"]] = time.time() + token["expires_in"]

    def create_oauth2_request(self, request):
        return request

    def send_signal(self, *_, **__):
        """Nobody listens."""

    def handle_response(self, status, body, headers):
        return status, body

    def handle_error_response(self, request, error):
        said = error.description or error.error
        if "cannot authenticate" in said and not {"client_secret", "client_assertion"} & set(request.form):
            said = "no secret"
        refusal = next((entry for words, entry in REFUSALS.items() if words in said), None)
        return self.authority.refusal(*refusal) if refusal else (error.status_code, {"error": error.error, "error_description": said})


class Authority(Front):
    """`token_url` gives tokens to one application of one tenant; `tokens` are those it gave, with the time of their end."""

    def __init__(self, identity, application=None, tenant=TENANT, lifetime=3599, **options):
        super().__init__(identity=identity, **options)
        self.application = application or Application()
        self.tenant = tenant
        self.lifetime = lifetime
        self.url = self.base
        self.token_url = f"{self.base}/{tenant}/oauth2/v2.0/token"
        self.tokens = {}
        self.assertion_headers = []
        self.refusals = []
        self._issuer = Issuer(self)

    def answer(self, exchange, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        match = re.fullmatch(r"/([^/]+)/oauth2/v2\.0/token", exchange.path)
        if not match or exchange.command != "POST":
            exchange.reply(404)
            return
        if match[1].lower() != self.tenant:
            status, content = self.refusal(*REFUSALS["tenant"])
        else:
            status, content = self._issuer.create_token_response(TokenRequest(self.token_url, form))
        exchange.reply(status, json.dumps(content), "application/json; charset=utf-8", Cache_Control="no-store, no-cache")

    def refusal(self, number, status, error, words):
        """The answer as Entra writes it."""
        self.refusals.append(number)
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        return status, {
            "error": error,
            "error_description": f"AADSTS{number}: {words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}",
            "error_codes": [number], "timestamp": at, "trace_id": trace, "correlation_id": correlation,
            "error_uri": f"{self.base}/error?code={number}",
        }

    def expire_all(self):
        """The tokens so far are good no longer, whatever was said when they were given."""
        self.tokens = dict.fromkeys(self.tokens, 0)
