"""A proxy that holds answers back, as nginx does unless told otherwise: no stream gets through it."""
import contextlib
import shutil
import socket
import subprocess
import types

import pytest

from conftest import Daemon, Simulator, wait_for
from notifying import HURRY, counts, free_port, listening, messages, shown, shows
from test_daemon import moment

# Debian has it where only root's shell looks.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# nginx asks by HTTP/1.0 unless told otherwise, and then waits until a buffer is full; these here are larger than what a
# stream says in the time that the daemon waits. The inner server is there since the simulator answers in chunks even to
# HTTP/1.0, and chunks are passed on one by one.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://unix:{folder}/inner;
            proxy_read_timeout 600s;
            proxy_buffering {buffering};
            proxy_buffer_size 64k;
            proxy_buffers 8 64k;
        }}
    }}
    server {{
        listen unix:{folder}/inner;
        location / {{
            proxy_pass {server};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_read_timeout 600s;
        }}
    }}
}}
"""


@contextlib.contextmanager
def behind_nginx(folder, simulator, buffering):
    """The simulator as a daemon sees it through a proxy."""
    folder.mkdir()
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, server=simulator.base, buffering=buffering))
    # Its answers to signals and its files stay within the test; it runs as whoever runs the test.
    process = subprocess.Popen([NGINX, "-p", folder, "-e", folder / "error.log", "-c", file], stderr=subprocess.DEVNULL)
    try:
        wait_for("nginx", lambda: process.poll() is None and is_open(port))
        url = simulator.url.replace(simulator.base, f"http://127.0.0.1:{port}")
        yield types.SimpleNamespace(url=url, password=simulator.password)
    finally:
        process.terminate()
        process.wait()


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def proxied(tmp_path, users):
    """Makes a simulator, a proxy before it, and a daemon before that."""
    with contextlib.ExitStack() as stack:

        def make(buffering):
            simulator = stack.enter_context(Simulator(tmp_path, mailboxes=5, options=HURRY))
            proxy = stack.enter_context(behind_nginx(tmp_path / "nginx", simulator, buffering))
            keys = 'notification = "auto"\nstream_silence = "2s"\npoll_interval = "1s"'
            daemon = stack.enter_context(Daemon(tmp_path, proxy, users, connector=keys))
            return simulator, daemon.start().scanned()

        assert NGINX, "nginx is missing: make packages"
        yield make


def method(daemon):
    return daemon.json("status")["connectors"][0]["notification"]


def test_through_a_proxy_that_buffers_the_server_is_asked_instead(proxied, users):
    simulator, daemon = proxied("on")
    first, second, third = users[:3]
    simulator.book(first, moment(-60), moment(3_600))
    wait_for("another method", lambda: method(daemon) == "pull")
    simulator.book(second, moment(-60), moment(3_600), "OOF")
    wait_for("the askings", lambda: counts(daemon) == {"active": 5, "pending": 0, "failed": 0})
    shows(daemon, first, "meeting")
    shows(daemon, second, "away")
    simulator.book(third, moment(-60), moment(3_600))
    shows(daemon, third, "meeting")
    truth = simulator.truth()
    assert shown(daemon) == {user: truth[user] for user in users}
    # No streaming subscription is left behind.
    wait_for("an end of the streams", lambda: {entry["delivery"] for entry in simulator.subscriptions()} == {"pull"})
    assert sorted(entry["mailbox"] for entry in simulator.subscriptions()) == users
    told = [line for line in messages(daemon) if "Changes are asked for by pull from now on" in line]
    assert len(told) == 1
    assert "proxy_buffering off" in told[0] and "tried again at" in told[0]
    assert daemon.json("status")["state"] == "online"


def test_through_a_proxy_that_does_not_buffer_streams_stay(proxied, users):
    simulator, daemon = proxied("off")
    listening(daemon, simulator)
    simulator.book(users[0], moment(-60), moment(3_600))
    shows(daemon, users[0], "meeting")
    # Longer than silence is borne: heartbeats come through.
    simulator.reset_counters()
    simulator.book(users[1], moment(4), moment(3_600))
    shows(daemon, users[1], "meeting")
    assert "GetStreamingEvents" not in simulator.counters()
    assert method(daemon) == "streaming"
    assert "from now on" not in daemon.log() and "interrupted" not in daemon.log()
