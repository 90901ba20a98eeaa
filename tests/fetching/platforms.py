"""What both made-up platforms are made of: a server, a clock that only tests move, and what goes wrong."""

import base64
import socket
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

BEIJING = timezone(timedelta(hours=8))


@dataclass
class Clock:
    """Says the time that a test set; sleeping moves it on."""

    now: datetime
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass(frozen=True)
class Reply:
    """A response. `cut` sends so many bytes of the body only; `states_length` decides whether that can be noticed."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    states_length: bool = True


HANG_UP = Reply(status=0)


class Platform(ABC):
    """Listens, keeps what was asked, and does what a test told it to do next at a path instead of its work."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.requests = clock, list[Request]()
        self.next_at: defaultdict[str, list[Reply]] = defaultdict(list)
        self.address = ""

    @abstractmethod
    def answer(self, request: Request) -> Reply: ...

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    def take(self, request: Request) -> Reply:
        self.requests.append(request)
        told = self.next_at[request.path]
        if not told:
            return self.answer(request)
        reply = told.pop(0)
        return reply if reply.cut is None else Reply(**{**vars(self.answer(request)), **_cuts(reply)})


def _cuts(reply: Reply) -> dict[str, Any]:
    return {"cut": reply.cut, "states_length": reply.states_length}


@contextmanager
def serving(platform: Platform) -> Iterator[None]:
    """Have a platform listen on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self._send(platform.take(request))

        do_POST = do_GET

        def _send(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.status == 0:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.states_length:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    platform.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sign(key: RSAPrivateKey, content: bytes) -> str:
    return base64.b64encode(key.sign(content, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, content: bytes, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature), content, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
