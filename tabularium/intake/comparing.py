"""A decision that is sent again, compared with what the register says of it.

What is compared is what the rows say, in one form: texts in Unicode normal form C and without regard to
white space, sums by their value, days as days. Not compared is what the catalogue item says for all its
rows, such as the way to object or the channel of notice: where a new version of the item says it
otherwise, the item has changed and no decision has, and what stands was right when it was recorded. For
the same reason a fact counts only where the version by which the entry was recorded took it from the rows
too, and a measure that both versions word otherwise for the same code is the same. A last day that follows
from the rules and not from the row is not compared either.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Any

from tabularium import clock
from tabularium.core.canonical import CanonicalError, amount
from tabularium.core.content import Draft
from tabularium.core.life_state import Stage
from tabularium.intake.findings import Finding, FindingCode, Severity
from tabularium.intake.item_parts import ItemSpec, TermRule
from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.mapping_parts import MeasureRule
from tabularium.register.erased_fields import erased_fields_of, is_of
from tabularium.register.models import CatalogueItem, Entry, RegisteredIdentifier
from tabularium.register.services.offers import Change, Standing

BATCH = 1000
"""Keys in one query: three queries for each batch, however many decisions are sent again."""

SUBJECT_NAME = "subject_name"
IDENTIFIER = "identifier"
DETAILS = "details."

_TEXTS = ("decision_number", "measure", "summary", "legal_basis", "currency", "promised_to")
_DAYS = ("decided_on", "term_begins", "term_ends", "due_on")
_READ = (SUBJECT_NAME, *_TEXTS, *_DAYS, "amount", "details")
_NO_RULE = MeasureRule()

Stored = Mapping[str, Any]


def compare_with_register(item: CatalogueItem, drafts: Mapping[str, Draft]) -> dict[str, Change]:
    """How those of `drafts` whose decision stands in the register stand to their entries.

    An entry of any version of the item counts, in every stage until it is erased: one that was withdrawn or
    has ended is recognised as such and does not come back. An erased entry is forgotten with its key, and
    its decision is like any that was never sent: if its term is not over, it is a new draft, which somebody
    has to approve.

    Args:
        item: by which the file is read; one of its authority's.
        drafts: by key, none of them empty.

    Returns:
        By key, in the order of `drafts`.
    """
    found: dict[str, Change] = {}
    left = iter(drafts)
    versions = _Versions(item)
    while keys := list(islice(left, BATCH)):
        rows = _rows(item, keys)
        numbers = _numbers([row["organisation_id"] for row in rows.values()])
        erased = erased_fields_of([row["pk"] for row in rows.values()])
        for key in keys:
            if key in rows:
                row = rows[key]
                change = _change(row, drafts[key], numbers[row["organisation_id"]], versions)
                found[key] = _without_erased(change, erased.get(row["pk"], frozenset()))
    return found


def entries_by_key(item: CatalogueItem, keys: Iterable[str]) -> dict[str, str]:
    """Identities of the entries of an item by the keys of their decisions.

    For rows that an error stopped: they say nothing that could be compared, and still hold their decision.
    """
    found: dict[str, str] = {}
    left = iter(keys)
    while some := list(islice(left, BATCH)):
        entries = Entry.objects.filter(
            authority=item.authority_id, item__code=item.code, decision_key__in=some
        )
        found |= {
            key: identity for key, identity in entries.values_list("decision_key", "pk") if key
        }
    return found


def finding_of(change: Change) -> Finding:
    """What to say about a row whose decision stands in the register: nothing was overwritten."""
    said = {"entry": change.entry_id}
    code = FindingCode.ALREADY_IN_REGISTER
    if change.standing is Standing.OTHER_SUBJECT:
        code, said["changed"] = FindingCode.CHANGED_DECISION, IDENTIFIER
    elif change.standing is Standing.CHANGED:
        code = FindingCode.CHANGED_DECISION
        said["changed"] = ", ".join(name.removeprefix(DETAILS) for name in change.changed)
    return Finding(code, Severity.SET_ASIDE, change.draft.row, parameters=MappingProxyType(said))


def changed_fields(
    stored: Stored,
    draft: Draft,
    compared: frozenset[str],
    measures: tuple[MeasureRule, MeasureRule] = (_NO_RULE, _NO_RULE),
) -> tuple[str, ...]:
    """Names of the facts that a row says otherwise than the current version of its entry.

    Args:
        stored: subject_name and the fields of `EntryContent`, by name.
        draft: the row.
        compared: names of the facts that count, from `compared_in`.
        measures: how the item's version words measures by which the entry was recorded, and how the
            version does by which the row was read.

    Returns:
        In the order of the fields; "details.NAME" for a detail.
    """
    said = draft.content
    differ = [SUBJECT_NAME] if _differ(stored[SUBJECT_NAME], draft.subject.name) else []
    differ += [name for name in _TEXTS if _differ(stored[name], getattr(said, name))]
    differ += [name for name in _DAYS if stored[name] != getattr(said, name)]
    if _sum(stored["amount"]) != _sum(said.amount):
        differ.append("amount")
    details = stored["details"]
    for name in {**details, **said.details}:
        if _differ(details.get(name, ""), said.details.get(name, "")):
            differ.append(DETAILS + name)
    if "measure" in differ and _same_code(stored["measure"], said.measure, *measures):
        differ.remove("measure")
    return tuple(name for name in differ if name in compared)


def compared_in(spec: ItemSpec) -> frozenset[str]:
    """Names of the facts that an item takes from its rows, and so that a row can say otherwise."""
    mapping, term = spec.mapping, spec.term
    money = mapping.amount
    taken = {
        SUBJECT_NAME: True,
        "decision_number": True,
        "decided_on": True,
        "measure": mapping.measure.cell is not None,
        "summary": mapping.summary is not None,
        "legal_basis": spec.legal_basis.cell is not None,
        "amount": money is not None,
        "currency": money is not None and money.currency_cell is not None,
        "promised_to": mapping.promised_to is not None,
        "due_on": mapping.due_on is not None,
        "term_begins": term.begins is not None,
        "term_ends": term.rule not in {TermRule.PACK_DEFAULT, TermRule.OPEN},
    }
    details = {DETAILS + detail.name for detail in mapping.details}
    return frozenset({name for name, is_taken in taken.items() if is_taken} | details)


class _Versions:
    """The versions of one item by which entries were recorded, read when they are met."""

    def __init__(self, item: CatalogueItem) -> None:
        self._now = parse_item(item.definition, item.code)
        self._read: dict[int, tuple[frozenset[str], MeasureRule]] = {
            item.pk: (compared_in(self._now), self._now.mapping.measure)
        }

    def then(self, item_id: int) -> tuple[frozenset[str], tuple[MeasureRule, MeasureRule]]:
        """The facts that both versions take from their rows, and how both word a measure."""
        if item_id not in self._read:
            self._read[item_id] = self._of(CatalogueItem.objects.get(pk=item_id))
        compared, measure = self._read[item_id]
        return compared, (measure, self._now.mapping.measure)

    def _of(self, item: CatalogueItem) -> tuple[frozenset[str], MeasureRule]:
        try:
            spec = parse_item(item.definition, item.code)
        except ItemError:
            # Written for an earlier form of items: what it took from rows cannot be known, so all counts.
            return compared_in(self._now), _NO_RULE
        return compared_in(self._now) & compared_in(spec), spec.mapping.measure


def _rows(item: CatalogueItem, keys: Sequence[str]) -> dict[str, Stored]:
    """By key: the entries of the item, with what their current versions say."""
    entries = Entry.objects.filter(
        authority=item.authority_id, item__code=item.code, decision_key__in=keys
    ).values(
        "pk",
        "item_id",
        "organisation_id",
        "decision_key",
        "stage",
        "public_until",
        "current_version_id",
        *(f"current_version__{name}" for name in _READ),
    )
    return {row["decision_key"]: row for row in entries}


def _numbers(organisations: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    numbers: dict[str, set[tuple[str, str]]] = {identity: set() for identity in organisations}
    for organisation, scheme, value in RegisteredIdentifier.objects.filter(
        organisation__in=numbers
    ).values_list("organisation_id", "scheme", "value"):
        numbers[organisation].add((scheme, value))
    return numbers


def _change(
    row: Stored, draft: Draft, numbers: set[tuple[str, str]], versions: _Versions
) -> Change:
    number = draft.subject.identifier
    ends = row["public_until"]
    standing = Standing.SAME
    changed: tuple[str, ...] = ()
    if row["stage"] == Stage.WITHDRAWN or (ends is not None and ends <= clock.now()):
        standing = Standing.OVER
    elif (number.scheme, number.value) not in numbers:
        standing = Standing.OTHER_SUBJECT
    else:
        compared, measures = versions.then(row["item_id"])
        stored = {name: row[f"current_version__{name}"] for name in _READ}
        changed = changed_fields(stored, draft, compared, measures)
        standing = Standing.CHANGED if changed else Standing.SAME
    return Change(row["pk"], row["current_version_id"], draft, standing, changed)


def _without_erased(change: Change, erased: frozenset[str]) -> Change:
    """What a file says of a field that was erased is passed over."""
    if not erased or change.standing is not Standing.CHANGED:
        return change
    changed = tuple(each for each in change.changed if not is_of(each, erased))
    return replace(change, changed=changed, standing=Standing.CHANGED if changed else Standing.SAME)


def _differ(stored: str, said: str) -> bool:
    return stored != said and _plain(stored) != _plain(said)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _sum(text: str) -> Decimal | str:
    try:
        return Decimal(amount(text))
    except CanonicalError:
        return text


def _same_code(stored: str, said: str, then: MeasureRule, now: MeasureRule) -> bool:
    """Whether two versions of an item say the same code of the file in these two ways."""
    before, after = then.values or {}, now.values or {}
    return any(words == stored and after.get(code) == said for code, words in before.items())
