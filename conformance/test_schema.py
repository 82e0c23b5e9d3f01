"""Every request we send and every answer of the simulator against Microsoft's schemas."""

from datetime import datetime, timedelta, timezone

import pytest
from lxml import etree

from simulator import (
    BERLIN_ZONE,
    REPOSITORY,
    Simulator,
    availability,
    envelope,
    get_oof,
    set_oof,
)

TODAY = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
WEEK = (TODAY, TODAY + timedelta(days=7))
ALICE, BOB, SERVICE = "alice@example.com", "bob@example.com", "service@example.com"

PRODUCTS = {
    "2010": ("14", "3", "Exchange2010_SP2", "Exchange2013"),
    "2013": ("15", "0", "Exchange2013_SP1", "Exchange2016"),
    "2016": ("15", "1", "Exchange2016", "Exchange2040"),
    "2019": ("15", "2", "Exchange2016", "Exchange2040"),
    "se": ("15", "2", "Exchange2016", "Exchange2040"),
}
VIEWS = ["Detailed", "DetailedMerged", "FreeBusy", "FreeBusyMerged", "MergedOnly"]


@pytest.fixture(scope="module")
def simulator():
    with Simulator("--calendars", REPOSITORY / "examples/calendars", "--mailboxes", 120) as running:
        yield running


@pytest.fixture
def ask(simulator, schemas):
    """Sends an envelope; both directions must be valid."""

    def send(body, to=simulator, **header):
        answer = to.post(envelope(body, **header))
        schemas.check(etree.fromstring(answer.request.encode()))
        schemas.check(answer.root)
        return answer

    return send


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("zone", [None, BERLIN_ZONE], ids=["utc", "berlin"])
def test_view_is_granted_as_asked(ask, view, zone):
    answer = ask(availability([ALICE, BOB], *WEEK, view=view, **({"zone": zone} if zone else {})))
    assert answer.status == 200 and answer.codes == ["NoError", "NoError"]
    assert answer.texts("//t:FreeBusyViewType") == [view, view]
    assert bool(answer.texts("//t:MergedFreeBusy")) == (view.endswith("Merged") or view == "MergedOnly")
    assert bool(answer.texts("//t:CalendarEvent/t:StartTime")) == (view != "MergedOnly")
    assert bool(answer.texts("//t:CalendarEventDetails/t:IsPrivate")) == view.startswith("Detailed")


def test_private_appointment_keeps_its_subject(ask):
    answer = ask(availability([ALICE], TODAY, TODAY + timedelta(days=42), view="Detailed"))
    private = answer.root.xpath(
        "//t:CalendarEventDetails[t:IsPrivate='true']", namespaces={"t": "http://schemas.microsoft.com/exchange/services/2006/types"}
    )
    assert private and all(details.find("{*}Subject") is None for details in private)


def test_merged_digits_follow_the_appointments(ask):
    """Alice's stand-up on a Monday: 9:15 to 9:30 in Berlin, lunch is free."""
    monday = TODAY + timedelta(days=7 - TODAY.weekday())
    answer = ask(availability([ALICE], monday, monday + timedelta(days=1), "MergedOnly", BERLIN_ZONE, interval=15))
    digits = answer.texts("//t:MergedFreeBusy")[0]
    assert len(digits) == 96 and digits[37] == "2" and digits.replace("0", "") in ("2", "22")


def test_times_are_the_requests_zone(ask):
    monday = TODAY + timedelta(days=7 - TODAY.weekday())
    answer = ask(availability([ALICE], monday, monday + timedelta(days=1), zone=BERLIN_ZONE))
    assert f"{monday:%Y-%m-%d}T09:15:00" in answer.texts("//t:StartTime")


def test_unknown_mailbox_is_an_error_among_others(ask):
    answer = ask(availability([ALICE, "nobody@example.com"], *WEEK))
    assert answer.status == 200 and answer.codes == ["NoError", "ErrorMailRecipientNotFound"]


def test_hundred_mailboxes_are_the_most(ask):
    crowd = [f"user{number:04}@example.com" for number in range(1, 102)]
    assert ask(availability(crowd[:100], *WEEK)).codes == ["NoError"] * 100
    assert ask(availability(crowd, *WEEK)).fault == "ErrorMailboxDataArrayTooBig"


