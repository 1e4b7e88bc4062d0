"""Tokens at the desk: made by a registrar, shown once, taken back, and no other authority's."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tabularium.register import services
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import Token
from tests import builders
from tests.public import markup
from tests.signing_in import give_a_second_factor, signed_in

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
PAGE = "/en/desk/market-office/tokens"


@pytest.fixture
def registrar(move: Move) -> Client:
    del move
    user = builders.Town().account("registrar", "registrar")
    give_a_second_factor(user)
    return signed_in(user)


def read(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    html = answer.content.decode()
    assert markup.read(html, address.split("/")[1]).mistakes == []
    return html


def shown(html: str) -> str:
    """The token that a page shows; "" for none."""
    _, found, rest = html.partition('<p class="shown-once"><span translate="no">')
    return rest.partition("<")[0] if found else ""


def test_a_token_is_shown_once_and_works(registrar: Client) -> None:
    answer = registrar.post(PAGE, {"label": "case system", "days": "30"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    kept = [each.session_data for each in Session.objects.all()]
    token = shown(read(registrar))
    assert services.use_token(token).pk == "market-office"
    assert not any(token in each for each in kept)
    assert shown(read(registrar)) == ""
    assert "case system" in read(registrar)


def test_a_token_is_taken_back(registrar: Client) -> None:
    registrar.post(PAGE, {"label": "case system", "days": "30"})
    text = shown(read(registrar))
    token = Token.objects.get()
    assert registrar.post(f"{PAGE}/{token.pk}/revoke").status_code == 302
    with pytest.raises(NotPermittedError):
        services.use_token(text)
    assert "Taken back:" in read(registrar)
    assert "已收回：" in read(registrar, PAGE.replace("/en/", "/zh-hans/"))


@pytest.mark.parametrize("typed", [{"label": "", "days": "3"}, {"label": "x", "days": "9999"}])
def test_a_wrong_form_makes_no_token_and_keeps_what_was_typed(
    registrar: Client, typed: dict[str, str]
) -> None:
    answer = registrar.post(PAGE, typed)
    assert answer.status_code == 422
    assert f'value="{typed["days"]}"' in answer.content.decode()
    assert not Token.objects.exists()


def test_a_token_of_another_authority_is_not_taken_back(registrar: Client) -> None:
    other = builders.Town("another-office")
    made = services.new_token(other.authority, label="theirs", days=30)
    assert registrar.post(f"{PAGE}/{made.token.pk}/revoke").status_code == 404
    assert services.use_token(made.text) == other.authority
    assert "theirs" not in read(registrar)


@pytest.mark.parametrize("role", ["clerk", "approver", "auditor"])
def test_tokens_are_for_registrars_alone(registrar: Client, role: str) -> None:
    del registrar
    user = builders.Town().account(f"a-{role}", role)
    give_a_second_factor(user)
    client = signed_in(user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"label": "case system", "days": "30"}).status_code == 403
    assert not Token.objects.exists()
