"""Webhooks from outside: a receiver that verifies them with the library of others, and one that does what it should not."""
import itertools
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import ROOT, wait_for, wait_until_equal
from fronts.certificates import Certificates
from fronts.kamailio import free_ports
from test_hooks import messages, reload
from webhook_receiver import Receiver, new_key

PRESENCES = ["meeting", "away", "available"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def key_file(daemon, key, name="key"):
    path = daemon.folder / name
    path.write_text(key + "\n")
    path.chmod(0o600)
    return path


def table(daemon, receiver, *lines, **keys):
    """The table of the hook; `keys` are texts."""
    keys = {"url": receiver.url, "secret_file": daemon.folder / "key", **keys}
    rows = [f'{name} = "{value}"' for name, value in keys.items()]
    return "\n".join(["[[hook]]", 'name = "web"', 'kind = "webhook"', *rows, *lines, ""])


def configure(daemon, users, receiver, *lines, **keys):
    key_file(daemon, receiver.key)
    daemon.write_config(users, extra=table(daemon, receiver, *lines, **keys))
    return daemon


def hook(daemon):
    return next(hook for hook in daemon.json("status")["hooks"] if hook["name"] == "web")


def show(daemon, user, presence):
    daemon.control("override", user, presence)


def truth(daemon):
    """What the daemon itself says that everybody shows."""
    return {user["address"]: user["presence"] for user in daemon.json("users")}


def agree(daemon, receiver, what="the receiver knows what everybody shows"):
    wait_until_equal(what, receiver.shown, lambda: truth(daemon))
    wait_for("an empty outbox", lambda: hook(daemon)["queued"] == 0)
    assert receiver.shown() == truth(daemon)
    assert receiver.disorder() == []
    assert receiver.overlaps == [], "one event of a user at a time"


# Signatures


def test_the_library_of_others_verifies_every_event(daemon, users):
    with Receiver(new_key()) as receiver:
        configure(daemon, users, receiver).start().scanned()
        agree(daemon, receiver)
        for attempt in receiver.attempts:
            assert attempt.event, "the signature is right"
            assert attempt.headers["webhook-id"] == attempt.event["id"]
            assert abs(int(attempt.headers["webhook-timestamp"]) - time.time()) < 60
            assert attempt.headers["content-type"] == "application/json"
            assert attempt.headers["user-agent"] == "freebusyd"
            assert len(attempt.headers["webhook-signature"].split()) == 1
        # The same event as every other hook is told.
        exec_event = next(event for event in daemon.delivered() if event["user"] == users[0])
        web_event = next(event for event in receiver.taken if event["user"] == users[0])
        assert exec_event | {"id": ""} == web_event | {"id": ""}
        assert receiver.key not in daemon.log()


def test_a_key_changes_without_an_event_that_nobody_can_verify(daemon, users):
    old, new = new_key(), new_key()
    with Receiver(old) as receiver:
        configure(daemon, users, receiver).start().scanned()
        agree(daemon, receiver)
        key_file(daemon, new, "key")
        key_file(daemon, old, "key-before")
        daemon.write_config(users, extra=table(daemon, receiver, previous_secret_file=daemon.folder / "key-before"))
        reload(daemon)
        show(daemon, users[0], "away")
        agree(daemon, receiver)
        assert receiver.signatures() == 2
        receiver.key = new
        show(daemon, users[0], "meeting")
        agree(daemon, receiver)
        daemon.write_config(users, extra=table(daemon, receiver))
        reload(daemon)
        show(daemon, users[0], "available")
        agree(daemon, receiver)
        assert receiver.signatures() == 1
        assert all(attempt.event for attempt in receiver.attempts), "none was refused on the way"
        # The same file with another key in it is another key.
        receiver.key = new_key()
        key_file(daemon, receiver.key)
        reload(daemon)
        show(daemon, users[0], "away")
        agree(daemon, receiver)


def test_a_receiver_with_another_key_is_named_and_gets_the_event_once_it_has_the_right_one(daemon, users):
    with Receiver(new_key()) as receiver:
        right = new_key()
        configure(daemon, users, receiver)
        key_file(daemon, right)
        daemon.start().scanned()
        wait_for("the failure", lambda: "hook.rejected" in str(hook(daemon)["last_error"]))
        assert "HTTP status 400" in str(hook(daemon)["last_error"]) and receiver.taken == []
        receiver.key = right
        agree(daemon, receiver)


# TLS


def test_https_is_verified_by_an_authority(daemon, users, certificates):
    with Receiver(new_key(), certificates["good"]) as receiver:
        configure(daemon, users, receiver, ca_file=certificates.ca).start().scanned()
        agree(daemon, receiver)


def test_https_is_verified_by_a_pin(daemon, users, certificates):
    identity = certificates["self-signed"]
    with Receiver(new_key(), identity) as receiver:
        configure(daemon, users, receiver, pinned_public_key=f"sha256//{identity.pin()}").start().scanned()
        agree(daemon, receiver)


@pytest.mark.parametrize("fault, words", [
    ("self-signed", "signed by nobody but itself"), ("expired", "has expired"), ("other-name", "other.example.net"),
])
def test_whoever_cannot_prove_who_he_is_is_told_nothing(daemon, users, certificates, fault, words):
    with Receiver(new_key(), certificates[fault]) as receiver:
        configure(daemon, users, receiver, ca_file=certificates.ca).start().scanned()
        error = wait_for("the failure", lambda: hook(daemon)["last_error"])
        assert "hook.untrusted" in str(error) and words in str(error)
        assert receiver.attempts == []
        assert hook(daemon)["queued"] == len(users)


# Answers


def test_a_receiver_that_is_busy_is_left_alone_as_long_as_it_asks(daemon, users):
    rest = 3
    with Receiver(new_key()) as receiver:
        configure(daemon, users, receiver).start().scanned()
        agree(daemon, receiver)
        before = len(receiver.attempts)
        receiver.behave = lambda _: (429, {"Retry-After": str(rest)})
        show(daemon, users[0], "away")
        wait_for("the refusal", lambda: len(receiver.attempts) > before)
        receiver.behave = lambda _: 204
        # Others wait with it.
        show(daemon, users[1], "meeting")
        agree(daemon, receiver)
        refusal, following = receiver.attempts[before], receiver.attempts[before + 1]
        assert following.at - refusal.at >= rest
        assert "hook.busy" in str(hook(daemon)["last_error"])


def test_a_receiver_that_is_gone_for_good_is_told_nothing_more(daemon, users):
    with Receiver(new_key()) as receiver:
        configure(daemon, users, receiver).start().scanned()
        agree(daemon, receiver)
        receiver.behave = lambda _: 410
        show(daemon, users[0], "away")
        wait_for("the answer", lambda: receiver.attempts[-1].answer == 410)
        wait_for("the entry", lambda: any("wants nothing more" in line for line in messages(daemon)))
        receiver.behave = lambda _: 204
        before = len(receiver.attempts)
        show(daemon, users[1], "meeting")
        daemon.stop(signal.SIGKILL)
        daemon.start().scanned()
        show(daemon, users[2], "meeting")
        # The other hook shows that there was something to tell.
        wait_for("the other hook", lambda: daemon.events(users[2])[-1]["presence"] == "meeting")
        assert len(receiver.attempts) == before
        assert hook(daemon)["queued"] == 0
        # An administrator says otherwise.
        daemon.control("hooks", "--resend", "web")
        agree(daemon, receiver)


def test_users_are_told_of_side_by_side_and_each_in_order(daemon, users):
    def slow(_):
        time.sleep(0.2)
        return 204

    with Receiver(new_key(), behave=slow) as receiver:
        configure(daemon, users, receiver, "concurrency = 3").start().scanned()
        for presence in PRESENCES * 2:
            for user in users:
                show(daemon, user, presence)
        agree(daemon, receiver)
        assert 1 < receiver.most_at_once <= min(3, len(users))


# What should not happen


def disturb(receiver, number, answers):
    """Answers so to all but every `number`th event."""
    count = 0

    def behave(_):
        nonlocal count
        count += 1
        return 204 if count % number == 0 else answers

    receiver.behave = behave


@pytest.mark.parametrize("how", ["garbage", "hang-up", "cut", 500, 503, 404])
def test_nothing_is_lost_where_the_receiver_answers_badly(daemon, users, how):
    with Receiver(new_key()) as receiver:
        configure(daemon, users, receiver).start().scanned()
        disturb(receiver, 3, how)
        for presence in PRESENCES:
            for user in users:
                show(daemon, user, presence)
        wait_for("a failure", lambda: hook(daemon)["last_error"])
        receiver.behave = lambda _: 204
        agree(daemon, receiver)
        again = [attempt for attempt in receiver.attempts if attempt.answer == how]
        assert again, "it did happen"


def test_nothing_is_lost_where_the_receiver_is_too_slow(daemon, users):
    with Receiver(new_key()) as receiver:
        configure(daemon, users, receiver, timeout="1s").start().scanned()
        agree(daemon, receiver)
        receiver.behave = lambda _: time.sleep(1.5) or 503
        show(daemon, users[0], "away")
        error = wait_for("a failure", lambda: hook(daemon)["last_error"])
        assert "hook.unreachable" in str(error) and "1 s" in str(error)
        receiver.behave = lambda _: 204
        agree(daemon, receiver)


def test_nothing_is_lost_while_the_receiver_is_down(daemon, users):
    receiver = Receiver(new_key())
    with receiver:
        configure(daemon, users, receiver).start().scanned()
        agree(daemon, receiver)
    for presence in PRESENCES:
        for user in users[:3]:
            show(daemon, user, presence)
    wait_for("a failure", lambda: "hook.unreachable" in str(hook(daemon)["last_error"]))
    show(daemon, users[0], "away")
    # Neither does the end of the daemon.
    daemon.stop()
    daemon.start()
    with receiver:
        agree(daemon, receiver)


def test_the_receiver_of_the_documentation_works_as_it_stands(daemon, users, tmp_path):
    text = (ROOT / "docs/telephony.md").read_text()
    lines = text[text.index("A receiver in Python"):].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("    from http.server"))
    code = "\n".join(itertools.takewhile(lambda line: not line or line.startswith("    "), lines[begin:]))
    (port,) = free_ports(1)
    key = new_key()
    place = key_file(daemon, key)
    for old, new in (("/etc/pbx/freebusyd-key", str(place)), ("8080", str(port))):
        assert old in code
        code = code.replace(old, new)
    with subprocess.Popen(
        [sys.executable, "-u", "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as receiver:
        try:
            extra = f'[[hook]]\nname = "web"\nkind = "webhook"\nurl = "http://127.0.0.1:{port}/"\nsecret_file = "{place}"\n'
            daemon.write_config(users, extra=extra)
            daemon.start().scanned()
            said = {receiver.stdout.readline().strip() for _ in users}
            assert said == {f"{200 + number} available" for number in range(len(users))}
            wait_for("an empty outbox", lambda: hook(daemon)["queued"] == 0)
            assert hook(daemon)["failed"] == 0 or hook(daemon)["last_error"].startswith("hook.unreachable")
        finally:
            receiver.terminate()