@pytest.mark.parametrize(
    "code, change",
    [
        ("ErrorTimeZone", {"zone": ""}),
        ("ErrorMailboxDataArrayEmpty", {"addresses": []}),
        ("ErrorTimeIntervalTooBig", {"end": TODAY + timedelta(days=43)}),
        ("ErrorInvalidTimeInterval", {"end": TODAY}),
        ("ErrorInvalidFreeBusyViewType", {"view": "None"}),
        ("ErrorInvalidMergedFreeBusyInterval", {"interval": 4}),
    ],
)
def test_faults_of_availability(ask, code, change):
    request = {"addresses": [ALICE], "start": TODAY, "end": WEEK[1], **change}
    answer = ask(availability(**request))
    assert (answer.status, answer.fault) == (500, code)


def test_automatic_reply_is_set_and_read(ask):
    body = set_oof(ALICE, "Scheduled", message="<p>Back &amp; soon</p>".replace("<", "&lt;").replace(">", "&gt;"))
    assert ask(body, impersonated=ALICE).codes == ["NoError"]
    answer = ask(get_oof(ALICE), impersonated=ALICE)
    assert answer.codes == ["NoError"]
    assert answer.texts("//t:OofState") == ["Scheduled"]
    assert answer.texts("//t:Duration/t:StartTime") == ["2026-12-24T00:00:00Z"]
    assert answer.texts("//t:InternalReply/t:Message") == ["<p>Back & soon</p>"]


def test_scheduled_reply_needs_a_span(ask):
    body = set_oof(BOB, "Scheduled", start="2026-12-24T00:00:00", end="2026-12-24T00:00:00")
    assert ask(body, impersonated=BOB).codes == ["ErrorInvalidScheduledOofDuration"]


def test_automatic_reply_of_others_is_denied(ask):
    assert ask(get_oof(ALICE)).codes == ["ErrorAccessDenied"]
    assert ask(get_oof(SERVICE)).codes == ["NoError"]


def test_impersonation_can_be_withheld(ask, simulator):
    simulator.control(f"mailboxes/{BOB}/impersonation", {"allowed": False}, "PUT")
    answer = ask(get_oof(BOB), impersonated=BOB)
    assert (answer.status, answer.fault) == (500, "ErrorImpersonateUserDenied")
    simulator.control(f"mailboxes/{BOB}/impersonation", {"allowed": True}, "PUT")
    assert ask(get_oof("nobody@example.com"), impersonated="nobody@example.com").fault == "ErrorNonExistentMailbox"


def test_granted_view_limits_the_answer(ask, simulator):
    for granted, shown in [("MergedOnly", "MergedOnly"), ("FreeBusy", "FreeBusyMerged"), ("None", "None")]:
        simulator.control(f"mailboxes/{BOB}/granted-view", {"view": granted}, "PUT")
        answer = ask(availability([BOB], *WEEK, view="DetailedMerged"))
        assert answer.texts("//t:FreeBusyViewType") == [shown]
    simulator.control(f"mailboxes/{BOB}/granted-view", {"view": "DetailedMerged"}, "PUT")


def test_mailbox_fails_as_told(ask, simulator):
    simulator.control(f"mailboxes/{BOB}/failure", {"response_code": "ErrorMailboxMoveInProgress"}, "PUT")
    assert ask(availability([ALICE, BOB], *WEEK)).codes == ["NoError", "ErrorMailboxMoveInProgress"]
    simulator.control(f"mailboxes/{BOB}/failure", {"response_code": None}, "PUT")
    assert ask(availability([BOB], *WEEK)).codes == ["NoError"]


def test_busy_server_says_how_long(ask, simulator):
    simulator.control("busy", {"milliseconds": 60_000})
    answer = ask(availability([ALICE], *WEEK))
    assert (answer.status, answer.fault) == (500, "ErrorServerBusy")
    assert answer.texts("//t:Value[@Name='BackOffMilliseconds']") == ["60000"]
    simulator.control("busy", {"milliseconds": 0})
    assert ask(availability([ALICE], *WEEK)).codes == ["NoError"]


