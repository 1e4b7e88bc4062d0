"""A plan parted: what depends on one column alone is asked of that column's distinct values.

Most columns of a file say the same few things again and again. A plan is one query over all rows; parted
by some of its columns it is a query over the distinct values of each, whose answers ("facts") take the
column's place, and a query over the rows for the rest. The expressions are the plan's own, every one of
them, so both ways give the same answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

_ASSOCIATIVE = (ops.And, ops.BitwiseOr)


@dataclass(frozen=True, slots=True)
class Parted:
    """A plan in parts.

    Attributes:
        facts: for each column that was parted off a query that takes a table with that column alone.
        rest: the query that takes the other columns, and all the facts under their names.
    """

    facts: Mapping[str, ir.Table]
    rest: ir.Table


def parted(whole: ir.Table, columns: Iterable[str], name: str) -> Parted:
    """Part a plan by some of its columns.

    Args:
        whole: selections one upon the other over one table that nothing is bound to.
        columns: of that table; those that are to be parted off.
        name: of the table that the rest takes; a column's part takes the table `name_column`.
    """
    return _Parting(whole, frozenset(columns), name).done()


@dataclass(frozen=True, slots=True)
class _Known:
    """Where a value of the plan is to be had.

    Attributes:
        part: of a column, or of the rest (None).
        name: there.
        stage: of that part after which it is there: 0 for what the part takes.
    """

    part: str | None
    name: str
    stage: int = 0


class _Parting:
    def __init__(self, whole: ir.Table, columns: frozenset[str], name: str) -> None:
        self._stages = _stages_of(whole)
        self._base: Any = self._stages[0].parent
        self._columns = columns
        self._name = name
        # What each field of the plan is; fields of one name in different stages are different ones.
        self._fields: dict[ops.Field, _Known] = {}
        self._parts_of: dict[ops.Node, frozenset[str | None]] = {}
        # The stages of each part: what each adds, in the terms of the whole plan.
        self._parts: dict[str | None, list[dict[str, ops.Value]]] = {
            each: [] for each in (*columns, None)
        }
        self._in: dict[ops.Node, frozenset[ops.Field]] = {}
        self._count = 0
        # Facts by what they are, so that none is worked out twice.
        self._facts: dict[ops.Value, ops.Field] = {}
        self._placeholders: dict[_Known, ops.Field] = {}

    def done(self) -> Parted:
        known = {
            name: _Known(name if name in self._columns else None, name)
            for name in self._base.schema.names
        }
        below: Any = self._base
        for stage, wanted in zip(self._stages, self._live(), strict=True):
            self._fields |= {ops.Field(below, name): each for name, each in known.items()}
            known = {
                name: self._placed(value) for name, value in stage.values.items() if name in wanted
            }
            below = stage
        outcome = {name: known[name] for name in below.schema.names}
        needed = self._needed(outcome)
        facts = {
            column: self._built(column, {each.name: each for each in needed if each.part == column})
            for column in self._columns
        }
        types = {name: kind for table in facts.values() for name, kind in table.schema().items()}
        return Parted(
            {column: table for column, table in facts.items() if table.columns},
            self._built(None, outcome, types),
        )

    def _live(self) -> list[set[str]]:
        """For each stage the names that a later one, or the outcome, asks for."""
        wanted = set(self._stages[-1].schema.names)
        live = []
        for stage in reversed(self._stages):
            live.append(wanted)
            fields = [self._fields_in(stage.values[name]) for name in wanted]
            wanted = {each.name for some in fields for each in some}
        return live[::-1]

    # ---- where a value belongs

    def _placed(self, value: Any) -> _Known:
        """Put a value into the part that it belongs to, as part of the present stage."""
        if isinstance(value, ops.Field):
            return self._fields[value]
        parts = self._parts_in(value)
        part = next(iter(parts)) if len(parts) == 1 else None
        if part is None:
            value = self._with_facts(value)
        return self._added(part, value)

    def _added(self, part: str | None, value: Any) -> _Known:
        """Put a value into the first stage of a part in which all that it needs is there."""
        self._count += 1
        needed = (self._fields[each] for each in self._fields_in(value))
        stage = max((each.stage for each in needed if each.part == part), default=0)
        stages = self._parts[part]
        if stage == len(stages):
            stages.append({})
        known = _Known(part, f"x{self._count}", stage + 1)
        stages[stage][known.name] = value
        return known

    def _fields_in(self, value: Any) -> frozenset[ops.Field]:
        """The fields that a value is made of."""
        if value not in self._in:
            if isinstance(value, ops.Field):
                self._in[value] = frozenset({value})
            else:
                found = map(self._fields_in, _values_in(value))
                self._in[value] = frozenset().union(*found)
        return self._in[value]

    def _parts_in(self, value: Any) -> frozenset[str | None]:
        """The parts whose values a value needs; none for a constant."""
        if value not in self._parts_of:
            fields = self._fields_in(value)
            self._parts_of[value] = frozenset(self._fields[each].part for each in fields)
        return self._parts_of[value]

    def _with_facts(self, value: Any) -> Any:
        """The value with facts for all that depends on one column alone."""
        parts = self._parts_in(value)
        if parts <= {None}:
            return value
        if len(parts) == 1 and not isinstance(value, ops.Field):
            return self._fact(value)
        if isinstance(value, _ASSOCIATIVE):
            return self._regrouped(value)
        changed = {
            name: self._each_with_facts(argument)
            for name, argument in zip(value.__argnames__, value.__args__, strict=True)
        }
        return value if isinstance(value, ops.Field) else value.__recreate__(changed)

    def _each_with_facts(self, argument: Any) -> Any:
        if isinstance(argument, tuple):
            return tuple(map(self._each_with_facts, argument))
        return self._with_facts(argument) if isinstance(argument, ops.Value) else argument

    def _regrouped(self, value: Any) -> Any:
        """A chain of one operation, in which those of one column stand together and are one fact."""
        kind = type(value)
        together: dict[frozenset[str | None], list[Any]] = {}
        for each in _chain(value, kind):
            together.setdefault(self._parts_in(each), []).append(each)
        groups = [reduce(kind, each) for each in together.values()]
        if len(groups) == 1:
            # All of them depend on the same columns.
            return reduce(kind, map(self._with_facts, next(iter(together.values()))))
        return reduce(kind, map(self._with_facts, groups))

    def _fact(self, value: Any) -> ops.Field:
        if value not in self._facts:
            (part,) = self._parts_in(value)
            known = self._added(part, value)
            holder = ibis.table({known.name: value.dtype}, name=f"fact {known.name}")
            self._facts[value] = placeholder = ops.Field(holder.op(), known.name)
            self._fields[placeholder] = known
        return self._facts[value]

    # ---- the parts put together

    def _needed(self, outcome: Mapping[str, _Known]) -> set[_Known]:
        """The facts that the rest asks for."""
        asked = {
            self._fields[each] for stage in self._parts[None] for each in self._all_fields(stage)
        }
        return {each for each in (*asked, *outcome.values()) if each.part is not None}

    def _built(
        self,
        part: str | None,
        outcome: Mapping[str, _Known],
        facts: Mapping[str, Any] | None = None,
    ) -> ir.Table:
        schema = {
            name: kind
            for name, kind in self._base.schema.items()
            if (name == part if part is not None else name not in self._columns)
        }
        name = self._name if part is None else f"{self._name}_{part}"
        table = ibis.table({**schema, **(facts or {})}, name=name)
        stages = self._parts[part]
        for stage, wanted in zip(stages, self._wanted(stages, outcome), strict=True):
            rel = table.op()
            values: dict[str, Any] = {name: table[name] for name in table.columns if name in wanted}
            for name, value in stage.items():
                fields = {
                    each: ops.Field(rel, self._fields[each].name) for each in self._fields_in(value)
                }
                values[name] = value.replace(fields, filter=ops.Value).to_expr()
            table = table.select(**values)
        return table.select(**{name: table[each.name] for name, each in outcome.items()})

    def _all_fields(self, stage: Mapping[str, Any]) -> Iterator[ops.Field]:
        for value in stage.values():
            yield from self._fields_in(value)

    def _wanted(
        self, stages: list[dict[str, ops.Value]], outcome: Mapping[str, _Known]
    ) -> list[set[str]]:
        """For each stage the names that a later one asks for."""
        wanted = {each.name for each in outcome.values()}
        found = []
        for stage in reversed(stages):
            found.append(set(wanted))
            wanted |= {self._fields[each].name for each in self._all_fields(stage)}
        return found[::-1]


def _stages_of(whole: ir.Table) -> list[Any]:
    stages: list[Any] = []
    below: Any = whole.op()
    while isinstance(below, ops.Project):
        stages.append(below)
        below = below.parent
    if not isinstance(below, ops.UnboundTable):
        raise TypeError(
            f"A plan is made of selections over a table, not of {type(below).__name__}."
        )
    return stages[::-1]


def _values_in(value: Any) -> Iterator[Any]:
    """The values that a value is made of."""
    for argument in value.__args__:
        for each in argument if isinstance(argument, tuple) else (argument,):
            if isinstance(each, ops.Value):
                yield each


def _chain(value: Any, kind: Any) -> Iterator[Any]:
    """The links of a chain of one operation."""
    if isinstance(value, kind):
        yield from _chain(value.left, kind)
        yield from _chain(value.right, kind)
    else:
        yield value
