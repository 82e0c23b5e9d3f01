"""A relay that counts what passes: connections and bytes each way, HTTP headers and all."""

import socket
import threading


class Relay:
    """Listens on a port of its own and passes everything on to `target`; a context manager that stops it.

    It costs time, so nothing that is timed goes through it.
    """

    def __init__(self, target):
        self.target = target
        # The lengths of the pieces each way: threads may append to one list.
        self.to_server = []
        self.to_client = []
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    @property
    def connections(self):
        return len(self.sockets)

    @property
    def sent(self):
        return sum(self.to_server)

    @property
    def received(self):
        return sum(self.to_client)

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        # Closing alone would not wake the thread that accepts.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.sockets.append((client, server))
            for arguments in [(client, server, self.to_server), (server, client, self.to_client)]:
                threading.Thread(target=self._pass, args=arguments, daemon=True).start()

    @staticmethod
    def _pass(source, target, lengths):
        try:
            while data := source.recv(1 << 16):
                lengths.append(len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            # One side is gone; the thread of the other direction notices by itself.
            pass
