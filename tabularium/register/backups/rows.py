"""Rows of any table as JSON and back, and in which order and under which month they are written."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Case, Exists, Expression, F, Model, OuterRef, Q, Subquery, Value, When
from django.db.models.fields import DateTimeField

from tabularium.register.backups.months import month_of
from tabularium.register.erasable import PART_OF, Part
from tabularium.register.models import Authority, Entry, Membership

WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "register.CatalogueItem": "what an authority publishes, of no organisation",
        "register.User": "who signs in",
        "register.AccountEvent": "who did what with an account",
        "register.Submission": "figures of a file as a whole, no value of a row",
        "register.Finding": "what is wrong with a row, which it never repeats",
        "register.IdempotencyKey": "hashes of calls, so that one is not carried out twice",
        "register.Token": "hashes of tokens",
        "register.MemberKey": "hashes of keys",
        "register.SignedCheckpoint": "sizes and roots of the log, which are public",
        "register.Upload": "that a file was sent; the file itself is in no backup",
        "account.EmailAddress": "the database refuses every row",
        "account.EmailConfirmation": "the database refuses every row",
        "socialaccount.SocialApp": "without rows: providers stand in a file",
        "socialaccount.SocialAccount": "a sign-in provider's lasting name for an account",
        "socialaccount.SocialToken": "without rows: tokens of providers are not kept",
        "mfa.Authenticator": "one-time codes, enciphered by secret.key, and passkeys",
    }
)
"""Tables whose rows belong to no entry, and why the key of the backup will do for them."""

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "sessions.Session": "people sign in anew",
        "contenttypes.ContentType": "made by the migrations",
        "auth.Permission": "made by the migrations",
        "auth.Group": "not used",
        "auth.Group_permissions": "not used",
        "register.ChangeFeed": "what is brought back has another feed, and copies begin anew",
    }
)
"""Tables that no backup holds, and why."""

NO_MODEL: Mapping[str, str] = MappingProxyType(
    {
        "accounts_shared_memory": "tries to sign in, counted for minutes",
        "django_migrations": "the head of the backup says them",
        "register_organisation_search": "made anew of the organisations",
        "register_decision_search": "made anew of the entries",
    }
)
"""Tables without a model, of which no backup holds any, and why; and those behind them, named after them."""


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of a table stand in a backup.

    Attributes:
        model: whose rows.
        first: columns that the key of the backup opens.
        second: columns that the key of a month has to open too. One that is among the first as well is
            there for rows of which it is not to be forgotten.
    """

    model: type[Model]
    first: Sequence[str]
    second: Sequence[str]

    @property
    def label(self) -> str:
        """By what a backup calls it."""
        return self.model._meta.label

    @property
    def part(self) -> Part | None:
        """What erasure does to its rows; None if they belong to no entry."""
        return PART_OF.get(self.model)

    def rows(self) -> Iterator[tuple[str, list[Any], list[Any]]]:
        """Month, first and second columns of every row, as JSON takes them; read as they are asked for."""
        found = self.model._base_manager.order_by()
        names = dict.fromkeys([*self.first, *self.second])
        where = self.part.where if self.part else None
        for *values, until in found.values_list(*names, _forgotten_at(self.part)).iterator(
            chunk_size=2000
        ):
            row = dict(zip(names, map(as_json, values), strict=True))
            first, second = dict(row), dict(row)
            if where is not None:
                # In one of the two, and nothing in the other.
                (second if row[where[0]] != where[1] else first).update(dict.fromkeys(self.second))
            yield (
                "" if until is None else month_of(until),
                [first[name] for name in self.first],
                [second[name] for name in self.second],
            )

    def joined(self, first: Sequence[Any], second: Sequence[Any] | None) -> dict[str, Any]:
        """The columns of a row, by name; emptied, if what the key of a month opens is not there any more."""
        row = dict(zip(self.first, first, strict=True))
        if second is None:
            emptied = self.part.emptied if self.part else {}
            return {**{name: emptied[name] for name in self.second}, **row}
        for name, value in zip(self.second, second, strict=True):
            if value is not None or name not in row:
                row[name] = value
        return row


def tables() -> list[Table]:
    """Every table that a backup holds; what a row refers to comes before it."""
    wanted = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in LEFT_OUT and not model._meta.proxy and model._meta.managed
    ]
    ordered: list[type[Model]] = []
    while wanted:
        free = [model for model in wanted if not (_needed(model) & set(wanted)) - {model}]
        assert free, "tables that refer to each other in a circle"
        ordered += free
        wanted = [model for model in wanted if model not in free]
    return [_table(model) for model in ordered]


_CHECKED_AT_THE_END = {
    # An entry names its version, and the version its entry, which is written first.
    (Entry, "current_version"),
}


def _needed(model: type[Model]) -> set[Any]:
    return {
        field.related_model
        for field in model._meta.concrete_fields
        if field.is_relation and (model, field.name) not in _CHECKED_AT_THE_END
    }


def _table(model: type[Model]) -> Table:
    names = [field.attname for field in model._meta.concrete_fields]
    part = PART_OF.get(model)
    if part is None:
        return Table(model, names, [])
    if part.is_removed:
        return Table(model, [], names)
    sealed = [name for name in names if name in part.emptied]
    first = names if part.where else [name for name in names if name not in sealed]
    return Table(model, first, sealed)


def _forgotten_at(part: Part | None) -> Expression | F:
    never = Value(None, output_field=DateTimeField())
    if part is None or not (part.is_removed or part.emptied):
        return never
    if part.of == "entry":
        return F(f"{part.path}__erasable_from" if part.path else "erasable_from")
    owner = OuterRef(f"{part.path}_id" if part.path else "pk")
    entries = Entry.objects.filter(organisation=owner)
    stays = (
        Exists(Authority.objects.filter(organisation=owner))
        | Exists(Membership.objects.filter(organisation=owner))
        | Exists(entries.filter(erasable_from__isnull=True))
    )
    latest = Subquery(entries.order_by("-erasable_from").values("erasable_from")[:1])
    return Case(When(Q(stays), then=never), default=latest)


# ---- values


def as_json(value: Any) -> Any:
    """A value of a column as JSON has it; texts, numbers and what is JSON already stay."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case bytes() | memoryview() | bytearray():
            return base64.b64encode(value).decode("ascii")
        case Decimal() | UUID():
            return str(value)
        case _:
            return value


_BACK: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "DateTimeField": datetime.fromisoformat,
        "DateField": date.fromisoformat,
        "TimeField": time.fromisoformat,
        "BinaryField": partial(base64.b64decode, validate=True),
        "DecimalField": Decimal,
        "UUIDField": UUID,
    }
)


def reading(model: type[Model]) -> Callable[[Mapping[str, Any]], Model]:
    """What makes a row of the table of its columns as JSON has them."""
    sorts = {field.attname: field.get_internal_type() for field in model._meta.concrete_fields}
    how = {name: _BACK[sort] for name, sort in sorts.items() if sort in _BACK}

    def read(columns: Mapping[str, Any]) -> Model:
        return model(
            **{
                name: how[name](value) if value is not None and name in how else value
                for name, value in columns.items()
            }
        )

    return read
