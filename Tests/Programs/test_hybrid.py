"""Two servers and one daemon: mailboxes that move from one to the other while it runs, and who is told of that."""
import json
import re
import signal

import pytest

from conftest import Daemon, Simulator, wait_for, wait_until_equal
from test_daemon import moment

# Such as a server says on one side of a hybrid organisation of mailboxes on the other.
ELSEWHERE = "ErrorNoApplicableProxyCASServersAvailable"


class Hybrid(Daemon):
    """Users of `hq` by their mail domain; `cloud` serves nobody until somebody is found there."""

    def __init__(self, folder, simulator, cloud, users, user_lines="", more=""):
        self.cloud = cloud
        self.user_lines = user_lines
        self.more = more
        super().__init__(folder, simulator, users)

    def write_config(self, users, extra="", connector=None):
        other = f"""
[[connector]]
name = "cloud"
server = "{self.cloud.url}"
username = "service@example.com"
password_file = "{self.cloud.password}"
mail_domains = ["example.net"]
notification = "streaming"
{self.more}
"""
        super().write_config([], extra + other, 'mail_domains = ["example.com"]\nnotification = "streaming"')
        tables = "".join(
            f'\n[[user]]\naddress = "{user}"\nextension = "{200 + number}"\n{self.user_lines if number == 0 else ""}\n'
            for number, user in enumerate(users)
        )
        self.config.write_text(self.config.read_text() + tables)

    def reload(self):
        before = self.log().count("Configuration reloaded")
        self.send(signal.SIGHUP)
        wait_for("the reload", lambda: self.log().count("Configuration reloaded") > before)

    def connector(self, user):
        return self.json("show", user)["connector"]


@pytest.fixture
def cloud(tmp_path):
    folder = tmp_path / "cloud"
    folder.mkdir()
    with Simulator(folder, mailboxes=5) as server:
        yield server


@pytest.fixture
def daemon(tmp_path, simulator, cloud, users):
    for user in users:
        fail(cloud, user)
    with Hybrid(tmp_path, simulator, cloud, users) as daemon:
        yield daemon


def fail(server, user, code=ELSEWHERE):
    server.ask(f"mailboxes/{user}/failure", {"response_code": code}, "PUT")


def migrate(user, source, target, code=ELSEWHERE):
    fail(target, user, None)
    fail(source, user, code)


def entries(daemon, **fields):
    return [entry for entry in daemon.json("log") if fields.items() <= entry.items()]


def subscribed(daemon, hq, cloud):
    def counts():
        return {c["name"]: c["subscriptions"]["active"] for c in daemon.json("status")["connectors"]}

    wait_until_equal("the subscriptions", counts, lambda: {"hq": hq, "cloud": cloud})


