"""Who may ask for what: over the control socket by who he is, over TCP by what he shows."""
import contextlib
import http.client
import os
import pathlib
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import types

import pytest

from api import Events, ask, connect, listening, write_token
from conftest import PATIENCE, PROGRAMS, wait_for
from notifying import free_port
from test_hooks import reload
from test_notifications import certificate  # noqa: F401 (a fixture)

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else (setpriv)")
NOBODY = 65534


class Somebody:
    """Runs freebusyctl as another user, who is in the group of the socket and in these groups."""

    def __init__(self, folder, daemon, *groups):
        self.daemon = daemon
        # Of root's group too, since root runs the daemon here and the socket is its group's.
        groups = ",".join(map(str, (0, *groups)))
        self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", f"--groups={groups}", folder / "freebusyctl"]

    def control(self, *arguments):
        return subprocess.run(
            [*self.prefix, "--socket", self.daemon.socket, *arguments], capture_output=True, text=True, cwd="/"
        )


@pytest.fixture
def open_folder():
    """A folder that the group of root can enter, with the program that it is to run."""
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o750)
    shutil.copy(PROGRAMS / "freebusyctl", folder)
    (folder / "freebusyctl").chmod(0o750)
    yield folder
    shutil.rmtree(folder)


def with_group(daemon, folder, group):
    """Puts the socket where others reach it, and names the group of writers."""
    text = daemon.config.read_text().replace(str(daemon.socket), str(folder / "control.sock"))
    daemon.socket = folder / "control.sock"
    daemon.config.write_text(text.replace("[service]\n", f'[service]\nwriter_group = "{group}"\n'))


@AS_ROOT
def test_who_may_connect_may_read_and_only_root_and_writers_may_write(daemon, open_folder, users):
    with_group(daemon, open_folder, "mail")
    daemon.start().scanned()
    reader, writer = Somebody(open_folder, daemon), Somebody(open_folder, daemon, 8)
    for somebody in (reader, writer):
        for command in (("status",), ("users",), ("show", users[0])):
            result = somebody.control(*command)
            assert result.returncode == 0, result.stderr
    for command in (("force",), ("override", users[0], "away"), ("override", users[0], "--clear")):
        result = reader.control(*command)
        assert result.returncode == 1, command
        assert "members of the group mail" in result.stderr and "adduser USER mail" in result.stderr
        assert "sudo" in result.stderr
    assert daemon.json("show", users[0])["override"] is None
    result = writer.control("override", users[0], "away")
    assert result.returncode == 0, result.stderr
    assert writer.control("force").returncode == 0
    assert daemon.control("override", users[0], "--clear").returncode == 0


@AS_ROOT
def test_the_group_of_writers_is_taken_over_at_a_reload(daemon, open_folder, users):
    with_group(daemon, open_folder, "")
    daemon.start().scanned()
    member = Somebody(open_folder, daemon, 8)
    result = member.control("force")
    assert result.returncode == 1
    assert "writer_group" in result.stderr
    daemon.config.write_text(daemon.config.read_text().replace('writer_group = ""', 'writer_group = "mail"'))
    reload(daemon)
    assert member.control("force").returncode == 0


def test_a_group_that_is_not_there_is_told_with_its_place(daemon):
    daemon.config.write_text(daemon.config.read_text().replace("[service]\n", '[service]\nwriter_group = "no-such"\n'))
    result = subprocess.run(
        [PROGRAMS / "freebusyd", "check-config", "--config", daemon.config], capture_output=True, text=True
    )
    assert result.returncode == 78
    assert ':3:16: writer_group: this machine has no group "no-such"' in result.stderr


@pytest.fixture
def port():
    return free_port()


def test_without_tokens_this_machine_reads_and_nobody_writes(daemon, users, port):
    daemon.write_config(users, extra=listening(port))
    daemon.start().scanned()
    answer = ask(port, "/v1/status", headers={"Origin": "http://attacker.example"})
    assert answer.status == 200 and answer.json["users"]["total"] == len(users)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["Cache-Control"] == "no-store"
    for path, method in (("/v1/force", "POST"), (f"/v1/users/{users[0]}/override", "DELETE"), ("/v1/nothing", "PUT")):
        answer = ask(port, path, method)
        assert (answer.status, answer.problem) == (403, "tcp-read-only")
    # A name that a web page can make lead here.
    for path in ("/v1/status", "/v1/users", "/v1/presence-stream", "/v1/nothing"):
        answer = ask(port, path, headers={"Host": f"attacker.example:{port}"})
        assert (answer.status, answer.problem) == (421, "wrong-host")
    assert ask(port, "/v1/status", headers={"Host": f"localhost:{port}"}).status == 200
    answer = ask(port, "/v1/status", token="0" * 64)
    assert (answer.status, answer.problem) == (401, "token-unknown")


