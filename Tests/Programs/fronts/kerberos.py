"""Negotiate with a real KDC (Debian's krb5-kdc) and a real server (apache2 with mod_auth_gssapi) in front of EWS."""
import contextlib
import functools
import os
import shutil
import subprocess
import types

from .relay import PATH
from .running import folder_for, free_port, is_open, program, running

REALM = "EXAMPLE.COM"
# Who runs apache where root runs the tests: it does not serve as root.
SERVER_USER = "www-data" if os.geteuid() == 0 else None

CLIENT = """
[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    default_ccache_name = FILE:{folder}/tickets
[logging]
    kdc = FILE:{folder}/kdc.log
    default = FILE:{folder}/kdc.log
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    localhost = {realm}
    127.0.0.1 = {realm}
    .example.com = {realm}
"""
SERVICE = """
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
        max_life = 10h
        supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
    }}
"""


class KDC:
    """A realm of the tests' own; `environment` makes a program, the daemon too, know it and no other."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        for name, text in (("krb5.conf", CLIENT), ("kdc.conf", SERVICE)):
            (folder / name).write_text(text.format(realm=REALM, folder=folder, port=self.port))
        # Replays are remembered in this folder too, not in /var/tmp.
        self.environment = {
            "KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5RCACHENAME": f"file2:{folder}/replays",
        }
        self._service = {**self.environment, "KRB5_KDC_PROFILE": str(folder / "kdc.conf")}
        self._run("kdb5_util", "-r", REALM, "create", "-s", "-P", "the master key")

    def principal(self, name, password=None):
        """Makes it, with a random key where there is no password."""
        key = ["-pw", password] if password else ["-randkey"]
        self._admin("addprinc", *key, f"{name}@{REALM}")

    def keytab(self, name, *principals):
        """The keys of principals in a file that its owner alone reads; the keys stay as they are."""
        path = self.folder / f"{name}.keytab"
        path.unlink(missing_ok=True)
        self._admin("ktadd", "-norandkey", "-k", path, *(f"{principal}@{REALM}" for principal in principals))
        path.chmod(0o600)
        return path

    def change(self, name, password):
        """A new password: keytabs that were made before hold keys that are no longer good."""
        self._admin("cpw", "-pw", password, f"{name}@{REALM}")

    def remove(self, name):
        self._admin("delprinc", "-force", f"{name}@{REALM}")

    def lock(self, name):
        self._admin("modprinc", "-allow_tix", f"{name}@{REALM}")

    def kinit(self, principal, keytab, cache):
        """A ticket by Debian's kinit; returns the environment that shows it to a program."""
        environment = {**self.environment, "KRB5CCNAME": f"FILE:{cache}"}
        subprocess.run(["kinit", "-k", "-t", keytab, f"{principal}@{REALM}"], check=True, env={**os.environ, **environment},
                       capture_output=True)
        return environment

    def asked(self):
        """What the KDC's log says of tickets, a line each."""
        return [line for line in (self.folder / "kdc.log").read_text().splitlines() if "_REQ" in line]

    def _admin(self, *words):
        self._run("kadmin.local", "-r", REALM, *words)

    def _run(self, name, *arguments):
        result = subprocess.run([program(name), *map(str, arguments)], env={**os.environ, **self._service},
                                capture_output=True, text=True)
        assert result.returncode == 0, f"{name}: {result.stderr}"

    def running(self):
        command = [program("krb5kdc"), "-n", "-r", REALM]
        ready = functools.partial(is_open, self.port)
        return running(command, ready, self.folder / "kdc.log", environment=self._service)


@contextlib.contextmanager
def kdc():
    with folder_for() as folder:
        realm = KDC(folder)
        with realm.running():
            yield realm


APACHE = """
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogLevel warn auth_gssapi:info
Listen 127.0.0.1:{port}
Mutex file:{folder} default
DefaultRuntimeDir {folder}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_gssapi_module {modules}/mod_auth_gssapi.so
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_http_module {modules}/mod_proxy_http.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule ssl_module {modules}/mod_ssl.so
SSLEngine on
SSLCertificateFile {folder}/chain.pem
SSLCertificateKeyFile {folder}/key.pem
<Location />
    AuthType GSSAPI
    AuthName "EWS"
    GssapiCredStore keytab:{folder}/http.keytab
    GssapiNegotiateOnce On
    Require valid-user
    RequestHeader set Authorization "{authorization}"
</Location>
ProxyPass / {base}/ flushpackets=on timeout=600
"""


@contextlib.contextmanager
def negotiate_front(realm, behind, identity, hosts=("localhost",)):
    """EWS for whoever has a ticket for HTTP/HOST; passes on with the login of the service account."""
    for host in hosts:
        realm.principal(f"HTTP/{host}")
    keytab = realm.keytab("http", *(f"HTTP/{host}" for host in hosts))
    with folder_for(SERVER_USER) as folder:
        for source, name in ((identity.chain, "chain.pem"), (identity.key, "key.pem"), (keytab, "http.keytab")):
            shutil.copy(source, folder / name)
            if SERVER_USER:
                shutil.chown(folder / name, SERVER_USER, SERVER_USER)
        # The realm's folder is its owner's alone.
        configuration = folder / "krb5.conf"
        configuration.write_text((realm.folder / "krb5.conf").read_text())
        port = free_port()
        settings = folder / "apache.conf"
        settings.write_text(APACHE.format(
            folder=folder, port=port, modules="/usr/lib/apache2/modules", authorization=behind.authorization, base=behind.base
        ))
        settings.chmod(0o644)
        command = [program("apache2"), "-d", folder, "-f", settings, "-D", "FOREGROUND"]
        environment = {"KRB5_CONFIG": str(configuration), "KRB5RCACHENAME": f"file2:{folder}/replays"}
        with running(command, lambda: is_open(port), folder / "error.log", SERVER_USER, environment):
            base = f"https://localhost:{port}"
            yield types.SimpleNamespace(base=base, url=base + PATH, port=port, log=folder / "error.log")
