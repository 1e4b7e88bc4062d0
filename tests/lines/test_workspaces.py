"""What lies in a workspace is for its members: every address there, asked by somebody who is none."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import get_resolver

from tests import builders
from tests.lines.addresses import WORKSPACES
from tests.lines.walkers import routes

pytestmark = pytest.mark.django_db

_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")


def workspace_addresses() -> list[str]:
    """Addresses of workspaces as the patterns write them."""
    every = {route.address for route in routes.walk(get_resolver())}
    return sorted(each for each in every if each.startswith(WORKSPACES))


def filled(address: str, places: dict[str, str]) -> str:
    """An address with its places filled: by their names, or by the sort of what stands there."""

    def fill(found: re.Match[str]) -> str:
        return places.get(found[2]) or places[found[1] or "str"]

    return "/" + _PLACE.sub(fill, address.replace("<language>", "en"))


def open_to_strangers(client: Client, addresses: list[str]) -> Iterator[str]:
    """Addresses that answer somebody who is not signed in otherwise than by the way to sign in."""
    sign_in = resolve_url(settings.LOGIN_URL)
    for address in addresses:
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            away = answer.status_code == 302 and answer["Location"].startswith(sign_in)
            if not away and answer.status_code not in {403, 404, 405}:
                yield f"{method} {address}: {answer.status_code}"


@pytest.mark.usefixtures("move")
def test_nobody_gets_into_a_workspace_without_signing_in() -> None:
    entry = builders.in_notice(builders.Town())
    places = {
        "code": entry.authority_id,
        "organisation": str(entry.organisation_id),
        "identity": entry.pk,
        "slug": "something",
        "str": "something",
        "int": "1",
    }
    addresses = [filled(each, places) for each in workspace_addresses()]
    assert list(open_to_strangers(Client(), addresses)) == []


def test_an_address_that_answers_strangers_is_met() -> None:
    assert list(open_to_strangers(Client(), ["/en/about"])) == ["get /en/about: 200"]
