"""One field of an entry is erased, and all the rest stays and stays provable."""

from django.db import transaction

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.life_state import Stage
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
from tabularium.register.services.memberships import require_role
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
) -> Version:
    """Erase one field of a version: what it says and its salt are destroyed, its digest stays.

    So the leaves of the log that commit to it stay true, all other facts stay provable, and nobody can try
    what stood there. The public is told that a field was erased, when and by which rule.

    Args:
        entry_id: which.
        by: a registrar of its authority.
        field: which field.
        rule: why.
        version: number of the version; the current one if not given.

    Raises:
        NotPermittedError: the account is no registrar of the authority.
        RefusedError: NO_SUCH_VERSION; NOTHING_THERE, the field is empty, or erased already.
    """
    entry = locked(entry_id)
    require_role(by, entry.authority, Membership.Role.REGISTRAR)
    number = entry.current_version.number if version is None else version
    found = Version.objects.filter(entry=entry, number=number).first()
    if found is None:
        raise RefusedError(NO_SUCH_VERSION, f"The entry has no version {number}.")
    if entry.stage == Stage.ERASED or not getattr(found, field):
        raise RefusedError(NOTHING_THERE, f"Nothing stands in the field {field}.")
    _destroy(found, field, rule, by)
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
