"""Asterisk's manager interface, written from its documentation, for tests: it keeps presence and device states.

https://docs.asterisk.org: AMI v2 Specification; AMI actions Login, Challenge, Setvar, Ping, Logoff; dialplan functions
PRESENCE_STATE and DEVICE_STATE. No Asterisk was at hand to compare it with.
"""
import base64
import collections
import hashlib
import re
import secrets
import socket
import threading
import time

PRESENCES = {"not_set", "unavailable", "available", "away", "xa", "chat", "dnd"}
DEVICES = {"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}
# A session keeps 1,024 bytes of a line, its end included; a longer line is thrown away.
LONGEST_LINE = 1024
# What a phone is told of a message that came in Base64.
LONGEST_MESSAGE = 255


class Refused(Exception):
    """The text of an answer `Error`."""


def presence_state(value):
    """`state,subtype,message,options` as the dialplan function takes it; the texts as bytes."""
    state, subtype, message, options = (value.split(",") + [""] * 4)[:4]
    if state not in PRESENCES or (options and "e" not in options):
        raise Refused("Variable not set")
    texts = [subtype.encode(), message.encode()]
    if "e" in options:
        texts = [base64.b64decode(text) for text in texts]
    return (state, *(text[:LONGEST_MESSAGE] for text in texts))


def device_state(value):
    if value.upper() not in DEVICES:
        raise Refused("Variable not set")
    return value.upper()


class Asterisk:
    """On loopback, until the block ends."""

    def __init__(self, username="freebusyd", secret="a long secret", write=("call",), identity=None, port=0):
        self.username, self.secret, self.write, self.identity = username, secret, set(write), identity
        self.port = port
        self.lock = threading.Lock()
        self.presences, self.devices = {}, {}
        # Every state that was set, in order, as (name, state).
        self.history = []
        self.actions = collections.Counter()
        self.logins, self.dumped = 0, 0
        # What is done instead of an answer to the next actions: "garbage", "half"; and seconds before each answer.
        self.mischief, self.delay = None, 0
        self.listener, self.sessions = None, set()

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_):
        self.down()

    # Being there, and not

    def up(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(50)
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def down(self):
        listener, self.listener = self.listener, None
        if listener:
            # Wakes up who accepts.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.hang_up()

    def hang_up(self):
        with self.lock:
            sessions = list(self.sessions)
        for session in sessions:
            try:
                session.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def restart(self, forget=True):
        self.down()
        if forget:
            self.presences.clear()
            self.devices.clear()
        self.up()

    def _accept(self, listener):
        while True:
            try:
                session, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(session,), daemon=True).start()

    # A session

    def _serve(self, session):
        try:
            if self.identity:
                session = self.identity.context.wrap_socket(session, server_side=True)
            with self.lock:
                self.sessions.add(session)
            session.sendall(b"Asterisk Call Manager/5.0.2\r\n")
            self._converse(session)
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self.sessions.discard(session)
            session.close()

    def _converse(self, session):
        state = {"user": None, "challenge": None}
        buffer, fields = b"", []
        while True:
            line, found, rest = buffer.partition(b"\r\n")
            if not found:
                if len(buffer) >= LONGEST_LINE:
                    self.dumped += 1
                    buffer = b""
                read = session.recv(65536)
                if not read:
                    return
                buffer += read
                continue
            buffer = rest
            if len(line) + 2 > LONGEST_LINE:
                self.dumped += 1
            elif line:
                name, colon, value = line.decode().partition(":")
                if colon:
                    fields.append((name.strip().lower(), value.lstrip(" ")))
            elif fields:
                message, fields = dict(reversed(fields)), []
                if not self._answer(session, state, message):
                    return

    def _answer(self, session, state, message):
        """Whether the session goes on."""
        action = message.get("action", "").lower()
        with self.lock:
            self.actions[action] += 1
        goes_on, more = True, []
        try:
            response, more = "Success", self._act(action, message, state)
        except Refused as refusal:
            response, more = "Error", [("Message", str(refusal))]
            goes_on = action != "login"
        if action == "logoff":
            response, goes_on = "Goodbye", False
        lines = [("Response", response)]
        if "actionid" in message:
            lines.append(("ActionID", message["actionid"]))
        answer = "".join(f"{name}: {value}\r\n" for name, value in lines + more).encode() + b"\r\n"
        if self.delay:
            # An end of the session is noticed meanwhile.
            time.sleep(self.delay)
        if state["user"] and action == "setvar" and self.mischief:
            mischief = self.mischief
            if mischief == "garbage":
                session.sendall(b"\x00\xff<html>garbage</html>\r\n\r\n" * 20)
                return True
            session.sendall(answer[: len(answer) // 2])
            return False
        session.sendall(answer)
        if action == "login" and goes_on:
            session.sendall(b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n")
        return goes_on

    def _act(self, action, message, state):
        if action == "challenge":
            if message.get("authtype", "").upper() != "MD5":
                raise Refused("Must specify AuthType")
            state["challenge"] = str(secrets.randbelow(10**9))
            return [("Challenge", state["challenge"])]
        if action == "login":
            return self._log_in(message, state)
        if action == "logoff":
            return [("Message", "Thanks for all the fish.")]
        if not state["user"]:
            raise Refused("Permission denied")
        if action == "ping":
            return [("Ping", "Pong"), ("Timestamp", f"{time.time():.6f}")]
        if action != "setvar":
            raise Refused("Invalid/unknown command")
        if not self.write & {"call", "all"}:
            raise Refused("Permission denied")
        self._set(message.get("variable", ""), message.get("value", ""))
        return [("Message", "Variable Set")]

    def _log_in(self, message, state):
        secret = self.secret.encode()
        if message.get("authtype", "").upper() == "MD5":
            challenge = (state["challenge"] or "").encode()
            is_right = bool(challenge) and message.get("key") == hashlib.md5(challenge + secret).hexdigest()
        else:
            is_right = message.get("secret", "").encode() == secret
        if message.get("username") != self.username or not is_right:
            raise Refused("Authentication failed")
        state["user"] = self.username
        with self.lock:
            self.logins += 1
        return [("Message", "Authentication accepted")]

    def _set(self, variable, value):
        match = re.fullmatch(r"(\w+)\((\w+):([^)]+)\)", variable)
        if not match:
            # A global variable: nothing that we want to be asked for.
            raise Refused("Variable not set")
        function, provider, name = match.groups()
        with self.lock:
            if (function, provider) == ("PRESENCE_STATE", "CustomPresence"):
                self.presences[name] = presence_state(value)
                self.history.append((name, self.presences[name]))
            elif (function, provider) == ("DEVICE_STATE", "Custom"):
                self.devices[name] = device_state(value)
            else:
                raise Refused("Variable not set")
