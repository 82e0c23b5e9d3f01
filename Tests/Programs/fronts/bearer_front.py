"""EWS as Exchange Online gives it to applications: for a token, and only in the name of a mailbox."""
import time

from .relay import Front

# What Exchange offers who shows no token, or none that is good.
CHALLENGE = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", trusted_issuers="00000001-0000-0000-c000-000000000000@*", '
    'token_types="app_asserted_user_v1 service_asserted_app_v1", '
    'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
)
FAULT = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>
<faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:{code}</faultcode>
<faultstring xml:lang="en-US">{words}</faultstring>
<detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">{code}</e:ResponseCode>
<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">{words}</e:Message></detail>
</s:Fault></s:Body></s:Envelope>"""


class BearerFront(Front):
    """Lets through who shows a token of this authority, impersonates (`ExchangeImpersonation`) and says whom
    (`X-AnchorMailbox`). `accepted` and `refused` count; with `denies` everything gets 403, as where EWS is switched off."""

    def __init__(self, authority, *arguments, denies=False, foreign=False, **options):
        super().__init__(*arguments, **options)
        self.authority = authority
        self.denies = denies
        self.foreign = foreign
        self.accepted = 0
        self.refused = []

    def answer(self, exchange, body):
        scheme, _, token = exchange.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            self._unauthorized(exchange, "no token", "")
        elif token not in self.authority.tokens:
            self._unauthorized(exchange, "unknown token", '2000001;reason="The token is malformed.";error_category="invalid_token"')
        elif self.authority.tokens[token] <= time.time():
            self._unauthorized(exchange, "old token", '2000002;reason="The token has expired.";error_category="token_expired"')
        elif self.foreign:
            reason = '2000004;reason="The tenant for tenant guid does not exist.";error_category="invalid_tenant"'
            self._unauthorized(exchange, "other tenant", reason)
        elif self.denies:
            self.refused.append("denied")
            exchange.reply(403)
        elif b"ExchangeImpersonation>" not in body:
            self._fault(exchange, "ExchangeImpersonation SOAP header must be present for this type of OAuth token.")
        elif "X-AnchorMailbox" not in exchange.headers:
            # What is said where the request has come to a server of another forest (ews-managed-api, issue 212).
            self._fault(exchange, "ExchangeImpersonation SOAP header must not exist for this type of OAuth token.")
        else:
            self.accepted += 1
            exchange.pass_on(body)

    def _unauthorized(self, exchange, why, diagnostics):
        self.refused.append(why)
        headers = {"x_ms_diagnostics": diagnostics} if diagnostics else {}
        exchange.reply(401, WWW_Authenticate=CHALLENGE, **headers)

    def _fault(self, exchange, words):
        self.refused.append(words)
        text = FAULT.format(code="ErrorInvalidExchangeImpersonationHeaderData", words=words)
        exchange.reply(500, text, "text/xml; charset=utf-8")
