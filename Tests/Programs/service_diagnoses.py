"""Rows of the table for what is wrong with the service itself: its files, its sockets, its hooks, its groups."""
import contextlib
import socket
import sqlite3
import urllib.error
import urllib.request

from conftest import wait_for
from diagnoses import row
from diagnosing import USER, Patient, Stage
from fronts.running import free_port
from webhook_receiver import Receiver, new_key

GROUP = "team@example.com"


def healthy(stage, **more):
    """A connector that works; what is wrong is elsewhere."""
    return stage.setting(stage.simulator().url, **more)


def of_service(identifier, how, *remedy, **more):
    return row(identifier, how, *remedy, **{"where": "log", "checks": False, **more})


# The configuration


@row("config.invalid", "a key that nobody knows", where="start", shows=("server",))
def stray_key(stage):
    return healthy(stage, serve="mail.example.com")


@of_service("config.users-file", "a line without an address")
def bad_line(stage):
    (stage.folder / "users.csv").write_text(f"address,extension\n{USER},1\nben.example.com,2\n")
    return healthy(stage, users=[], extra='\n[users]\nfile = "users.csv"\n')


# Its files and sockets


@of_service("store.damaged", "the file is no database")
def damaged(stage):
    def prepare(patient):
        patient.state.mkdir(mode=0o700)
        (patient.state / "freebusyd.db").write_bytes(b"no database at all" * 1_000)

    return healthy(stage, prepare=prepare)


@of_service("store.newer-schema", "a step that this version does not know", "newer", where="start", exits=1)
def newer(stage):
    def prepare(patient):
        patient.start()
        wait_for("a database", patient.is_up)
        patient.stop()
        with contextlib.closing(sqlite3.connect(patient.state / "freebusyd.db")) as database:
            database.execute("INSERT INTO grdb_migrations VALUES ('schema 9999')")
            database.commit()

    return healthy(stage, prepare=prepare)


def in_the_way(patient):
    patient.socket.write_text("")


of_service("control.not-a-socket", "a file in its place", "control_socket", where="start", exits=1)(
    lambda stage: healthy(stage, prepare=in_the_way))


def with_socket(path):
    """The path of the control socket leads through a file."""

    def scene(stage):
        def prepare(patient):
            (stage.folder / "file").write_text("")
            text = patient.config.read_text().replace(str(patient.socket), str(stage.folder / path))
            patient.config.write_text(text)

        return healthy(stage, prepare=prepare)

    return scene


of_service("control.folder", "its folder cannot be made", "RuntimeDirectory", where="start", exits=1)(
    with_socket("file/folder/control.sock"))
of_service("control.ended", "its folder is a file", "folder of the socket", where="start", exits=1)(
    with_socket("file/control.sock"))


def beside(stage, keeps):
    """Another daemon runs already, which has the control socket or the database."""

    def prepare(patient):
        other = stage.folder / "other"
        other.mkdir()
        first = Patient(Stage(other, stage.stack, stage.certificates), stage.setting(stage.simulator().url))
        stage.enter(first)
        setattr(first, keeps, getattr(patient, keeps))
        first.write_config(first.users)
        first.start()
        wait_for("the other daemon", first.is_up)

    return healthy(stage, prepare=prepare)


of_service("control.in-use", "another daemon answers", "control_socket", where="start", exits=1)(
    lambda stage: beside(stage, "socket"))
of_service("store.in-use", "another daemon has it", "state_directory", where="start", exits=1)(
    lambda stage: beside(stage, "state"))


@of_service("http.identity", "what is to be a certificate is none", "certificate", where="start", exits=1)
def no_http_certificate(stage):
    path = stage.secret("no certificate")
    text = f'\n[http]\nlisten = "127.0.0.1:{free_port()}"\n[http.tls]\ncertificate = "{path}"\nprivate_key = "{path}"\n'
    return healthy(stage, extra=text)


@of_service("callback.identity", "what is to be a certificate is none", "callback_certificate", where="start", exits=1)
def no_callback_certificate(stage):
    port, path = free_port(), str(stage.secret("no certificate"))
    return healthy(stage, notification="push", callback_url=f"https://127.0.0.1:{port}/ews",
                   callback_listen=f"127.0.0.1:{port}", callback_certificate=path, callback_private_key=path)


