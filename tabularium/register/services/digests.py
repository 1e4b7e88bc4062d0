"""Digests without a salt of what files said: they go with what is erased.

Who knows all of a short file but one text finds the text by trying, with the digest of the file.
"""

from tabularium.register.models import (
    Entry,
    ErasedField,
    IdempotencyKey,
    OfferedCorrection,
    Submission,
)


def forget_digests(entry: Entry) -> None:
    """Forget the digests of all files that may have said what an entry says, and of what they offered.

    Only of the last file is it known that it held an entry; so those of all files of its item go that
    came since the first.
    """
    OfferedCorrection.objects.filter(entry=entry).exclude(digest="").update(digest="")
    if entry.submission_id is None and not hasattr(entry, "sighting"):
        return
    files = Submission.objects.filter(
        item__authority=entry.authority_id,
        item__code=entry.item.code,
        received_at__gte=entry.versions.get(number=1).recorded_at,
    )
    IdempotencyKey.objects.filter(submission__in=files.values("pk")).delete()
    files.exclude(file_sha256="").update(file_sha256="")


def forget_digest_of(submission: Submission) -> None:
    """Forget the digest of a file that came later and held an entry of which a field was erased."""
    if ErasedField.objects.filter(version__entry__sighting__submission=submission).exists():
        submission.file_sha256 = ""
