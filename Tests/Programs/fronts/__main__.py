"""A front by hand, until Ctrl-C: `python3 -m fronts KIND --behind URL --password-file FILE`, in Tests/Programs.

URL and FILE are those of a running exchange-simulator. What a client needs is printed.
"""
import argparse
import contextlib
import pathlib
import signal
import tempfile
import threading

from .authority import CLIENT_ID, SCOPE, SECRET, TENANT, Application, Authority
from .bearer_front import BearerFront
from .certificates import FAULTS, Certificates
from .kerberos import kdc, negotiate_front
from .ntlm_front import NTLMFront
from .relay import BasicFront, Behind

USERNAME, PASSWORD = "EXAMPLE\\service", "a long password"


def basic(stack, options, behind, identity):
    front = stack.enter_context(BasicFront(behind, identity, port=options.port))
    return {"url": front.url, "username": "service@example.com", "password": PASSWORD}


def ntlm(stack, options, behind, identity):
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
    front = NTLMFront(folder, behind, identity, port=options.port, username=USERNAME, password=PASSWORD,
                      demands_binding=options.binding)
    stack.enter_context(front)
    return {"url": front.url, "username": USERNAME, "password": PASSWORD}


def negotiate(stack, options, behind, identity):
    realm = stack.enter_context(kdc())
    realm.principal("service", PASSWORD)
    keytab = realm.keytab("service", "service")
    front = stack.enter_context(negotiate_front(realm, behind, identity))
    return {"url": front.url, "principal": "service@EXAMPLE.COM", "keytab": keytab, **realm.environment}


def oauth(stack, options, behind, identity):
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    certificate = Certificates(folder).client()
    authority = stack.enter_context(Authority(identity, Application(certificate=certificate)))
    front = stack.enter_context(BearerFront(authority, behind, identity, port=options.port))
    return {"url": front.url, "authority": authority.url, "tenant": TENANT, "client_id": CLIENT_ID, "client_secret": SECRET,
            "scope": SCOPE, "client_certificate": certificate.chain, "client_private_key": certificate.key}


KINDS = {function.__name__: function for function in (basic, ntlm, negotiate, oauth)}


def main():
    parser = argparse.ArgumentParser(prog="python3 -m fronts", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--behind", required=True, help="URL of a simulator")
    parser.add_argument("--password-file", required=True, help="that it was started with")
    parser.add_argument("--certificate", choices=FAULTS, default="good")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--binding", action="store_true", help="with ntlm: demand channel bindings")
    options = parser.parse_args()
    # Nothing is left behind, however it is ended.
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with contextlib.ExitStack() as stack:
        certificates = Certificates(stack.enter_context(tempfile.TemporaryDirectory()))
        behind = Behind(options.behind, options.password_file)
        told = KINDS[options.kind](stack, options, behind, certificates[options.certificate])
        for name, value in {"ca_file": certificates.ca, **told}.items():
            print(f"{name} = {value}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
