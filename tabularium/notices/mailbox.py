"""A notice as a call to the organisation's own mailbox: HTTPS, signed, to the address it gave and no other.

The form of the call is described in docs/notices.md, for whoever receives it.
"""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from tabularium import clock
from tabularium.notices.contents import Content
from tabularium.notices.outcomes import HELD_BACK, End, Result, reply_class
from tabularium.notices.reaching import ForbiddenError, Network, UnreachableError, numbers_of
from tabularium.notices.saying import say
from tabularium.register.services.service_addresses import MailboxKey

TIMEOUT = 20
"""Seconds for each step of a call."""
DEADLINE = 60
"""Seconds for a whole call, so that no mailbox keeps the others waiting by answering slowly."""

_MAY_PASS = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.LOCKED,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


def body(content: Content) -> bytes:
    """What is sent: JSON in UTF-8, names in order."""
    version = content.version
    entry = version.entry
    decision = {
        name: getattr(version, name)
        for name in (
            "decision_number",
            "measure",
            "summary",
            "legal_basis",
            "legal_basis_url",
            "amount",
            "currency",
            "objection_route",
            "objection_url",
            "language",
        )
    }
    days = {
        name: day.isoformat() if day else None
        for name, day in (
            ("decided_on", version.decided_on),
            ("term_begins", version.term_begins),
            ("term_ends", version.term_ends),
        )
    }
    told = {
        "notice": content.key,
        "purpose": content.purpose.value,
        "entry": entry.pk,
        "version": version.number,
        "authority": {"code": content.authority.pk, "names": content.authority.names},
        "organisation": {"id": entry.organisation_id, "name": content.organisation},
        "decision": {**decision, **days},
        "reasons": content.reasons,
        "working_days": content.working_days,
        "last_public_day": content.last_public_day and content.last_public_day.isoformat(),
        "code": content.code or None,
        "texts": {language: _text(content, language) for language in content.languages},
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8")


def _text(content: Content, language: str) -> dict[str, object]:
    said = say(content, language, by_letter=False)
    parts = [{"heading": heading, "text": text} for heading, text in said.parts]
    return {"title": said.title, "parts": parts, "address": said.address}


def signed_headers(name: str, sent: bytes, keys: Iterable[MailboxKey]) -> dict[str, str]:
    """The headers of a call: its name, and for each key that holds a signature of this body at this time.

    Args:
        name: of the notice, the same however often it is sent.
        sent: the body.
        keys: with which it is signed.
    """
    timestamp = str(int(clock.now().timestamp()))
    signatures = ", ".join(
        f'{key.name}="{signature(bytes.fromhex(key.secret), timestamp, sent)}"' for key in keys
    )
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": f'"{name}"',
        "Tabularium-Timestamp": timestamp,
        "Tabularium-Signature": signatures,
        "User-Agent": "Tabularium",
    }


def signature(secret: bytes, timestamp: str, sent: bytes) -> str:
    """HMAC with SHA-256 of the timestamp, a point and the body (RFC 2104), in hexadecimal digits."""
    return hmac.new(secret, timestamp.encode("ascii") + b"." + sent, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """How mailboxes are called.

    Attributes:
        allowed: networks that may be reached though they are not of the public internet.
        certificates: a file with certificates to trust beside the machine's own; "" for none.
    """

    allowed: Sequence[Network] = ()
    certificates: str = ""

    def call(
        self, address: str, headers: Mapping[str, str], sent: bytes, hand_over: Callable[[], bool]
    ) -> Result:
        """Call a mailbox once. No redirect is followed, and no proxy of the environment used.

        Args:
            address: an https address.
            headers: see `signed_headers`.
            sent: the body.
            hand_over: is called when the connection stands, and says whether the call may be made.
        """
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
        try:
            numbers = numbers_of(host, port, self.allowed)
        except UnreachableError:
            return Result(End.POSTPONED, "name not known")
        except ForbiddenError:
            return Result(End.REFUSED, "forbidden network")
        connection = _To(host, port, numbers, self._context())
        try:
            connection.connect()
        except (OSError, ssl.SSLError) as error:
            connection.close()
            return Result(End.POSTPONED, _why(error))
        watch = threading.Timer(DEADLINE, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            if not hand_over():
                return HELD_BACK
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=sent, headers=dict(headers))
            return _judged(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return Result(End.DOUBTFUL, _why(error))
        finally:
            watch.cancel()
            connection.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificates:
            context.load_verify_locations(self.certificates)
        return context


class _To(http.client.HTTPSConnection):
    """A connection by TLS to a name, at a number that was judged before."""

    def __init__(
        self, host: str, port: int, numbers: Sequence[str], context: ssl.SSLContext
    ) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=context)
        self._numbers = numbers
        self._tls = context

    def connect(self) -> None:
        """Connect to the first of the numbers that answers."""
        last: OSError = OSError("no number")
        for number in self._numbers:
            try:
                plain = socket.create_connection((number, self.port), timeout=TIMEOUT)
            except OSError as error:
                last = error
                continue
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
            return
        raise last

    def cut(self) -> None:
        """Cut the connection off, whatever is being waited for."""
        sock = self.sock
        if sock is not None:
            sock.close() if sock.fileno() < 0 else sock.shutdown(socket.SHUT_RDWR)


def _judged(status: int) -> Result:
    reply = reply_class(status)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Result(End.ACCEPTED, reply)
    may_pass = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _MAY_PASS
    return Result(End.POSTPONED if may_pass else End.REFUSED, reply)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "no answer"
    return "no connection"