def test_tokens_allow_what_they_say_and_are_never_logged(daemon, users, port, tmp_path):
    read, read_file = write_token(tmp_path, "monitoring")
    write, write_file = write_token(tmp_path, "pbx")
    tokens = [("monitoring", read_file, "read"), ("pbx", write_file, "write")]
    daemon.write_config(users, extra=listening(port, tokens))
    daemon.start().scanned()
    answer = ask(port, "/v1/status")
    assert (answer.status, answer.problem) == (401, "token-missing")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="freebusyd"'
    for wrong in (read[:-1], read + "0", read.upper(), "x", "0" * 600):
        answer = ask(port, "/v1/status", token=wrong)
        assert (answer.status, answer.problem) == (401, "token-unknown")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert ask(port, "/v1/status", headers={"Authorization": f"Basic {read}"}).status == 401
    assert ask(port, "/v1/status", token=read).status == 200
    # Whoever has a token may call the server as he likes.
    assert ask(port, "/v1/status", token=read, headers={"Host": "freebusyd.example.com"}).status == 200
    answer = ask(port, f"/v1/users/{users[0]}/override", "PUT", read, {"presence": "away"})
    assert (answer.status, answer.problem) == (403, "token-read-only")
    assert "monitoring" in answer.json["detail"]
    answer = ask(port, f"/v1/users/{users[0]}/override", "PUT", write, {"presence": "away"})
    assert answer.status == 200 and answer.json["presence"] == "away"
    result = subprocess.run(
        [PROGRAMS / "freebusyd", "check-config", "--config", daemon.config], capture_output=True, text=True
    )
    assert result.returncode == 0 and "monitoring (read), pbx (write)" in result.stdout
    assert not [text for text in (daemon.log(), result.stdout) if read in text or write in text]


