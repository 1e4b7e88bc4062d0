"""The pages for what cannot be answered. They tell nothing that the reader did not know."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RETRY_AFTER = 30
"""Seconds after which it is worth asking again, once the database was gone."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The address or its query cannot be understood."""
    return render(request, "public/bad_request.html", status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing public is here: the same page whether there never was anything or it is hidden now."""
    return render(request, "public/not_found.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours. The page asks nothing of the database."""
    return render(request, "public/server_error.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database does not answer, or cannot write. The page asks nothing of it."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer = render(request, "public/unavailable.html", status=status)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer
