"""A call that is sent again is carried out once: the server's part of `Idempotency-Key`.

Source: draft-ietf-httpapi-idempotency-key-header-07, The Idempotency-Key HTTP Header Field (IETF, October
2025), sections 2.2 to 2.7.

A call claims its key in a transaction of its own, so that others see that it is under way. Carrying it out
and noting what came of it are then one transaction: after a crash the call has either left nothing but its
claim, or is known as done. A claim whose call was killed is taken over after a while; should the call live
after all, it finds its claim gone when it is to be noted, and everything that it did is undone.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from tabularium import clock
from tabularium.register.errors import RefusedError
from tabularium.register.ids import new_id
from tabularium.register.models import Authority, IdempotencyKey, Submission

KEPT_FOR = timedelta(days=7)
"""So long is a key known; sent again later, it is a new one."""

LOST_AFTER = timedelta(minutes=15)
"""So long after its beginning a call that is not done is taken for killed."""

IN_PROGRESS = "in-progress"
KEY_REUSED = "key-reused"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry a call out, or what came of it before.

    Attributes:
        authority: code of the authority whose key it is.
        key_sha256: of the key.
        holder: which try it is.
        submission: what an earlier try recorded; None if the call is to be carried out now.
    """

    authority: str
    key_sha256: str
    holder: str
    submission: Submission | None = None


def claim(authority: Authority, key: str, fingerprint: str) -> Claim:
    """Claim a key for a call, or find what the same call did before.

    Args:
        authority: whose program calls; the keys of two authorities have nothing to do with each other.
        key: as the program sent it.
        fingerprint: SHA-256 of all that is asked, the body included, in hexadecimal.

    Raises:
        RefusedError: KEY_REUSED, the key came with another call; IN_PROGRESS, the same call is under way.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()
    # Read before anything is written: in SQLite a writer waits for the call that is under way.
    known = IdempotencyKey.objects.filter(authority=authority, key_sha256=digest).first()
    if known is not None and known.begun_at <= clock.now() - KEPT_FOR:
        IdempotencyKey.objects.filter(pk=known.pk, holder=known.holder).delete()
        known = None
    holder = new_id()
    if known is None:
        known, is_new = IdempotencyKey.objects.get_or_create(
            authority=authority,
            key_sha256=digest,
            defaults={"fingerprint": fingerprint, "holder": holder, "begun_at": clock.now()},
        )
        if is_new:
            return Claim(authority.pk, digest, holder)
    return _claim_again(known, fingerprint, holder)


def _claim_again(known: IdempotencyKey, fingerprint: str, holder: str) -> Claim:
    if known.fingerprint != fingerprint:
        raise RefusedError(KEY_REUSED, "The key came with another call before.")
    claimed = Claim(known.authority_id, known.key_sha256, holder, known.submission)
    if known.submission is not None:
        return claimed
    now = clock.now()
    taken = now - known.begun_at >= LOST_AFTER and IdempotencyKey.objects.filter(
        pk=known.pk, holder=known.holder, submission=None
    ).update(holder=holder, begun_at=now)
    if not taken:
        raise RefusedError(IN_PROGRESS, "The same call is under way.")
    return claimed


def keep_outcome(claimed: Claim, submission: Submission) -> None:
    """Note what a call recorded, inside the transaction that recorded it.

    Raises:
        RefusedError: IN_PROGRESS, another try has taken the claim over; let the transaction fail.
    """
    assert transaction.get_connection().in_atomic_block
    if not _of(claimed).update(submission=submission):
        raise RefusedError(IN_PROGRESS, "Another try of the same call has taken over.")


def release(claimed: Claim) -> None:
    """Give a claim back whose call recorded nothing: the key may be sent again, with any call."""
    _of(claimed).delete()


def forget_old_keys() -> None:
    """Remove the keys that are kept no longer."""
    IdempotencyKey.objects.filter(begun_at__lte=clock.now() - KEPT_FOR).delete()


def _of(claimed: Claim) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(
        authority=claimed.authority,
        key_sha256=claimed.key_sha256,
        holder=claimed.holder,
        submission=None,
    )
