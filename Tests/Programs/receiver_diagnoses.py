"""Rows of the table for receivers that speak SIP or Asterisk's manager protocol; those of webhooks are elsewhere."""
import json

from diagnoses import row
from fronts.dns import name_server
from fronts.kamailio import PUBLISHER, kamailio
from fronts.presence_server import Answer, PresenceServer, busy, garbage, half, silence
from fronts.running import free_port
from fronts.web import deaf, imap
from service_diagnoses import healthy


def of_receiver(identifier, how, *remedy, **more):
    return row(identifier, how, *remedy, **{"where": "log", "checks": False, **more})


def hook(stage, kind, keys, **more):
    """A connector that works, and one hook."""
    keys = {"name": "phone", "kind": kind, **keys}
    lines = [f"{name} = {json.dumps(value)}" for name, value in keys.items() if value is not None]
    return healthy(stage, extra="\n".join(["", "[[hook]]", *lines, ""]), **more)


def publishing(stage, server, transport="udp", **keys):
    names = keys.pop("names", None)
    presentity = "sip:{user}@pbx.example.com"
    keys = {"server": server, "transport": transport, "presentity": presentity, "timeout": "2s", **keys}
    return hook(stage, "sip-publish", keys, names=names)


def publishing_to(script, transport="udp"):
    """A server that answers so."""

    def scene(stage):
        server = stage.enter(PresenceServer(transport))
        server.script = script
        return publishing(stage, server.address, transport)

    return scene


def refusing(status, reason):
    def script(server, request, published):
        published.status = status
        return Answer(bytes(request.response(status, reason, tag="no")))

    return script


# Presence servers


of_receiver("hook.unreachable", "nobody listens at the presence server", "host", "port", "firewall", shows=("127.0.0.1",))(
    lambda stage: publishing(stage, f"127.0.0.1:{free_port()}", "tcp"))
of_receiver("hook.unreachable", "nobody listens for datagrams either", "host", "port", "firewall")(
    lambda stage: publishing(stage, f"127.0.0.1:{free_port()}", "udp"))
of_receiver("hook.unreachable", "the presence server is silent", "firewall")(publishing_to(silence))
of_receiver("hook.unreachable", "the presence server takes connections and says nothing", "firewall")(
    lambda stage: publishing(stage, f"127.0.0.1:{stage.enter(deaf()).port}", "tls", ca_file=str(stage.certificates.ca)))
of_receiver("hook.unreachable", "no presence server has that name", "host", shows=("nobody.example.com",), needs_names=True)(
    lambda stage: publishing(stage, "nobody.example.com", None, names=stage.enter(name_server({}))))


def with_certificate(fault, trusted=True):
    def scene(stage):
        server = stage.enter(PresenceServer("tls", stage.certificates[fault]))
        return publishing(stage, server.address, "tls", ca_file=str(stage.certificates.ca) if trusted else None)

    return scene


of_receiver("hook.untrusted", "an authority that nobody knows", "ca_file")(with_certificate("good", trusted=False))
of_receiver("hook.untrusted", "a certificate of other names")(with_certificate("other-name"))
of_receiver("hook.untrusted", "an old certificate")(with_certificate("expired"))


def with_kamailio(login, **values):
    def scene(stage):
        server = stage.enter(kamailio(stage.certificates["good"], **values))
        return publishing(
            stage, server.server("udp"), username=login[0], password_file=str(stage.secret(login[1], "publisher")))

    return scene


of_receiver("hook.login-refused", "Kamailio does not know the password", "username", "password")(
    with_kamailio((PUBLISHER[0], "another one")))
of_receiver("hook.login-refused", "Kamailio does not let this machine publish", shows=("403",))(
    with_kamailio(PUBLISHER, PUBLISHERS='"192.0.2.20/32"'))
of_receiver("hook.busy", "the presence server has too much to do", "concurrency", shows=("503",))(publishing_to(busy(1)))
of_receiver("hook.rejected", "the presence server does not know the user", shows=("404",))(
    publishing_to(refusing(404, "Not Found")))
of_receiver("hook.misunderstood", "a server of mail at the port of SIP", "port")(
    lambda stage: publishing(stage, f"127.0.0.1:{stage.enter(imap()).port}", "tcp"))
of_receiver("hook.misunderstood", "noise instead of an answer", "port")(publishing_to(garbage, "tcp"))
of_receiver("hook.closed", "half of an answer of SIP", "sent again")(publishing_to(half, "tcp"))
