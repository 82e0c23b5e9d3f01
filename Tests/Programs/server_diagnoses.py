"""Rows of the table for the configuration, the way to the server, what answers there, and how the server is found."""
from diagnoses import row
from fronts.autodiscover import Autodiscover
from fronts.bearer_front import FAULT
from fronts.dns import free_address, name_server
from fronts.relay import PATH, BasicFront, Front
from fronts.running import free_port
from fronts.web import deaf, imap, web

# The configuration


@row("config.not-set-up", "no connector is enabled", "[[connector]]", where="log")
def nothing_enabled(stage):
    return stage.setting("https://mail.example.com", enabled=False)


@row("config.username-not-email", "a bare name and no domain", "username", where="start")
def bare_name(stage):
    return stage.setting("https://mail.example.com", username="service", authentication="basic")


@row("url.malformed", "a blank in the host", "https://mail.example.com/ews/exchange.asmx", where="start")
def blank(stage):
    return stage.setting("https://mail example.com/")


@row("url.malformed", "the URL of Outlook on the web", "/EWS/Exchange.asmx", where="start", shows=("Outlook on the web",))
def owa(stage):
    return stage.setting("https://mail.example.com/owa/")


@row("url.malformed", "the URL of ActiveSync", "/EWS/Exchange.asmx", where="start", shows=("ActiveSync",))
def activesync_url(stage):
    return stage.setting("https://mail.example.com/Microsoft-Server-ActiveSync")


@row("url.not-https", "http to another machine", "https", "loopback", where="start")
def plain(stage):
    return stage.setting("http://mail.example.com/EWS/Exchange.asmx")


# The way


@row("dns.host-not-found", "the name does not exist", "spelling", "DNS", shows=("nobody.example.com",), needs_names=True)
def no_name(stage):
    return stage.setting("https://nobody.example.com", names=stage.enter(name_server({})))


@row("dns.host-not-found", "the name has no address", "spelling", "DNS", needs_names=True)
def no_address(stage):
    return stage.setting("https://empty.example.com", names=stage.enter(name_server({"empty.example.com": {}})))


@row("tcp.unreachable", "the port is closed", "firewall", "port", "host", shows=("refused",))
def closed_port(stage):
    return stage.setting(f"https://localhost:{free_port()}")


def with_certificate(fault, host="localhost", trusted=True):
    def scene(stage):
        front = stage.enter(BasicFront(stage.behind, stage.certificates[fault]))
        return stage.setting(f"https://{host}:{front.port}{PATH}", trusted)

    return scene


row("tls.name-mismatch", "a certificate of other names", "one of", shows=("other.example.net", "mail.example.net"))(
    with_certificate("other-name"))
row("tls.ip-address", "an address that the certificate does not carry", "host name", shows=("localhost",))(
    with_certificate("no-address", "127.0.0.1"))
row("tls.expired", "an old certificate", "renew", "clock")(with_certificate("expired"))
row("tls.not-yet-valid", "a certificate of the future", "renew", "clock")(with_certificate("not-yet-valid"))
row("tls.untrusted", "signed by itself", "ca_file", "pinned_public_key")(with_certificate("self-signed"))
row("tls.untrusted", "an authority that nobody knows", "ca_file", "pinned_public_key")(with_certificate("good", trusted=False))
row("tls.untrusted", "the one between is missing", "ca_file", "pinned_public_key")(with_certificate("missing-intermediate"))


