"""Rules packs: the clocks and terms of a jurisdiction, each number with its source.

A pack is a TOML text with dates of effect. An entry is judged by the pack in force on the day of its
decision, so a change of the law is a new pack and never a change of an old one. Where no source gives a
number, the pack says that it is the register's own default.
"""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from tabularium.core.rule_numbers import (
    CLOCKS,
    RulePack,
    RulesError,
    SourcedNumber,
    Terms,
    Unit,
)
from tabularium.core.rule_packs import parse_pack

__all__ = [
    "CLOCKS",
    "NoRulesInForce",
    "RuleBook",
    "RulePack",
    "RulesError",
    "SourcedNumber",
    "Terms",
    "Unit",
    "parse_pack",
]


class NoRulesInForce(LookupError):  # noqa: N818 - it says what is so, and is read so
    """No pack covers a decision: its jurisdiction is unknown, or its day lies outside every pack."""


class RuleBook:
    """All packs, jurisdiction by jurisdiction, without overlap and without gap in time."""

    def __init__(self, packs: Iterable[RulePack]) -> None:
        """Take the packs together.

        Raises:
            RulesError: two packs of a jurisdiction overlap or leave days between them that neither
                judges, or the later one has no higher version. The message names both files.
        """
        self._packs: dict[str, tuple[RulePack, ...]] = {}
        for pack in sorted(packs, key=lambda each: each.effective_from):
            earlier = self._packs.get(pack.jurisdiction, ())
            self._packs[pack.jurisdiction] = (*earlier, pack)
        for followers in self._packs.values():
            for before, after in pairwise(followers):
                _check_succession(before, after)

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Codes of the jurisdictions that have a pack, in order."""
        return tuple(sorted(self._packs))

    def packs(self, jurisdiction: str) -> tuple[RulePack, ...]:
        """The packs of a jurisdiction from the earliest on; none where it is unknown."""
        return self._packs.get(jurisdiction, ())

    def in_force(self, jurisdiction: str, on: date) -> RulePack:
        """The pack that judges a decision made in `jurisdiction` on the day `on`.

        Raises:
            NoRulesInForce: there is none.
        """
        packs = self.packs(jurisdiction)
        if not packs:
            raise NoRulesInForce(
                f"There are no rules for the jurisdiction {jurisdiction!r}; there are some for "
                f"{', '.join(self.jurisdictions) or 'none'}."
            )
        for pack in packs:
            if pack.effective_from <= on and (
                pack.effective_until is None or on < pack.effective_until
            ):
                return pack
        first, last = packs[0], packs[-1]
        span = f"from {first.effective_from}"
        if last.effective_until is not None:
            span += f" and before {last.effective_until}"
        raise NoRulesInForce(
            f"The rules for {jurisdiction!r} judge decisions {span}; one of {on} is outside them."
        )


def _check_succession(before: RulePack, after: RulePack) -> None:
    def refuse(message: str) -> RulesError:
        return RulesError(after.name, after.effective_from_line, message)

    if before.effective_until is None or before.effective_until > after.effective_from:
        ends = "has no end" if before.effective_until is None else f"ends {before.effective_until}"
        raise refuse(
            f"this pack begins {after.effective_from}, but {before.name} of the same jurisdiction {ends}"
        )
    if before.effective_until < after.effective_from:
        raise refuse(
            f"no pack judges the days from {before.effective_until}, where {before.name} ends, "
            f"to {after.effective_from}, where this one begins"
        )
    if before.version >= after.version:
        raise refuse(f"the version must be higher than that of {before.name}, {before.version}")
