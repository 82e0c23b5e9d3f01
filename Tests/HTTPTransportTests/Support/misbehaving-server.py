"""An HTTP server that misbehaves as its clients ask it to: the path says how. Standard library only.

    misbehaving-server.py FOLDER

Makes certificates in FOLDER, listens on 127.0.0.1 and on FOLDER/socket, prints one line "NAME PORT" for each listener and
then "ready". Ends when its standard input does, so that it can not outlive the test that started it, and takes FOLDER
with it.
"""

import base64
import gzip
import hashlib
import json
import os
import select
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
from urllib.parse import parse_qs, urlsplit

FOLDER = sys.argv[1]
CHANGED = threading.Condition()
CONNECTIONS = 0
SEEN = set()  # tags of requests to /silence and /stall that have come
GONE = set()  # tags of requests whose client closed the connection
RELEASED = set()  # tags that /hold waits for
BLOCKED = {}  # tag -> bytes sent when the client stopped reading


def note(action):
    with CHANGED:
        action()
        CHANGED.notify_all()


def wait_for(predicate):
    with CHANGED:
        CHANGED.wait_for(predicate, timeout=30)


class Connection:
    def __init__(self, link):
        global CONNECTIONS
        with CHANGED:
            CONNECTIONS += 1
            self.number = CONNECTIONS
        self.link = link
        self.pending = b""
        self.requests = 0
        self.messages = []  # kinds of NTLM messages that came over this connection
        self.account = None  # whom it belongs to by NTLM
        self.lost = False  # whether /ntlm?lose=yes has already thrown the account away

    def serve(self):
        try:
            while self.read_request() and self.answer() is not False:
                pass
        except (OSError, ValueError):
            pass
        finally:
            self.link.close()

    def read_request(self):
        while b"\r\n\r\n" not in self.pending:
            data = self.link.recv(65536)
            if not data:
                return False
            self.pending += data
        head, self.pending = self.pending.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        self.method, target, _ = lines[0].split(" ", 2)
        parts = urlsplit(target)
        self.path = parts.path
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in lines[1:]]
        length = int(dict((name.lower(), value) for name, value in self.headers).get("content-length", 0))
        while len(self.pending) < length:
            data = self.link.recv(65536)
            if not data:
                return False
            self.pending += data
        self.body, self.pending = self.pending[:length], self.pending[length:]
        self.requests += 1
        return True

    @property
    def tag(self):
        return self.query.get("tag", "")

    def answer(self):
        """False closes the connection."""
        return getattr(self, "do_" + self.path.strip("/").replace("-", "_"))()

    def send(self, body=b"", status="200 OK", headers=()):
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.link.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def start_chunks(self):
        self.link.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    def send_chunk(self, data):
        self.link.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def wait_until_gone(self):
        """Reads until the client has closed the connection, and notes that."""
        note(lambda: SEEN.add(self.tag))
        try:
            while self.link.recv(65536):
                pass
        except OSError:
            pass
        note(lambda: GONE.add(self.tag))
        return False

    # Good manners.

    def do_echo(self):
        seen = {
            "method": self.method,
            "headers": self.headers,
            "body": self.body.decode(),
            "connection": self.number,
            "request": self.requests,
        }
        self.send(json.dumps(seen).encode(), headers=["Content-Type: application/json"])

    def do_status(self):
        self.send(b"as asked", status=self.query["code"] + " As Asked", headers=["Location: /echo"])

    def do_two_cookies(self):
        self.send(headers=["Set-Cookie: a=1", "set-cookie: b=2", "X-Empty:"])

    def do_interim(self):
        self.link.sendall(b"HTTP/1.1 103 Early Hints\r\nX-Interim: yes\r\n\r\n")
        self.send(b"final")

    def do_trailer(self):
        self.start_chunks()
        self.send_chunk(b"body")
        self.link.sendall(b"0\r\nX-Trailer: yes\r\n\r\n")

    def do_gzip(self):
        self.send(gzip.compress(b"free and busy " * 1000), headers=["Content-Encoding: gzip"])

    def do_trickle(self):
        self.send_head(20)
        for _ in range(20):
            self.link.sendall(b".")
            select.select([], [], [], 0.02)

    # NTLM (MS-NLMP, 2.2.1) as far as a connection's identity goes: nobody's password is checked.

    def do_ntlm(self):
        proof = [value for name, value in self.headers if name.lower() == "authorization"]
        if "lose" in self.query and self.account and not self.lost:
            self.account, self.lost = None, True
        if not proof:
            return self.tell_ntlm() if self.account else self.refuse_ntlm()
        if not proof[0].startswith("NTLM "):
            return self.refuse_ntlm()
        message = base64.b64decode(proof[0][5:])
        kind = struct.unpack_from("<8sI", message)
        self.messages.append(kind[1] if kind[0] == b"NTLMSSP\0" else 0)
        if self.messages[-1] == 1 and not self.body:
            return self.refuse_ntlm(" " + base64.b64encode(self.ntlm_challenge()).decode())
        if self.messages[-2:] != [1, 3]:
            return self.refuse_ntlm()
        domain, user = (self.ntlm_field(message, place) for place in (28, 36))
        if user == "locked":
            return self.refuse_ntlm()
        self.account = [domain, user]
        return self.tell_ntlm()

    @staticmethod
    def ntlm_challenge():
        unicode, ntlm, with_target = 0x1, 0x200, 0x800000
        target = struct.pack("<HH", 2, 14) + "EXAMPLE".encode("utf-16-le") + struct.pack("<HH", 0, 0)
        fields = struct.pack("<8sI HHI I", b"NTLMSSP\0", 2, 0, 0, 48, unicode | ntlm | with_target)
        return fields + b"12345678" + bytes(8) + struct.pack("<HHI", len(target), len(target), 48) + target

    @staticmethod
    def ntlm_field(message, place):
        length, _, offset = struct.unpack_from("<HHI", message, place)
        return message[offset:offset + length].decode("utf-16-le")

    def ntlm_report(self):
        return json.dumps({"connection": self.number, "request": self.requests, "messages": self.messages,
                           "account": self.account, "body": len(self.body)}).encode()

    def refuse_ntlm(self, challenge=""):
        self.send(b"" if "bare" in self.query else self.ntlm_report(), "401 Unauthorized",
                  ["WWW-Authenticate: NTLM" + challenge, "WWW-Authenticate: Negotiate"])

    def tell_ntlm(self):
        if "bare" in self.query:
            return self.send(status="204 No Content")
        if "chunks" not in self.query:
            return self.send(self.ntlm_report())
        self.start_chunks()
        self.send_chunk(self.ntlm_report())
        self.link.sendall(b"0\r\nX-Trailer: HTTP/1.1 500\r\n\r\n")

    # Bad ones.

    def do_bomb(self):
        self.send(gzip.compress(bytes(64 << 20)), headers=["Content-Encoding: gzip"])

    def do_broken_gzip(self):
        self.send(b"this is not gzip at all", headers=["Content-Encoding: gzip"])

    def do_large(self):
        self.send(bytes(int(self.query["bytes"])))

    def do_large_head(self):
        self.send(headers=[f"X-Header-{number}: {'x' * 1000}" for number in range(100)])

    def do_silence(self):
        return self.wait_until_gone()

    def send_head(self, length):
        self.link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)

    def do_stall(self):
        self.send_head(100)
        self.link.sendall(b"0123456789")
        return self.wait_until_gone()

    def do_head_alone(self):
        self.send_head(100)
        return self.wait_until_gone()

    def do_cut(self):
        self.send_head(100)
        self.link.sendall(b"0123456789")
        return False

    def do_cut_chunks(self):
        self.start_chunks()
        self.send_chunk(b"0123456789")
        return False

    def do_hang_up(self):
        return False

    def do_garbage(self):
        self.link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        return False

    def do_answer_twice(self):
        self.send(b"first")
        self.send(b"nobody asked for this")

    # Streams, and what tests ask about other connections.

    def do_hold(self):
        """A chunk at once, a second one when /release comes for the tag."""
        self.start_chunks()
        self.send_chunk(b"one")
        wait_for(lambda: self.tag in RELEASED)
        self.send_chunk(b"two")
        self.link.sendall(b"0\r\n\r\n")

    def do_release(self):
        note(lambda: RELEASED.add(self.tag))
        self.send()

    def do_pour(self):
        """Up to 64 MB, as fast as the client takes them; notes when it stops taking."""
        self.start_chunks()
        chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
        for number in range(1024):
            if not select.select([], [self.link], [], 0.3)[1]:
                note(lambda: BLOCKED.setdefault(self.tag, number * 65536))
            self.link.sendall(chunk)
        self.link.sendall(b"0\r\n\r\n")

    def do_wait_blocked(self):
        wait_for(lambda: self.tag in BLOCKED)
        self.send(str(BLOCKED.get(self.tag, "never")).encode())

    def do_wait_seen(self):
        wait_for(lambda: self.tag in SEEN)
        self.send(str(self.tag in SEEN).encode())

    def do_wait_gone(self):
        wait_for(lambda: self.tag in GONE)
        self.send(str(self.tag in GONE).encode())


