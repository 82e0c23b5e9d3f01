"""Distribution groups: every answer against Microsoft's schemas, and through the eyes of exchangelib."""

import pytest
from exchangelib import Configuration, Credentials, DLMailbox
from exchangelib.errors import ErrorNameResolutionNoResults
from exchangelib.protocol import Protocol

from simulator import PASSWORD, REPOSITORY, USERNAME, Simulator

TEAM, INNER = "team@example.com", "inner@example.com"
ALICE, BOB, PARTNER = "alice@example.com", "bob@example.com", "partner@elsewhere.example"


def expand_dl(address):
    return f"<m:ExpandDL><m:Mailbox><t:EmailAddress>{address}</t:EmailAddress></m:Mailbox></m:ExpandDL>"


def put(simulator, group, *members, **more):
    simulator.control(f"groups/{group}", {"members": members, **more}, "PUT")


@pytest.fixture(scope="module")
def simulator():
    with Simulator("--calendars", REPOSITORY / "examples/calendars") as running:
        put(running, INNER, BOB)
        yield running


@pytest.fixture
def team(simulator):
    put(simulator, TEAM, "Alice@example.com", INNER, PARTNER, TEAM)
    return TEAM


def test_members_and_what_they_are(ask, team):
    answer = ask(expand_dl("TEAM@example.com"))
    assert answer.codes == ["NoError"]
    assert answer.texts("//t:Mailbox/t:EmailAddress") == [ALICE, INNER, PARTNER, TEAM]
    assert answer.texts("//t:Mailbox/t:MailboxType") == ["Mailbox", "PublicDL", "Contact", "PublicDL"]
    expansion = answer.root.find(".//{*}DLExpansion")
    assert (expansion.get("TotalItemsInView"), expansion.get("IncludesLastItemInRange")) == ("4", "true")


def test_a_group_without_members(ask, simulator):
    put(simulator, "empty@example.com")
    answer = ask(expand_dl("empty@example.com"))
    assert answer.codes == ["NoError"] and answer.texts("//t:EmailAddress") == []


def test_an_answer_that_is_not_all(ask, simulator):
    put(simulator, TEAM, ALICE, BOB, told=1)
    answer = ask(expand_dl(TEAM))
    assert answer.texts("//t:EmailAddress") == [ALICE]
    assert answer.root.find(".//{*}DLExpansion").get("IncludesLastItemInRange") == "false"


def test_what_is_no_group_that_anybody_sees(ask, simulator):
    put(simulator, "hidden@example.com", ALICE, hidden=True)
    for address in ("nobody@example.com", ALICE, "hidden@example.com"):
        answer = ask(expand_dl(address))
        assert (answer.status, answer.codes) == (200, ["ErrorNameResolutionNoResults"])


def test_errors_are_those_it_was_told(ask, simulator):
    for code in ("ErrorNameResolutionMultipleResults", "ErrorAccessDenied"):
        put(simulator, TEAM, ALICE, response_code=code)
        assert ask(expand_dl(TEAM)).codes == [code]


def test_exchangelib_reads_the_members(simulator, team):
    configuration = Configuration(
        service_endpoint=simulator.url, credentials=Credentials(USERNAME, PASSWORD), auth_type="basic"
    )
    protocol = Protocol(config=configuration)
    members = protocol.expand_dl(TEAM)
    assert [(member.email_address, member.mailbox_type) for member in members] == [
        (ALICE, "Mailbox"), (INNER, "PublicDL"), (PARTNER, "Contact"), (TEAM, "PublicDL"),
    ]
    inner = protocol.expand_dl(DLMailbox(email_address=INNER, mailbox_type="PublicDL"))
    assert [member.email_address for member in inner] == [BOB]
    with pytest.raises(ErrorNameResolutionNoResults):
        protocol.expand_dl("nobody@example.com")
