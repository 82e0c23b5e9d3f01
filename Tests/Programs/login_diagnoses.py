"""Rows of the table for logins: passwords, Kerberos, and applications."""
import contextlib

from diagnoses import row
from fronts.authority import CLIENT_ID, SCOPE, TENANT, Application, Authority
from fronts.bearer_front import BearerFront
from fronts.kerberos import kdc, negotiate_front
from fronts.ntlm_front import NTLMFront
from fronts.relay import BasicFront



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
