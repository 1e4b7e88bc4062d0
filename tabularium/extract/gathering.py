"""What goes into an extract, gathered from the register and its log at one instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tabularium.log import proofs
from tabularium.log.extracts import ExtractEntry, ExtractLeaf, Header, encode
from tabularium.log.told import verifier_keys
from tabularium.register import selectors
from tabularium.register.models import Entry, Organisation
from tabularium_verify.checkpoints import read_checkpoint
from tabularium_verify.commitments import Json

OWN_SCHEME = "tabularium"
"""Names an organisation by its identity in this register, where it has no number in any list."""


class NotYetError(Exception):
    """A public change has not come under a checkpoint yet; it will when the log is brought up to date."""


class TooManyError(Exception):
    """An organisation has more entries than one extract may hold."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What is handed out, before it is a file.

    Attributes:
        header: when it was made, until when it is valid, what was asked for.
        organisation: whom it is about.
        entries: its rows, loaded with what `visibility.with_content` loads.
        proven: the same entries with their leaves.
        checkpoint: the signed note under which they stand.
        read_at: the instant at which all of it was read.
        of_organisation: whether an organisation was asked for, and not one entry.
    """

    header: Header
    organisation: Organisation
    entries: Sequence[Entry]
    proven: Sequence[ExtractEntry]
    checkpoint: bytes
    read_at: datetime
    of_organisation: bool

    def as_json(self) -> bytes:
        """The extract as data.

        Raises:
            ExtractError: it would not pass its reader's check.
        """
        return encode(self.header, self.proven, self.checkpoint)


def of_entry(entry: Entry, now: datetime) -> Extract:
    """The extract of an entry that the public sees at `now`.

    Raises:
        NotYetError: not every public change of it is under the published checkpoint.
    """
    assert entry.organisation is not None
    return _extract(entry.organisation, [entry], {"entry": entry.pk}, now)


def of_organisation(organisation: Organisation, now: datetime, most: int | None) -> Extract:
    """The extract of all entries of an organisation that the public sees at `now`, newest decision first.

    Args:
        organisation: one that has such an entry, with the names by which the public knows it.
        now: the instant of reading.
        most: how many entries it may hold; None for any number.

    Raises:
        NotYetError: not every public change of them is under the published checkpoint.
        TooManyError: there are more entries.
    """
    rows = selectors.entries_of(organisation, now)
    entries = list(rows if most is None else rows[: most + 1])
    if most is not None and len(entries) > most:
        raise TooManyError
    number = organisation.identifiers.order_by("scheme", "value").first()
    subject: dict[str, Json] = {
        "organisation": {
            "scheme": number.scheme if number else OWN_SCHEME,
            "value": number.value if number else organisation.pk,
            "name": organisation.name,
        }
    }
    return _extract(organisation, entries, subject, now)


def _extract(
    organisation: Organisation, entries: Sequence[Entry], subject: dict[str, Json], now: datetime
) -> Extract:
    checkpoint, proven = _proven(entries)
    whole = now.replace(microsecond=0)
    header = Header(
        made_at=whole,
        valid_until=_valid_until(entries, whole),
        name=settings.REGISTER_NAME,
        address=settings.ADDRESS,
        log=read_checkpoint(checkpoint).origin,
        verifier_keys=[str(each) for each in verifier_keys()],
        subject=subject,
    )
    whole_list = "organisation" in subject
    return Extract(header, organisation, entries, proven, checkpoint, now, whole_list)


def _valid_until(entries: Sequence[Entry], made_at: datetime) -> datetime:
    """After so many days, or when the first of the entries leaves the public view."""
    ends = [each.public_until for each in entries if each.public_until is not None]
    return min([made_at + timedelta(days=settings.EXTRACT_DAYS), *ends])


def _proven(entries: Sequence[Entry]) -> tuple[bytes, list[ExtractEntry]]:
    """Entries with their proofs, all under one checkpoint, and that checkpoint."""
    checkpoint = proofs.published_checkpoint()
    while checkpoint is not None:
        prover = proofs.Prover(checkpoint)
        found = proofs.leaves_under(prover.size, entries)
        if not found.waiting and all(found.leaves.get(each.pk) for each in entries):
            return checkpoint, [
                _with_proofs(each, found.leaves[each.pk], prover) for each in entries
            ]
        # What waits may be under the next one, which came meanwhile.
        after = proofs.published_checkpoint()
        if after == checkpoint:
            break
        checkpoint = after
    raise NotYetError


def _with_proofs(
    entry: Entry, leaves: Sequence[proofs.ProvenLeaf], prover: proofs.Prover
) -> ExtractEntry:
    given = [
        ExtractLeaf(each.index, each.salt, each.facts, prover.proof(each.index)) for each in leaves
    ]
    return ExtractEntry(entry.pk, address_of(entry), given)


def address_of(entry: Entry) -> str:
    """The permanent address of an entry, which leads to the reader's language."""
    return f"{settings.ADDRESS}/entries/{entry.pk}"
