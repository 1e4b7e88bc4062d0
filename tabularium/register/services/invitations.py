"""One-time codes by which an account comes to answer for an organisation.

No code is kept (`register.invitation_codes` derives them), only what became of it.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tabularium import clock
from tabularium.register import invitation_codes as codes
from tabularium.register import invitation_text
from tabularium.register.errors import RefusedError
from tabularium.register.invitation_codes import Origin, Recognised
from tabularium.register.models import (
    Invitation,
    Membership,
    Notice,
    Organisation,
    User,
)
from tabularium.register.services.memberships import require_replier
from tabularium.register.services.notice_codes import holds, of_notice, use_up

INVITATION_VALID_FOR = timedelta(days=7)
"""How long a code holds that one member makes for another: the register's own default."""

MOST_INVITATIONS = 10
"""How many of these may be open at a time."""

MISTYPED = "code-mistyped"
NOT_VALID = "code-not-valid"
LOGIN_TAKEN = "login-taken"
TOO_MANY_INVITATIONS = "too-many-invitations"
OWN_AUTHORITY = "code-of-own-authority"


def recognise(code: str) -> Recognised:
    """What a code stands for, if it holds now.

    Raises:
        RefusedError: MISTYPED, it was not typed as it stands there; NOT_VALID, it is unknown, used,
            expired or withdrawn, which the message does not tell apart.
    """
    try:
        carried = codes.carried_by(code)
    except invitation_text.MistypedError:
        raise RefusedError(MISTYPED, "This is no code: a character is wrong or missing.") from None
    found = _refer(carried.origin, carried.number)
    if not carried.fits(found):
        raise _not_valid()
    organisation_of(found)
    return found


def organisation_of(found: Recognised) -> Organisation:
    """For which organisation a recognised code lets answer, if it holds now.

    Raises:
        RefusedError: NOT_VALID.
    """
    if found.origin == Origin.MEMBER:
        return _invitation(found).organisation
    notice = _notice(found)
    organisation = notice.version.entry.organisation
    if organisation is None or not holds(notice):
        raise _not_valid()
    return organisation


@transaction.atomic
def take_up(found: Recognised, user: User) -> Organisation:
    """Let an account answer for the organisation of a recognised code, which is then used.

    An account that answers for it already uses nothing up.

    Raises:
        RefusedError: NOT_VALID, it does not hold any more; OWN_AUTHORITY, the account is of the
            authority that sent the notice, which does not answer itself.
    """
    _lock(found)
    organisation = organisation_of(found)
    if found.origin == Origin.NOTICE:
        _refuse_own_authority(found, user)
    _, is_new = Membership.objects.get_or_create(
        user=user, organisation=organisation, authority=None, role=Membership.Role.REPLIER
    )
    if is_new:
        _use_up(found)
    return organisation


@transaction.atomic
def redeem(code: str, user: User) -> Organisation:
    """Let an account answer for the organisation that was given the code, which is then used.

    Raises:
        RefusedError: MISTYPED, NOT_VALID or OWN_AUTHORITY, as for `recognise` and `take_up`.
    """
    return take_up(recognise(code), user)


@transaction.atomic
def open_account_by_code(
    found: Recognised, *, login: str, password: str
) -> tuple[User, Organisation]:
    """Open an account for somebody who has a code, and let it answer for the organisation.

    Args:
        found: what the code stands for, from `recognise`.
        login: by which the account signs in; taken is what differs only in capitals.
        password: checked by the caller for being hard to guess.

    Raises:
        RefusedError: NOT_VALID; or LOGIN_TAKEN, and nothing was written.
    """
    if User.objects.filter(login__iexact=login).exists():
        raise RefusedError(LOGIN_TAKEN, "There is an account of that name.")
    user = User(login=login)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        # Somebody took the name between the question and this.
        raise RefusedError(LOGIN_TAKEN, "There is an account of that name.") from None
    return user, take_up(found, user)


@transaction.atomic
def invite(organisation: Organisation, *, by: User) -> Invitation:
    """Make an invitation by whose code one more account may answer for an organisation.

    Raises:
        NotPermittedError: the account does not answer for the organisation itself.
        RefusedError: TOO_MANY_INVITATIONS are open.
    """
    require_replier(by, organisation)
    now = clock.now()
    Invitation.objects.filter(expires_at__lte=now).delete()
    if open_invitations(organisation).count() >= MOST_INVITATIONS:
        raise RefusedError(TOO_MANY_INVITATIONS, "So many codes are open at most.")
    return Invitation.objects.create(
        organisation=organisation, created_at=now, expires_at=now + INVITATION_VALID_FOR
    )


def invitation_code(invitation: Invitation) -> str:
    """The code of an invitation, to be shown once to the member who made it."""
    return codes.code(_of_invitation(invitation))


@transaction.atomic
def take_back_invitation(number: int, organisation: Organisation, *, by: User) -> None:
    """Let an unused invitation of an organisation hold no longer; of one that is gone, nothing is said.

    Raises:
        NotPermittedError: the account does not answer for the organisation itself.
    """
    require_replier(by, organisation)
    Invitation.objects.filter(pk=number, organisation=organisation).delete()


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations of an organisation that still hold, the latest first."""
    return Invitation.objects.filter(
        organisation=organisation, expires_at__gt=clock.now()
    ).order_by("-created_at", "-pk")


# ---- what codes stand for, and what became of them


def _not_valid() -> RefusedError:
    return RefusedError(NOT_VALID, "This code is not valid.")


def _of_invitation(row: Invitation) -> Recognised:
    return Recognised(Origin.MEMBER, row.pk, 1, row.created_at.isoformat())


def _refer(origin: Origin, number: int) -> Recognised:
    """What a number stands for; what nobody has a code for, if there is nothing of that number."""
    if origin is Origin.MEMBER:
        row = Invitation.objects.filter(pk=number).first()
        return _of_invitation(row) if row else Recognised(origin, number, 0, "")
    notice = Notice.objects.filter(pk=number).first()
    return of_notice(notice) if notice else Recognised(origin, number, 0, "")


def _notice(found: Recognised) -> Notice:
    whole = Notice.objects.select_related(
        "version__entry__organisation", "version__entry__authority"
    )
    notice = whole.filter(pk=found.number).first()
    if notice is None or of_notice(notice) != found:
        raise _not_valid()
    return notice


def _invitation(found: Recognised) -> Invitation:
    open_ones = Invitation.objects.filter(pk=found.number, expires_at__gt=clock.now())
    row = open_ones.select_related("organisation").first()
    if row is None or _of_invitation(row) != found:
        raise _not_valid()
    return row


def _lock(found: Recognised) -> None:
    """Let two who type the same code at once come one after the other."""
    model = Invitation if found.origin == Origin.MEMBER else Notice
    list(model.objects.select_for_update().filter(pk=found.number).values_list("pk", flat=True))


def _refuse_own_authority(found: Recognised, user: User) -> None:
    entry = _notice(found).version.entry
    if Membership.objects.filter(user=user, authority=entry.authority_id).exists():
        raise RefusedError(
            OWN_AUTHORITY, "An account of the authority that decided does not answer to it."
        )


def _use_up(found: Recognised) -> None:
    if found.origin == Origin.MEMBER:
        Invitation.objects.filter(pk=found.number).delete()
        return
    use_up(_notice(found))
