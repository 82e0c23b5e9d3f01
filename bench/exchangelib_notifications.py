"""The program measured beside freebusyd: it is told of the same changes, by exchangelib, and reads who may have changed.

Started by listeners.py with URL, username, password and the number of connections for requests; the addresses come on
standard input, one a line, ended by an empty one. It tells on standard error how far it is, and on standard output whose
presence has changed. A further line on standard input names the hook to be run from then on, and what it is given; the
program stays until standard input ends.
"""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from queue import SimpleQueue

from exchangelib import IMPERSONATION, UTC, Account, Build, Configuration, Credentials, EWSDateTime, Version
from exchangelib.properties import (
    DistinguishedFolderId,
    FreeBusyViewOptions,
    Mailbox,
    MailboxData,
    StatusEvent,
    TimeWindow,
    TimeZone,
)
from exchangelib.services import GetStreamingEvents, GetUserAvailability, SubscribeToStreaming

SUBSCRIBED = "subscribed"
READ = "calendars read"
# What freebusyd asks for, too.
EVENT_TYPES = [
    "CreatedEvent",
    "ModifiedEvent",
    "DeletedEvent",
    "MovedEvent",
    "CopiedEvent",
    "FreeBusyChangedEvent",
]
# What freebusyd does by default: as many subscriptions share a stream, as many calendars a request, as many hooks run.
PER_STREAM = 200
PER_REQUEST = 100
HOOKS = 4
WINDOW = timedelta(days=9)
# What busy types mean by default; nothing else does.
PRESENCES = {"Busy": "meeting", "OOF": "away"}


def tell(text, file):
    print(text, file=file, flush=True)


class Listener:
    def __init__(self, url, username, password, connections, addresses):
        groups = [addresses[start : start + PER_STREAM] for start in range(0, len(addresses), PER_STREAM)]
        # The version is given, so that nothing is asked but what is needed.
        self.configuration = Configuration(
            service_endpoint=url,
            credentials=Credentials(username, password),
            auth_type="basic",
            version=Version(Build(15, 2, 2562, 17)),
            max_connections=connections + len(groups),
        )
        self.connections = connections
        self.groups = [[self.account(address) for address in group] for group in groups]
        self.protocol = self.groups[0][0].protocol
        self.zone = self.read_zone()
        self.replies = {}
        self.presences = {}
        self.dirty = SimpleQueue()
        self.hook = []
        self.hooks = ThreadPoolExecutor(HOOKS)

    def account(self, address):
        return Account(address, config=self.configuration, access_type=IMPERSONATION, autodiscover=False)

    def read_zone(self):
        """Asked for once: `get_free_busy_info` would ask each time."""
        zones = self.protocol.get_timezones(timezones=[UTC], return_full_timezone_data=True)
        return TimeZone.from_server_timezone(tz_definition=next(zones), for_year=datetime.now(timezone.utc).year)

    def start(self):
        """Subscribes, listens, then reads."""
        accounts = [account for group in self.groups for account in group]
        with ThreadPoolExecutor(self.connections) as pool:
            ids = list(pool.map(self.subscribe, accounts))
        owners = dict(zip(ids, (account.primary_smtp_address for account in accounts)))
        for group in self.groups:
            mine, ids = ids[: len(group)], ids[len(group) :]
            threading.Thread(target=self.listen, args=[group[0], mine, owners], daemon=True).start()
        tell(SUBSCRIBED, sys.stderr)
        self.presences = dict(self.read([account.primary_smtp_address for account in accounts]))
        tell(READ, sys.stderr)
        threading.Thread(target=self.read_dirty, daemon=True).start()

    def subscribe(self, account):
        """Reads the automatic reply as well, as freebusyd does when it starts."""
        calendar = DistinguishedFolderId(id="calendar", mailbox=Mailbox(email_address=account.primary_smtp_address))
        made = SubscribeToStreaming(account=account).get(folders=[calendar], event_types=EVENT_TYPES)
        self.replies[account.primary_smtp_address] = account.oof_settings
        return made

    def listen(self, anchor, ids, owners):
        """Half an hour a stream, and then the next."""
        while True:
            service = GetStreamingEvents(account=anchor)
            for notification in service.call(subscription_ids=ids, connection_timeout=30):
                if any(not isinstance(event, StatusEvent) for event in notification.events):
                    self.dirty.put(owners[notification.subscription_id])

    def read(self, addresses):
        """Pairs of an address and its presence."""
        now = datetime.now(timezone.utc)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = (EWSDateTime.from_datetime(moment) for moment in (midnight, midnight + WINDOW))
        views = GetUserAvailability(self.protocol, chunk_size=PER_REQUEST).call(
            tzinfo=start.tzinfo,
            mailbox_data=[MailboxData(email=address, attendee_type="Required") for address in addresses],
            timezone=self.zone,
            free_busy_view_options=FreeBusyViewOptions(
                time_window=TimeWindow(start=start, end=end), merged_free_busy_interval=30, requested_view="FreeBusy"
            ),
        )
        for address, view in zip(addresses, views):
            current = {event.busy_type for event in view.calendar_events or [] if event.start <= now < event.end}
            presences = [presence for busy_type, presence in PRESENCES.items() if busy_type in current]
            yield address, presences[-1] if presences else "available"

    def read_dirty(self):
        """While a request is under way others collect; the next takes all of them, as with freebusyd."""
        while True:
            batch = {self.dirty.get()}
            while len(batch) < PER_REQUEST and not self.dirty.empty():
                batch.add(self.dirty.get())
            for address, presence in self.read(sorted(batch)):
                if self.presences[address] != presence:
                    self.presences[address] = presence
                    self.changed(address, presence)

    def changed(self, address, presence):
        tell(f"{address} {presence}", sys.stdout)
        if self.hook:
            self.hooks.submit(self.run_hook, address, presence)

    def run_hook(self, address, presence):
        environment = {"PATH": os.environ["PATH"], "FREEBUSYD_USER": address, "FREEBUSYD_PRESENCE": presence}
        subprocess.run(self.hook, env=environment, check=True)


def main():
    url, username, password, connections = sys.argv[1:]
    addresses = list(iter(lambda: sys.stdin.readline().strip(), ""))
    listener = Listener(url, username, password, int(connections), addresses)
    listener.start()
    for line in sys.stdin:
        listener.hook = line.split()
    # The threads that listen would have to be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
