"""The page on open data: files, licence, what is in them, and how to keep a copy right."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tabularium import clock
from tabularium.opendata.building import WHOLE, Build, DataFile, current_build
from tabularium.opendata.descriptions import CATALOGUE, PACKAGE, licence
from tabularium.opendata.fields import DESCRIPTIONS
from tabularium.opendata.staleness import stale_files
from tabularium.opendata.writers import FORMATS, VALID_UNTIL
from tabularium.register.open_records import type_of


@dataclass(frozen=True, slots=True)
class Dataset:
    """The files that hold the same records.

    Attributes:
        kind: of the entries; "" for every kind.
        rows: how many.
        files: one for each format, with the format's name and whether it may be given out now.
    """

    kind: str
    rows: int
    files: list[tuple[DataFile, str, bool]]


@require_safe
def open_data_page(request: HttpRequest) -> HttpResponse:
    """Files, licence, members of a record, and how to keep a copy right."""
    build = current_build()
    context = {
        "build": build,
        "datasets": _datasets(build) if build else [],
        "licence": licence(),
        "fields": [(name, type_of(name), text) for name, text in DESCRIPTIONS.items()],
        "end_of_file": VALID_UNTIL,
        "package": PACKAGE,
        "catalogue": CATALOGUE,
        "address": settings.ADDRESS,
    }
    return render(request, "opendata/open_data.html", context)


def _datasets(build: Build) -> list[Dataset]:
    stale = stale_files(build, clock.now())
    by_kind: dict[str, list[DataFile]] = {}
    for each in build.files.values():
        by_kind.setdefault(each.kind, []).append(each)
    ordered = sorted(by_kind.items(), key=lambda item: item[0] != WHOLE)
    return [
        Dataset(
            "" if kind == WHOLE else kind,
            files[0].rows,
            [(each, FORMATS[each.ending].title, each.name not in stale) for each in files],
        )
        for kind, files in ordered
    ]