@row("tls.untrusted", "another key than the pinned one", "pinned_public_key")
def other_pin(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"]))
    return stage.setting(front.url, pinned_public_key="sha256//" + stage.certificates["address"].pin())


@row("tls.handshake", "https to a port of http", "https")
def no_tls(stage):
    return stage.setting(stage.simulator().url.replace("http://", "https://"))


@row("server.no-answer", "a connection and then silence", "load")
def silence(stage):
    return stage.setting(f"https://localhost:{stage.enter(deaf()).port}", request_timeout="2s")


@row("server.no-answer", "the request is taken and nothing comes", "load", "EWS log")
def hanging(stage):
    return stage.setting(stage.enter(web("hanging", stage.certificates["good"])).url, request_timeout="2s")


# What answers


def with_page(kind):
    return lambda stage: stage.setting(stage.enter(web(kind, stage.certificates["good"])).url)


row("http.not-ews", "a firewall's portal", "portal", "EWS virtual directory", shows=("200", "text/html", "Firewall Portal"))(
    with_page("portal"))
row("http.not-ews", "a way to a portal", "EWS virtual directory", shows=("302",))(with_page("portal-redirect"))
row("http.not-ews", "nothing at the path", "EWS virtual directory", shows=("404",))(with_page("gone"))


@row("server.unsupported", "a server that only speaks ActiveSync", "2007 SP1", "ActiveSync")
def activesync(stage):
    return stage.setting(stage.enter(web("activesync", stage.certificates["good"])).url)


@row("server.unsupported", "a server that only speaks IMAP", "2007 SP1", "IMAP")
def mail_server(stage):
    return stage.setting(f"http://127.0.0.1:{stage.enter(imap()).port}{PATH}")


class OldExchange(Front):
    """Knows no version that it is asked in, as Exchange 2007 without a service pack."""

    def answer(self, exchange, body):
        exchange.reply(500, FAULT.format(code="ErrorInvalidServerVersion", words="The specified server version is invalid."),
                       "text/xml; charset=utf-8")


@row("server.unsupported", "an Exchange that is too old", "2007 SP1")
def old_exchange(stage):
    return stage.setting(stage.enter(OldExchange(identity=stage.certificates["good"])).url)


class Ailing(Front):
    """Has a fault that says no more than that there is one."""

    def answer(self, exchange, body):
        exchange.reply(500, FAULT.format(code="ErrorInternalServerError", words="An internal server error occurred."),
                       "text/xml; charset=utf-8")


@row("server.fault", "a fault that says no more", "EWS log", shows=("ErrorInternalServerError",))
def ailing(stage):
    return stage.setting(stage.enter(Ailing(identity=stage.certificates["good"])).url)


@row("server.unsupported", "Amazon WorkMail", "Amazon WorkMail", needs_names=True)
def workmail(stage):
    """By its name, which is all that is known of it from outside."""
    host = "ews.mail.eu-west-1.awsapps.com"
    names = stage.enter(name_server({host: {"A": ["127.0.0.1"]}}))
    identity = stage.certificates.server("workmail", f"DNS:{host}")
    front = stage.enter(BasicFront(stage.behind, identity, offers=['Basic realm="Amazon WorkMail"'], password="another"))
    return stage.setting(f"https://{host}:{front.port}{PATH}", names=names)


@row("server.busy", "it is throttled", "wait", "New-ThrottlingPolicy")
def busy(stage):
    stage.simulator().ask("busy", {"milliseconds": 600_000}, "POST")
    return stage.setting(stage.simulator().url)


class Broken(Front):
    """Answers in XML, and not with what was asked for."""

    def answer(self, exchange, body):
        exchange.reply(200, '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/>'
                       "</s:Envelope>", "text/xml; charset=utf-8")


@row("server.unexpected-answer", "an envelope with nothing in it", "proxy")
def empty_envelope(stage):
    return stage.setting(stage.enter(Broken(identity=stage.certificates["good"])).url)


# Autodiscover


def searching(stage, records, **more):
    names = stage.enter(name_server(records))
    return stage.setting(None, autodiscover=True, names=names, **more)


@row("autodiscover.failed", "no place knows the service", "autodiscover.example.com", "SRV", "server", needs_names=True)
def nothing_found(stage):
    return searching(stage, {})


@row("autodiscover.other-domain", "it leads to a stranger", "autodiscover_domains", shows=("mail.example.net",),
     needs_names=True)
def strange_redirect(stage):
    """The stranger would answer, but must not be shown the password."""
    address = free_address(443)
    stranger = free_address(443, after=address)
    identity = stage.certificates.server("autodiscover", "DNS:autodiscover.example.com,DNS:autodiscover.example.net")
    url = "https://autodiscover.example.net/autodiscover/autodiscover.xml"
    stage.enter(Autodiscover(redirect_url=url, identity=identity, address=address, port=443, name="autodiscover.example.com"))
    other = stage.enter(Autodiscover("https://mail.example.net" + PATH, identity=identity, address=stranger, port=443))
    records = {"autodiscover.example.com": {"A": [address]}, "autodiscover.example.net": {"A": [stranger]}}
    # What the stranger was shown must stay nothing.
    return searching(stage, records, tries=lambda: 2 * len(other.shown))
