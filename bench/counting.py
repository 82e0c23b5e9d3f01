"""A telephone system that only counts: `counting.py webhook|sip-publish|asterisk-ami` answers each message at once.

Prints the port that it has taken. For each line on standard input it prints, as JSON, when whom was told of a meeting for
the first time since the line before.
"""

import asyncio
import hashlib
import json
import re
import sys
import time

CHALLENGE = "1234567890"
SECRET = "secret"


class Count:
    """When each user was first told of."""

    def __init__(self):
        self.told = {}

    def add(self, user):
        self.told.setdefault(user, time.time())

    async def report(self):
        """Says what was counted, whenever a line comes."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            told, self.told = self.told, {}
            print(json.dumps(told), flush=True)


async def webhook(count):
    """HTTP/1.1 with connections that are kept."""

    async def serve(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1])
                event = json.loads(await reader.readexactly(length))
                if event["presence"] == "meeting":
                    count.add(event["user"])
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    return server.sockets[0].getsockname()[1]


async def asterisk_ami(count):
    """The manager's protocol: actions and responses in paragraphs."""

    async def serve(reader, writer):
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while True:
                paragraph = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.split(": ", 1) for line in paragraph.split("\r\n") if ": " in line)
                answer = ["Response: Success", f"ActionID: {fields.get('ActionID', '')}"]
                if fields["Action"] == "Challenge":
                    answer.append(f"Challenge: {CHALLENGE}")
                elif fields["Action"] == "Login":
                    key = hashlib.md5(f"{CHALLENGE}{SECRET}".encode()).hexdigest()
                    if fields.get("Key") != key:
                        answer[0] = "Response: Error"
                elif fields["Action"] == "Ping":
                    answer += ["Ping: Pong", f"Timestamp: {time.time():.6f}"]
                elif fields["Action"] == "Setvar":
                    state = re.fullmatch(r"PRESENCE_STATE\(CustomPresence:(\w+)(?:,e)?\)", fields["Variable"])
                    if state and not fields["Value"].startswith("available"):
                        count.add(state[1])
                writer.write(("\r\n".join(answer) + "\r\n\r\n").encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]


class Presence(asyncio.DatagramProtocol):
    """PUBLISH over UDP: every one is taken, and its answer has a new tag."""

    def __init__(self, count):
        self.count, self.tags = count, 0

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        head, _, body = data.decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        kept = [line for line in lines if re.match(r"(?i)(via|v|from|f|to|t|call-id|i|cseq) *:", line)]
        expires = next((line for line in lines if line.lower().startswith("expires:")), "Expires: 3600")
        if "meeting" in body:
            self.count.add(first.split()[1])
        self.tags += 1
        answer = ["SIP/2.0 200 OK", *kept, expires, f"SIP-ETag: {self.tags}", "Content-Length: 0", "", ""]
        self.transport.sendto("\r\n".join(answer).encode(), address)


async def sip_publish(count):
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Presence(count), ("127.0.0.1", 0))
    return transport.get_extra_info("sockname")[1]


async def main():
    count = Count()
    kinds = {"webhook": webhook, "asterisk-ami": asterisk_ami, "sip-publish": sip_publish}
    print(await kinds[sys.argv[1]](count), flush=True)
    await count.report()


if __name__ == "__main__":
    asyncio.run(main())
