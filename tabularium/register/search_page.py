"""The organisations of a page of search, with their names and identifiers, in three questions asked often."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tabularium.register.among import Among
from tabularium.register.models import Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.prepared import PreparedObjects
from tabularium.register.visibility import go_by_public_names

_ORGANISATIONS = PreparedObjects(
    lambda texts: Organisation.objects.filter(Among.written("pk", texts)), str
)
_OF_THEM = {
    "identifiers": PreparedObjects(
        lambda texts: RegisteredIdentifier.objects.filter(Among.written("organisation", texts)), str
    ),
    "other_names": PreparedObjects(
        lambda texts: OrganisationName.objects.filter(Among.written("organisation", texts)), str
    ),
}


def on_a_page(identities: Sequence[str], now: datetime) -> dict[str, Organisation]:
    """Organisations by their identities, going by the names that are public.

    Their identifiers and other names are there as if they had been prefetched, for `all()` alone.

    Args:
        identities: of organisations that have a public entry now.
        now: when that is.
    """
    if not identities:
        return {}
    texts = json.dumps(list(identities))
    loaded: dict[str, Organisation] = {each.pk: each for each in _ORGANISATIONS.objects(texts)}
    for name, question in _OF_THEM.items():
        found: dict[str, list[Any]] = {identity: [] for identity in loaded}
        for each in question.objects(texts):
            found.get(each.organisation_id, []).append(each)
        for identity, organisation in loaded.items():
            _keep(organisation, name, found[identity])
    go_by_public_names(loaded.values(), now)
    return loaded


def _keep(organisation: Organisation, name: str, rows: list[Any]) -> None:
    known: Any = organisation
    if not hasattr(known, "_prefetched_objects_cache"):
        known._prefetched_objects_cache = {}  # noqa: SLF001 - Django offers no other way
    known._prefetched_objects_cache[name] = rows  # noqa: SLF001
