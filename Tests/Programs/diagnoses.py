"""The table of diagnoses: how each is provoked for real, where it shows, and what its remedy must name.

The words are those of the list of diagnoses that the project was given, and of docs/errors.md for those that it has beside.
"""
import contextlib
import dataclasses

from diagnosing import USER
from fronts.authority import CLIENT_ID, SCOPE, TENANT, Application, Authority
from fronts.autodiscover import Autodiscover
from fronts.bearer_front import FAULT, BearerFront
from fronts.dns import free_address, name_server
from fronts.kerberos import kdc, negotiate_front
from fronts.ntlm_front import NTLMFront
from fronts.relay import PATH, BasicFront, Front
from fronts.running import free_port
from fronts.web import deaf, imap, web

ROWS = []
# What cannot be provoked where tests run, and why.
NOT_HERE = {
    "config.password-unreadable": "the file is looked at with the configuration (config.invalid), and would have to go after that",
    "config.token-unreadable": "likewise",
    "control.interrupted": "a race of a reading with a reload, which test_switches.py and the engine's tests run",
    "group.too-large": "100,000 members; the limits are tested in AvailabilityTests",
    "hook.not-encodable": "a mistake of freebusyd that nobody has found",
    "service.exhausted": "needs a machine without descriptors or memory",
    "service.impossible-request": "the configuration refuses whatever would lead to it",
    "service.interrupted": "said to nobody but a request that a stop cuts off",
    "notification.missed": "a minute and a half of reconciling, see test_notifications.py and test_random_notifications.py",
    "store.failed": "needs a disk that fails",
    "store.full": "needs a full disk; see StoreTests",
    "store.not-writable": "root writes everywhere; see StoreTests",
    "subscription.lost": "needs a load balancer that forgets; see PresenceEngineTests",
    "subscription.method-unknown": "needs a server that knows some methods only; see ExchangeTests",
    "store.locked": "needs another program that holds SQLite's lock for long",
    "store.missing": "of check-config --dry-run, see test_dry_run.py",
    "store.not-readable": "of check-config --dry-run, see test_dry_run.py",
    "store.older-schema": "of check-config --dry-run, see test_dry_run.py",
}


@dataclasses.dataclass(frozen=True)
class Row:
    id: str
    how: str
    scene: object
    # What the remedy must name, and what the sentence must show, letter case aside.
    remedy: tuple
    shows: tuple = ()
    # connector, user (the first one), start (the daemon refuses the file), or log (the journal alone).
    where: str = "connector"
    needs_names: bool = False
    patience: int = 60
    # With start: how the daemon ends.
    exits: int = 78
    # Whether `freebusyd check` is to name it too: it looks at the way to Exchange, not at hooks and databases.
    checks: bool = True

    def __str__(self):
        return f"{self.id}: {self.how}"


def row(identifier, how, *remedy, **more):
    """Enters a scene into the table."""

    def enter(scene):
        ROWS.append(Row(identifier, how, scene, remedy, **more))
        return scene

    return enter


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


@row("http.not-ews", "the URL of Outlook on the web", "Outlook on the web", "EWS virtual directory")
def owa(stage):
    return stage.setting(stage.enter(web("owa", stage.certificates["good"])).base + "/owa/")


@row("http.not-ews", "the URL of ActiveSync", "ActiveSync", "EWS virtual directory")
def activesync_url(stage):
    return stage.setting(stage.enter(web("gone", stage.certificates["good"])).base + "/Microsoft-Server-ActiveSync")


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


