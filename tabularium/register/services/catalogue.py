"""Authorities and what they publish."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from tabularium import clock
from tabularium.core.identifiers import Identifier
from tabularium.core.kinds import Field, Kind
from tabularium.register.errors import RefusedError
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Organisation,
    OrganisationName,
    RegisteredIdentifier,
)
from tabularium.register.services.organisations import reindex
from tabularium.rules.loader import rule_book


@dataclass(frozen=True, slots=True)
class AuthorityDetails:
    """What the register keeps of an authority.

    Attributes:
        code: its short name in addresses.
        names: by language tag; the first is the one its organisation goes by.
        jurisdiction: whose rules its entries follow.
        time_zone: IANA name.
        identifier: its own registration number, if it has one.
        website: its address on the web.
        corrections_route: by language tag, how anyone reports a mistake to it.
        corrections_url: where to.
    """

    code: str
    names: Mapping[str, str]
    jurisdiction: str
    time_zone: str
    identifier: Identifier | None = None
    website: str = ""
    corrections_route: Mapping[str, str] = field(default_factory=dict)
    corrections_url: str = ""


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """What the register keeps of a catalogue item; `definition` is its file, whole."""

    code: str
    version: int
    kind: Kind
    field: Field
    title: Mapping[str, str]
    effective_from: date
    definition: str
    effective_until: date | None = None
    legal_basis: str = ""
    legal_basis_url: str = ""
    frequency: str = ""


@transaction.atomic
def ensure_authority(details: AuthorityDetails) -> Authority:
    """The authority of that code, entered if the register does not know it yet.

    Raises:
        RefusedError: it has no name, or no rules are known for its jurisdiction.
    """
    known = Authority.objects.filter(code=details.code).first()
    if known is not None:
        return known
    names = list(details.names.items())
    if not names:
        raise RefusedError("name-missing", f"The authority {details.code} needs a name.")
    if details.jurisdiction not in rule_book().jurisdictions:
        raise RefusedError(
            "no-rules-in-force",
            f"There are no rules for the jurisdiction {details.jurisdiction!r} of {details.code}.",
        )
    organisation = _organisation_of(details, names[0][1])
    OrganisationName.objects.bulk_create(
        OrganisationName(
            organisation=organisation,
            name=name,
            language=language,
            sort=OrganisationName.Sort.TRANSLATED,
        )
        for language, name in names[1:]
        if name != names[0][1]
    )
    authority = Authority.objects.create(
        code=details.code,
        organisation=organisation,
        jurisdiction=details.jurisdiction,
        time_zone=details.time_zone,
        website=details.website,
        names=dict(details.names),
        corrections_route=dict(details.corrections_route),
        corrections_url=details.corrections_url,
    )
    reindex(organisation)
    return authority


def _organisation_of(details: AuthorityDetails, name: str) -> Organisation:
    """Its organisation, known or new; from now on it goes by the name that the authority gives itself."""
    identifier = details.identifier
    if identifier is not None:
        known = Organisation.objects.filter(
            identifiers__scheme=identifier.scheme, identifiers__value=identifier.value
        ).first()
        if known is not None:
            known.name = name
            known.save(update_fields=["name"])
            return known
    organisation = Organisation.objects.create(
        name=name, jurisdiction=details.jurisdiction, recorded_at=clock.now()
    )
    if identifier is not None:
        RegisteredIdentifier.objects.create(
            organisation=organisation, scheme=identifier.scheme, value=identifier.value
        )
    return organisation


@transaction.atomic
def ensure_item(details: ItemDetails, *, authority: Authority) -> CatalogueItem:
    """That version of the item, entered if the register does not know it yet.

    From its first day on it takes the place of the version before (`register.item_versions`).

    Raises:
        RefusedError: the code is another authority's or of another kind, the versions do not begin in
            the order of their numbers, or the same version was entered with another content: a changed
            item needs a new version, so that what was entered under it stays plain.
    """
    versions = list(CatalogueItem.objects.filter(code=details.code))
    if any(each.authority_id != authority.pk for each in versions):
        raise RefusedError("item-of-another", f"The item {details.code} is another authority's.")
    for each in versions:
        if each.version == details.version:
            if each.definition != details.definition:
                raise RefusedError(
                    "item-changed",
                    f"Version {details.version} of the item {details.code} is in the register with "
                    "another content. Give the changed item a higher version.",
                )
            return each
    _check_beside(details, versions)
    return CatalogueItem.objects.create(
        authority=authority,
        code=details.code,
        version=details.version,
        kind=details.kind,
        field=details.field,
        title=dict(details.title),
        legal_basis=details.legal_basis,
        legal_basis_url=details.legal_basis_url,
        frequency=details.frequency,
        effective_from=details.effective_from,
        effective_until=details.effective_until,
        definition=details.definition,
    )


def _check_beside(details: ItemDetails, versions: Iterable[CatalogueItem]) -> None:
    """Make sure that a new version can stand beside those that the register has of the item."""
    for each in versions:
        if each.kind != details.kind:
            raise RefusedError(
                "item-of-another-kind",
                f"The item {details.code} is of the kind {each.kind} in the register. Give an item of "
                f"the kind {details.kind} a code of its own.",
            )
        begins = sorted((one.version, one.effective_from) for one in (each, details))
        if begins[0][1] > begins[1][1]:
            raise RefusedError(
                "item-dates-overlap",
                f"Version {details.version} of the item {details.code} is used from "
                f"{details.effective_from}, and version {each.version} from {each.effective_from}: a "
                "version takes the place of the one before from its first day on. Give the higher "
                "version the later effective_from.",
            )
