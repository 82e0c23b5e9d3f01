"""Starts the simulator and talks raw EWS to it, as any client could."""

import base64
import json
import os
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPConnection
from pathlib import Path

from lxml import etree

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
PROGRAM = Path(os.environ.get("SIMULATOR", REPOSITORY / ".build/debug/exchange-simulator"))

USERNAME = "service@example.com"
PASSWORD = "secret"

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMESPACES = {"s": SOAP, "m": MESSAGES, "t": TYPES, "e": ERRORS}

UTC_ZONE = "<t:TimeZone><t:Bias>0</t:Bias>" + "".join(
    f"<t:{name}><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>0</t:DayOrder><t:Month>0</t:Month>"
    f"<t:DayOfWeek>Sunday</t:DayOfWeek></t:{name}>"
    for name in ("StandardTime", "DaylightTime")
) + "</t:TimeZone>"

BERLIN_ZONE = (
    "<t:TimeZone><t:Bias>-60</t:Bias>"
    "<t:StandardTime><t:Bias>0</t:Bias><t:Time>03:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>10</t:Month>"
    "<t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>"
    "<t:DaylightTime><t:Bias>-60</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>3</t:Month>"
    "<t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>"
)


class Answer:
    """The HTTP status and the parsed envelope of an answer."""

    def __init__(self, status, text, request, headers=None):
        self.status = status
        self.text = text
        self.request = request
        self.headers = headers
        self.root = etree.fromstring(text) if text else None

    def texts(self, path):
        """The text of every element an XPath finds."""
        return [element.text or "" for element in self.root.xpath(path, namespaces=NAMESPACES)]

    @property
    def codes(self):
        return self.texts("//m:ResponseCode")

    @property
    def fault(self):
        """The response code of a fault, None for an answer that is none."""
        return next(iter(self.texts("//s:Fault/detail/e:ResponseCode")), None)


class Stream:
    """An open GetStreamingEvents: envelopes one by one, as they arrive."""

    END = b"</s:Envelope>"

    def __init__(self, simulator, request, headers=()):
        address = urllib.parse.urlsplit(simulator.url)
        self.request = request
        self.connection = HTTPConnection(address.hostname, address.port, timeout=20)
        credentials = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        fields = {"Authorization": f"Basic {credentials}", "Content-Type": "text/xml; charset=utf-8", **dict(headers)}
        self.connection.request("POST", address.path, request.encode(), fields)
        self.response = self.connection.getresponse()
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.response.close()
        self.connection.close()

    def read(self):
        """The next envelope; None at the proper end of the body."""
        while self.END not in self.buffer:
            part = self.response.read1(65536)
            if not part:
                assert not self.buffer
                return None
            self.buffer += part
        text, self.buffer = self.buffer.split(self.END, 1)
        return Answer(self.response.status, text + self.END, self.request)

    def is_quiet(self, seconds):
        """Whether nothing arrives for so long, with the connection open."""
        self.connection.sock.settimeout(seconds)
        try:
            self.buffer += self.response.read1(65536)
            return False
        except TimeoutError:
            return True


class Simulator:
    """A running simulator; a context manager that stops it."""

    def __init__(self, *arguments, tls=None):
        """`tls` is a throw-away authority, and a certificate with its key; without it plain HTTP is spoken."""
        options = ["--certificate", tls[1], "--private-key", tls[2]] if tls else ["--plain"]
        self.context = ssl.create_default_context(cafile=tls[0]) if tls else None
        self.process = subprocess.Popen(
            [str(part) for part in (PROGRAM, *options, *arguments)], stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"{PROGRAM} did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def post(self, request, password=PASSWORD, headers=()):
        """Sends an envelope as it is."""
        http = urllib.request.Request(self.url, data=request.encode(), method="POST")
        credentials = base64.b64encode(f"{USERNAME}:{password}".encode()).decode()
        http.add_header("Authorization", f"Basic {credentials}")
        http.add_header("Content-Type", "text/xml; charset=utf-8")
        for name, value in headers:
            http.add_header(name, value)
        try:
            with urllib.request.urlopen(http, timeout=60, context=self.context) as response:
                return Answer(response.status, response.read(), request, response.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), request)

    def stream(self, request, headers=()):
        """Sends an envelope whose answer may go on and on; see `Stream`."""
        return Stream(self, request, headers)

    def control(self, path, order=None, method=None):
        """Asks or orders something through /_sim/."""
        base = self.url.rsplit("/EWS/", 1)[0]
        data = None if order is None else json.dumps(order).encode()
        http = urllib.request.Request(f"{base}/_sim/{path}", data=data, method=method)
        with urllib.request.urlopen(http, timeout=60, context=self.context) as response:
            return json.load(response)


