"""Keys of members: made and shown once, known by their hash, taken back. A key does what its holder may."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tabularium import clock
from tabularium.register import token_text
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.ids import new_id
from tabularium.register.models import AccountEvent, Authority, MemberKey, User
from tabularium.register.services import program_secrets
from tabularium.register.services.account_events import note

LONGEST_LIFE = 90
"""In days: the register's own default, so that nobody's key outlasts a post for long."""
MOST_KEYS = 10
"""So many keys of one account hold at most at a time."""

_What = AccountEvent.What


@dataclass(frozen=True, slots=True)
class NewMemberKey:
    """A key that was just made.

    Attributes:
        key: as the register keeps it.
        text: the key itself, which is nowhere else and is never shown again.
    """

    key: MemberKey
    text: str = field(repr=False)


@transaction.atomic
def new_member_key(user: User, *, label: str, days: int) -> NewMemberKey:
    """Make a key by which a program acts as an account. Its holder asks for it, signed in.

    Raises:
        RefusedError: no label, one too long; a time that is none or too long; "too-many-keys".
    """
    program_secrets.check_asked("key", label, days, LONGEST_LIFE)
    # Locked, so that two forms sent at once do not make one more.
    account = User.objects.select_for_update().get(pk=user.pk)
    now = clock.now()
    if len(keys_of(account).filter(revoked_at=None, expires_at__gt=now)) >= MOST_KEYS:
        raise RefusedError("too-many-keys", f"At most {MOST_KEYS} keys hold at a time.")
    identity = new_id()
    text = token_text.new_text(identity)
    key = MemberKey.objects.create(
        id=identity,
        user=account,
        label=label.strip(),
        sha256=program_secrets.hashed(text),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _note(account, _What.KEY_MADE)
    return NewMemberKey(key, text)


@transaction.atomic
def revoke_member_key(identity: str, *, by: User) -> None:
    """Take a key back, at once and for good; once more, or of one that is not theirs, changes nothing."""
    found = MemberKey.objects.filter(pk=identity, user=by, revoked_at=None)
    if found.update(revoked_at=clock.now()):
        _note(by, _What.KEY_REVOKED)


def revoke_all_keys(user: User) -> None:
    """Take every key of an account back: whoever has a new password may have lost more than the old one."""
    MemberKey.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())


def keys_of(user: User) -> QuerySet[MemberKey]:
    """The keys of an account, the newest first."""
    return MemberKey.objects.filter(user=user).order_by("-created_at", "pk")


def use_member_key(text: str) -> User:
    """The account that a key stands for; that it was used is noted with its events, once a day.

    Raises:
        NotPermittedError: it is no key, of nobody, over, taken back, or its account is closed. The message is
            the same for all.
    """
    key = program_secrets.find(MemberKey.objects.select_related("user"), text)
    now = clock.now()
    holds = key is not None and key.revoked_at is None and now < key.expires_at
    if key is None or not holds or not key.user.is_active:
        raise NotPermittedError("No valid key.")
    _keep_day(key, now)
    return key.user


def _keep_day(key: MemberKey, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    if key.last_used_on == today:
        return
    with transaction.atomic():
        changed = MemberKey.objects.filter(pk=key.pk).exclude(last_used_on=today)
        if changed.update(last_used_on=today):
            _note(key.user, _What.KEY_USED)


def _note(user: User, what: AccountEvent.What) -> None:
    """Note it with the events of the one authority that the account works for, if it is one."""
    works_for = list(Authority.objects.filter(memberships__user=user).distinct()[:2])
    note(user, what, authority=works_for[0] if len(works_for) == 1 else None, by=user)