@pytest.mark.parametrize("code", [ELSEWHERE, "ErrorNonExistentMailbox"])
def test_a_mailbox_moves_there_and_back(daemon, simulator, cloud, users, code):
    daemon.start().scanned()
    subscribed(daemon, 5, 0)
    moving, staying = users[0], users[1]
    cloud.book(moving, moment(-600), moment(600))
    migrate(moving, simulator, cloud, code)
    daemon.control("force", moving, check=False)
    wait_for("the presence from the other side", lambda: daemon.json("show", moving)["presence"] == "meeting")
    shown = daemon.json("show", moving)
    reason = "mailbox.elsewhere" if code == ELSEWHERE else "mailbox.not-found"
    assert (shown["connector"], shown["last_error"]) == ("cloud", None)
    assert (shown["moved"]["from"], shown["moved"]["diagnosis"]) == ("hq", reason)
    assert f"Moved from hq to cloud {shown['moved']['at'][11:16]}: hq does not have the mailbox" in " ".join(
        daemon.control("show", moving).stdout.split()
    )
    assert daemon.json("status")["users"]["moved"] == 1
    assert "1 moved to another connector" in daemon.control("status").stdout
    listed = {user["address"]: (user["connector"], user["moved"] is not None) for user in daemon.json("users")}
    assert listed[moving] == ("cloud", True)
    assert listed[staying] == ("hq", False)
    entry = wait_for("the entry", lambda: entries(daemon, event="mailbox-moved"))[0]
    assert entry["message"] == f"Moved {moving} from hq to cloud: hq does not have the mailbox ({reason})"
    assert (entry["user"], entry["connector"]) == (moving, "cloud")
    with daemon.database() as database:
        rows = database.execute("SELECT address, moved_from, moved_to FROM moves").fetchall()
        assert rows == [(moving, "hq", "cloud")]
    # Changes are told by the new side.
    subscribed(daemon, 4, 1)
    booking = cloud.book(moving, moment(-60), moment(1200), "OOF")
    wait_for("the change", lambda: daemon.json("show", moving)["presence"] == "away")
    cloud.cancel(moving, booking)

    migrate(moving, cloud, simulator, code)
    simulator.book(moving, moment(-600), moment(600), "OOF")
    daemon.control("force", moving, check=False)
    wait_for("the way back", lambda: daemon.connector(moving) == "hq")
    wait_for("the presence from home", lambda: daemon.json("show", moving)["presence"] == "away")
    assert daemon.json("show", moving)["moved"] is None
    assert daemon.json("status")["users"]["moved"] == 0
    assert f"Moved {moving} back from cloud to hq" in daemon.log()
    subscribed(daemon, 5, 0)


def test_users_of_the_other_connector_notice_nothing(daemon, simulator, cloud, users):
    daemon.start().scanned()
    subscribed(daemon, 5, 0)
    daemon.delivered()
    before = simulator.counters()
    for round_, user in enumerate(users[:3]):
        migrate(user, simulator, cloud)
        daemon.control("force", user, check=False)
        # While he is on his way, somebody else's calendar changes.
        booking = simulator.book(users[4], moment(-600), moment(600 + round_))
        wait_for("the change", lambda: daemon.json("show", users[4])["presence"] == "meeting")
        wait_for("the move", lambda user=user: daemon.connector(user) == "cloud")
        simulator.cancel(users[4], booking)
        wait_for("the change", lambda: daemon.json("show", users[4])["presence"] == "available")
    subscribed(daemon, 2, 3)
    daemon.delivered()
    told = [event["presence"] for event in daemon.events(users[4])]
    assert told == ["available"] + ["meeting", "available"] * 3
    assert [event["presence"] for event in daemon.events(users[3])] == ["available"]
    # Nobody who stayed was subscribed to anew.
    assert simulator.counters().get("Subscribe", 0) == before.get("Subscribe", 0)


def test_a_restart_keeps_the_move(daemon, simulator, cloud, users):
    daemon.start().scanned()
    migrate(users[0], simulator, cloud)
    daemon.control("force", users[0], check=False)
    wait_for("the move", lambda: daemon.connector(users[0]) == "cloud")
    moved = daemon.json("show", users[0])["moved"]
    daemon.stop()
    simulator.reset_counters()
    daemon.start().scanned()
    wait_for("the presence", lambda: daemon.json("show", users[0])["freshness"] == "fresh")
    shown = daemon.json("show", users[0])
    assert (shown["connector"], shown["moved"], shown["last_error"]) == ("cloud", moved, None)
    # And a killed one.
    daemon.stop(signal.SIGKILL)
    daemon.start().scanned()
    assert daemon.connector(users[0]) == "cloud"


def test_where_nobody_has_it_the_remedy_names_who_was_asked(daemon, simulator, cloud, users):
    daemon.start().scanned()
    fail(simulator, users[0])
    fail(cloud, users[0], "ErrorNonExistentMailbox")
    daemon.control("force", users[0], check=False)
    error = wait_for(
        "the search",
        lambda: (error := daemon.json("show", users[0])["last_error"]) and "cloud" in error["remedy"] and error,
    )
    assert error["diagnosis"] == "mailbox.elsewhere"
    # What the other one says is told of its calendar, in whichever words.
    assert re.search(r" Asked for it too, and cannot read it: cloud \((mailbox|calendar)\.[a-z-]+\)\.$", error["remedy"])
    shown = daemon.json("show", users[0])
    assert (shown["connector"], shown["moved"]) == ("hq", None)
    found = entries(daemon, diagnosis="mailbox.elsewhere", user=users[0])
    assert found[-1]["message"].startswith(f"Cannot find {users[0]} elsewhere: ")


