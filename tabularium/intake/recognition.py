"""What the register knows of a file's decisions and organisations, asked for a block at a time.

It answers from public decisions and the authority's own, and from nothing else: that another authority has
a decision which is not public shows in no figure and in no finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Q

from tabularium import clock
from tabularium.intake.comparing import compare_with_register, entries_by_key, finding_of
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.outcomes import Outcome, Said
from tabularium.intake.sets.keys_seen import KeysSeen
from tabularium.intake.values import folded_name
from tabularium.register.among import Among, by_index
from tabularium.register.models import Authority, CatalogueItem, Entry
from tabularium.register.services.batches import TEXT, drafts_of
from tabularium.register.services.offers import Change
from tabularium.register.services.organisations import Number, Numbered, known_since
from tabularium.register.services.recording import keys_in_register
from tabularium.register.visibility import public_entries

_AT_ONCE = 5000
"""Organisations asked for in one query."""


@dataclass(slots=True)
class Recognised:
    """What the register knows of a block.

    Attributes:
        changes: decisions that stand in it, compared with what was sent.
        seen: identities of further entries whose decision the block holds.
        known: organisations that it has, by number, those of the blocks before among them.
        organisations_new: how many organisations it does not know, which no block before named.
        names_differ: rows whose organisation it knows under another name.
    """

    changes: Sequence[Change] = ()
    seen: Sequence[str] = ()
    known: Mapping[Number, str] = field(default_factory=dict)
    organisations_new: int = 0
    names_differ: list[Said] = field(default_factory=list)


class Recognition:
    """Asks the register about the blocks of one file, in order."""

    def __init__(self, item: CatalogueItem, spec: ItemSpec, began: datetime) -> None:
        """Begin.

        Args:
            item: what is submitted.
            spec: the same, read.
            began: what was recorded from then on counts as the submission's own.
        """
        self._item, self._spec, self._began = item, spec, began
        self._numbers = KeysSeen()
        self._count = 0

    def of(self, outcome: Outcome) -> Recognised:
        """What the register knows of a block; its drafts that cannot be entered are taken out of it."""
        recognised = Recognised()
        if outcome.held_keys:
            recognised.seen = list(entries_by_key(self._item, outcome.held_keys).values())
        if outcome.drafts.num_rows:
            recognised.changes = self._changes(outcome)
        if outcome.drafts.num_rows:
            self._organisations(outcome, recognised)
        return recognised

    def _changes(self, outcome: Outcome) -> list[Change]:
        keys = outcome.drafts["key"].to_pylist()
        known = keys_in_register(self._item, (key for key in keys if key))
        if not known:
            return []
        mask = np.fromiter((key in known for key in keys), np.bool_, len(keys))
        drafts = {each.key: each for each in drafts_of(outcome.drafts.filter(mask))}
        compared = compare_with_register(self._item, drafts)
        changes = list(compared.values())
        outcome.findings += [(finding_of(each), True) for each in changes]
        # Asked anew: what is erased between the two questions is a decision like any other.
        outcome.stop(np.fromiter((key in compared for key in keys), np.bool_, len(keys)))
        return changes

    def _organisations(self, outcome: Outcome, recognised: Recognised) -> None:
        numbered = Numbered.of(outcome.drafts)
        known = known_since(numbered.numbers, self._began)
        recognised.known = {number: identity for number, (identity, _) in known.items()}
        names = self._names_of({each: known[each][0] for each in known if known[each][1]})
        if self._spec.mapping.known_organisations_only:
            unknown = np.fromiter((each not in names for each in numbered.numbers), np.bool_)
            self._refuse_unknown(outcome, unknown[numbered.indices.to_numpy()])
        else:
            new = pa.array([" ".join(each) for each in numbered.numbers if each not in names], TEXT)
            self._count += len(new)
            rows = np.arange(self._count - len(new) + 1, self._count + 1)
            first = self._numbers.first_rows_of(pa.chunked_array([new]), rows)
            recognised.organisations_new = int((first == 0).sum())
        if names:
            recognised.names_differ = self._differing(outcome.drafts, names)

    def _refuse_unknown(self, outcome: Outcome, mask: Any) -> None:
        column = self._column_of_number()
        for row in outcome.drafts.filter(mask)["row"].to_pylist():
            notes = Notes(row)
            notes.error(FindingCode.ORGANISATION_NOT_KNOWN, column)
            outcome.findings.append((notes.found[0], True))
        outcome.stop(mask)

    def _column_of_number(self) -> str:
        mapping = self._spec.mapping
        cell = mapping.identifiers[0].cell if mapping.identifiers else mapping.case
        return cell.columns[0] if cell and cell.columns else ""

    def _names_of(self, known: Mapping[Number, str]) -> dict[Number, set[str]]:
        """Folded names by number, of organisations that were there before the submission began."""
        names: dict[str, set[str]] = {}
        identities = list(dict.fromkeys(known.values()))
        authority = self._item.authority
        for start in range(0, len(identities), _AT_ONCE):
            some = identities[start : start + _AT_ONCE]
            named = Among("organisation", some)
            own = Entry.objects.filter(named, authority=authority, last_event_at__lt=self._began)
            public = public_entries(clock.now()).filter(named, ~Q(authority=authority))
            # An authority is known as such, whether or not somebody decided about it.
            for each in Authority.objects.filter(organisation__in=some):
                names[each.organisation_id] = set(map(folded_name, each.names.values()))
            for entries in (own, public):
                rows = entries.values_list("organisation_id", "current_version__subject_name")
                with by_index():
                    for identity, name in rows.distinct():
                        if identity is not None:
                            names.setdefault(identity, set()).add(folded_name(name))
        return {number: names[identity] for number, identity in known.items() if identity in names}

    def _differing(self, drafts: Any, names: Mapping[Number, set[str]]) -> list[Said]:
        found: list[Said] = []
        numbers = zip(drafts["scheme"].to_pylist(), drafts["identifier"].to_pylist(), strict=True)
        column = self._spec.mapping.name.columns[0]
        rows, written = drafts["row"].to_pylist(), drafts["subject_name"].to_pylist()
        for row, name, number in zip(rows, written, numbers, strict=True):
            if number in names and folded_name(name) not in names[number]:
                notes = Notes(row)
                notes.warning(FindingCode.NAME_DIFFERS, column)
                found.append((notes.found[0], False))
        return found
