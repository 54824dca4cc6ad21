"""Servers on this machine that answer as told, and count what they get."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Got(NamedTuple):
    """A request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> Any:
        return json.loads(self.body)


class Loopback:
    """A web server.

    Attributes:
        status: What it answers with.
        body: Likewise.
        headers: Likewise.
        stall: "": answers; "silent": never answers; "drip": a byte of the body each tenth of a second.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.body = b""
        self.headers: dict[str, str] = {}
        self.stall = ""
        self.got: list[Got] = []
        self.is_closing = threading.Event()

    def say(self, body: object, status: int = 200) -> None:
        self.body, self.status = json.dumps(body).encode(), status


@contextmanager
def loopback() -> Iterator[Loopback]:
    """A server that lives as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            told.got.append(Got(self.path, dict(self.headers), self.rfile.read(length)))
            if told.stall == "silent":
                told.is_closing.wait(30)
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(1000 if told.stall else len(told.body)))
            self.end_headers()
            if not told.stall:
                self.wfile.write(told.body)
            while told.stall and not told.is_closing.wait(0.1):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def log_message(self, *_words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = Loopback(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.is_closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mail_server(answers: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """A mail server as small as can be: what it answers to commands, by their first word; gives port and lines."""
    lines: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))
    is_closing = threading.Event()

    def talk(connection: socket.socket) -> None:
        # Who hangs up without waiting for the farewell leaves a reset.
        with suppress(ConnectionError), connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as file:

            def say(words: str) -> None:
                file.write(words + "\r\n")
                file.flush()

            say(answers.get("GREETING", "220 here"))
            is_data = False
            for line in file:
                line = line.rstrip("\r\n")
                lines.append(line)
                word = "DATA-END" if is_data and line == "." else line.split(":")[0].split(" ")[0].upper()
                if is_data and word != "DATA-END":
                    continue
                is_data = word == "DATA"
                answer = answers.get(word, "354 go on" if is_data else "250 fine")
                if answer == "STALL":
                    is_closing.wait(30)
                    return
                say(answer)

    def serve() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1], lines
    finally:
        is_closing.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def until(holds: Any, seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
