"""Reading the files that members of authorities sent through their desks.

Any number of processes may do it at once, and any may be killed: a file is read by one at a time, its
decisions are recorded together with the note that they were, and what was cut off is begun anew.
"""

import shutil
from dataclasses import dataclass, field, replace

from django.db import DatabaseError, transaction

from tabularium import clock
from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.readers import FileShape, UnreadableFile
from tabularium.intake.reports import Language, figures_as_json
from tabularium.intake.reports_spreadsheet import (
    RowsShown,
    Wanted,
    decimal_marks,
    write_spreadsheet,
)
from tabularium.intake.services import SubmissionReport, submit
from tabularium.intake.upload_folder import Place, locked, place_of, strange_folders
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Upload
from tabularium.register.services import uploads
from tabularium.register.services.uploads import MOST_TRIES, Options


@dataclass(slots=True)
class UploadsReport:
    """What became of the files that waited.

    Attributes:
        done: how many were read to their end.
        failures: the number of each upload that failed now, with the reason.
    """

    done: int = 0
    failures: dict[int, str] = field(default_factory=dict)


def process_waiting_uploads() -> UploadsReport:
    """Read every file that waits and that nobody reads, one after the other, and clear what is over."""
    report = UploadsReport()
    for upload in list(uploads.unfinished_uploads()):
        _process(upload, report)
    clear_uploads()
    return report


def clear_uploads() -> None:
    """Remove what is kept of files longer than it is needed, and folders that belong to no upload."""
    for upload in list(uploads.uploads_to_clear()):
        place_of_upload(upload).forget()
        uploads.note_file_gone(upload)
    for folder in strange_folders(uploads.folders_in_use(), clock.now() - uploads.KEPT_AFTER):
        shutil.rmtree(folder)


def place_of_upload(upload: Upload) -> Place:
    """Where an upload lies."""
    return place_of(upload.stored_as, upload.file_name)


def _process(upload: Upload, report: UploadsReport) -> None:
    place = place_of_upload(upload)
    try:
        with locked(place) as is_ours:
            if is_ours and uploads.begin_upload(upload):
                _read(upload, place, report)
    except FileNotFoundError:
        _fail(upload, report, RefusedError("file-missing", "The file is not there any more."))
    upload.refresh_from_db(fields=["state", "reason"])
    if upload.state == Upload.State.FAILED:
        report.failures.setdefault(upload.pk, upload.reason)
        place.forget_file()


def _read(upload: Upload, place: Place, report: UploadsReport) -> None:
    try:
        _submit(upload, place)
    except UnreadableFile as error:
        said = str(error).removeprefix(f"{upload.file_name}: ")
        _fail(upload, report, RefusedError("unreadable", said))
    except ItemError as error:
        _fail(upload, report, RefusedError("item", str(error)))
    except NotPermittedError:
        said = "The account that sent the file is no longer a clerk of the authority."
        _fail(upload, report, RefusedError("not-permitted", said))
    except RefusedError as error:
        _fail(upload, report, error)
    except DatabaseError as error:
        # Another may hold what is needed: it is tried again, but not for ever.
        if upload.tries + 1 >= MOST_TRIES:
            # The first line alone: PostgreSQL goes on with the row that it refused.
            _fail(upload, report, RefusedError("database", str(error).partition("\n")[0]))
        else:
            report.failures[upload.pk] = "database"
    else:
        report.done += 1
        place.forget_file()


def _fail(upload: Upload, report: UploadsReport, error: RefusedError) -> None:
    uploads.fail_upload(upload, error)
    report.failures[upload.pk] = error.reason


def _submit(upload: Upload, place: Place) -> None:
    """Submit the file, and note what became of it, in one transaction."""
    options = Options.of(upload)
    with transaction.atomic():
        found = submit(
            place.file,
            item=upload.item,
            submitted_by=upload.uploaded_by,
            dry_run=options.dry_run,
            all_or_nothing=options.all_or_nothing,
            shape=_shape(upload, options),
            tell=place.tell,
        )
        with found.findings:
            if found.stopped_by or found.warned_of:
                _write_findings(place, upload, found, options)
        uploads.finish_upload(upload, submission=found.submission, figures=figures_as_json(found))


def _shape(upload: Upload, options: Options) -> FileShape | None:
    """How the file is read, where its sender said so; None where nothing was said."""
    said = {
        name: value
        for name in ("encoding", "delimiter", "sheet")
        if (value := getattr(options, name))
    }
    if not said:
        return None
    return replace(parse_item(upload.item.definition, f"{upload.item.code}.toml").file, **said)


def _write_findings(
    place: Place, upload: Upload, found: SubmissionReport, options: Options
) -> None:
    marks = decimal_marks(parse_item(upload.item.definition, f"{upload.item.code}.toml"))
    rows = RowsShown.ALL if options.all_or_nothing else RowsShown.WITH_FINDINGS
    write_spreadsheet(
        place.findings,
        source=place.file,
        shape=found.looked.shape,
        findings=found.findings,
        wanted=Wanted(Language(options.language), rows, marks),
    )
