"""Entries compared with their leaves: what the register says now, and what it committed to then."""

from collections.abc import Iterator
from typing import Protocol

from tabularium.core.life import NotAllowedError
from tabularium.log.problems import Problem
from tabularium.register.leaf_selectors import EntryLeaves, entries_with_leaves
from tabularium_verify.commitments import commitment
from tabularium_verify.errors import VerificationError

_TAMPERED = (
    "Somebody changed the database past the register. Compare with a backup, and find out who"
)


class Counting(Protocol):
    """What counts the entries that were looked at."""

    entries: int


def entries_that_differ(report: Counting) -> Iterator[Problem]:
    """What differs, entry by entry; read block by block.

    Args:
        report: its count of entries goes up.
    """
    for each in entries_with_leaves():
        report.entries += 1
        yield from _of_entry(each)


def _of_entry(of: EntryLeaves) -> Iterator[Problem]:
    try:
        steps = {step.row.pk: step for step in of.steps()}
    except (NotAllowedError, ValueError, TypeError) as error:
        yield Problem(
            f"entry {of.entry.pk}", f"its events cannot have happened so: {error}. {_TAMPERED}"
        )
        return
    for key, step in steps.items():
        if key not in of.leaves and not of.may_lack_leaves:
            yield Problem(
                f"entry {of.entry.pk}, event {step.row.number}",
                f"says that it was {step.change} at {step.row.at:%Y-%m-%d %H:%M}, and the log has no leaf of "
                f"it. {_TAMPERED}",
            )
    for key, leaf in of.leaves.items():
        where = (
            f"entry {of.entry.pk}, leaf {'without a place' if leaf.index is None else leaf.index}"
        )
        if key not in steps or steps[key].change != leaf.change:
            yield Problem(
                where, f"says {leaf.change}, and no event of the entry says so. {_TAMPERED}"
            )
        elif not leaf.salt:
            if not of.is_erased:
                yield Problem(where, f"has no salts, and the entry is not erased. {_TAMPERED}")
        elif not _is_kept(of, key):
            yield Problem(
                where,
                "does not commit to what event, version and salts say now: one of them was changed. "
                + _TAMPERED,
            )


def _is_kept(of: EntryLeaves, key: int) -> bool:
    try:
        told = of.told(key)
        facts = [*told.own, *told.content]
        found = commitment(bytes(told.leaf.salt), {each.name: each.digest for each in facts})
    except (VerificationError, ValueError, LookupError):
        return False
    return found == bytes(told.leaf.commitment)