def test_gone_server_closes_the_connection(simulator):
    simulator.control("away", {"requests": 2})
    for _ in range(2):
        with pytest.raises(OSError):
            simulator.post(envelope(get_oof(SERVICE)))
    assert simulator.post(envelope(get_oof(SERVICE))).status == 200


def test_appointments_are_booked_moved_and_cancelled(ask, simulator):
    path = f"mailboxes/{SERVICE}/appointments"
    hour = TODAY + timedelta(days=2, hours=8)
    order = {"start": f"{hour.isoformat()}Z", "end": f"{(hour + timedelta(hours=1)).isoformat()}Z", "busy_type": "OOF"}
    booked = simulator.control(path, order)
    assert ask(availability([SERVICE], *WEEK)).texts("//t:StartTime") == [hour.isoformat()]
    later = hour + timedelta(days=1)
    moved = {"id": booked["id"], "start": f"{later.isoformat()}Z", "end": f"{(later + timedelta(hours=1)).isoformat()}Z"}
    simulator.control(f"{path}/move", moved)
    answer = ask(availability([SERVICE], *WEEK))
    assert answer.texts("//t:StartTime") == [later.isoformat()] and answer.texts("//t:BusyType") == ["OOF"]
    simulator.control(f"{path}/cancel", {"id": booked["id"]})
    assert ask(availability([SERVICE], *WEEK)).texts("//t:StartTime") == []


def test_occurrence_of_a_series_is_cancelled(simulator):
    path = "mailboxes/dave@example.com"
    window = f"from={WEEK[0].isoformat()}Z&until={WEEK[1].isoformat()}Z"
    before = simulator.control(f"{path}/truth?{window}")
    first = simulator.control(f"{path}/appointments?{window}")[0]
    simulator.control(f"{path}/appointments/cancel", {"id": first["id"]})
    assert len(before) == 7 and simulator.control(f"{path}/truth?{window}") == before[1:]


def test_wrong_password_is_refused(simulator):
    assert simulator.post(envelope(get_oof(SERVICE)), password="guess").status == 401


def test_what_is_no_request_is_a_fault(simulator, schemas):
    doctype = '<!DOCTYPE x [<!ENTITY a "b">]>' + envelope(get_oof(SERVICE)).split("?>", 1)[1]
    for text in ["", "no xml", "<a/>", doctype, envelope("<m:NoSuchOperation/>")]:
        answer = simulator.post(text)
        assert answer.status == 500 and answer.fault in ("ErrorSchemaValidation", "ErrorInvalidRequest"), text
        schemas.check(answer.root)


def test_more_than_four_megabytes_are_refused(simulator):
    answer_status = None
    try:
        answer_status = simulator.post(envelope(get_oof(SERVICE)) + " " * (4 * 1024 * 1024)).status
    except OSError:
        # The server may close before all is sent.
        return
    assert answer_status == 413


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_product_says_who_it_is(ask, schemas, product):
    major, minor, newest, unknown = PRODUCTS[product]
    with Simulator("--calendars", REPOSITORY / "examples/calendars", "--version", product) as running:
        for version in (None, "Exchange2007_SP1", newest):
            answer = ask(availability([ALICE], *WEEK), to=running, version=version)
            info = answer.root.find(".//{*}ServerVersionInfo")
            assert answer.codes == ["NoError"] and (info.get("MajorVersion"), info.get("MinorVersion")) == (major, minor)
        refused = running.post(envelope(availability([ALICE], *WEEK), version=unknown))
        schemas.check(refused.root)
        assert refused.fault == "ErrorInvalidServerVersion"
        types = set(ask(availability(["bob@example.com"], *WEEK), to=running, version=newest).texts("//t:BusyType"))
        assert ("WorkingElsewhere" in types) == (product != "2010")


@pytest.mark.parametrize("full", ["true", "false"])
def test_server_time_zones(ask, full):
    answer = ask(f'<m:GetServerTimeZones ReturnFullTimeZoneData="{full}"/>')
    assert answer.codes == ["NoError"] and len(answer.root.findall(".//{*}TimeZoneDefinition")) > 5