def test_who_names_a_connector_stays_with_it(tmp_path, simulator, cloud, users):
    with Hybrid(tmp_path, simulator, cloud, users[:2], user_lines='connector = "hq"') as daemon:
        daemon.start().scanned()
        for user in users[:2]:
            fail(simulator, user)
        daemon.control("force", check=False)
        wait_for("the other's move", lambda: daemon.connector(users[1]) == "cloud")
        assert daemon.connector(users[0]) == "hq"
        assert daemon.json("show", users[0])["last_error"]["diagnosis"] == "mailbox.elsewhere"
        # Who is moved and then named goes where he is named to.
        daemon.user_lines = ""
        daemon.write_config(users[:2])
        daemon.reload()
        daemon.control("force", check=False)
        wait_for("the move", lambda: daemon.connector(users[0]) == "cloud")
        daemon.user_lines = 'connector = "hq"'
        daemon.write_config(users[:2])
        daemon.reload()
        assert daemon.connector(users[0]) == "hq"
        assert daemon.connector(users[1]) == "cloud"


def test_a_move_ends_with_its_connector(daemon, simulator, cloud, users):
    daemon.start().scanned()
    migrate(users[0], simulator, cloud)
    daemon.control("force", users[0], check=False)
    wait_for("the move", lambda: daemon.connector(users[0]) == "cloud")
    daemon.control("disable", "--connector", "cloud")
    assert daemon.connector(users[0]) == "hq"
    wait_for("the diagnosis", lambda: daemon.json("show", users[0])["last_error"])
    assert daemon.json("status")["users"]["moved"] == 0
    # Once it is back, it is found there as at first.
    daemon.control("enable", "--connector", "cloud")
    daemon.control("force", users[0], check=False)
    wait_for("the move", lambda: daemon.connector(users[0]) == "cloud")


def test_a_connector_whose_home_is_switched_off_goes_on_reading_whom_it_has(daemon, simulator, cloud, users):
    daemon.start().scanned()
    migrate(users[0], simulator, cloud)
    daemon.control("force", users[0], check=False)
    wait_for("the move", lambda: daemon.connector(users[0]) == "cloud")
    daemon.control("disable", "--connector", "hq")
    listed = {user["address"]: user["enabled"] for user in daemon.json("users")}
    assert listed == {user: user == users[0] for user in users}


def test_a_hook_may_be_told_of_the_users_of_one_connector_alone(tmp_path, simulator, cloud, users):
    """Whoever the other connector reads is none of its business, and whoever moves there is taken back."""
    heard = tmp_path / "heard"
    heard.touch()
    program = tmp_path / "second"
    program.write_text(f"#!/bin/sh\nread -r event\nprintf '%s\\n' \"$event\" >> {heard}\n")
    program.chmod(0o755)
    hook = f'\n[[hook]]\nname = "second"\ncommand = ["{program}"]\nconnectors = ["cloud"]\n'
    there = users[0]

    def told():
        return [(event["user"], event["presence"]) for event in map(json.loads, heard.read_text().splitlines())]

    cloud.book(there, moment(-600), moment(600))
    with Hybrid(tmp_path, simulator, cloud, users, user_lines='connector = "cloud"', more=hook) as daemon:
        daemon.start().scanned()
        assert {event["user"] for event in daemon.delivered()} == set(users)
        assert told() == [(there, "meeting")]
        daemon.user_lines = ""
        daemon.write_config(users)
        daemon.reload()
        wait_until_equal("it to be taken back", told, lambda: [(there, "meeting"), (there, "unknown")])
        daemon.control("force", there)
        daemon.delivered()
        assert len(told()) == 2