@row("autodiscover.other-domain", "it leads to a stranger", "autodiscover_domains", shows=("autodiscover.example.net",),
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


# The login


@row("auth.unauthorized", "a wrong password, Basic", "DOMAIN\\user", "password", "locked", shows=("service@example.com",))
def wrong_password(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"], password="another"))
    return stage.setting(front.url, authentication="basic", tries=lambda: front.tries)


def ntlm(stage, more, **options):
    front = stage.enter(NTLMFront(stage.folder, stage.behind, stage.certificates["good"], **options))
    keys = {"username": "EXAMPLE\\service", "authentication": "ntlm", **more}
    return stage.setting(front.url, tries=lambda: front.tries, **keys)


@row("auth.unauthorized", "a wrong password, NTLM", "DOMAIN\\user", "password", "locked")
def wrong_ntlm_password(stage):
    return ntlm(stage, {}, password="another")


@row("auth.unauthorized", "a wrong password, and the scheme is chosen", "DOMAIN\\user", "password", "locked")
def wrong_password_of_auto(stage):
    return ntlm(stage, {"authentication": "auto"}, password="another", offers=("NTLM", 'Basic realm="example.com"'))


@row("auth.scheme-not-offered", "Basic where there is NTLM", "-BasicAuthentication", "authentication", shows=("NTLM",))
def no_basic(stage):
    return ntlm(stage, {"authentication": "basic"})


@row("auth.scheme-not-offered", "NTLM where there is Basic", "authentication", shows=("Basic",))
def no_ntlm(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"]))
    return stage.setting(front.url, authentication="ntlm", username="EXAMPLE\\service", tries=lambda: front.tries)


@contextlib.contextmanager
def realm_with_front(stage, identity):
    with kdc() as realm:
        realm.principal("service", "a long password")
        with negotiate_front(realm, stage.behind, identity) as front:
            yield realm, front


def kerberos(stage, change):
    realm, front = stage.enter(realm_with_front(stage, stage.certificates["good"]))
    keytab = realm.keytab("service", "service")
    change(realm)
    return stage.setting(
        front.url, authentication="negotiate", username=None, password_file=None, keytab_file=str(keytab),
        principal="service@EXAMPLE.COM", environment=realm.environment,
    )


@row("auth.unauthorized", "a keytab of an older password", "keytab")
def old_keytab(stage):
    return kerberos(stage, lambda realm: realm.change("service", "another password"))


@row("auth.unauthorized", "a locked account", "locked")
def locked_account(stage):
    return kerberos(stage, lambda realm: realm.lock("service"))


@row("auth.kerberos", "the server is no service of the realm", "setspn")
def no_service(stage):
    return kerberos(stage, lambda realm: realm.remove("HTTP/localhost"))


@row("auth.kerberos", "the server is named by its address", "host name")
def address_for_kerberos(stage):
    setting = kerberos(stage, lambda realm: None)
    setting.keys["server"] = setting.keys["server"].replace("localhost", "127.0.0.1")
    return setting


def application(stage, front_options=None, lifetime=3599, tenant=TENANT, client_id=CLIENT_ID, **options):
    """An authority and a front of its tokens; `options` are those of the registration."""
    identity = stage.certificates["good"]
    authority = stage.enter(Authority(identity, Application(**options), lifetime=lifetime))
    front = stage.enter(BearerFront(authority, stage.behind, identity, **(front_options or {})))
    return stage.setting(
        front.url, authentication="oauth2", username=None, password_file=None, tenant=tenant, client_id=client_id,
        client_secret_file=str(stage.secret("a long client secret")), authority=authority.url, scope=SCOPE,
    )


@row("auth.mfa-required", "a password where only tokens are taken", "OAuth")
def tokens_only(stage):
    identity = stage.certificates["good"]
    front = stage.enter(BearerFront(stage.enter(Authority(identity)), stage.behind, identity))
    return stage.setting(front.url, authentication="basic")


@row("oauth.bad-request", "a scope that the authority does not give", "client_id", "tenant", shows=("1002012",))
def bad_scope(stage):
    setting = application(stage)
    setting.keys["scope"] = "https://example.net/.default"
    return setting


row("oauth.unauthorized", "a wrong secret", "secret", shows=("7000215",))(lambda stage: application(stage, secret="another"))
row("oauth.unauthorized", "a secret that has expired", "secret", shows=("7000222",))(
    lambda stage: application(stage, secret_has_expired=True))


@row("oauth.unauthorized", "a certificate that is not registered", "certificate", shows=("700027",))
def other_certificate(stage):
    setting = application(stage, certificate=stage.certificates.client("registered"))
    own = stage.certificates.client("own")
    setting.keys.pop("client_secret_file")
    setting.keys.update(client_certificate=str(own.chain), client_private_key_file=str(own.key))
    return setting


@row("config.certificate-unusable", "a key of another certificate", "client_private_key", where="start")
def mismatched_key(stage):
    setting = application(stage)
    setting.keys.pop("client_secret_file")
    own, other = stage.certificates.client("own"), stage.certificates.client("other")
    setting.keys.update(client_certificate=str(own.chain), client_private_key_file=str(other.key))
    return setting


row("oauth.wrong-tenant", "a tenant that is not there", "tenant", shows=("90002",))(
    lambda stage: application(stage, tenant="00000000-0000-0000-0000-000000000000"))
row("oauth.wrong-tenant", "an application that the tenant does not know", "tenant", shows=("700016",))(
    lambda stage: application(stage, client_id="00000000-0000-0000-0000-000000000001"))
row("oauth.wrong-tenant", "mailboxes of another tenant", "tenant", where="user")(
    lambda stage: application(stage, {"foreign": True}))
row("access.denied", "EWS is switched off for the application", "EwsEnabled")(
    lambda stage: application(stage, {"denies": True}))


# Rights and mailboxes


def failing(code):
    def scene(stage):
        simulator = stage.simulator()
        simulator.ask(f"mailboxes/{USER}/failure", {"response_code": code}, "PUT")
        return stage.setting(simulator.url, users=[USER, "user0002@example.com"])

    return scene


@row("access.impersonation-denied", "the role is missing", "New-ManagementRoleAssignment", "-Role:ApplicationImpersonation",
     where="user")
def no_impersonation(stage):
    simulator = stage.simulator()
    simulator.ask(f"mailboxes/{USER}/impersonation", {"allowed": False}, "PUT")
    return stage.setting(simulator.url)


@row("mailbox.not-found", "nobody has the address", "address", "profile", where="user")
def nobody(stage):
    return stage.setting(stage.simulator().url, users=["nobody@example.com"])


row("mailbox.address-mismatch", "not the primary address", "primary address", "profile", where="user")(
    failing("ErrorNonPrimarySmtpAddress"))
row("mailbox.elsewhere", "a mailbox of another site", "connector", where="user")(failing("ErrorCrossSiteRequest"))
row("mailbox.no-license", "an account without a mailbox", "licence", where="user")(failing("ErrorMissingEmailAddress"))
@row("calendar.no-access", "nothing is granted", "AvailabilityOnly", where="user")
def no_view(stage):
    simulator = stage.simulator()
    simulator.ask(f"mailboxes/{USER}/granted-view", {"view": "None"}, "PUT")
    return stage.setting(simulator.url)


# Notifications and the clock


@row("subscription.limit", "too many subscriptions", "EwsMaxSubscriptions", where="log")
def too_many_subscriptions(stage):
    return stage.setting(stage.simulator(options=["--subscriptions-per-mailbox", 0]).url, notification="streaming")


@row("callback.unreachable", "the server cannot reach the address", "callback_url", "certificate", where="log", patience=200)
def nowhere_to_call(stage):
    return stage.setting(
        stage.simulator(options=["--push-retry", 0.5]).url, notification="push", status_frequency="1m",
        callback_url=f"http://127.0.0.1:{free_port()}/ews", callback_listen=f"127.0.0.1:{free_port()}",
    )


@row("clock.skew", "the server's clock is an hour ahead", "time synchronisation")
def skewed(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"], ahead=3_600))
    return stage.setting(front.url)
