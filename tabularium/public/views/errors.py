"""The pages for what cannot be answered. They tell nothing that the reader did not know."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The address or its query cannot be understood."""
    return render(request, "public/bad_request.html", status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing public is here: the same page whether there never was anything or it is hidden now."""
    return render(request, "public/not_found.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours. The page asks nothing of the database."""
    return render(request, "public/server_error.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
