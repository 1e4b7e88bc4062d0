"""One field of an entry is erased, and all the rest stays and stays provable."""

from django.db import transaction

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.register.erasable import EMPTY_VERSION
from tabularium.register.errors import RefusedError
from tabularium.register.leaf_facts import instant, salts_without
from tabularium.register.models import (
    ErasedField,
    Membership,
    PublicChange,
    User,
    Version,
    VersionSalts,
)
from tabularium.register.services.advance import locked
from tabularium.register.services.digests import forget_digests
from tabularium.register.services.memberships import require_role
from tabularium.register.services.offers import leave_out_of_offers
from tabularium.register.visibility import public_entries

NO_SUCH_VERSION = "no-such-version"
NOTHING_THERE = "nothing-there"


@transaction.atomic
def erase_field(
    entry_id: str,
    *,
    by: User,
    field: ErasableField,
    rule: FieldErasureRule,
    version: int | None = None,
) -> list[Version]:
    """Erase one field of an entry: what it says and its salt are destroyed, its digest stays.

    So the leaves of the log that commit to it stay true, all other facts stay provable, and nobody can try
    what stood there. The public is told that a field was erased, when and by which rule. What later files
    say of the field is passed over.

    Args:
        entry_id: which.
        by: a registrar of its authority.
        field: which field.
        rule: why.
        version: number of the one version in which it is erased; all if not given.

    Returns:
        The versions in which something stood there.

    Raises:
        NotPermittedError: the account is no registrar of the authority.
        RefusedError: NO_SUCH_VERSION; NOTHING_THERE, the field is empty, or erased already.
    """
    entry = locked(entry_id)
    require_role(by, entry.authority, Membership.Role.REGISTRAR)
    versions = list(Version.objects.filter(entry=entry).order_by("number"))
    if version is not None:
        versions = [each for each in versions if each.number == version]
    if not versions:
        raise RefusedError(NO_SUCH_VERSION, f"The entry has no version {version}.")
    found = [each for each in versions if getattr(each, field)]
    if not found:
        raise RefusedError(NOTHING_THERE, f"Nothing stands in the field {field}.")
    for each in found:
        _destroy(each, field, rule, by)
    leave_out_of_offers(entry, field)
    forget_digests(entry)
    if public_entries(clock.now()).filter(pk=entry.pk).exists():
        # Copies still have what stood there.
        PublicChange.objects.update_or_create(entry=entry, defaults={"position": None})
    return found


def _destroy(version: Version, field: ErasableField, rule: FieldErasureRule, by: User) -> None:
    now = clock.now()
    salts = VersionSalts.objects.filter(version=version).first()
    kept = None if salts is None else salts_without(version, salts, field)
    ErasedField.objects.create(version=version, field=field, rule=rule, erased_by=by, at=now)
    if kept is not None:
        VersionSalts.objects.filter(version=version).update(fields=kept)
    said = {**version.erased_fields, field.value: {"at": instant(now), "rule": rule.value}}
    empty = EMPTY_VERSION[field]
    Version.objects.filter(pk=version.pk).update(**{field.value: empty, "erased_fields": said})
    version.erased_fields = said
    setattr(version, field, empty)
