"""What the daemon leaves behind at a server: nothing after a stop, one subscription a mailbox after kills."""
import random
import signal

import pytest

from conftest import wait_for
from notifying import (
    PULL, SHORT_MINUTES, connector, counts, free_port, known, listening, messages, notified, push, remembered, shown,
    shows,
)
from test_daemon import moment


@pytest.mark.parametrize("method", ["streaming", "pull"])
def test_a_stop_ends_all_subscriptions(tmp_path, method):
    with notified(tmp_path, connector(method)) as (simulator, daemon):
        assert daemon.stop() == 0
        assert simulator.subscriptions() == []
        assert remembered(daemon) == []
        assert simulator.ask("streams") == {"streams": 0}
        assert "Ended the subscriptions of: 5 users" in messages(daemon)


def test_after_a_stop_with_push_the_server_gives_up_since_nobody_answers(tmp_path):
    with notified(tmp_path, push(free_port()), options=SHORT_MINUTES) as (simulator, daemon):
        assert daemon.stop() == 0
        wait_for("the server to give up", lambda: simulator.subscriptions() == [])


def test_after_a_restart_with_push_the_server_is_told_to_end_the_old_ones(tmp_path):
    """As soon as it has something to tell; else it would go on trying for a minute."""
    with notified(tmp_path, push(free_port())) as (simulator, daemon):
        old = set(known(simulator))
        assert daemon.stop() == 0
        daemon.start()
        wait_for("new ones", lambda: len(known(simulator)) == 10)
        for user in daemon.users:
            simulator.book(user, moment(-60), moment(3_600))
        wait_for("an end of the old", lambda: not old & set(known(simulator)), patience=30)
        listening(daemon, simulator)


def test_a_stop_does_not_wait_for_a_server_that_is_gone(tmp_path):
    with notified(tmp_path, PULL) as (simulator, daemon):
        simulator.stop()
        wait_for("the outage", lambda: daemon.json("status")["state"] == "offline")
        assert daemon.stop() == 0
        assert any("are ended at the next start" in line for line in messages(daemon))
        assert len(remembered(daemon)) == 5


@pytest.mark.parametrize("method", ["streaming", "pull", "push"])
def test_kills_do_not_pile_up_subscriptions(tmp_path, method):
    options = SHORT_MINUTES if method == "push" else []
    with notified(tmp_path, connector(method), options=options) as (simulator, daemon):
        for number, user in enumerate(daemon.users):
            daemon.stop(signal.SIGKILL)
            simulator.book(user, moment(-60), moment(3_600))
            daemon.start()
            # One for each mailbox, the one that the database knows.
            listening(daemon, simulator)
            wait_for("presence", lambda: list(shown(daemon).values()).count("meeting") == number + 1)


def test_kills_while_it_subscribes_leave_little(tmp_path):
    """A server's answer and the note of it are two things: what lies between them at a kill nobody ends, and the server
    forgets it. That is no more than may be under way, ten here."""
    chance = random.Random(5)
    with notified(tmp_path, PULL, users=60) as (simulator, daemon):
        for _ in range(5):
            daemon.stop(signal.SIGKILL)
            simulator.reset_counters()
            daemon.start()
            some = chance.randrange(60)
            wait_for("some", lambda: simulator.counters().get("Subscribe", 0) >= some)
        wait_for("all", lambda: counts(daemon)["active"] == len(remembered(daemon)) == 60)
        made = known(simulator)
        assert set(remembered(daemon)) <= set(made)
        assert {mailbox for mailbox, _ in made} == set(daemon.users)
        assert len(made) <= 60 + 5 * 10


def test_a_user_who_leaves_is_no_longer_subscribed_to(tmp_path):
    with notified(tmp_path, PULL) as (simulator, daemon):
        daemon.users = daemon.users[1:]
        daemon.write_config(daemon.users, connector=PULL)
        daemon.send(signal.SIGHUP)
        wait_for("the reload", lambda: "Configuration reloaded" in daemon.log())
        listening(daemon, simulator)
        # Also one whose subscription was left over by a kill.
        daemon.stop(signal.SIGKILL)
        daemon.users = daemon.users[1:]
        daemon.write_config(daemon.users, connector=PULL)
        daemon.start()
        listening(daemon, simulator)
        simulator.book(daemon.users[0], moment(-60), moment(3_600))
        shows(daemon, daemon.users[0], "meeting")
