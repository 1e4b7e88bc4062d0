"""How an account signs in: a link to set a password, a lost second factor, a closed account."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.http import base36_to_int, int_to_base36

from tabularium import clock
from tabularium.register.acting import beyond
from tabularium.register.errors import RefusedError
from tabularium.register.models import AccountEvent, Authority, User
from tabularium.register.services.account_events import note
from tabularium.register.services.member_keys import revoke_all_keys
from tabularium.register.services.members import (
    require_another,
    require_only_here,
    require_registrar,
)

ALREADY_LINKED = "already-linked"
NOT_LINKED = "not-linked"

_What = AccountEvent.What


class _Links(PasswordResetTokenGenerator):
    """Signed texts that hold for settings.PASSWORD_RESET_TIMEOUT, and no longer once they were used.

    Into the signature goes the hash of the password, which a new one changes, and the last sign-in.
    """

    key_salt = "tabularium.register.services.signing_in"

    def _now(self) -> datetime:
        # Django counts without a zone here.
        return clock.now().replace(tzinfo=None)


_links = _Links()


@transaction.atomic
def new_password_link(user: User, *, authority: Authority | None, by: User | None) -> str:
    """The text that stands in a link by which a password can be set, once; nothing keeps it.

    Args:
        user: whose password.
        authority: for which the account works; None for whoever answers for an organisation.
        by: its registrar; None for a command on the machine itself.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: the account is not the authority's alone, see `require_only_here`.
    """
    if by is not None:
        _require_own(user, authority, by)
    note(user, _What.LINK_MADE, authority=authority, by=by)
    return f"{int_to_base36(user.pk)}-{_links.make_token(user)}"


def account_by_link(text: str) -> User | None:
    """The account whose password can be set by a link with this text; None if the link does not hold."""
    number, _, token = text.partition("-")
    try:
        user = User.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    if user is None or not _links.check_token(user, token):
        return None
    return user


@transaction.atomic
def set_password(user: AbstractBaseUser, password: str) -> None:
    """Give an account a new password, by its holder. Wherever else it is signed in, it is so no longer.

    Its keys for programs hold no longer either.

    Args:
        user: the account.
        password: checked by the caller for being hard to guess.
    """
    account = User.objects.select_for_update().get(pk=user.pk)
    account.set_password(password)
    account.save(update_fields=["password"])
    user.password = account.password
    revoke_all_keys(account)
    note(account, _What.PASSWORD_SET, authority=_works_for(account), by=account)


@transaction.atomic
def reset_second_factor(user: User, *, authority: Authority | None, by: User | None) -> None:
    """Take away all by which an account signs in, when its holder has lost the device.

    The password goes too: whoever had only that must not become the one who sets up the next device.
    After it, a link has to be made.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: it is their own account, or not the authority's alone.
    """
    if by is not None:
        require_another(user, by)
        _require_own(user, authority, by)
    Authenticator.objects.filter(user=user).delete()
    revoke_all_keys(user)
    account = User.objects.select_for_update().get(pk=user.pk)
    account.set_unusable_password()
    account.save(update_fields=["password"])
    note(account, _What.SECOND_FACTOR_RESET, authority=authority, by=by)


@transaction.atomic
def close_account(user: User, *, authority: Authority | None, by: User | None) -> None:
    """Let nobody sign in with an account any more, at once; what it did stands.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: it is their own account, or not the authority's alone.
    """
    _set_active(user, active=False, authority=authority, by=by)


@transaction.atomic
def reopen_account(user: User, *, authority: Authority | None, by: User | None) -> None:
    """Let an account sign in again.

    Raises:
        NotPermittedError, RefusedError: as for `close_account`.
    """
    _set_active(user, active=True, authority=authority, by=by)


@transaction.atomic
def link_sign_on(
    user: User, *, provider: str, subject: str, authority: Authority | None, by: User | None
) -> None:
    """Let an account sign in by what a sign-in provider calls its holder.

    Args:
        user: the account.
        provider: the register's name for the provider.
        subject: the provider's own and lasting name for somebody (`sub` in OpenID Connect).
        authority: for which it works; None for whoever answers for an organisation.
        by: its registrar; None for a command on the machine itself.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: ALREADY_LINKED, the subject is another account's; or the account is not the
            authority's alone.
    """
    if by is not None:
        _require_own(user, authority, by)
    with beyond():
        link, made = SocialAccount.objects.get_or_create(
            provider=provider, uid=subject, defaults={"user": user}
        )
    if link.user_id != user.pk:
        raise RefusedError(ALREADY_LINKED, "That subject is linked to another account.")
    if made:
        note(user, _What.SIGN_ON_LINKED, authority=authority, by=by)


@transaction.atomic
def unlink_sign_on(
    user: User, *, provider: str, authority: Authority | None, by: User | None
) -> None:
    """Let an account sign in by a provider no longer.

    Raises:
        NotPermittedError: `by` is not the authority's registrar.
        RefusedError: NOT_LINKED; or the account is not the authority's alone.
    """
    if by is not None:
        _require_own(user, authority, by)
    removed, _ = SocialAccount.objects.filter(user=user, provider=provider).delete()
    if not removed:
        raise RefusedError(NOT_LINKED, "The account is not linked to that provider.")
    note(user, _What.SIGN_ON_UNLINKED, authority=authority, by=by)


def _set_active(user: User, *, active: bool, authority: Authority | None, by: User | None) -> None:
    if by is not None:
        require_another(user, by)
        _require_own(user, authority, by)
    if User.objects.filter(pk=user.pk).exclude(is_active=active).update(is_active=active):
        what = _What.REOPENED if active else _What.CLOSED
        note(user, what, authority=authority, by=by)


def _require_own(user: User, authority: Authority | None, by: User) -> None:
    if authority is None:
        raise RefusedError("no-authority", "A registrar acts for an authority.")
    require_registrar(by, authority)
    require_only_here(user, authority)


def _works_for(user: User) -> Authority | None:
    """The one authority for which the account works; None if it is none or more."""
    found = list(Authority.objects.filter(memberships__user=user).distinct()[:2])
    return found[0] if len(found) == 1 else None
