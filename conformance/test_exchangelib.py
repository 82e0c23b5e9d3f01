"""exchangelib, the client half the world uses, reads what the calendar files say."""

import ssl
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import requests.adapters
from exchangelib import IMPERSONATION, Account, Build, Configuration, Credentials, EWSDateTime, EWSTimeZone, Version
from exchangelib.errors import ErrorImpersonateUserDenied, ErrorMailRecipientNotFound
from exchangelib.protocol import BaseProtocol
from exchangelib.settings import OofSettings

from oracle import CalendarFile, Interval
from simulator import PASSWORD, REPOSITORY, USERNAME, Simulator

CALENDARS = REPOSITORY / "examples/calendars"
PEOPLE = ["alice", "bob", "carol", "dave"]


@pytest.fixture(scope="module", params=["plain", "tls"])
def server(request, certificate):
    class TrustingAdapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *arguments, **options):
            super().init_poolmanager(*arguments, ssl_context=ssl.create_default_context(cafile=certificate[0]), **options)

        def cert_verify(self, conn, url, verify, cert):
            super().cert_verify(conn, url, str(certificate[0]), cert)

    before = BaseProtocol.HTTP_ADAPTER_CLS
    BaseProtocol.HTTP_ADAPTER_CLS = TrustingAdapter
    with Simulator("--calendars", CALENDARS, tls=certificate if request.param == "tls" else None) as running:
        assert running.url.startswith("https:" if request.param == "tls" else "http:")
        yield running
    BaseProtocol.HTTP_ADAPTER_CLS = before


@pytest.fixture(scope="module")
def account(server):
    """Opens a mailbox as the service account."""
    configuration = Configuration(
        service_endpoint=server.url,
        credentials=Credentials(USERNAME, PASSWORD),
        auth_type="basic",
        version=Version(Build(15, 2, 2562, 17)),
    )
    return lambda address: Account(address, config=configuration, access_type=IMPERSONATION, autodiscover=False)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_free_busy_is_what_the_files_say(account, zone):
    zone = EWSTimeZone(zone)
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start = EWSDateTime.from_datetime(midnight).astimezone(zone)
    end = start + timedelta(days=7)
    accounts = [(account(f"{person}@example.com"), "Required", False) for person in PEOPLE]
    views = list(accounts[0][0].protocol.get_free_busy_info(accounts, start, end, requested_view="DetailedMerged"))
    assert len(views) == len(PEOPLE)
    for person, view in zip(PEOPLE, views):
        assert view.view_type == "DetailedMerged" and len(view.merged) == 7 * 48
        answered = sorted(
            Interval(moment(event.start, zone), moment(event.end, zone), event.busy_type)
            for event in view.calendar_events or []
        )
        assert answered == CalendarFile(CALENDARS / f"{person}@example.com.ics").intervals(start, end), person


def moment(time, zone):
    """exchangelib takes the times for UTC: they are the clock of the zone asked for."""
    wall = datetime(time.year, time.month, time.day, time.hour, time.minute, time.second)
    return wall.replace(tzinfo=ZoneInfo(zone.key)).astimezone(timezone.utc)


def test_unknown_mailbox(account):
    start = EWSDateTime.now(EWSTimeZone("UTC"))
    protocol = account("alice@example.com").protocol
    views = list(protocol.get_free_busy_info([("nobody@example.com", "Required", False)], start, start + timedelta(days=1)))
    assert [type(view) for view in views] == [ErrorMailRecipientNotFound]


def test_automatic_reply_of_the_file(account):
    settings = account("dave@example.com").oof_settings
    assert settings.state == OofSettings.ENABLED
    assert "Alice knows everything" in settings.internal_reply
    scheduled = account("carol@example.com").oof_settings
    assert scheduled.state == OofSettings.SCHEDULED
    assert timedelta(days=2, hours=21) < scheduled.end - scheduled.start <= timedelta(days=2, hours=22)


def test_automatic_reply_is_set(account):
    bob = account("bob@example.com")
    start = EWSDateTime(2030, 1, 2, 8, tzinfo=EWSTimeZone("UTC"))
    bob.oof_settings = OofSettings(
        state=OofSettings.SCHEDULED, external_audience="All", start=start, end=start + timedelta(days=3),
        internal_reply="Inside <b>&</b>", external_reply="Outside",
    )
    settings = account("bob@example.com").oof_settings
    assert (settings.start, settings.end) == (start, start + timedelta(days=3))
    assert (settings.internal_reply, settings.external_reply) == ("Inside <b>&</b>", "Outside")


def test_impersonation_denied(account, server):
    server.control("mailboxes/alice@example.com/impersonation", {"allowed": False}, "PUT")
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = account("alice@example.com").oof_settings
    server.control("mailboxes/alice@example.com/impersonation", {"allowed": True}, "PUT")
