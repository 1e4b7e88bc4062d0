"""Signing in by OpenID Connect, with a real provider that runs beside the test."""

from collections.abc import Iterator
from urllib import request as urllib_request
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import LazySettings
from django.test import Client

from tabularium.accounts.providers import SignInProvider, as_allauth_has_them
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import AccountEvent, User
from tests import builders
from tests.signing_in import a_code

pytestmark = [
    pytest.mark.django_db,
    # The provider runs in this process, and its own libraries speak of their future.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

TOLD = {"name": "Told Whole", "email": "told@people.example", "given_name": "Told-by-them"}


@pytest.fixture(scope="module")
def provider_address() -> Iterator[str]:
    mock = pytest.importorskip("oidc_provider_mock")
    people = [mock.User(sub="subject-1", claims=TOLD), mock.User(sub="subject-2", claims=TOLD)]
    with mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def _configured(settings: LazySettings, provider_address: str) -> None:
    one = SignInProvider("town-hall", "Town hall", provider_address, "register", "its secret")
    gone = SignInProvider("gone", "Gone", "http://localhost:9", "register", "")
    settings.SOCIALACCOUNT_PROVIDERS = as_allauth_has_them((one, gone))


def go_there(client: Client, address: str = "/en/account/sign-in/with/town-hall") -> str:
    """Go to the provider; the address there."""
    away = client.get(address)
    assert away.status_code == 302
    return str(away["Location"])


def agree_there(there: str, subject: str) -> str:
    """What somebody does at the provider; the path by which they come back."""
    request = urllib_request.Request(there, data=f"sub={subject}".encode(), method="POST")  # noqa: S310 - loopback

    class Stopped(Exception):  # noqa: N818 - no error
        pass

    class NoRedirect(urllib_request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            raise Stopped(str(arguments[-1]))

    opener = urllib_request.build_opener(NoRedirect)
    try:
        opener.open(request)
    except Stopped as stopped:
        back = urlsplit(str(stopped))
        assert back.hostname == "testserver"
        return f"{back.path}?{back.query}"
    raise AssertionError("The provider did not send anybody back.")


def come_back(client: Client, subject: str) -> object:
    return client.get(agree_there(go_there(client), subject))


@pytest.mark.usefixtures("_configured")
def test_a_linked_account_signs_in_and_nothing_of_the_person_is_kept(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    client = Client()
    assert b"Sign in with Town hall" in client.get("/en/account/sign-in").content
    answer = come_back(client, "subject-1")
    assert answer.status_code == 302
    # The clerk has one workspace alone, and comes straight to it.
    there = client.get(answer["Location"], follow=True)
    assert there.status_code == 200
    assert there.request["PATH_INFO"] == f"/en/desk/{town.code}/"
    home = client.get("/en/account/")
    assert town.clerk.login in home.content.decode()
    link = SocialAccount.objects.get()
    assert (link.user_id, link.uid, link.extra_data) == (town.clerk.pk, "subject-1", {})
    assert not SocialToken.objects.exists()
    kept = str(dict(client.session.items())) + home.content.decode()
    assert not [each for each in TOLD.values() if each in kept]


@pytest.mark.usefixtures("_configured")
def test_only_who_it_is_is_asked_with_a_proof_against_replay() -> None:
    asked = parse_qs(urlsplit(go_there(Client())).query)
    assert asked["scope"] == ["openid"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["redirect_uri"] == ["http://testserver/account/sign-in/with/town-hall/back"]


@pytest.mark.usefixtures("_configured")
def test_whom_nobody_linked_gets_no_account(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    before = User.objects.count()
    client = Client()
    answer = come_back(client, "subject-2")
    assert answer.status_code == 200
    assert b"No account is linked" in answer.content
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == before
    assert SocialAccount.objects.count() == 1
    assert not [each for each in TOLD.values() if each in str(dict(client.session.items()))]


@pytest.mark.usefixtures("_configured")
def test_an_account_with_a_second_factor_is_asked_for_it_here_too(town: builders.Town) -> None:
    services.link_sign_on(
        town.approver, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    client = Client()
    answer = come_back(client, "subject-1")
    assert answer["Location"].endswith("/account/sign-in/code")
    assert "_auth_user_id" not in client.session
    assert "access_token" not in str(dict(client.session.items()))
    assert "'token'" not in str(dict(client.session.items()))
    client.post("/en/account/sign-in/code", {"code": a_code()})
    assert client.session["_auth_user_id"] == str(town.approver.pk)


@pytest.mark.usefixtures("_configured")
def test_an_answer_is_for_the_browser_that_asked(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    asked, other = Client(), Client()
    back = agree_there(go_there(asked), "subject-1")
    assert other.get(back).status_code == 401
    assert "_auth_user_id" not in other.session
    asked.get(back)
    assert "_auth_user_id" in asked.session


@pytest.mark.usefixtures("_configured")
def test_an_id_token_for_another_question_is_not_believed(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    client = Client()
    back = agree_there(go_there(client), "subject-1")
    session = client.session
    session["sign_on_nonce"] = "another"
    session.save()
    assert client.get(back).status_code == 401
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_configured")
def test_a_closed_account_does_not_sign_in(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    services.close_account(town.clerk, authority=town.authority, by=None)
    client = Client()
    assert come_back(client, "subject-1")["Location"].endswith("/account/closed")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_configured")
def test_after_it_one_goes_on_where_one_wanted_to_and_nowhere_else(town: builders.Town) -> None:
    services.link_sign_on(
        town.clerk, provider="town-hall", subject="subject-1", authority=town.authority, by=None
    )
    start = "/zh-hans/account/sign-in/with/town-hall"
    for wanted, goes in (
        ("/zh-hans/account/password", "/zh-hans/account/password"),
        ("https://elsewhere.example/", "/zh-hans/account/sign-in"),
        ("//elsewhere.example/", "/zh-hans/account/sign-in"),
    ):
        client = Client()
        back = agree_there(go_there(client, f"{start}?next={wanted}"), "subject-1")
        assert client.get(back)["Location"] == goes


@pytest.mark.usefixtures("_configured", "town")
def test_a_provider_that_does_not_answer_or_is_none_is_no_failure_of_ours() -> None:
    assert Client().get("/en/account/sign-in/with/gone").status_code == 502
    for address in ("/en/account/sign-in/with/nobody", "/account/sign-in/with/nobody/back"):
        assert Client().get(address).status_code == 404
    assert Client().get("/account/sign-in/with/town-hall/back?code=1&state=2").status_code == 401


def test_a_subject_is_linked_to_one_account_by_its_registrar_alone(town: builders.Town) -> None:
    registrar = town.account("registrar", "registrar")
    link = {"provider": "town-hall", "subject": "subject-1", "authority": town.authority}
    services.link_sign_on(town.clerk, by=registrar, **link)
    with pytest.raises(RefusedError, match="another account"):
        services.link_sign_on(town.approver, by=registrar, **link)
    for by in (town.clerk, town.approver):
        with pytest.raises(PermissionError):
            services.link_sign_on(town.clerk, by=by, **link)
    services.unlink_sign_on(
        town.clerk, provider="town-hall", authority=town.authority, by=registrar
    )
    assert not SocialAccount.objects.exists()
    told = AccountEvent.objects.filter(what__startswith="sign-on").order_by("pk")
    assert [(each.what, each.account, each.actor) for each in told] == [
        ("sign-on-linked", town.clerk, registrar),
        ("sign-on-unlinked", town.clerk, registrar),
    ]
