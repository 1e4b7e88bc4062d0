"""A notice as a mail: the essentials in plain text, in both languages, with the address and the code."""

import re
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tabularium import clock
from tabularium.notices.contents import Content
from tabularium.notices.saying import Said, say

_LINE = "-" * 60


def message(content: Content, to: str, sender: str) -> bytes:
    """The mail, as it goes over the wire. Its Message-ID is the notice's own name, whenever it is sent.

    Args:
        content: what it says.
        to: a mail address, in ASCII.
        sender: the register's own.
    """
    said = [say(content, language, by_letter=False) for language in content.languages]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_display(said[0].sender), addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = " / ".join(each.title for each in said)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = message_id(content.key, sender)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers to it
    text = f"\n\n{_LINE}\n\n".join("\n".join(_lines(content, each)) for each in said)
    mail.set_content(text + "\n", charset="utf-8", cte="base64")
    mail["Content-Language"] = "en, zh-Hans"
    return mail.as_bytes()


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a notice (RFC 5322, 3.6.4): the same each time, by which a double is known."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def _display(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", name).strip()


def _lines(content: Content, said: Said) -> Iterator[str]:
    yield said.title
    yield ""
    for heading, text in said.parts:
        yield heading.upper()
        yield text
        yield ""
    yield f"{said.address_label}: {said.address}"
    if content.code:
        yield f"{said.code_label}: {content.code}"
    yield ""
    yield said.facts_heading.upper()
    for name, value in said.essentials:
        yield f"{name}: {value}"
    yield ""
    yield said.foot
