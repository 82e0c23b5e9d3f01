"""A daemon that is to meet a fault: what `check`, `freebusyctl` and the journal say of it."""
import dataclasses
import json
import os
import re
import subprocess

from conftest import PATIENCE, PROGRAMS, Daemon, Simulator, wait_for
from fronts.relay import Behind
from fronts.world import why_not, world
from test_catalog import identities
from test_systemd import fields

USER = "user0001@example.com"


@dataclasses.dataclass
class Setting:
    """What a scene has set up: the keys of the connector, and how the daemon is to be run."""

    keys: dict
    users: list = dataclasses.field(default_factory=lambda: [USER])
    # A name server, which takes root.
    names: object = None
    environment: dict = dataclasses.field(default_factory=dict)
    # More tables of the configuration.
    extra: str = ""
    # How often the password was sent so far.
    tries: object = lambda: 0
    # A last touch to the daemon's files before it starts, and to the world once it runs.
    prepare: object = lambda patient: None
    then: object = lambda patient: None


class Stage:
    """Where a scene is set up; what it enters ends with the test."""

    def __init__(self, folder, stack, certificates):
        self.folder, self.stack, self.certificates = folder, stack, certificates
        self._simulator = None

    def enter(self, context):
        return self.stack.enter_context(context)

    def simulator(self, **arguments):
        if self._simulator is None:
            self._simulator = self.enter(Simulator(self.folder, mailboxes=3, **arguments))
        return self._simulator

    @property
    def behind(self):
        return Behind.of(self.simulator())

    def secret(self, text, name="secret"):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def setting(self, server, trusted=True, **more):
        """A connector with Basic unless `more` says otherwise; keys that are None are left out."""
        options = {field.name: more.pop(field.name) for field in dataclasses.fields(Setting) if field.name in more}
        keys = {
            "name": "hq", "server": server, "username": "service@example.com",
            "password_file": str(self.secret("a long password", "password")), "notification": "none",
        }
        if trusted:
            keys["ca_file"] = str(self.certificates.ca)
        keys.update(more)
        return Setting({name: value for name, value in keys.items() if value is not None}, **options)


class Patient(Daemon):
    """The daemon with such a setting, in a world of its own where that can be."""

    def __init__(self, stage, setting):
        self.setting = setting
        self.known = None
        if why_not() is None:
            self.known = stage.enter(world(setting.names, journal=True))
        super().__init__(stage.folder, None, setting.users, setting.extra)

    def write_config(self, users, extra="", connector=""):
        # JSON's strings, numbers, truths and lists are those of TOML.
        lines = [f"{name} = {json.dumps(value)}" for name, value in self.setting.keys.items()]
        text = f'[service]\nstate_directory = "{self.state}"\ncontrol_socket = "{self.socket}"\n\n[[connector]]\n'
        text += "\n".join(lines) + "\n" + extra
        text += "".join(f'\n[[user]]\naddress = "{user}"\n' for user in users)
        self.config.write_text(text)

    def start(self):
        prefix = self.known.prefix if self.known else []
        environment = {**os.environ, **self.setting.environment}
        with open(self.log_path, "ab") as log:
            if self.known:
                identity = os.fstat(log.fileno())
                environment["JOURNAL_STREAM"] = f"{identity.st_dev}:{identity.st_ino}"
            command = [*prefix, PROGRAMS / "freebusyd", "run", "--config", self.config]
            self.process = subprocess.Popen(command, stderr=log, env=environment)
        return self

    def told(self, identifier):
        """What the journal has of a diagnosis, as it says it: a text, or None. Without a journal, what the log says."""
        if not self.known:
            return self.log() or None
        entries = [fields(entry) for entry in list(self.known.journal.entries)]
        found = [entry for entry in entries if entry.get("FREEBUSYD_DIAGNOSIS") == identifier]
        for entry in found:
            assert entry["MESSAGE_ID"] == identities()[identifier]
        return "\n".join(entry["MESSAGE"] for entry in found) or None

    def everything(self):
        """For the message of a test that fails."""
        entries = [fields(entry) for entry in self.known.journal.entries] if self.known else []
        return self.log() + "\n".join(f"{entry.get('FREEBUSYD_DIAGNOSIS')}: {entry['MESSAGE']}" for entry in entries)

    def is_up(self):
        if self.control("status", check=False).returncode == 0:
            return True
        assert self.process.poll() is None, f"the daemon ended:\n{self.everything()}"
        return False

    def error(self, where):
        """The newest error of the connector or of the first user, or None."""
        shown = self.json("status")["connectors"][0] if where == "connector" else self.json("show", self.users[0])
        return shown["last_error"]


def has_check():
    """Whether this freebusyd has the command `check`."""
    said = subprocess.run([PROGRAMS / "freebusyd", "--help"], capture_output=True, text=True).stdout
    return re.search(r"(?m)^ +check ", said) is not None


def checked(patient):
    """The steps of `freebusyd check --json` that name a diagnosis."""
    prefix = patient.known.prefix if patient.known else []
    command = [*prefix, PROGRAMS / "freebusyd", "check", "--config", patient.config, "--json"]
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **patient.setting.environment}, timeout=4 * PATIENCE
    )
    assert result.stdout, f"check said nothing:\n{result.stderr}"
    for secret in ("a long password", "a long client secret"):
        assert secret not in result.stdout + result.stderr
    steps = json.loads(result.stdout)["steps"]
    return [step for step in steps if step.get("diagnosis")], result.stdout


def lacking(words, text):
    """Those words that the text does not have, letter case aside."""
    return [word for word in words if word.lower() not in text.lower()]


def seen(patient, row):
    """Runs the daemon until it names the diagnosis in each place where it is to; returns what was lacking."""
    patient.setting.prepare(patient)
    patient.start()
    faults = []
    if row.where != "start":
        wait_for("the daemon", patient.is_up)
        patient.setting.then(patient)
    if row.where == "start":
        status = patient.process.wait(timeout=PATIENCE)
        if status != row.exits:
            faults.append(f"exit code {status}, not {row.exits}")
    elif row.where != "log":
        error = None

        def named():
            nonlocal error
            error = patient.error(row.where)
            return error and error["diagnosis"] == row.id

        try:
            wait_for(f"{row.id} in {row.where}", named, row.patience)
        except BaseException as failure:
            raise AssertionError(f"{failure}; the newest is {error}\n{patient.everything()}") from None
        faults += [f"{row.where}: remedy lacks “{word}”: {error['remedy']}" for word in lacking(row.remedy, error["remedy"])]
        faults += [f"{row.where}: summary lacks “{word}”: {error['summary']}" for word in lacking(row.shows, error["summary"])]
    try:
        wait_for(f"{row.id} in the journal", lambda: patient.told(row.id), row.patience)
    except BaseException as failure:
        raise AssertionError(f"{failure}\n{patient.everything()}") from None
    text = patient.told(row.id)
    faults += [f"journal: lacks “{word}”: {text}" for word in lacking((*row.remedy, *row.shows), text)]
    return faults