def taken(stage):
    listener = stage.enter(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return f"127.0.0.1:{listener.getsockname()[1]}"


@of_service("http.address", "the port is somebody else's", "listen", "ss -ltnp", where="start", exits=1)
def http_port_taken(stage):
    return healthy(stage, extra=f'\n[http]\nlisten = "{taken(stage)}"\n')


@row("callback.address", "the port is somebody else's", "callback_listen", "ss -ltnp", where="start", exits=1, checks=False)
def callback_port_taken(stage):
    address = taken(stage)
    return healthy(stage, notification="push", callback_url=f"http://{address}/ews", callback_listen=address)


@of_service("callback.refused", "somebody calls who knows no subscription", shows=("callback address",))
def stranger_calls(stage):
    port = free_port()

    def call(patient):
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ews/nothing", b"<x/>", timeout=10)

    return healthy(stage, notification="push", callback_url=f"http://127.0.0.1:{port}/ews",
                   callback_listen=f"127.0.0.1:{port}", then=call)


def disturbed(path, order):
    """Streams that something happens to, once they are open."""

    def scene(stage):
        simulator = stage.simulator(options=["--heartbeat", 0.5])

        def then(_):
            wait_for("a stream", lambda: simulator.ask("streams")["streams"])
            simulator.ask(path, order, "POST")

        return healthy(stage, notification="streaming", stream_silence="2s", then=then)

    return scene


of_service("stream.silent", "nothing comes any more", "proxy_buffering off", "pull")(disturbed("streams", {"do": "silence"}))
of_service("stream.malformed", "tags that do not match", "pull")(disturbed("hostile", {"what": "malformed"}))


# Hooks


def hook(command, **more):
    keys = "".join(f'{name} = "{value}"\n' for name, value in more.items())
    arguments = ", ".join(f'"{word}"' for word in command)
    return lambda stage: healthy(stage, extra=f'\n[[hook]]\nname = "phone"\nkind = "exec"\ncommand = [{arguments}]\n{keys}')


of_service("hook.exit-status", "it says that it failed", "exit", shows=("7",))(hook(["/bin/sh", "-c", "exit 7"]))
of_service("hook.killed", "a signal ends it", "by hand")(hook(["/bin/sh", "-c", "kill -9 $$"]))
of_service("hook.timed-out", "it does not end", "timeout")(hook(["/bin/sleep", "60"], timeout="1s"))


@of_service("hook.not-executable", "its first line names a program that is not there", "command", "first line")
def bad_interpreter(stage):
    program = stage.folder / "program"
    program.write_text("#!/nowhere/at-all\n")
    program.chmod(0o755)
    return hook([program])(stage)


def web(stage, url, key, **more):
    """A webhook to this address."""
    keys = "".join(f'{name} = "{value}"\n' for name, value in {"secret_file": stage.secret(key, "key"), **more}.items())
    return healthy(stage, extra=f'\n[[hook]]\nname = "phone"\nkind = "webhook"\nurl = "{url}"\n{keys}')


def answering(answer, fault=None, **more):
    """A receiver that verifies each event and answers so; `fault` is that of its certificate."""

    def scene(stage):
        identity = stage.certificates[fault] if fault else None
        receiver = stage.enter(Receiver(new_key(), identity, behave=lambda event: answer))
        trust = {"ca_file": stage.certificates.ca} if fault else {}
        return web(stage, receiver.url, receiver.key, **trust, **more)

    return scene


def with_another_key(stage):
    receiver = stage.enter(Receiver(new_key()))
    return web(stage, receiver.url, new_key())


of_service("hook.unreachable", "a webhook: nobody listens", "firewall", shows=("refused",))(
    lambda stage: web(stage, f"http://127.0.0.1:{free_port()}/presence", new_key()))
of_service("hook.untrusted", "a webhook: a certificate that nobody signed", "ca_file", "pinned_public_key",
           shows=("signed by nobody but itself",))(answering(204, "self-signed"))
of_service("hook.untrusted", "a webhook: a certificate for another host", "url", shows=("other.example.net",))(
    answering(204, "other-name"))
of_service("hook.untrusted", "a webhook: a certificate that has expired", "renew", "timedatectl", shows=("expired",))(
    answering(204, "expired"))
of_service("hook.login-refused", "a webhook: the key is not accepted", "secret_file", "clocks", shows=("401",))(answering(401))
of_service("hook.busy", "a webhook: it asks for rest", "concurrency", shows=("429", "20 s"))(
    answering((429, {"Retry-After": "20"})))
of_service("hook.rejected", "a webhook: another key", "signing key", shows=("400",))(with_another_key)
of_service("hook.misunderstood", "a webhook: another server is there", "port", shows=("SSH-2.0",))(answering("garbage"))
of_service("hook.misunderstood", "a webhook: there is no such page", "address", shows=("404",))(answering(404))
of_service("hook.closed", "a webhook: half an answer", "log of the receiver")(answering("cut"))
of_service("hook.disabled", "a webhook: it is gone", "hooks --resend", shows=("410",))(answering(410))


# Groups and changes


def with_group(order, members=(USER,)):
    def scene(stage):
        simulator = stage.simulator()
        simulator.ask(f"groups/{GROUP}", {"members": list(members), **order}, "PUT")
        return healthy(stage, extra=f'\n[[user_group]]\naddress = "{GROUP}"\n')

    return scene


of_service("group.not-found", "it is not there", "[[user_group]]", "HiddenFromAddressListsEnabled")(
    lambda stage: healthy(stage, extra=f'\n[[user_group]]\naddress = "{GROUP}"\n'))
of_service("group.ambiguous", "two have the address", "Get-Recipient")(
    with_group({"response_code": "ErrorNameResolutionMultipleResults"}))
of_service("group.no-access", "its members are hidden", "Get-AddressBookPolicy")(with_group({"response_code": "ErrorAccessDenied"}))
of_service("group.incomplete", "only some members are told", "smaller")(
    with_group({"told": 1}, [USER, "user0002@example.com"]))
of_service("group.empty", "it has no members", "HiddenGroupMembershipEnabled")(with_group({}, []))


@of_service("account.no-address", "the account is no address", "account_address")
def bare_account(stage):
    """Everything works all the same, and nothing is to be wrong for `check`."""
    simulator = stage.simulator(options=["--username", "EXAMPLE\\service"])
    return stage.setting(simulator.url, username="EXAMPLE\\service")
