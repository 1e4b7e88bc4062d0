"""Accounts as somebody types the commands: opened, helped, closed, linked, and what was done with them."""

import os
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client

from tabularium.register.models import AccountEvent, Membership, User
from tests.builders import Town
from tests.cli.typed import Typed

LINK = r"http://127\.0\.0\.1:8765(/account/first-password/[^\s]+)\n"


@pytest.fixture
def office(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    del db
    monkeypatch.setenv("TABULARIUM_DATA", os.environ.get("TABULARIUM_DATA", ""))
    Town()
    return Typed(tmp_path / "register")


def opened(office: Typed, login: str = "wang", role: str = "approver") -> User:
    ran = office.run("account", login, "--authority", "market-office", "--role", role)
    assert ran.code == 0, ran.err
    return User.objects.get(login=login)


def what_was_done(user: User) -> list[str]:
    return list(
        AccountEvent.objects.filter(account=user).order_by("pk").values_list("what", flat=True)
    )


def test_the_link_to_a_first_password_alone_goes_to_standard_output(office: Typed) -> None:
    ran = office.run("account", "wang", "--authority", "market-office", "--role", "approver")
    link = re.fullmatch(LINK, ran.out)
    assert (ran.code, link is not None) == (0, True)
    assert "wang is approver of market-office." in ran.err
    assert "holds three days" in ran.err
    assert link is not None
    assert link.group(1) not in ran.err
    assert Client().get(link.group(1), follow=True).status_code == 200
    user = User.objects.get(login="wang")
    assert not user.has_usable_password()
    assert what_was_done(user) == ["opened", "role-given", "link-made"]


def test_an_account_that_can_sign_in_gets_a_role_more_and_no_link(office: Typed) -> None:
    user = opened(office)
    user.set_password("a long password of tests")
    user.save()
    ran = office.run("account", "open", "wang", "--authority", "market-office", "--role", "auditor")
    assert (ran.code, ran.out, ran.err) == (0, "wang is auditor of market-office.\n", "")
    roles = Membership.objects.filter(user=user).values_list("role", flat=True)
    assert sorted(roles) == ["approver", "auditor"]
    again = office.run("account", "Wang", "--authority", "market-office", "--role", "clerk")
    assert (again.code, User.objects.filter(login__iexact="wang").count()) == (0, 1)


def test_a_link_is_made_anew_for_who_lost_the_first(office: Typed) -> None:
    opened(office, "li", "clerk")
    again = office.run("account", "link-password", "li", "--authority", "market-office")
    assert again.code == 0
    assert re.fullmatch(LINK, again.out)
    assert what_was_done(User.objects.get(login="li"))[-1] == "link-made"


def test_who_lost_a_device_signs_in_no_more_with_what_there_was(office: Typed) -> None:
    user = opened(office)
    user.set_password("a long password of tests")
    user.save()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    ran = office.run("account", "reset-factor", "wang")
    assert (ran.code, re.fullmatch(LINK, ran.out) is not None) == (0, True)
    assert "signs in no more with what it had" in ran.err
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not Authenticator.objects.filter(user=user).exists()
    assert what_was_done(user)[-2:] == ["second-factor-reset", "link-made"]


def test_an_account_is_closed_and_opened_again(office: Typed) -> None:
    user = opened(office)
    assert office.run("account", "close", "wang").out == "wang is closed.\n"
    user.refresh_from_db()
    assert not user.is_active
    assert office.run("account", "close", "wang", "--reopen").out == "wang is open.\n"
    user.refresh_from_db()
    assert user.is_active
    assert what_was_done(user)[-2:] == ["closed", "reopened"]


def test_an_account_is_linked_to_a_sign_in_provider_and_not_any_more(
    office: Typed, settings: LazySettings
) -> None:
    user = opened(office)
    absent = office.run("account", "link", "wang", "--provider", "town", "--subject", "s-1")
    assert (absent.code, "no sign-in provider 'town'; it has: none yet" in absent.err) == (2, True)
    settings.SOCIALACCOUNT_PROVIDERS = {
        "sign_on": {"APPS": [{"provider_id": "town", "name": "Town", "settings": {}}]}
    }
    linked = office.run("account", "link", "wang", "--provider", "town", "--subject", "s-1")
    assert (linked.code, linked.out) == (0, "wang signs in by town.\n")
    assert SocialAccount.objects.get(user=user).uid == "s-1"
    opened(office, "li", "clerk")
    taken = office.run("account", "link", "li", "--provider", "town", "--subject", "s-1")
    assert (taken.code, len(taken.err.splitlines())) == (2, 1)
    assert SocialAccount.objects.count() == 1
    removed = office.run("account", "link", "wang", "--provider", "town", "--remove")
    assert removed.out == "wang is not linked to town any more.\n"
    assert not SocialAccount.objects.exists()
    assert what_was_done(user)[-2:] == ["sign-on-linked", "sign-on-unlinked"]


def test_what_was_done_is_listed_newest_first_without_links(office: Typed) -> None:
    link = office.run("account", "wang", "--authority", "market-office", "--role", "approver").out
    office.run("account", "close", "wang", "--authority", "market-office")
    listed = office.run("account", "events", "--authority", "market-office")
    assert listed.code == 0
    assert listed.out.index("closed") < listed.out.index("link-made")
    assert link.strip() not in listed.out
    answer = office.run("account", "events", "--authority", "market-office", "--json").json
    of_wang = [each for each in answer["events"] if each["account"] == "wang"]
    assert [each["what"] for each in of_wang] == ["closed", "link-made", "role-given", "opened"]
    assert {each["by"] for each in of_wang} == {""}
    assert of_wang[2]["role"] == "approver"


REFUSED = [
    (["nobody-yet", "--authority", "absent", "--role", "clerk"], "knows no authority 'absent'"),
    (["link-password", "nobody"], "There is no account 'nobody'"),
    (["reset-factor", "nobody"], "There is no account 'nobody'"),
    (["close", "nobody"], "There is no account 'nobody'"),
    (["link", "nobody", "--provider", "town", "--remove"], "There is no account 'nobody'"),
    (["link", "nobody", "--provider", "town"], "Name --subject, or --remove."),
    (["events", "--authority", "absent"], "it knows: market-office"),
    (["li", "--authority", "market-office", "--role", "owner"], "is not one of"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_cannot_be_done_is_refused_in_words(
    office: Typed, arguments: list[str], said: str
) -> None:
    ran = office.run("account", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert not User.objects.filter(login__in=["nobody", "nobody-yet", "li"]).exists()


@pytest.mark.parametrize("login", ["13800138000", "wang@mail.example"])
def test_a_login_that_says_who_somebody_is_opens_no_account(office: Typed, login: str) -> None:
    ran = office.run("account", login, "--authority", "market-office", "--role", "clerk")
    assert ran.code == 2
    assert login not in ran.out + ran.err
    assert not User.objects.filter(login=login).exists()
