"""The files of open data, as they were built last, and never one that holds what is not public any more."""

from datetime import datetime
from http import HTTPStatus
from io import BufferedReader

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from tabularium import clock
from tabularium.opendata.building import Build, DataFile, current_build
from tabularium.opendata.descriptions import CATALOGUE, PACKAGE
from tabularium.opendata.staleness import is_stale
from tabularium.opendata.writers import FORMATS
from tabularium.register.visibility import cache_lifetime

RETRY_AFTER = 60
"""Seconds after which to ask again for a file that is being built anew: upkeep runs about as often."""

BEING_BUILT = (
    "This file held an entry that is not public any more. It is being built anew: ask again in a minute.\n"
    "此文件曾含有已不再公开的条目,正在重新生成,请于一分钟后再试。\n"
)
_DESCRIBING = {PACKAGE: "application/json", CATALOGUE: "application/ld+json"}


@require_safe
def open_data_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of records, or one of those that describe them.

    503 while a file holds what is not public any more, until it is built anew. Whoever has begun to read
    a file reads it to its end.
    """
    now = clock.now()
    # A build may take the place of another between a look and the next; then the second look finds it.
    for _ in range(2):
        build = current_build()
        if build is None or name not in {*build.files, *_DESCRIBING}:
            raise Http404
        try:
            stream = (build.folder / name).open("rb")
        except FileNotFoundError:
            continue
        file = build.files.get(name)
        if file is not None and is_stale(build, file, now):
            stream.close()
            return _being_built()
        return _answer(request, build, name, stream, now)
    return _being_built()


def _being_built() -> HttpResponse:
    response = HttpResponse(
        BEING_BUILT, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain; charset=utf-8"
    )
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(
    request: HttpRequest, build: Build, name: str, stream: BufferedReader, now: datetime
) -> HttpResponseBase:
    file = build.files.get(name)
    tag = quote_etag(file.sha256[:32] if file else f"{build.folder.name}-{name}")
    known = get_conditional_response(request, etag=tag)
    response: HttpResponseBase
    if known is not None:
        stream.close()
        response = known
    else:
        response = FileResponse(stream, content_type=_media_type(file, name))
        response["Content-Disposition"] = f'attachment; filename="{_saved_as(file, name)}"'
    keep = cache_lifetime(now)
    if file is not None:
        keep = min(keep, file.valid_until - now)
    response["ETag"] = tag
    response["Last-Modified"] = http_date(build.built_at.timestamp())
    response["Cache-Control"] = f"public, max-age={int(keep.total_seconds())}, must-revalidate"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _media_type(file: DataFile | None, name: str) -> str:
    media_type = FORMATS[file.ending].media_type if file else _DESCRIBING[name]
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _saved_as(file: DataFile | None, name: str) -> str:
    """A saved file says in its name by when it is to be deleted."""
    if file is None:
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem}-valid-until-{file.valid_until:%Y%m%dT%H%M%SZ}.{ending}"
