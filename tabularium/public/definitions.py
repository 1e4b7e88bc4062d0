"""Catalogue items as the public reads them, from the file that the register keeps of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import lru_cache

from tabularium.intake.items import ItemError, ItemSpec, parse_item


@lru_cache(maxsize=256)
def specification(definition: str) -> ItemSpec | None:
    """The item that a definition holds; None where it was written for rules that no longer hold.

    Args:
        definition: the item's file, whole, as in `CatalogueItem.definition`. One version of an item
            never changes, so what was read once stays right.
    """
    try:
        return parse_item(definition, "definition")
    except ItemError:
        return None


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of a definition that is there in one version and not in the other."""

    text: str
    added: bool


@lru_cache(maxsize=256)
def changed_lines(older: str, newer: str) -> tuple[ChangedLine, ...]:
    """The lines of a definition that a newer version adds or leaves out, in the order of the text."""
    difference = unified_diff(older.splitlines(), newer.splitlines(), n=0, lineterm="")
    lines = [each for each in difference if not each.startswith(("---", "+++", "@@"))]
    return tuple(
        ChangedLine(each[1:], added=each.startswith("+")) for each in lines if each[1:].strip()
    )


def detail_labels(definition: str) -> Mapping[str, Mapping[str, str]]:
    """For each further fact of the item's decisions, by its name, its label by language tag."""
    item = specification(definition)
    return {each.name: each.labels for each in item.mapping.details} if item else {}
