"""GetMailTips of the simulator: judged by Microsoft's schemas, and read by exchangelib as it reads Exchange."""

import pytest
from exchangelib import Account, Build, Configuration, Credentials, DELEGATE, Version
from exchangelib.properties import Mailbox, SendingAs
from exchangelib.services import GetMailTips
from lxml import etree

from simulator import PASSWORD, REPOSITORY, USERNAME, Simulator, envelope

# Dave is away; Bob is not.
BOB, DAVE, NOBODY = "bob@example.com", "dave@example.com", "nobody@example.com"


@pytest.fixture(scope="module")
def simulator():
    with Simulator("--calendars", REPOSITORY / "examples/calendars") as running:
        yield running


@pytest.fixture
def ask(simulator, schemas):
    """Sends the request; both directions must be valid."""

    def send(*recipients):
        mailboxes = "".join(f"<t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox>" for address in recipients)
        body = (
            f"<m:GetMailTips><m:SendingAs><t:EmailAddress>{USERNAME}</t:EmailAddress></m:SendingAs>"
            f"<m:Recipients>{mailboxes}</m:Recipients><m:MailTipsRequested>OutOfOfficeMessage</m:MailTipsRequested>"
            "</m:GetMailTips>"
        )
        answer = simulator.post(envelope(body))
        schemas.check(etree.fromstring(answer.request.encode()))
        schemas.check(answer.root)
        return answer

    return send


def test_each_recipient_is_told_of_in_order(ask):
    answer = ask(BOB, DAVE, NOBODY)
    assert answer.codes == ["NoError", "NoError", "NoError", "ErrorMailRecipientNotFound"]
    assert answer.texts("//t:RecipientAddress/t:EmailAddress") == [BOB, DAVE]
    bodies = answer.texts("//t:ReplyBody/t:Message")
    assert bodies[0] == "" and "Alice knows everything" in bodies[1]


def test_pending_and_disabled_are_of_the_schema_too(ask, simulator):
    for manner, codes in [("pending", ["NoError", "NoError"]), ("disabled", ["ErrorMailTipsDisabled"])]:
        simulator.control("mail-tips", {"manner": manner}, "POST")
        assert ask(DAVE).codes == codes
    simulator.control("mail-tips", {"manner": "truthful"}, "POST")


def test_too_many_recipients_are_refused(ask):
    assert ask(*[BOB] * 100).codes == ["NoError"] * 101
    assert ask(*[BOB] * 101).fault == "ErrorInvalidRequest"


def test_exchangelib_reads_the_same(simulator):
    configuration = Configuration(
        service_endpoint=simulator.url,
        credentials=Credentials(USERNAME, PASSWORD),
        auth_type="basic",
        version=Version(Build(15, 2, 2562, 17)),
    )
    account = Account(USERNAME, config=configuration, access_type=DELEGATE, autodiscover=False)
    bob, dave = GetMailTips(protocol=account.protocol).call(
        sending_as=SendingAs(email_address=USERNAME),
        recipients=[Mailbox(email_address=BOB), Mailbox(email_address=DAVE)],
        mail_tips_requested="OutOfOfficeMessage",
    )
    assert [tips.recipient_address.email_address for tips in (bob, dave)] == [BOB, DAVE]
    assert not bob.out_of_office.reply_body and "Alice knows everything" in dave.out_of_office.reply_body
    assert dave.pending_mail_tips is None
