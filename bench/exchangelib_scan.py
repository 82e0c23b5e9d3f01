"""The program measured beside freebusyd: the same calendars and automatic replies, read by exchangelib.

Started by scan.py with URL, username, password, start and end of the window in RFC 3339, and the number of connections;
the addresses come on standard input, one a line, ended by an empty one. It tells on standard error how far it is and
stays until standard input ends, so that it can be looked at.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from exchangelib import IMPERSONATION, Account, Build, Configuration, Credentials, EWSDateTime, Version

SCANNING = "scanning"
CALENDARS = "calendars read"
FINISHED = "finished"


def tell(text):
    print(text, file=sys.stderr, flush=True)


def main():
    url, username, password, start, end, connections = sys.argv[1:]
    connections = int(connections)
    addresses = list(iter(lambda: sys.stdin.readline().strip(), ""))
    window = [EWSDateTime.from_datetime(datetime.fromisoformat(text)) for text in (start, end)]
    # The version is given, so that nothing is asked but what a scan needs.
    configuration = Configuration(
        service_endpoint=url,
        credentials=Credentials(username, password),
        auth_type="basic",
        version=Version(Build(15, 2, 2562, 17)),
        max_connections=connections,
    )
    accounts = [
        Account(address, config=configuration, access_type=IMPERSONATION, autodiscover=False) for address in addresses
    ]
    tell(SCANNING)
    # exchangelib itself asks for 100 mailboxes a request.
    views = accounts[0].protocol.get_free_busy_info(
        [(account, "Required", False) for account in accounts], *window, requested_view="FreeBusy"
    )
    calendars = [view.calendar_events or [] for view in views]
    tell(CALENDARS)
    if connections == 1:
        replies = [account.oof_settings for account in accounts]
    else:
        with ThreadPoolExecutor(connections) as pool:
            replies = list(pool.map(lambda account: account.oof_settings, accounts))
    tell(FINISHED)
    sys.stdin.read()
    return calendars, replies


if __name__ == "__main__":
    main()
