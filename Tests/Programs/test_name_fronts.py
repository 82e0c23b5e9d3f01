"""The name server and Autodiscover of the tests, judged by dig, getent, curl and exchangelib's parser of answers."""
import subprocess
import xml.etree.ElementTree

import exchangelib
import pytest
import requests
from exchangelib.autodiscover.protocol import AutodiscoverProtocol

from fronts.autodiscover import JSON_PATH, POX_PATH, SOAP_PATH, Autodiscover, Redirector
from fronts.certificates import Certificates
from fronts.dns import name_server
from fronts.world import why_not, world

RECORDS = {
    "mail.example.com": {"A": ["127.0.0.1", "127.0.0.2"], "AAAA": ["::1"]},
    "autodiscover.example.com": {"CNAME": ["mail.example.com"]},
    "_autodiscover._tcp.example.com": {"SRV": [(0, 5, 8443, "mail.example.com")]},
    "sip.example.com": {"NAPTR": [(10, 50, "s", "SIPS+D2T", "", "_sips._tcp.example.com")]},
    "empty.example.com": {},
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def dig(zone, *words):
    command = ["dig", f"@{zone.address}", "-p", str(zone.port), "+tries=1", "+time=2", *words]
    return subprocess.run(command, capture_output=True, text=True).stdout


@pytest.mark.parametrize("way", ["+notcp", "+tcp"])
def test_dig_understands_the_name_server(way):
    with name_server(RECORDS, port=5353) as zone:
        short = lambda *words: dig(zone, way, "+short", *words).split("\n")[:-1]
        assert short("mail.example.com", "A") == ["127.0.0.1", "127.0.0.2"]
        assert short("MAIL.example.com", "AAAA") == ["::1"]
        assert short("autodiscover.example.com", "A") == ["mail.example.com.", "127.0.0.1", "127.0.0.2"]
        assert short("_autodiscover._tcp.example.com", "SRV") == ["0 5 8443 mail.example.com."]
        assert short("sip.example.com", "NAPTR") == ['10 50 "s" "SIPS+D2T" "" _sips._tcp.example.com.']
        assert "status: NOERROR" in dig(zone, way, "empty.example.com") and short("empty.example.com") == []
        assert "status: NXDOMAIN" in dig(zone, way, "nobody.example.com")
        zone.failing.add("mail.example.com")
        assert "status: SERVFAIL" in dig(zone, way, "mail.example.com")
        assert ("nobody.example.com", "A") in zone.asked
    if way == "+notcp":
        with name_server(RECORDS, port=5353) as zone:
            zone.silent.add("mail.example.com")
            assert "timed out" in dig(zone, way, "mail.example.com")


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_a_program_can_be_given_names_of_its_own():
    with name_server(RECORDS) as zone, world(zone) as own:

        def getent(host, before=own.prefix):
            return subprocess.run([*before, "getent", "ahostsv4", host], capture_output=True, text=True)

        assert "127.0.0.2" in getent("autodiscover.example.com").stdout
        assert getent("nobody.example.com").returncode == 2
        assert getent("mail.example.com", []).returncode == 2, "but to no other program"
        assert "127.0.0.1" in getent("localhost").stdout


# The sample of Microsoft's page "pox-autodiscover-request-for-exchange", with an address to be put in.
POX_REQUEST = """<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
<EMailAddress>{}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a
</AcceptableResponseSchema></Request></Autodiscover>"""
EWS = "https://mail.example.com/EWS/Exchange.asmx"
USER, STRANGER, OTHER = "user0001@example.com", "x@example.com", "user0001@example.net"


@pytest.fixture
def ask(certificates, monkeypatch):
    """Asks a front in one of the three forms; with SOAP it is exchangelib that asks and understands."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.ca))

    def pox(front, user, **options):
        answer = requests.post(front.base + POX_PATH, POX_REQUEST.format(user), allow_redirects=False, **options)
        if answer.status_code != 200:
            return answer.status_code
        space = {"a": "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006",
                 "o": "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"}
        root = xml.etree.ElementTree.fromstring(answer.content)
        assert root.tag == f"{{{space['a']}}}Autodiscover"
        return lambda path: root.findtext("o:Response/" + "/".join(f"o:{step}" for step in path.split("/")), None, space)

    def soap(front, user, **options):
        configuration = exchangelib.Configuration(
            service_endpoint=front.base + SOAP_PATH, credentials=exchangelib.Credentials("x", "y"), auth_type=exchangelib.BASIC,
            retry_policy=exchangelib.FailFast(), version=exchangelib.Version(exchangelib.version.EXCHANGE_2016),
        )
        protocol = AutodiscoverProtocol(config=configuration)
        return protocol.get_user_settings(user=user, settings=["external_ews_url", "grouping_information"])

    def json(front, user):
        answer = requests.get(f"{front.base}{JSON_PATH}/v1.0/{user}?Protocol=EWS", allow_redirects=False)
        return answer.status_code, answer.json()

    return {"pox": pox, "soap": soap, "json": json}


def test_autodiscover_answers_in_three_forms(certificates, ask):
    with Autodiscover(EWS, identity=certificates["good"], groups={USER: "Two"}, unknown=[STRANGER]) as front:
        answer = ask["pox"](front, USER)
        assert (answer("Account/Protocol/EwsUrl"), answer("Account/Protocol/GroupingInformation")) == (EWS, "Two")
        assert ask["pox"](front, STRANGER)("Error/ErrorCode") == "500"
        answer = ask["soap"](front, USER)
        assert (answer.ews_url, answer.user_settings["grouping_information"]) == (EWS, "Two")
        assert ask["soap"](front, STRANGER).error_code == "InvalidUser"
        assert ask["json"](front, USER) == (200, {"Protocol": "EWS", "Url": EWS})
        assert ask["json"](front, STRANGER)[0] == 404


def test_autodiscover_sends_elsewhere(certificates, ask):
    with Autodiscover(redirect_address=OTHER, identity=certificates["good"], authorization="Basic eDp5") as front:
        assert ask["pox"](front, USER) == 401
        assert ask["pox"](front, USER, auth=("x", "y"))("Account/RedirectAddr") == OTHER
        assert ask["soap"](front, USER).redirect_address == OTHER
        assert {path for path, _ in front.shown} == {POX_PATH, SOAP_PATH}
    url = "https://else.example.net/autodiscover/autodiscover.xml"
    with Autodiscover(redirect_url=url, forms=["pox"], identity=certificates["good"]) as front:
        assert ask["pox"](front, USER)("Account/RedirectUrl") == url
        assert requests.post(front.base + SOAP_PATH).status_code == 404
    with Autodiscover(redirect_url=url, identity=certificates["good"]) as front:
        assert ask["soap"](front, USER).redirect_url == url


def test_a_redirector_names_where_to_go():
    with Redirector("https://mail.example.com/autodiscover/autodiscover.xml") as front:
        answer = requests.get(front.base + POX_PATH, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://mail.example.com/autodiscover/autodiscover.xml")
