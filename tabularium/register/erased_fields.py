"""Which fields of entries were erased: what a file says of them later is passed over."""

from collections.abc import Iterable, Mapping
from typing import Any

from tabularium.register.among import Among
from tabularium.register.erasable import EMPTY_VERSION
from tabularium.register.models import ErasedField

DETAILS = "details"


def erased_fields_of(entry_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """By entry, the names of its fields that were erased in any of its versions; most have none."""
    rows = ErasedField.objects.filter(Among("version__entry", entry_ids))
    found: dict[str, frozenset[str]] = {}
    for entry, name in rows.values_list("version__entry", "field"):
        found[entry] = found.get(entry, frozenset()) | {name}
    return found


def is_of(fact: str, erased: Iterable[str]) -> bool:
    """Whether a fact, such as "summary" or "details.NAME", belongs to one of some erased fields."""
    return fact.partition(".")[0] in erased


def without(said: Mapping[str, Any], erased: Iterable[str]) -> dict[str, Any]:
    """What a file says of a decision, but for the fields that were erased."""
    return {name: EMPTY_VERSION[name] if name in erased else each for name, each in said.items()}
