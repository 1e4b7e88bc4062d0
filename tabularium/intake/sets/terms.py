"""Terms as expressions: the first and the last day, by the item's rule and the rules of the jurisdiction."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from tabularium.core.kinds import Kind
from tabularium.core.rules import RulePack
from tabularium.intake.item_parts import TermRule, TermSpec
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.texts import Sheet, usable

_MONTHS_IN_A_YEAR = 12
_COUNT = "[1-9][0-9]{0,2}"
"""A number of years or months that stays in the calendar; longer ones are read by the row path."""
_YEARS = "años?|anos?|years?"
_MONTHS = "mes|meses|mês|months?"
_DURATION = (
    f"^({_COUNT}) (?:{_YEARS})$"
    f"|^({_COUNT}) (?:{_MONTHS})$"
    f"|^({_COUNT}) (?:{_YEARS}) (?:(?:y|e|and) )?({_COUNT}) (?:{_MONTHS})$"
)


Flags = list[tuple[Reason, Any]]
DayOf = Callable[[DateCell], Any]


def in_force(packs: Sequence[RulePack], decided_on: Any) -> Any:
    """Whether one of the packs judges a decision of that day."""
    return ibis.cases(*((_within(pack, decided_on), True) for pack in packs), else_=False)


def _within(pack: RulePack, day: Any) -> Any:
    held = day >= ibis.literal(pack.effective_from)
    if pack.effective_until is not None:
        held &= day < ibis.literal(pack.effective_until)
    return held


def begins_of(sheet: Sheet, spec: TermSpec, decided_on: Any, day_of: DayOf) -> Any:
    """The first day of each row's term; null where it is not plainly read."""
    if spec.begins is None:
        return decided_on
    written = sheet.value(spec.begins.cell)
    return (written == "").ifelse(decided_on, day_of(spec.begins))


def flags_of_term(
    spec: TermSpec, kind: Kind, packs: Sequence[RulePack], today: date, facts: ir.Table
) -> Flags:
    """What a row must pass for its term.

    Args:
        spec: the item's rule.
        kind: of the decisions.
        packs: of the jurisdiction.
        today: the day of the submission.
        facts: the rows with `decided_on`, `term_begins`, `term_ends` and `term_read`.
    """
    decided_on, begins, ends = facts["decided_on"], facts["term_begins"], facts["term_ends"]
    flags = [(Reason.TERM_FORM, facts["term_read"] & begins.notnull())]
    if kind.is_adverse and spec.begins is not None:
        flags.append((Reason.DATES_IN_ORDER, begins >= decided_on))
    if spec.rule is TermRule.OPEN:
        return flags
    open_end = ends.isnull()
    flags.append((Reason.DATES_IN_ORDER, open_end | (ends >= begins)))
    flags.append((Reason.TERM_ENDED, open_end | (ends >= ibis.literal(today))))
    if kind.is_adverse:
        longest = _by_pack(
            packs,
            decided_on,
            lambda pack: _months_later(begins, pack.longest_term.of(kind).value),
        )
        flags.append((Reason.TERM_LENGTH, open_end | (ends <= longest)))
    return flags


class Ends:
    """The last day of each row's term, and whether it was plainly read."""

    def __init__(
        self, sheet: Sheet, spec: TermSpec, kind: Kind, packs: Sequence[RulePack], day_of: DayOf
    ) -> None:
        """Prepare to read; `packs` are those of the jurisdiction."""
        self._sheet = sheet
        self._day_of = day_of
        self._spec = spec
        self._kind = kind
        self._packs = packs

    def of(self, begins: Any, decided_on: Any) -> tuple[Any, Any]:
        """The last day, null for no end, and whether it was read."""
        spec = self._spec
        if spec.rule is TermRule.OPEN:
            return ibis.null("date"), ibis.literal(True)
        where = spec.ends.cell if spec.ends else spec.duration or spec.days
        if where is None:
            ends = self._default(begins, decided_on)
            return ends, ends.notnull()
        written = self._sheet.value(where)
        without_end = written.isin(["", *usable(spec.open_ended)])
        said = self._said(written, where, begins)
        may_be_open = ibis.literal(self._kind is Kind.LICENCE)
        none = ibis.null("date")
        if spec.default_when_empty:
            empty = written == ""
            default = self._default(begins, decided_on)
            ends = ibis.cases((empty, default), (without_end, none), else_=said)
            read = ibis.cases(
                (empty, default.notnull()), (without_end, may_be_open), else_=said.notnull()
            )
        else:
            ends = without_end.ifelse(none, said)
            read = without_end.ifelse(may_be_open, said.notnull())
        return ends, read

    def _said(self, written: Any, where: Cell, begins: Any) -> Any:
        spec = self._spec
        if spec.ends is not None and where is spec.ends.cell:
            return self._day_of(spec.ends)
        if spec.rule is TermRule.DAYS_COLUMN:
            right = written.re_search("^[1-9][0-9]{0,5}$")
            days = right.ifelse(written, "1").cast("int32") - 1
            return right.ifelse(_days_later(begins, days), ibis.null("date"))
        return _duration(written, begins)

    def _default(self, begins: Any, decided_on: Any) -> Any:
        if not self._kind.is_adverse:
            return ibis.null("date")
        return _by_pack(
            self._packs,
            decided_on,
            lambda pack: _last_day(begins, pack.default_term.of(self._kind).value),
        )


def _by_pack(packs: Sequence[RulePack], decided_on: Any, value: Callable[[RulePack], Any]) -> Any:
    branches = [(_within(pack, decided_on), value(pack)) for pack in packs]
    return ibis.cases(*branches, else_=ibis.null("date")) if branches else ibis.null("date")


def _duration(written: Any, begins: Any) -> Any:
    """The last day of a length of time in years and months, in plain words and digits."""
    small = written.lower()
    right = small.re_search(_DURATION)

    def count(*groups: int) -> Any:
        found = ibis.literal("")
        for group in groups:
            found = found + ibis.coalesce(small.re_extract(_DURATION, group), "")
        return (right & (found != "")).ifelse(found, "0").cast("int32")

    months = count(1, 3) * _MONTHS_IN_A_YEAR + count(2, 4)
    return right.ifelse(_last_day(begins, months), ibis.null("date"))


def _months_later(day: Any, months: Any) -> Any:
    """The same day of a later month, or the last of that month where it is shorter."""
    interval = ibis.interval(months=months) if isinstance(months, int) else months.as_interval("M")
    return _only_day(day + interval)


def _days_later(day: Any, days: Any) -> Any:
    interval = ibis.interval(days=days) if isinstance(days, int) else days.as_interval("D")
    return _only_day(day + interval)


def _only_day(moment: Any) -> Any:
    """DuckDB adds an interval to a day and gives a moment, which Ibis takes for a day."""
    return moment.cast("timestamp").cast("date")


def _last_day(begins: Any, months: Any) -> Any:
    """The last day of a term of so many months that begins on that day."""
    return _days_later(_months_later(begins, months), -1)
