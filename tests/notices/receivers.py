"""A mail server and a mailbox, in a process of their own: they keep what they accept, line by line.

Usage: python -m tests.notices.receivers FOLDER. The folder has a certificate with its key, for both; what is
accepted is written to mail.jsonl and calls.jsonl there, and flushed to disk before it is answered, so that
nothing is lost by whoever is killed. On standard output comes one line of JSON with the ports.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.ports import free_port

FOLDER = Path(sys.argv[1])
_lock = threading.Lock()


def keep(name: str, what: dict[str, Any]) -> None:
    with _lock, (FOLDER / name).open("a", encoding="utf-8") as file:
        file.write(json.dumps(what, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


class Mail:
    """What is done with a mail is told by the part of the address before the @."""

    async def handle_RCPT(  # noqa: N802 - its name in aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        told = {"busy": "451 4.3.2 Try again.", "unknown": "550 5.1.1 Nobody of that name."}
        local = address.partition("@")[0]
        if local in told:
            return told[local]
        envelope.rcpt_tos.append(address)
        assert server, session
        assert options is not None
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        to = envelope.rcpt_tos[0]
        local = to.partition("@")[0]
        if local == "spam":
            return "554 5.7.1 Not wanted."
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_content()
        headers = {name.lower(): str(value) for name, value in mail.items()}
        tls = session.ssl is not None
        login = bool(session.authenticated)
        keep("mail.jsonl", {"to": to, "headers": headers, "text": body, "tls": tls, "login": login})
        if local == "cut":
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


class Mailbox(BaseHTTPRequestHandler):
    """What is answered is told by the path."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = {"/busy": 503, "/gone": 410, "/moved": 302, "/slow": 429}.get(self.path, 202)
        if status == 202:
            keep("calls.jsonl", {"path": self.path, "headers": headers, "body": body.decode()})
        if self.path == "/cut":
            self.connection.close()
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        keep("calls.jsonl", {"path": self.path, "headers": {}, "body": "followed"})
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Mailboxes(ThreadingHTTPServer):
    """Serves calls, and says nothing when a caller is killed in the middle of one."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        assert request, client_address


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "certificate.pem", FOLDER / "key.pem")
    return context


def _login(server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> AuthResult:
    assert server, (session, envelope, mechanism)
    right = data.login == b"register" and data.password == b"pass:word/"
    return AuthResult(success=right, handled=False)


def main() -> None:
    mailbox = Mailboxes(("127.0.0.1", 0), Mailbox)
    mailbox.socket = _context().wrap_socket(mailbox.socket, server_side=True)
    threading.Thread(target=mailbox.serve_forever, daemon=True).start()
    plain = Controller(Mail(), hostname="127.0.0.1", port=free_port(), ready_timeout=300)
    starttls = Controller(
        Mail(),
        hostname="127.0.0.1",
        port=free_port(),
        ready_timeout=300,
        tls_context=_context(),
        require_starttls=True,
        authenticator=_login,
        auth_required=True,
    )
    ports = {"mailbox": mailbox.server_port}
    for name, controller in (("plain", plain), ("starttls", starttls)):
        controller.start()
        ports[name] = controller.port
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the one who started us is no more


if __name__ == "__main__":
    main()
