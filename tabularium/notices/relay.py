"""Mail by SMTP through the register's own relay, said in an address such as `smtps://login:password@host`.

The steps are taken one by one and not by `sendmail`, because it matters how far an attempt had come: until
the text itself is handed over nothing was sent, and after the relay said 250 it has the mail.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tabularium.notices.outcomes import HELD_BACK, End, Result, reply_class

TIMEOUT = 60
"""Seconds for each answer of the relay; after the text RFC 5321, 4.5.3.2.6 asks for ten minutes."""
TIMEOUT_AFTER_TEXT = 600

_OK = 250
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_PERMANENT = 500
"""From here on a failure is permanent (RFC 5321, 4.2.1)."""


class RelayError(Exception):
    """The relay is not set up, or does not take mail now: no fault of any one notice."""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """The register's relay.

    Attributes:
        scheme: "smtps" (TLS from the beginning), "smtp+starttls", or "smtp", plain, on this machine only.
        host, port: where it is.
        login, password: "" for none.
        sender: from which address mail is sent.
    """

    scheme: str
    host: str
    port: int
    login: str
    password: str
    sender: str


def relay_settings(address: str, sender: str) -> RelaySettings:
    """The relay of an address.

    Raises:
        RelayError: there is none, or it is not written so.
    """
    if not address or not sender:
        raise RelayError("No mail is sent: set TABULARIUM_SMTP and TABULARIUM_SENDER.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise RelayError(_FORM) from None
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or parts.path.strip("/"):
        raise RelayError(_FORM)
    if parts.scheme == "smtp" and host not in _LOOPBACK:
        raise RelayError(
            "TABULARIUM_SMTP names another machine without encryption, and notices carry codes:"
            " use smtps:// or smtp+starttls://."
        )
    return RelaySettings(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


_FORM = (
    "TABULARIUM_SMTP is to be written as smtps://login:password@host:465"
    " or smtp+starttls://login:password@host:587."
)


class Relay:
    """A connection to the relay, made when the first mail is to be sent, and used for all."""

    def __init__(self, settings: RelaySettings, certificates: str = "") -> None:
        """Make nothing yet.

        Args:
            settings: of the relay.
            certificates: a file with those to trust beside the machine's own; "" for none.
        """
        self._settings = settings
        self._context = ssl.create_default_context()
        if certificates:
            self._context.load_verify_locations(certificates)
        self._connection: smtplib.SMTP | None = None

    def ready(self) -> None:
        """Make sure that the relay listens.

        Raises:
            RelayError: it does not.
        """
        if self._connection is not None and not _listens(self._connection):
            self.close()
        if self._connection is not None:
            return
        try:
            self._connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise RelayError(f"The mail relay does not take mail now: {_said(error)}.") from None

    def send(self, to: str, mail: bytes, hand_over: Callable[[], bool]) -> Result:
        """Send one mail; `ready` was just called.

        Args:
            to: a mail address, in ASCII.
            mail: as it goes over the wire.
            hand_over: is called just before the text goes, and says whether it may.
        """
        assert self._connection is not None
        connection = self._connection
        try:
            code, _ = connection.mail(self._settings.sender)
            if code != _OK:
                # The register's own address is not liked: no fault of the receiver.
                return Result(End.POSTPONED, f"{reply_class(code)} sender")
            code, _ = connection.rcpt(to)
            if code not in _ADDRESS_TAKEN:
                return _failed(code)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Result(End.POSTPONED, _said(error))
        if not hand_over():
            return HELD_BACK
        return self._data(connection, mail)

    def _data(self, connection: smtplib.SMTP, mail: bytes) -> Result:
        try:
            assert connection.sock is not None
            connection.sock.settimeout(TIMEOUT_AFTER_TEXT)
            code, _ = connection.data(mail)
            connection.sock.settimeout(TIMEOUT)
        except smtplib.SMTPDataError as error:
            # It did not let the text begin.
            return _failed(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Result(End.DOUBTFUL, _said(error))
        if code == _OK:
            return Result(End.ACCEPTED, reply_class(code))
        return _failed(code)

    def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT, context=self._context
            )
        else:
            connection = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
        try:
            connection.ehlo_or_helo_if_needed()
            if settings.scheme == "smtp+starttls":
                connection.starttls(context=self._context)
                connection.ehlo()
            if settings.login:
                connection.login(settings.login, settings.password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection


_ADDRESS_TAKEN = frozenset({250, 251})
"""The answers to an address by which a relay takes it (RFC 5321, 4.3.2)."""


def _listens(connection: smtplib.SMTP) -> bool:
    """Whether a connection is still there; what the mail before left behind is forgotten."""
    try:
        code, _ = connection.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return code == _OK


def _failed(code: int) -> Result:
    end = End.REFUSED if code >= _PERMANENT else End.POSTPONED
    return Result(end, reply_class(code))


def _said(error: Exception) -> str:
    """A class of failures, and nothing of what a server wrote, which may repeat an address."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "login refused"
    if isinstance(error, smtplib.SMTPResponseException):
        return reply_class(error.smtp_code)
    if isinstance(error, ssl.SSLError):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "no answer"
    return "no connection"
