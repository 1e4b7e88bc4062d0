"""What becomes of a file that a member of an authority sends through its desk.

Who reads files is `intake.uploads`; here is what is written of it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, Self

from django.db import transaction
from django.db.models import F, QuerySet

from tabularium import clock
from tabularium.register.errors import RefusedError
from tabularium.register.models import CatalogueItem, Membership, Submission, Upload, User
from tabularium.register.services.memberships import require_role

MOST_TRIES = 3
"""So often a file is begun whose reading ended without any result, as when the machine lost power."""

KEPT_AFTER = timedelta(days=1)
"""So long the spreadsheet of findings is kept."""

_OPEN = (Upload.State.WAITING, Upload.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read and recorded.

    Attributes:
        dry_run: check and report, and record nothing.
        all_or_nothing: record nothing if a row has an error.
        language: of the spreadsheet of findings, BCP 47 in lower case.
        encoding, delimiter, sheet: how the file is read, where the guess was wrong; "" to find it out.
    """

    dry_run: bool = False
    all_or_nothing: bool = False
    language: str = "en"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """Those of an upload."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in upload.options.items() if name in known})


@transaction.atomic
def enter_upload(
    item: CatalogueItem, *, by: User, file_name: str, stored_as: str, size: int, options: Options
) -> Upload:
    """Note that a file has arrived and is to be read.

    Args:
        item: what it brings.
        by: a clerk of the item's authority.
        file_name: as its sender calls it, without a path.
        stored_as: the folder among uploads in which it lies.
        size: in bytes.
        options: how it is to be read.

    Raises:
        NotPermittedError: the account is no clerk of the authority.
    """
    require_role(by, item.authority, Membership.Role.CLERK)
    return Upload.objects.create(
        authority=item.authority,
        item=item,
        uploaded_by=by,
        uploaded_at=clock.now(),
        file_name=file_name,
        stored_as=stored_as,
        size=size,
        options=asdict(options),
    )


def unfinished_uploads() -> QuerySet[Upload]:
    """Uploads that wait or that somebody reads, or read when the machine stopped; oldest first."""
    return (
        Upload.objects.filter(state__in=_OPEN)
        .select_related("item__authority", "uploaded_by")
        .order_by("uploaded_at", "pk")
    )


@transaction.atomic
def begin_upload(upload: Upload) -> bool:
    """Note that the file is being read; whoever calls holds the file's lock.

    Returns:
        False if it is finished meanwhile, or was begun too often without a result and so has failed now.
    """
    begun = Upload.objects.filter(pk=upload.pk, state__in=_OPEN, tries__lt=MOST_TRIES).update(
        state=Upload.State.RUNNING, tries=F("tries") + 1
    )
    if not begun and Upload.objects.filter(pk=upload.pk, state__in=_OPEN).exists():
        fail_upload(upload, RefusedError("no-result", "Reading the file ended without a result."))
    return bool(begun)


@transaction.atomic
def finish_upload(
    upload: Upload, *, submission: Submission | None, figures: Mapping[str, Any]
) -> None:
    """Note what became of a file, in the transaction that recorded its decisions."""
    Upload.objects.filter(pk=upload.pk).update(
        state=Upload.State.DONE,
        finished_at=clock.now(),
        submission=submission,
        figures=dict(figures),
    )


@transaction.atomic
def fail_upload(upload: Upload, error: RefusedError) -> None:
    """Note that a file could not be submitted, and why; nothing of it was recorded.

    Args:
        upload: which.
        error: its reason is the code; its words repeat nothing of the file.
    """
    Upload.objects.filter(pk=upload.pk).update(
        state=Upload.State.FAILED,
        finished_at=clock.now(),
        reason=error.reason,
        explanation=str(error),
    )


def uploads_to_clear() -> QuerySet[Upload]:
    """Finished uploads of which a file is kept longer than it is needed."""
    return Upload.objects.filter(
        file_is_gone=False, finished_at__lte=clock.now() - KEPT_AFTER
    ).order_by("pk")


@transaction.atomic
def note_file_gone(upload: Upload) -> None:
    """Note that nothing of the file is kept any more."""
    Upload.objects.filter(pk=upload.pk).update(file_is_gone=True)


def folders_in_use() -> set[str]:
    """The folders that belong to uploads of which something is kept."""
    return set(Upload.objects.filter(file_is_gone=False).values_list("stored_as", flat=True))
