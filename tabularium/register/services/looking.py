"""Keeping who in public bodies looked at what is not public about an organisation, and when."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from tabularium import clock
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import Authority, Entry, Looking, Membership, Organisation, User
from tabularium.register.services.memberships import memberships_at

_Role = Membership.Role
# Of several roles the one that decides most is kept.
_ROLES = (_Role.APPROVER, _Role.CLERK, _Role.REGISTRAR, _Role.AUDITOR, _Role.SUBMISSION)


@transaction.atomic
def note_looking(user: User, authority: Authority, entry: Entry) -> None:
    """Keep that somebody of an authority is shown an entry's data that is not public; see `note_lookings`."""
    note_lookings(user, authority, [entry])


@transaction.atomic
def note_lookings(user: User, authority: Authority, entries: Iterable[Entry]) -> None:
    """Keep that somebody of an authority is shown data of entries that are not public.

    To be called by every page of a public body that shows a draft, a text or a document of an entry; the
    organisation reads it. Within an hour once is enough. The account itself is not kept.

    Raises:
        NotPermittedError: the account is no member of the authority.
    """
    held = memberships_at(user, authority.pk)
    role = next((each for each in _ROLES if each in held), None)
    if role is None:
        raise NotPermittedError(f"This account is no member of the authority {authority.pk}.")
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    Looking.objects.bulk_create(
        [
            Looking(entry=entry, authority=authority, role=role, hour=hour)
            for entry in {each.pk: each for each in entries}.values()
        ],
        ignore_conflicts=True,
    )


def lookings_of(organisation: Organisation) -> QuerySet[Looking]:
    """Who looked at what is not public about an organisation, the latest first."""
    return (
        Looking.objects.filter(entry__organisation=organisation)
        .select_related("authority", "entry__current_version")
        .order_by("-hour", "authority_id", "entry_id", "role")
    )


def forget_lookings(entry: Entry) -> None:
    """Forget who looked at an entry that is being erased."""
    Looking.objects.filter(entry=entry).delete()