def test_changed_tokens_are_taken_at_a_reload_and_a_changed_address_is_not(daemon, users, port, tmp_path):
    token, file = write_token(tmp_path, "monitoring")
    daemon.write_config(users, extra=listening(port, [("monitoring", file, "read")]))
    daemon.start().scanned()
    connection = connect(port)
    with contextlib.closing(connection):

        def status(token):
            connection.request("GET", "/v1/status", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        assert status(token) == 200
        new, _ = write_token(tmp_path, "monitoring")
        assert status(new) == 401
        reload(daemon)
        # On the same connection.
        assert (status(token), status(new)) == (401, 200)
    assert "at the next restart only" not in daemon.log()
    # A token that is none changes nothing.
    file.write_text("short\n")
    daemon.send(signal.SIGHUP)
    wait_for("the complaint", lambda: "does not have 32 to 512 characters" in daemon.log())
    assert ask(port, "/v1/status", token=new).status == 200
    write_token(tmp_path, "monitoring")
    daemon.config.write_text(daemon.config.read_text().replace(f":{port}", f":{free_port()}"))
    reload(daemon)
    assert "listen or tls takes effect at the next restart only" in daemon.log()
    assert ask(port, "/v1/status", token=new).status == 401


def test_a_token_that_is_taken_away_at_a_reload_opens_nothing(daemon, users, port, tmp_path, certificate):
    token, file = write_token(tmp_path, "monitoring")
    daemon.write_config(users, extra=listening(port, [("monitoring", file, "read")], certificate, host="0.0.0.0"))
    daemon.start().scanned()
    tls = ssl.create_default_context(cafile=certificate.ca)
    assert ask(port, "/v1/status", token=token, tls=tls).status == 200
    assert ask(port, "/v1/status", tls=tls).status == 401
    # Right in itself, but the port stays open to others until the restart.
    daemon.write_config(users, extra=listening(port))
    reload(daemon)
    assert ask(port, "/v1/status", tls=tls).status == 401
    assert ask(port, "/v1/status", token=token, tls=tls).status == 401


def test_addresses_that_others_reach_need_a_certificate_and_a_token(daemon, users, port, tmp_path, certificate):
    _, file = write_token(tmp_path, "monitoring")
    tokens = [("monitoring", file, "read")]
    for missing, extra in (
        ("tls and tokens", listening(port, host="0.0.0.0")),
        ("tls", listening(port, tokens, host="0.0.0.0")),
        ("tokens", listening(port, certificate=certificate, host="0.0.0.0")),
    ):
        daemon.write_config(users, extra=extra)
        line = daemon.config.read_text().splitlines().index(f'listen = "0.0.0.0:{port}"') + 1
        daemon.start(wait=False)
        assert daemon.process.wait(timeout=PATIENCE) == 78
        assert f"{daemon.config}:{line}:10: listen: other machines can reach 0.0.0.0:{port}: that needs {missing};" in (
            daemon.log()
        )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_is_of_version_1_2_at_least_and_plain_http_gets_nothing(daemon, users, port, certificate):
    daemon.write_config(users, extra=listening(port, certificate=certificate))
    daemon.start().scanned()

    def status(newest):
        tls = ssl.create_default_context(cafile=certificate.ca)
        # What this machine's OpenSSL would not offer by itself.
        tls.set_ciphers("ALL:@SECLEVEL=0")
        tls.minimum_version = ssl.TLSVersion.TLSv1
        tls.maximum_version = newest
        return ask(port, "/v1/status", tls=tls).status

    assert status(ssl.TLSVersion.TLSv1_3) == 200
    assert status(ssl.TLSVersion.TLSv1_2) == 200
    with pytest.raises(ssl.SSLError):
        status(ssl.TLSVersion.TLSv1_1)
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(port, "/v1/status")
    with Events(connect(port, ssl.create_default_context(cafile=certificate.ca))) as stream:
        assert stream.until("live")[-1][2]["users"] == len(users)


def test_an_address_or_certificate_that_cannot_be_used_ends_the_start_and_is_told(daemon, users, port, certificate):
    with socket.create_server(("127.0.0.1", port)):
        daemon.write_config(users, extra=listening(port))
        daemon.start(wait=False)
        assert daemon.process.wait(timeout=PATIENCE) == 1
    assert f"The API cannot listen on 127.0.0.1:{port} (Address already in use)." in daemon.log()
    # The authority's certificate does not go with the key.
    other = types.SimpleNamespace(chain=certificate.ca, key=certificate.key)
    daemon.write_config(users, extra=listening(port, certificate=other))
    daemon.start(wait=False)
    assert daemon.process.wait(timeout=PATIENCE) == 1
    assert f"The certificate of the API on 127.0.0.1:{port} cannot be used" in daemon.log()


def test_who_keeps_the_server_waiting_is_hung_up_on_and_the_others_are_served(daemon, users, port, tmp_path):
    token, file = write_token(tmp_path, "pbx")
    daemon.write_config(users, extra=listening(port, [("pbx", file, "write")]))
    daemon.start().scanned()
    authorization = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    connections = {
        "says nothing": b"",
        "does not end a head": b"GET /v1/status HTTP/1.1\r\nX: ",
        "does not end a body": f"POST /v1/force HTTP/1.1\r\n{authorization}Content-Length: 4000\r\n\r\n".encode(),
        "does not end a body that nobody wants": b"POST /v1/force HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n",
        "has had an answer": f"GET /v1/status HTTP/1.1\r\n{authorization}\r\n".encode(),
        "takes no answers": f"GET /v1/users HTTP/1.1\r\n{authorization}\r\n".encode(),
    }
    sockets, watched = {}, select.poll()
    for name, beginning in connections.items():
        sockets[name] = socket.create_connection(("127.0.0.1", port))
        sockets[name].sendall(beginning)
        watched.register(sockets[name], select.POLLRDHUP | select.POLLHUP | select.POLLERR)
    deaf = sockets["takes no answers"]
    deaf.settimeout(5)
    with contextlib.suppress(TimeoutError):
        # Until no more of it is read, since no more of the answers can be written.
        while True:
            deaf.sendall(connections["takes no answers"] * 100)
    assert not watched.poll(0), "nobody is hung up on at once"
    ended, names = set(), {sockets[name].fileno(): name for name in sockets}
    with Events(connect(port), token=token) as stream:
        stream.until("live")
        end = time.monotonic() + 2 * PATIENCE
        while len(ended) < len(sockets) and time.monotonic() < end:
            for number, _ in watched.poll(1_000):
                watched.unregister(number)
                ended.add(names[number])
            for name in ("does not end a head", "does not end a body", "does not end a body that nobody wants"):
                if name not in ended:
                    with contextlib.suppress(OSError):
                        sockets[name].send(b"x")
            assert ask(port, "/v1/status", token=token).status == 200
        daemon.control("override", users[0], "away")
        assert next(stream)[0] == "presence", "who watches and takes all is not hung up on"
    assert ended == set(connections)
    for connection in sockets.values():
        connection.close()


def test_what_is_too_large_is_refused(daemon, users, port, tmp_path):
    token, file = write_token(tmp_path, "pbx")
    daemon.write_config(users, extra=listening(port, [("pbx", file, "write")]))
    daemon.start().scanned()
    for headers in ({"X": "x" * 20_000}, {f"X-{number}": "x" for number in range(200)}):
        try:
            status = ask(port, "/v1/status", token=token, headers=headers).status
        except OSError:
            status = 400
        assert status == 400
    answer = ask(port, "/v1/force", "POST", token, {"users": ["x" * (5 << 20)]})
    assert (answer.status, answer.problem) == (400, "bad-body")
    assert ask(port, "/v1/status", token=token).status == 200


def test_256_are_let_in_and_the_next_waits_for_one_to_leave(daemon, users, port):
    daemon.write_config(users, extra=listening(port))
    daemon.start().scanned()
    with contextlib.ExitStack() as stack:
        crowd = []
        for _ in range(256):
            connection = stack.enter_context(contextlib.closing(connect(port)))
            connection.request("GET", "/v1/hooks")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            crowd.append(connection)
        late = socket.create_connection(("127.0.0.1", port))
        stack.enter_context(late)
        late.sendall(b"GET /v1/hooks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        late.settimeout(2)
        with pytest.raises(TimeoutError):
            late.recv(1)
        crowd[0].close()
        late.settimeout(PATIENCE)
        assert late.recv(12) == b"HTTP/1.1 200"
        assert daemon.answers()
