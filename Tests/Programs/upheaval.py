"""Random changes of calendars and automatic replies, what everybody shows after them, and what a receiver may see of them."""
import re
import signal
import time

from conftest import wait_for
from test_daemon import moment


class Upheaval:
    """Changes users at random. Announcements are numbered, so that a receiver that is told words alone can be judged."""

    def __init__(self, simulator, daemon, chance):
        self.simulator, self.daemon, self.chance = simulator, daemon, chance
        self.booked, self.replies, self.number = {}, {}, 0

    def change(self, count):
        """Changes so many users, and has everything read."""
        for user in self.chance.sample(self.daemon.users, count):
            if self.chance.random() < 0.5:
                if user in self.booked:
                    self.simulator.cancel(user, self.booked.pop(user))
                else:
                    self.booked[user] = self.simulator.book(user, moment(-60), moment(7_200), self.chance.choice(["BUSY", "OOF"]))
            elif user in self.replies and self.chance.random() < 0.3:
                del self.replies[user]
                self.simulator.reply(user, state="disabled")
            else:
                self.number += 1
                self.replies[user] = f"Announcement {self.number}"
                self.simulator.reply(user, state="enabled", internal=self.replies[user], external=self.replies[user])
        self.daemon.send(signal.SIGUSR1)

    def settled(self):
        """Has everything read once more; returns what everybody shows, which freebusyctl must say too."""
        self.daemon.control("force")
        shown = {user["address"]: user["presence"] for user in self.daemon.json("users")}
        assert shown == {user: self.expected(user) for user in self.daemon.users}
        return shown

    def expected(self, user):
        booked = self.booked.get(user, {}).get("busy_type", "").upper()
        if user in self.replies or booked == "OOF":
            return "away"
        return "meeting" if booked else "available"

    def live(self, seconds, count=20):
        """Changes some users again and again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.change(count)
            time.sleep(self.chance.random() * 0.5)


def numbers(texts):
    """The numbers of the announcements among these texts, in order."""
    found = [re.fullmatch(r"Announcement (\d+)", text or "") for text in texts]
    return [int(match[1]) for match in found if match]


def never_goes_back(values, what):
    assert values == sorted(values), f"{what} went back: {values}"


def resident(daemon):
    """Memory of the daemon in MiB (VmRSS of proc(5))."""
    with open(f"/proc/{daemon.process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def nothing_waits(daemon, name, patience=180):
    report = lambda: next(hook for hook in daemon.json("hooks") if hook["name"] == name)
    try:
        wait_for(f"what waits for {name}", lambda: report()["queued"] == 0, patience)
    except BaseException as failure:
        raise AssertionError(f"{failure}: {report()}\n{daemon.log()[-3_000:]}") from None
