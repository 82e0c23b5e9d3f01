"""A front by hand, until Ctrl-C: `python3 -m fronts KIND --behind URL --password-file FILE`, in Tests/Programs.

URL and FILE are those of a running exchange-simulator. What a client needs is printed.
"""
import argparse
import contextlib
import pathlib
import signal
import tempfile

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


KINDS = {function.__name__: function for function in (basic, ntlm, negotiate)}


def main():
    parser = argparse.ArgumentParser(prog="python3 -m fronts", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--behind", required=True, help="URL of a simulator")
    parser.add_argument("--password-file", required=True, help="that it was started with")
    parser.add_argument("--certificate", choices=FAULTS, default="good")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--binding", action="store_true", help="with ntlm: demand channel bindings")
    options = parser.parse_args()
    # Ended as by Ctrl-C, so that nothing is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt):
        certificates = Certificates(stack.enter_context(tempfile.TemporaryDirectory()))
        behind = Behind(options.behind, options.password_file)
        told = KINDS[options.kind](stack, options, behind, certificates[options.certificate])
        for name, value in {"ca_file": certificates.ca, **told}.items():
            print(f"{name} = {value}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
