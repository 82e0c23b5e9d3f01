"""Certificates by openssl: an authority, one between, and a server's certificate for each fault that TLS knows."""
import dataclasses
import functools
import hashlib
import pathlib
import ssl
import subprocess
import time

# By fault: names in the certificate, days from now of its begin and end, and who signs.
FAULTS = {
    "good": ("DNS:localhost,DNS:*.example.com,IP:127.0.0.1", -1, 30, "between"),
    "expired": ("DNS:localhost,IP:127.0.0.1", -30, -2, "between"),
    "not-yet-valid": ("DNS:localhost,IP:127.0.0.1", 2, 30, "between"),
    "other-name": ("DNS:other.example.net,DNS:mail.example.net", -1, 30, "between"),
    "address": ("IP:127.0.0.1", -1, 30, "between"),
    "no-address": ("DNS:localhost", -1, 30, "between"),
    "self-signed": ("DNS:localhost,IP:127.0.0.1", -1, 30, "self"),
    "missing-intermediate": ("DNS:localhost,IP:127.0.0.1", -1, 30, "between"),
}

# openssl alone can set dates freely with its command for authorities, which wants a folder and this.
CONFIGURATION = """
[ca]
default_ca = authority
[authority]
new_certs_dir = {folder}
database = {folder}/{name}.index
rand_serial = yes
default_md = sha256
policy = policy
unique_subject = no
[policy]
commonName = supplied
[extensions]
{extensions}
"""
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash"
SERVER = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth"


@dataclasses.dataclass(frozen=True)
class Identity:
    """PEM files: a certificate with those between it and its authority, as far as they are sent, and its key."""

    chain: pathlib.Path
    key: pathlib.Path

    @functools.cached_property
    def context(self):
        """For a server in Python."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context

    @functools.cached_property
    def der(self):
        return ssl.PEM_cert_to_DER_cert(self.chain.read_text().partition("-----END CERTIFICATE-----")[0]
                                        + "-----END CERTIFICATE-----\n")

    def fingerprint(self):
        """SHA-256 of the certificate: what tls-server-end-point binds a login to (RFC 5929, 4.1), and x5t#S256."""
        return hashlib.sha256(self.der).digest()

    def pin(self):
        """SHA-256 of the public key in base64, as curl's `--pinnedpubkey` wants it."""
        script = "openssl x509 -in \"$1\" -noout -pubkey | openssl pkey -pubin -outform der"
        script += " | openssl dgst -sha256 -binary | openssl base64"
        return subprocess.run(["sh", "-c", script, "sh", self.chain], check=True, capture_output=True, text=True).stdout.strip()


class Certificates:
    """An authority in a folder; `ca` is its certificate, which clients trust or do not."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.ca = self._make("ca", "Example Authority", AUTHORITY, -60, 365, None).chain
        self._between = self._make("between", "Example Intermediate", AUTHORITY, -60, 300, "ca").chain
        self._made = {}

    def __getitem__(self, fault):
        """The server's certificate of that name; see FAULTS."""
        if fault not in self._made:
            names, begin, end, issuer = FAULTS[fault]
            self._made[fault] = self.server(fault, names, begin, end, issuer)
        return self._made[fault]

    def server(self, name, names, begin=-1, end=30, issuer="between"):
        """A certificate for these names, as openssl writes them in subjectAltName."""
        extensions = f"{SERVER}\nsubjectAltName={names}"
        identity = self._make(name, name, extensions, begin, end, None if issuer == "self" else issuer)
        if issuer == "between" and name != "missing-intermediate":
            identity.chain.write_text(identity.chain.read_text() + self._between.read_text())
        return identity

    def client(self, name="freebusyd", begin=-1, end=30, bits=2048):
        """What an application shows to an OAuth server: self-signed, with an RSA key."""
        extensions = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature"
        return self._make(name, name, extensions, begin, end, None, ["rsa", "-pkeyopt", f"rsa_keygen_bits:{bits}"])

    def _make(self, name, subject, extensions, begin, end, issuer, algorithm=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        chain, key, request, settings = (self.folder / f"{name}{end}" for end in (".pem", ".key", ".csr", ".cnf"))
        settings.write_text(CONFIGURATION.format(folder=self.folder, name=name, extensions=extensions))
        (self.folder / f"{name}.index").touch()
        self._openssl("req", "-new", "-newkey", *algorithm, "-nodes", "-subj", f"/CN={subject}", "-keyout", key, "-out", request)
        key.chmod(0o600)
        signer = ["-selfsign", "-keyfile", key]
        if issuer:
            signer = ["-cert", self.folder / f"{issuer}.pem", "-keyfile", self.folder / f"{issuer}.key"]
        self._openssl("ca", "-batch", "-notext", "-config", settings, "-extensions", "extensions", *signer, "-in", request,
                      "-out", chain, "-startdate", moment(begin), "-enddate", moment(end))
        return Identity(chain, key)

    @staticmethod
    def _openssl(*arguments):
        result = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr


def moment(days):
    """So many days from now, as openssl wants it."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86_400))
