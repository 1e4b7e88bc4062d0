"""Recording one decision by hand, by the same checks as a file with one row."""

import json
import tempfile
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.core.life import NotAllowedError
from tabularium.desk.row_forms import columns_of, row_form
from tabularium.desk.views.uploading import items_in_use
from tabularium.desk.wording import worded_finding
from tabularium.desk.words import sentence
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.readers import FileFormat, UnreadableFile
from tabularium.intake.reports import Language
from tabularium.intake.services import SubmissionReport, submit
from tabularium.register.errors import RefusedError
from tabularium.register.models import CatalogueItem
from tabularium.register.submission_selectors import entries_of


@require_safe
@for_authority(Act.RECORD)
def choose(request: HttpRequest, acting: ForAuthority) -> HttpResponse:
    """Which sort of decision is recorded."""
    context = {"acting": acting, "items": [each for each in items_in_use(acting) if _by_hand(each)]}
    return render(request, "desk/record_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.RECORD)
def record(request: HttpRequest, acting: ForAuthority, item: str) -> HttpResponse:
    """A form with the columns of a catalogue item."""
    used = next((each for each in items_in_use(acting) if each.code == item), None)
    if used is None or not _by_hand(used):
        raise Http404
    spec = parse_item(used.definition, f"{used.code}.toml")
    form = row_form(spec, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        entry = _recorded(acting, used, spec, form) if form.is_valid() else None
        if entry is not None:
            messages.success(request, _("The decision is recorded. Somebody else approves it."))
            return redirect("desk:entry", acting.authority.pk, entry)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"acting": acting, "item": used, "form": form}
    return render(request, "desk/record.html", context, status=status)


def _by_hand(item: CatalogueItem) -> bool:
    """Whether single decisions are recorded: of a whole list, all others would be missing from one row."""
    try:
        return not parse_item(item.definition, f"{item.code}.toml").whole_list
    except ItemError:
        # An item that an older release took and this one does not read: nothing can be recorded by it.
        return False


def _recorded(
    acting: ForAuthority, item: CatalogueItem, spec: ItemSpec, form: forms.Form
) -> str | None:
    """Identity of the entry; None, with the form marked, if the row is stopped."""
    try:
        with transaction.atomic():
            report = _submit(acting, item, spec, form.cleaned_data)
    except (RefusedError, NotAllowedError) as error:
        form.add_error(None, sentence(error.reason))
        return None
    except UnreadableFile as error:
        form.add_error(None, str(error))
        return None
    if report.submission is not None and report.entries_made:
        return str(entries_of(report.submission).values_list("pk", flat=True).get())
    _mark(form, spec, report)
    return None


def _submit(
    acting: ForAuthority, item: CatalogueItem, spec: ItemSpec, said: dict[str, Any]
) -> SubmissionReport:
    columns = columns_of(spec)
    with tempfile.TemporaryDirectory(prefix="tabularium-") as folder:
        file = Path(folder) / "by-hand.jsonl"
        row = {each.name: said[each.field] for each in columns}
        file.write_text(json.dumps(row) + "\n", "utf-8")
        shape = replace(
            spec.file,
            format=FileFormat.JSON_LINES,
            encoding="",
            delimiter="",
            quote="",
            header_row=None,
            sheet="",
            records="",
            unfold="",
            columns=(),
        )
        return submit(file, item=item, submitted_by=acting.user, all_or_nothing=True, shape=shape)


def _mark(form: forms.Form, spec: ItemSpec, report: SubmissionReport) -> None:
    """Say at each field what is wrong with it, and above the form what is wrong with the whole."""
    language = Language.CHINESE if get_language() == Language.CHINESE else Language.ENGLISH
    fields = {each.name: each.field for each in columns_of(spec)}
    for finding in report.findings:
        said = worded_finding(finding, language)
        form.add_error(fields.get(finding.column), f"{said.what} {said.action}")
    if not form.errors:
        form.add_error(None, _("The register has this decision already."))
