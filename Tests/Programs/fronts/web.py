"""What may stand where EWS was expected, by nginx: portals, redirectors, servers of other kinds, and silence."""
import contextlib
import socket
import socketserver
import threading
import types

from .relay import PATH
from .running import folder_for, free_port, is_open, program, running

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
    default_type text/html;
    server {{
        listen {address}:{port} {tls};
        {keys}
        {locations}
    }}
}}
"""

# A firewall's portal: every path shows its page, or leads there.
PAGE = """<!DOCTYPE html><html><head><title>Firewall Portal - Sign in</title></head><body><form><input name=\\"user\\">
<input name=\\"password\\" type=\\"password\\"></form></body></html>"""
# What Exchange's own neighbours answer to who is not logged in.
OWA = """location /owa/auth/ {{ add_header X-OWA-Version 15.2.1748.10 always; return 200 "<html><head><title>Outlook</title></head>
<body><form action=\\"/owa/auth.owa\\"></form></body></html>"; }}
location / {{ add_header X-OWA-Version 15.2.1748.10 always; return 302 https://$http_host/owa/auth/logon.aspx; }}"""
ACTIVESYNC = """location / {{ default_type application/vnd.ms-sync.wbxml; add_header MS-Server-ActiveSync 15.2 always;
add_header MS-ASProtocolVersions "2.5,12.1,14.1,16.1" always; add_header MS-ASProtocolCommands "Sync,FolderSync,Ping" always;
return 200 ""; }}"""
# A load balancer before servers of which none answers.
BALANCER = """location / {{ return 502 "<html><head><title>502 Bad Gateway</title></head></html>"; }}"""


def redirect(status, target):
    """Sends every request elsewhere, with its path."""
    return f"location / {{{{ return {status} {target}$request_uri; }}}}"


KINDS = {
    "portal": f'location / {{{{ return 200 "{PAGE}"; }}}}',
    "portal-redirect": f'location /login {{{{ return 200 "{PAGE}"; }}}}\n'
                       "location / {{ return 302 $scheme://$http_host/login; }}",
    "owa": OWA,
    "activesync": ACTIVESYNC,
    "balancer": BALANCER,
    "empty": "location / {{ return 204; }}",
    "gone": "location / {{ return 404; }}",
    "hanging": "location / {{ proxy_pass http://unix:{folder}/nobody; proxy_read_timeout 600s; }}",
}


@contextlib.contextmanager
def web(locations, identity=None, name="localhost", address="127.0.0.1", port=0):
    """nginx with one of KINDS, or with locations as `redirect` makes them; https where there is an identity."""
    with folder_for() as folder, socket.socket(socket.AF_UNIX) as nobody:
        # It listens and nobody ever takes a connection, so that whoever asks waits.
        nobody.bind(str(folder / "nobody"))
        nobody.listen(128)
        port = port or free_port(address)
        keys = f"ssl_certificate {identity.chain}; ssl_certificate_key {identity.key};" if identity else ""
        text = CONFIGURATION.format(
            folder=folder, address=address, port=port, tls="ssl" if identity else "", keys=keys,
            locations=KINDS.get(locations, locations).format(folder=folder),
        )
        file = folder / "nginx.conf"
        file.write_text(text)
        command = [program("nginx"), "-p", folder, "-e", folder / "error.log", "-c", file]
        with running(command, lambda: is_open(port, address), folder / "output.log"):
            scheme, usual = ("https", 443) if identity else ("http", 80)
            base = f"{scheme}://{name}" + ("" if port == usual else f":{port}")
            yield types.SimpleNamespace(base=base, url=base + PATH, port=port)


@contextlib.contextmanager
def deaf(address="127.0.0.1"):
    """A port that takes connections and says nothing, not even of TLS."""
    with socket.socket() as listener:
        listener.bind((address, 0))
        listener.listen(128)
        yield types.SimpleNamespace(port=listener.getsockname()[1])


class Mailbox(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"* OK IMAP4rev1 Service Ready\r\n")
        while words := self.rfile.readline(65_536).split():
            if words[1:2] == [b"CAPABILITY"]:
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n" % words[0])
            else:
                self.wfile.write(b"%s BAD unknown\r\n" % words[0])


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that went away is no error of a server's."""


@contextlib.contextmanager
def imap():
    """A server of mail: it speaks first, and never HTTP."""
    server = MailServer(("127.0.0.1", 0), Mailbox)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield types.SimpleNamespace(port=server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