def envelope(body, version="Exchange2013_SP1", impersonated=None):
    """A SOAP envelope with Exchange's header."""
    header = f'<t:RequestServerVersion Version="{version}"/>' if version else ""
    if impersonated:
        header += (
            "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>"
            f"{impersonated}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
        )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )


def availability(addresses, start, end, view="FreeBusy", zone=UTC_ZONE, interval=30):
    """A GetUserAvailabilityRequest; times are texts or datetimes that the zone gives a meaning."""
    mailboxes = "".join(
        f"<t:MailboxData><t:Email><t:Address>{address}</t:Address></t:Email>"
        "<t:AttendeeType>Required</t:AttendeeType><t:ExcludeConflicts>false</t:ExcludeConflicts></t:MailboxData>"
        for address in addresses
    )
    start, end = (time if isinstance(time, str) else time.strftime("%Y-%m-%dT%H:%M:%S") for time in (start, end))
    return (
        f"<m:GetUserAvailabilityRequest>{zone}<m:MailboxDataArray>{mailboxes}</m:MailboxDataArray>"
        f"<t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>{start}</t:StartTime><t:EndTime>{end}</t:EndTime>"
        f"</t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>{interval}</t:MergedFreeBusyIntervalInMinutes>"
        f"<t:RequestedView>{view}</t:RequestedView></t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>"
    )


def get_oof(address):
    return f"<m:GetUserOofSettingsRequest><t:Mailbox><t:Address>{address}</t:Address></t:Mailbox></m:GetUserOofSettingsRequest>"


def set_oof(address, state="Enabled", start="2026-12-24T00:00:00", end="2027-01-02T00:00:00", message="Gone"):
    return (
        f"<m:SetUserOofSettingsRequest><t:Mailbox><t:Address>{address}</t:Address></t:Mailbox><t:UserOofSettings>"
        f"<t:OofState>{state}</t:OofState><t:ExternalAudience>All</t:ExternalAudience>"
        f"<t:Duration><t:StartTime>{start}</t:StartTime><t:EndTime>{end}</t:EndTime></t:Duration>"
        f"<t:InternalReply><t:Message>{message}</t:Message></t:InternalReply>"
        f"<t:ExternalReply><t:Message>{message}</t:Message></t:ExternalReply></t:UserOofSettings></m:SetUserOofSettingsRequest>"
    )


EVENT_TYPES = ["CreatedEvent", "ModifiedEvent", "DeletedEvent", "MovedEvent", "CopiedEvent", "NewMailEvent", "FreeBusyChangedEvent"]


def calendar_of(*addresses):
    """FolderIds of calendars; without an address of whoever asks."""
    named = [f"<t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox>" for address in addresses] or [""]
    folders = "".join(f'<t:DistinguishedFolderId Id="calendar">{mailbox}</t:DistinguishedFolderId>' for mailbox in named)
    return f"<t:FolderIds>{folders}</t:FolderIds>"


def subscribe(
    *addresses, kind="Streaming", types=EVENT_TYPES, folders=None, minutes=10, watermark=None, all_folders=False, url=""
):
    """A Subscribe to the calendars of mailboxes; minutes are pull's Timeout or push's StatusFrequency."""
    events = "".join(f"<t:EventType>{name}</t:EventType>" for name in types)
    rest = f"<t:Watermark>{watermark}</t:Watermark>" if watermark else ""
    rest += f"<t:Timeout>{minutes}</t:Timeout>" if kind == "Pull" else ""
    if kind == "Push":
        rest += f"<t:StatusFrequency>{minutes}</t:StatusFrequency><t:URL>{url}</t:URL>"
        rest += "<t:CallerData>whose</t:CallerData>"
    attribute = ' SubscribeToAllFolders="true"' if all_folders else ""
    folders = "" if all_folders else folders or calendar_of(*addresses)
    return (
        f"<m:Subscribe><m:{kind}SubscriptionRequest{attribute}>{folders}<t:EventTypes>{events}</t:EventTypes>{rest}"
        f"</m:{kind}SubscriptionRequest></m:Subscribe>"
    )


def unsubscribe(subscription):
    return f"<m:Unsubscribe><m:SubscriptionId>{subscription}</m:SubscriptionId></m:Unsubscribe>"


def get_events(subscription, watermark):
    return (
        f"<m:GetEvents><m:SubscriptionId>{subscription}</m:SubscriptionId>"
        f"<m:Watermark>{watermark}</m:Watermark></m:GetEvents>"
    )


def get_streaming_events(*subscriptions, minutes=1):
    ids = "".join(f"<t:SubscriptionId>{subscription}</t:SubscriptionId>" for subscription in subscriptions)
    return (
        f"<m:GetStreamingEvents><m:SubscriptionIds>{ids}</m:SubscriptionIds>"
        f"<m:ConnectionTimeout>{minutes}</m:ConnectionTimeout></m:GetStreamingEvents>"
    )
