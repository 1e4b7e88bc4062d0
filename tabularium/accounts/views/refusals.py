"""Pages that say why something was not done."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_from_our_page(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """A form that did not come from a page of this register, or from one that is too old."""
    return render(request, "accounts/not_from_our_page.html", status=HTTPStatus.FORBIDDEN)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """Something that the account that asks cannot do."""
    return render(request, "accounts/not_allowed.html", status=HTTPStatus.FORBIDDEN)


def too_many(request: HttpRequest) -> HttpResponse:
    """More tries than anybody needs."""
    response = render(request, "accounts/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = "300"
    return response


def ask_the_registrar(request: HttpRequest) -> HttpResponse:
    """An account without a password gets one by a link, from its registrar."""
    return render(request, "accounts/no_password.html")
