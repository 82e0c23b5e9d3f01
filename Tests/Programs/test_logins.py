"""The daemon logs in in every way, through parts that are not ours, and reads and hears what there is."""
import contextlib

import pytest

from conftest import wait_for
from diagnosing import USER, Patient, Stage
from fronts.autodiscover import Autodiscover
from fronts.certificates import Certificates
from fronts.dns import free_address, name_server
from fronts.relay import PATH, BasicFront
from fronts.world import why_not
from login_diagnoses import application, kerberos, ntlm
from notifying import shows
from test_daemon import moment

NEGOTIATE_OR = ("Negotiate", "NTLM", 'Basic realm="example.com"')


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def basic(stage):
    front = stage.enter(BasicFront(stage.behind, stage.certificates["good"]))
    return stage.setting(front.url, authentication="basic")


def pinned(stage):
    setting = basic(stage)
    setting.keys.pop("ca_file")
    setting.keys["pinned_public_key"] = "sha256//" + stage.certificates["good"].pin()
    return setting


def keytab(stage):
    return kerberos(stage, lambda realm: None)


def certificate(stage):
    own = stage.certificates.client()
    setting = application(stage, certificate=own)
    setting.keys.pop("client_secret_file")
    setting.keys.update(client_certificate=str(own.chain), client_private_key_file=str(own.key))
    return setting


def found(stage):
    """By the address alone: Autodiscover names a host that only the tests' name server knows."""
    if why_not():
        pytest.skip(why_not())
    address = free_address(443)
    identity = stage.certificates.server("found", "DNS:mail.example.com,DNS:autodiscover.example.com")
    front = stage.enter(BasicFront(stage.behind, identity, name="mail.example.com"))
    stage.enter(Autodiscover(
        f"https://mail.example.com:{front.port}{PATH}", identity=identity, address=address, port=443,
        authorization=front.expected,
    ))
    records = {"autodiscover.example.com": {"A": [address]}, "mail.example.com": {"A": ["127.0.0.1"]}}
    return stage.setting(None, autodiscover=True, names=stage.enter(name_server(records)))


WAYS = {
    "a password, Basic": basic,
    "a password, NTLM": lambda stage: ntlm(stage, {}),
    "a password, NTLM with an address for a name": lambda stage: ntlm(
        stage, {"username": "service@example.com"}, username="service@example.com"),
    "a password, and the scheme is chosen": lambda stage: ntlm(
        stage, {"authentication": "auto"}, offers=("NTLM", 'Basic realm="example.com"')),
    "a password, where Negotiate is offered and cannot be": lambda stage: ntlm(
        stage, {"authentication": "auto"}, offers=NEGOTIATE_OR),
    "a keytab": keytab,
    "a secret of an application": application,
    "a certificate of an application": certificate,
    "a pinned key and no authority": pinned,
    "a server that is found": found,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_daemon_logs_in_reads_and_hears(way, tmp_path, certificates):
    with contextlib.ExitStack() as stack:
        stage = Stage(tmp_path, stack, certificates)
        setting = WAYS[way](stage)
        setting.keys["notification"] = "streaming"
        patient = stack.enter_context(Patient(stage, setting))
        patient.start()
        wait_for("the daemon", patient.is_up)
        wait_for("a login", lambda: patient.json("status")["connectors"][0]["state"] == "online" or None)
        counts = lambda: patient.json("status")["connectors"][0]["subscriptions"]
        wait_for("a subscription", lambda: counts()["active"] == len(patient.users))
        stage.simulator().book(USER, moment(-60), moment(3_600))
        shows(patient, USER, "meeting")
        assert setting.tries() < 20, "a connection that is logged in is used again"
        for secret in ("a long password", "a long client secret"):
            assert secret not in patient.everything()
