"""Files that are sent through the desk: sending one, watching it being read, and what was found in it."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import MAY, Act
from tabularium.desk.forms import UploadForm
from tabularium.desk.wording import Worded, worded
from tabularium.intake.reports import Language
from tabularium.intake.upload_folder import TooLongFile, safe_file_name, store
from tabularium.intake.uploads import place_of_upload
from tabularium.public.paging import page_of
from tabularium.register import desk_selectors as selectors
from tabularium.register.item_versions import item_in_force
from tabularium.register.models import CatalogueItem, Upload
from tabularium.register.services.uploads import Options, enter_upload
from tabularium.register.submission_selectors import findings_of

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def items_in_use(acting: ForAuthority) -> list[CatalogueItem]:
    """The versions of the authority's items by which a file is read today."""
    codes = dict.fromkeys(each.code for each in selectors.items_at(acting.authority))
    found = (item_in_force(code) for code in codes)
    return [each for each in found if each is not None]


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.LOOK)
def files(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """Send a file, and see what became of those that were sent."""
    may_send = acting.may(*MAY[Act.RECORD])
    items = items_in_use(acting)
    form = UploadForm(items=items)
    status = HTTPStatus.OK
    if request.method == "POST":
        if not may_send:
            raise Http404
        form = UploadForm(request.POST, request.FILES, items=items)
        upload = _sent(acting, form, items) if form.is_valid() else None
        if upload is not None:
            messages.success(request, _("The file has arrived and is going to be read."))
            return redirect("desk:file", acting.authority.pk, upload.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "acting": acting,
        "form": form,
        "may_send": may_send,
        "page": page_of(selectors.uploads_at(acting.authority), request, "page"),
    }
    return render(request, "desk/files.html", context, status=status)


def _sent(acting: ForAuthority, form: UploadForm, items: list[CatalogueItem]) -> Upload | None:
    """Keep the file until it is read; None, with the form marked, if it is too long."""
    said = form.cleaned_data
    file = said["file"]
    item = next(each for each in items if each.code == said["item"])
    try:
        place, size = store(
            file.chunks(), safe_file_name(file.name or ""), most=settings.LARGEST_SUBMISSION
        )
    except TooLongFile:
        form.add_error(
            "file",
            _("The file is too long: at most %(most)d MB. Send longer ones by the command line.")
            % {"most": settings.LARGEST_SUBMISSION // 2**20},
        )
        return None
    return enter_upload(
        item,
        by=acting.user,
        file_name=place.file_name,
        stored_as=place.folder.name,
        size=size,
        options=_options(said),
    )


def _options(said: dict[str, Any]) -> Options:
    return Options(
        dry_run=said["dry_run"],
        all_or_nothing=said["all_or_nothing"],
        language=str(_language()),
        encoding=said["encoding"],
        delimiter=said["delimiter"],
        sheet=said["sheet"],
    )


def _language() -> Language:
    return Language.CHINESE if get_language() == Language.CHINESE else Language.ENGLISH


def _upload_or_404(acting: ForAuthority, number: int) -> Upload:
    upload = selectors.uploads_at(acting.authority).filter(pk=number).first()
    if upload is None:
        raise Http404
    return upload


@require_safe
@for_authority(Act.LOOK)
def file_page(request: HttpRequest, acting: ForAuthority, number: int) -> HttpResponse:
    """How far the reading of a file has come; when it is over, what became of its rows."""
    upload = _upload_or_404(acting, number)
    is_open = upload.state in {Upload.State.WAITING, Upload.State.RUNNING}
    page, rows = None, list[Worded]()
    if upload.submission is not None:
        page = page_of(findings_of(upload.submission), request, "page")
        rows = [worded(each, _language()) for each in page.rows]
    context = {
        "acting": acting,
        "upload": upload,
        "options": Options.of(upload),
        "is_open": is_open,
        "rows_read": place_of_upload(upload).rows_read if is_open else None,
        "figures": upload.figures,
        "page": page,
        "findings": rows,
        "has_spreadsheet": place_of_upload(upload).findings.is_file(),
    }
    return render(request, "desk/file.html", context)


@require_safe
@for_authority(Act.LOOK)
def findings(
    request: HttpRequest,  # noqa: ARG001 - Django gives it
    acting: ForAuthority,
    number: int,
) -> HttpResponseBase:
    """The rows as they were sent, with what is wrong with each, as a workbook."""
    upload = _upload_or_404(acting, number)
    place = place_of_upload(upload)
    if not place.findings.is_file():
        raise Http404
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return FileResponse(
        place.findings.open("rb"),
        as_attachment=True,
        filename=f"{stem}-{_('findings')}.xlsx",
        content_type=_SPREADSHEET,
    )
