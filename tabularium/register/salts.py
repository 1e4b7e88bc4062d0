"""Salts of a version: 32 random bytes for each field, so that one can be erased and the rest proven."""

import secrets
from dataclasses import fields

from tabularium.core.content import EntryContent

SALT_BYTES = 32

# The order of the salts of a version. It may be added to at its end, and never otherwise changed.
SALTED_FIELDS = ("subject_name", "identifier", *(each.name for each in fields(EntryContent)))


def new_salts() -> bytes:
    """Fresh salts for all fields of one version."""
    return secrets.token_bytes(SALT_BYTES * len(SALTED_FIELDS))
