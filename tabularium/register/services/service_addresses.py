"""Where an authority reaches an organisation: set, removed, and the key with which a mailbox is signed to."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.register import service_address_text
from tabularium.register.errors import RefusedError
from tabularium.register.ids import new_id
from tabularium.register.models import (
    Authority,
    Entry,
    Membership,
    Organisation,
    ServiceAddress,
    User,
)
from tabularium.register.service_address_text import AddressError
from tabularium.register.services.memberships import require_role

OLD_KEY_FOR = timedelta(days=7)
"""How long calls are signed with the old key too, when there is a new one: the register's own default."""

_Role = Membership.Role


@dataclass(frozen=True, slots=True)
class MailboxKey:
    """A key with which calls to a mailbox are signed: its name, and the key in 64 hexadecimal digits."""

    name: str
    secret: str = field(repr=False)


@transaction.atomic
def set_service_address(
    authority: Authority,
    organisation: Organisation,
    channel: NoticeChannel,
    text: str,
    *,
    by: User,
) -> ServiceAddress:
    """Keep where the authority reaches an organisation by a channel; nothing is left of the one before.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
        RefusedError: "not-an-address" or "address-has-a-number", with what to do;
            "not-a-subject-here", the authority has no entry of the organisation.
    """
    require_role(by, authority, _Role.CLERK, _Role.APPROVER)
    try:
        text = service_address_text.tidy(channel, text)
    except AddressError as error:
        raise RefusedError(error.reason, str(error)) from None
    if not Entry.objects.filter(authority=authority, organisation=organisation).exists():
        raise RefusedError(
            "not-a-subject-here", "The authority has no entry of this organisation to tell it of."
        )
    kept = ServiceAddress.objects.filter(
        authority=authority, organisation=organisation, channel=channel
    ).first()
    if kept is not None and kept.text == text:
        return kept
    ServiceAddress.objects.filter(
        authority=authority, organisation=organisation, channel=channel
    ).delete()
    # Another mailbox is another receiver, and gets a key of its own.
    return ServiceAddress.objects.create(
        authority=authority,
        organisation=organisation,
        channel=channel,
        text=text,
        set_at=clock.now(),
        key_name=new_id() if channel == NoticeChannel.MAILBOX else "",
    )


@transaction.atomic
def remove_service_address(
    authority: Authority, organisation: Organisation, channel: NoticeChannel, *, by: User
) -> bool:
    """Keep no longer where the authority reaches an organisation by a channel; whether it was kept.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
    """
    require_role(by, authority, _Role.CLERK, _Role.APPROVER)
    removed, _ = ServiceAddress.objects.filter(
        authority=authority, organisation=organisation, channel=channel
    ).delete()
    return bool(removed)


@transaction.atomic
def new_mailbox_key(authority: Authority, organisation: Organisation, *, by: User) -> MailboxKey:
    """Make another key for a mailbox; for `OLD_KEY_FOR` calls are signed with the old one too.

    Returns:
        The new key.

    Raises:
        NotPermittedError: the account is neither clerk nor approver of the authority.
        RefusedError: "no-mailbox", the authority has no mailbox of the organisation.
    """
    address = _mailbox_of(authority, organisation, by)
    address.old_key_name, address.key_name = address.key_name, new_id()
    address.old_key_until = clock.now() + OLD_KEY_FOR
    address.save(update_fields=["key_name", "old_key_name", "old_key_until"])
    return _key(address.key_name)


def show_mailbox_key(authority: Authority, organisation: Organisation, *, by: User) -> MailboxKey:
    """The key with which calls to a mailbox are signed, to be handed to the organisation.

    Raises:
        NotPermittedError, RefusedError: as for `new_mailbox_key`.
    """
    return _key(_mailbox_of(authority, organisation, by).key_name)


def _mailbox_of(authority: Authority, organisation: Organisation, by: User) -> ServiceAddress:
    require_role(by, authority, _Role.CLERK, _Role.APPROVER)
    address = ServiceAddress.objects.filter(
        authority=authority, organisation=organisation, channel=NoticeChannel.MAILBOX
    ).first()
    if address is None:
        raise RefusedError("no-mailbox", "The authority has no mailbox of this organisation.")
    return address


def keys_of(address: ServiceAddress) -> list[MailboxKey]:
    """The keys with which a call to a mailbox is signed now, the newest first."""
    names = [address.key_name]
    if address.old_key_until is not None and clock.now() < address.old_key_until:
        names.append(address.old_key_name)
    return [_key(name) for name in names]


def _key(name: str) -> MailboxKey:
    """Derived from the register's secret and never kept: who has the database alone can sign nothing."""
    secret = hashlib.sha256(f"tabularium mailbox {settings.SECRET_KEY}".encode()).digest()
    return MailboxKey(name, hmac.digest(secret, name.encode("ascii"), "sha256").hex())


def forget_addresses(organisation: Organisation) -> None:
    """Forget addresses of authorities that have no entry of the organisation left."""
    still = Entry.objects.filter(organisation=organisation).values_list("authority", flat=True)
    kept = ServiceAddress.objects.filter(organisation=organisation)
    kept.exclude(authority__in=list(still.distinct())).delete()