def accept(listener, context):
    while True:
        link, _ = listener.accept()
        threading.Thread(target=greet, args=(link, context), daemon=True).start()


def greet(link, context):
    try:
        if context == "mail":
            return greet_first(link)
        if context == "rude":
            link.recv(65536)
            return link.close()
        Connection(context.wrap_socket(link, server_side=True) if context else link).serve()
    except OSError:
        link.close()


def greet_first(link):
    """Speaks first, as mail servers do; then waits, since closing at once could overtake the greeting."""
    link.sendall(b"220 mail.example.com ESMTP\r\n")
    link.recv(65536)
    link.close()


def listen(name, family, address, context=None):
    listener = socket.socket(family)
    listener.bind(address)
    listener.listen(512)
    threading.Thread(target=accept, args=(listener, context), daemon=True).start()
    port = listener.getsockname()[1] if family == socket.AF_INET else 0
    print(f"{name} {port}", flush=True)


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], cwd=FOLDER, check=True, capture_output=True)


def make_key_and_request(name):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr")


def make_authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-days", "2", "-keyout", f"{name}.key", "-out", f"{name}.pem")


def make_strange():
    """Signed by itself, with a name that is long and turns the direction of writing, and with many host names."""
    with open(f"{FOLDER}/strange.cnf", "w") as file:
        file.write("[req]\ndistinguished_name=name\nx509_extensions=these\nutf8=yes\nprompt=no\nstring_mask=utf8only\n"
                   "[name]\n" + "".join(f"{number}.OU={'x' * 60}\n" for number in range(5)) + "O=Bücher\u202e\n"
                   "[these]\nsubjectAltName=" + ",".join(f"DNS:host{number}.example.com" for number in range(30)) + "\n")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-config",
            "strange.cnf", "-keyout", "strange.key", "-out", "strange.pem")


