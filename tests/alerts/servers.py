"""Real servers on this machine that can be down, slow or unwilling: a webhook and a mail server."""

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Webhook:
    """Keeps what is posted; `status` and `answer` are what it says, `hangs` makes it say nothing for a while."""

    port: int = field(default_factory=free_port)
    posted: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    answer: str = ""
    hangs: bool = False
    woken: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook/s3cret-token"

    @property
    def titles(self) -> list[str]:
        return [one["title"] for one in self.posted]

    @contextmanager
    def up(self) -> Iterator["Webhook"]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.hangs:
                    hook.woken.wait(30)
                    return
                if hook.status == 200:
                    hook.posted.append(json.loads(body))
                self.send_response(hook.status)
                self.end_headers()
                self.wfile.write(hook.answer.encode())

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.woken.set()
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass
class MailServer:
    """Keeps the mails it takes; `refuses` makes it say no to every recipient."""

    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=tieout@example.cn&to=treasury@example.cn&mode=insecure"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    @contextmanager
    def up(self) -> Iterator["MailServer"]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()
