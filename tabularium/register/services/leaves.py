"""Leaves of the log: written in the transaction of the event, given their places later, emptied at erasure.

Whatever goes wrong here stops the step itself: nothing becomes public that the log does not commit to.
"""

import secrets
from collections.abc import Mapping

from tabularium.core.logged_changes import LoggedChange
from tabularium.register.erasable import EMPTY_LEAF
from tabularium.register.leaf_facts import (
    Step,
    commitment_of,
    content_facts,
    erased_values,
    identifier_of,
    own_facts,
    own_values,
)
from tabularium.register.models import Entry, Erasure, Event, Leaf, Version, VersionSalts
from tabularium.register.salts import SALT_BYTES, new_salts
from tabularium_verify.commitments import Fact, Json, WithheldFact


def commit_change(entry: Entry, step: Step, salts: VersionSalts | None = None) -> Leaf:
    """Commit to what an event changed of what the public sees, in the transaction of the event.

    Args:
        entry: with the version that the event is about as its current one.
        step: what happened; no erasure, see `commit_erasure`.
        salts: of that version; looked up if not given.

    Raises:
        VerificationError, CanonicalError: something has no canonical form; the step must not be taken.
    """
    said: list[Fact | WithheldFact] = []
    if step.shows_content:
        version = entry.current_version
        said = content_facts(version, salts or salts_of(version, entry))
    return _commit(entry, step.row, step.change, own_values(entry, step), said)


def commit_erasure(entry: Entry, row: Event, erasure: Erasure) -> Leaf | None:
    """Commit to an erasure, and empty the salts of the entry's leaves.

    Returns:
        None if the entry never was public and so has no leaves.
    """
    erased = Leaf.objects.filter(entry=entry).order_by("event")
    leaves: list[Json] = [
        bytes(each.commitment).hex() if each.index is None else each.index for each in erased
    ]
    if not leaves:
        return None
    erased.update(**EMPTY_LEAF)
    rule: dict[str, Json] = {
        "rules_of": erasure.rules_of or None,
        "rules_version": erasure.rules_version,
        "retention_days": erasure.retention_days,
    }
    values = erased_values(row.at, rule, leaves)
    return _commit(
        entry, row, LoggedChange.ERASED, values, [], told={"leaves": leaves, "rule": rule}
    )


def _commit(
    entry: Entry,
    row: Event,
    change: LoggedChange,
    values: Mapping[str, Json],
    said: list[Fact | WithheldFact],
    told: Mapping[str, Json] | None = None,
) -> Leaf:
    salt, salts = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(SALT_BYTES * len(values))
    leaf = Leaf(
        event=row,
        entry=entry,
        change=change,
        commitment=commitment_of(salt, [*own_facts(values, salts), *said]),
        salt=salt,
        fact_salts=salts,
        told=dict(told or {}),
    )
    leaf.save(force_insert=True)
    return leaf


def salts_of(version: Version, entry: Entry, *, never_public: bool = False) -> VersionSalts:
    """The salts of a version, made if it becomes public for the first time.

    Args:
        version: current one of the entry.
        entry: which.
        never_public: whether no version of the entry was public before, so that there are none to look up.
    """
    there = None if never_public else VersionSalts.objects.filter(version=version).first()
    if there is None:
        there = VersionSalts(version=version, fields=new_salts(), identifier=identifier_of(entry))
        there.save(force_insert=True)
    return there
