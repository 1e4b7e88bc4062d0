"""Organisations by their identifiers, and the names that public decisions give them."""

from collections.abc import Sequence

from tabularium import clock
from tabularium.core.content import Subject
from tabularium.register import search_index
from tabularium.register.ids import new_id
from tabularium.register.models import Entry, Organisation, OrganisationName, RegisteredIdentifier
from tabularium.register.visibility import public_entries


def resolve(subjects: Sequence[Subject]) -> list[Organisation]:
    """The organisation of each subject, by its identifier alone, entered where it is new.

    Names never bring two subjects together, and never part them.
    """
    by_identifier = _known(subjects)
    new: dict[tuple[str, str], tuple[Organisation, Subject]] = {}
    for subject in subjects:
        key = (subject.identifier.scheme, subject.identifier.value)
        if key not in by_identifier:
            organisation = Organisation(
                id=new_id(),
                name=subject.name,
                legal_form=subject.legal_form,
                jurisdiction=subject.jurisdiction,
                recorded_at=clock.now(),
            )
            by_identifier[key] = organisation
            new[key] = (organisation, subject)
    Organisation.objects.bulk_create(organisation for organisation, _ in new.values())
    RegisteredIdentifier.objects.bulk_create(
        RegisteredIdentifier(organisation=organisation, scheme=scheme, value=value)
        for (scheme, value), (organisation, _) in new.items()
    )
    search_index.put(
        (organisation.pk, [organisation.name, subject.identifier.value])
        for organisation, subject in new.values()
    )
    return [by_identifier[each.identifier.scheme, each.identifier.value] for each in subjects]


def _known(subjects: Sequence[Subject]) -> dict[tuple[str, str], Organisation]:
    by_scheme: dict[str, set[str]] = {}
    for subject in subjects:
        by_scheme.setdefault(subject.identifier.scheme, set()).add(subject.identifier.value)
    known: dict[tuple[str, str], Organisation] = {}
    for scheme, values in by_scheme.items():
        rows = RegisteredIdentifier.objects.filter(scheme=scheme, value__in=values)
        known |= {
            (row.scheme, row.value): row.organisation for row in rows.select_related("organisation")
        }
    return known


def take_name(entry: Entry) -> None:
    """Let an organisation go by the name in its public decision of the latest day.

    Called when an entry becomes public, and not before: a draft says nothing, not even a name.
    """
    organisation = entry.organisation
    written = entry.current_version.subject_name
    if organisation is None or written == organisation.name:
        return
    if hasattr(organisation, "authority"):
        return  # an authority goes by the name it gives itself
    others = public_entries(clock.now()).filter(organisation=organisation).exclude(pk=entry.pk)
    later = others.filter(current_version__decided_on__gt=entry.current_version.decided_on).exists()
    other = written if later else organisation.name
    if not later:
        organisation.name = written
        organisation.save(update_fields=["name"])
        OrganisationName.objects.filter(
            organisation=organisation, name=written, sort=OrganisationName.Sort.WRITTEN
        ).delete()
    if later or others.exists():
        OrganisationName.objects.get_or_create(
            organisation=organisation, name=other, sort=OrganisationName.Sort.WRITTEN
        )
    reindex(organisation)


def reindex(organisation: Organisation) -> None:
    """Bring the search index in line with an organisation's names and identifiers."""
    texts = [
        organisation.name,
        *organisation.other_names.values_list("name", flat=True),
        *organisation.identifiers.values_list("value", flat=True),
    ]
    search_index.remove([organisation.pk])
    search_index.put([(organisation.pk, texts)])


def let_go(organisation: Organisation) -> None:
    """Keep of an organisation, one of whose entries was erased, only what others still hold.

    Where nothing is left (no entry, no authority, no account) it is removed.
    """
    if hasattr(organisation, "authority"):
        return
    names = list(
        Entry.objects.filter(organisation=organisation)
        .order_by("-was_public", "-current_version__decided_on", "pk")
        .values_list("current_version__subject_name", flat=True)
    )
    if names:
        _keep_names(organisation, names)
    elif not organisation.memberships.exists():
        search_index.remove([organisation.pk])
        organisation.delete()


def _keep_names(organisation: Organisation, names: Sequence[str]) -> None:
    organisation.other_names.filter(sort=OrganisationName.Sort.WRITTEN).exclude(
        name__in=names
    ).delete()
    if organisation.name not in names:
        organisation.name = names[0]
        organisation.save(update_fields=["name"])
        organisation.other_names.filter(sort=OrganisationName.Sort.WRITTEN, name=names[0]).delete()
    reindex(organisation)
