"""The text of an attached document, read by another process under limits; and what stands in it of people."""

import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum

from tabularium.intake.attached import types
from tabularium.intake.attached.reading import SECONDS
from tabularium.intake.personal import PersonalKind, find_personal

WAIT = SECONDS + 5
"""Seconds until a reader that sleeps is ended too."""

_READ_AS: Mapping[str, str] = {types.PDF: "pdf", types.DOCX: "docx", types.ODT: "odt"}
_NOTHING_TO_READ = frozenset({types.PNG, types.JPEG})


class Warned(StrEnum):
    """Of what the sender of a document is warned."""

    NOTHING = ""
    NUMBER_OF_A_PERSON = "number-of-a-person"
    PHONE = "phone"
    EMAIL = "e-mail"
    NOT_LOOKED_THROUGH = "not-looked-through"


_WARNED = {PersonalKind.PHONE: Warned.PHONE, PersonalKind.EMAIL: Warned.EMAIL}


def warned_of(told: types.Told, name: str, content: bytes, region: str) -> Warned:
    """What the sender should know before a document is sent. What was found is not repeated.

    Args:
        told: what the document is.
        name: as it is called.
        content: the document.
        region: ISO 3166-1 alpha-2 code in lower case of the country whose numbers are looked for.
    """
    if told.media_type in _NOTHING_TO_READ:
        text: str | None = ""
    elif told.text is not None:
        text = told.text
    else:
        text = _read(_READ_AS[told.media_type], content)
    for line in [name, *(text or "").splitlines()]:
        found = find_personal(line, region)
        if found:
            return _WARNED.get(found.kind, Warned.NUMBER_OF_A_PERSON)
    # A scan has pages and no text: nothing was looked through.
    unread = text is None or (told.media_type == types.PDF and not text.strip())
    return Warned.NOT_LOOKED_THROUGH if unread else Warned.NOTHING


def _read(sort: str, content: bytes) -> str | None:
    """The text; None if it could not be read within the limits."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and one of three words
            [sys.executable, "-m", "tabularium.intake.attached.reading", sort],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WAIT,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8")