def sign(name, authority, names, start, end, signs="FALSE"):
    make_key_and_request(name)
    with open(f"{FOLDER}/{name}.cnf", "w") as file:
        file.write(
            "[ca]\ndefault_ca=this\n[this]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
            "policy=any\nunique_subject=no\nx509_extensions=leaf\n[any]\ncommonName=supplied\n"
            f"[leaf]\nbasicConstraints=CA:{signs}\n" + (f"subjectAltName={names}\n" if names else ""))
    openssl("ca", "-batch", "-notext", "-config", f"{name}.cnf", "-cert", f"{authority}.pem", "-keyfile",
            f"{authority}.key", "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", start, "-enddate", end)


def pin(name):
    """The pin of a certificate's key, as curl's manual computes it."""
    key = openssl("x509", "-in", f"{name}.pem", "-pubkey", "-noout").stdout
    key = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key, check=True, capture_output=True)
    return "sha256//" + base64.b64encode(hashlib.sha256(key.stdout).digest()).decode()


def serve_tls(name, *more, newest=None):
    """Sends the certificates of `more` after the server's own."""
    with open(f"{FOLDER}/{name}.chain", "w") as chain:
        for part in [name, *more]:
            with open(f"{FOLDER}/{part}.pem") as file:
                chain.write(file.read())
    with open(f"{FOLDER}/{name}.pin", "w") as file:
        file.write(pin(name))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{FOLDER}/{name}.chain", f"{FOLDER}/{name}.key")
    if newest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    listen(name, socket.AF_INET, ("127.0.0.1", 0), context)


def anonymous():
    """TLS without any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("aNULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def main():
    open(f"{FOLDER}/index.txt", "w").close()
    make_authority("authority")
    make_authority("stranger")
    ours = "DNS:localhost,IP:127.0.0.1"
    past, start, end, future = "20200101000000Z", "20200102000000Z", "20991231000000Z", "20990101000000Z"
    sign("good", "authority", ours, start, end)
    sign("other-name", "authority", "DNS:other.example.com,DNS:*.example.net,email:a@example.com,IP:192.0.2.1", start, end)
    sign("expired", "authority", ours, past, start)
    sign("early", "authority", ours, future, end)
    sign("unknown", "stranger", ours, start, end)
    sign("intermediate", "authority", None, start, end, signs="TRUE")
    sign("cut-off", "intermediate", ours, start, end)
    sign("whole", "intermediate", ours, start, end)
    sign("old-authority", "authority", None, past, start, signs="TRUE")
    sign("under-old", "old-authority", ours, start, end)
    sign("nameless", "authority", None, start, end)
    sign("old", "authority", ours, start, end)
    sign("resuming", "authority", "DNS:other.example.com", start, end)
    make_authority("own")
    make_strange()
    listen("plain", socket.AF_INET, ("127.0.0.1", 0))
    listen("socket", socket.AF_UNIX, f"{FOLDER}/socket")
    listen("mail", socket.AF_INET, ("127.0.0.1", 0), "mail")
    listen("rude", socket.AF_INET, ("127.0.0.1", 0), "rude")
    listen("anonymous", socket.AF_INET, ("127.0.0.1", 0), anonymous())
    for name in ["good", "other-name", "expired", "early", "unknown", "cut-off", "nameless", "own"]:
        serve_tls(name)
    serve_tls("strange")
    serve_tls("under-old", "old-authority")
    serve_tls("whole", "intermediate", "authority")
    serve_tls("old", newest=ssl.TLSVersion.TLSv1_1)
    # Up to this version a session can be resumed even where it was given up right after the handshake.
    serve_tls("resuming", newest=ssl.TLSVersion.TLSv1_2)
    print("ready", flush=True)
    sys.stdin.read()
    shutil.rmtree(FOLDER, ignore_errors=True)
    os._exit(0)


main()
