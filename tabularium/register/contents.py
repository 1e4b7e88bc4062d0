"""What a version of an entry says, as the core has it."""

from dataclasses import fields

from tabularium.core.content import EntryContent
from tabularium.register.models import Version


def content_of(version: Version) -> EntryContent:
    """The content that a version holds: the inverse of `services.recording.new_version`."""
    return EntryContent(**{each.name: getattr(version, each.name) for each in fields(EntryContent)})
