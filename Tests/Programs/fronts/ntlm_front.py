"""NTLM as IIS does it: a connection is logged in, not a request. The checking side is pyspnego."""
import base64
import os
import threading

import spnego
from spnego._ntlm_raw.crypto import md5
from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import BadBindingsError, InvalidTokenError, SpnegoError

from .relay import Front

# pyspnego finds its accounts by the environment of the process, which all fronts share.
ACCOUNTS = threading.Lock()


class NTLMFront(Front):
    """Lets one account through, over TLS. `handshakes` counts logins that succeeded, `tries` passwords that were shown."""

    def __init__(self, folder, *arguments, username="EXAMPLE\\service", password="a long password",
                 demands_binding=False, offers=("NTLM",), **options):
        super().__init__(*arguments, **options)
        domain, _, user = username.rpartition("\\")
        self._accounts = folder / f"ntlm-accounts-{self.port}"
        self._accounts.write_text(f"{domain}:{user}:{password}\n")
        self._accounts.chmod(0o600)
        self.offers = list(offers)
        self.binding = None
        if demands_binding:
            fingerprint = self.identity.fingerprint()
            self.binding = GssChannelBindings(application_data=b"tls-server-end-point:" + fingerprint)
        self.handshakes = 0
        self.tries = 0
        self.refusals = []

    def answer(self, exchange, body):
        scheme, _, text = exchange.headers.get("Authorization", "").partition(" ")
        if scheme.upper() == "NTLM" and text:
            self._step(exchange, body, base64.b64decode(text))
        elif exchange.account:
            exchange.pass_on(body)
        else:
            exchange.reply(401, WWW_Authenticate=self.offers)

    def _step(self, exchange, body, token):
        """[MS-NTHT] 1.3: type 1, a challenge, type 3, all three on one connection."""
        try:
            if token[8:12] == b"\x01\0\0\0":
                exchange.account = None
                with ACCOUNTS:
                    os.environ["NTLM_USER_FILE"] = str(self._accounts)
                    exchange.context = spnego.server(protocol="ntlm", channel_bindings=self.binding)
                challenge = base64.b64encode(exchange.context.step(token)).decode()
                exchange.reply(401, WWW_Authenticate=f"NTLM {challenge}")
                return
            self.tries += 1
            context, exchange.context = exchange.context, None
            if context is None:
                raise InvalidTokenError(context_msg="type 3 on a connection without type 1")
            with ACCOUNTS:
                os.environ["NTLM_USER_FILE"] = str(self._accounts)
                context.step(token)
            if self.binding:
                self._demand_binding(token)
        except SpnegoError as error:
            self.refusals.append(str(error))
            exchange.reply(401, WWW_Authenticate=self.offers)
            return
        self.handshakes += 1
        exchange.account = context.client_principal
        exchange.pass_on(body)

    def _demand_binding(self, token):
        """pyspnego also takes the hash that says “none” (sixteen zeros); Extended Protection that is required does not."""
        pairs = NTClientChallengeV2.unpack(Authenticate.unpack(token).nt_challenge_response[16:]).av_pairs
        if pairs[AvId.channel_bindings] != md5(self.binding.pack()):
            raise BadBindingsError(context_msg="the client says that it has no channel bindings")
