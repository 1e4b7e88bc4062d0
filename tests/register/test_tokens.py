"""A token stands for one authority until it ends or is taken back, and nobody can read it in the register."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from tabularium import clock
from tabularium.register import services, token_text
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Membership, Token
from tabularium.register.services.memberships import submission_account
from tabularium.register.services.tokens import LONGEST_LIFE, new_token, revoke_token, use_token
from tests.builders import Town

Move = Callable[[datetime], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(move: Move) -> Town:  # noqa: ARG001 - the clock stands
    return Town()


def test_a_token_stands_for_its_authority(town: Town) -> None:
    Town("other-office")
    made = new_token(town.authority, label="Case system", days=30)
    assert use_token(made.text) == town.authority
    assert made.token.expires_at == clock.now() + timedelta(days=30)


def test_the_token_itself_is_nowhere(town: Town) -> None:
    made = new_token(town.authority, label="Case system", days=30)
    secret = made.text.removeprefix(token_text.PREFIX + made.token.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM register_token")
        kept = str(cursor.fetchall())
    assert made.token.pk in kept
    assert secret not in kept
    assert secret not in repr(made)
    assert secret not in f"{made.token} {made.token!r}"


def test_a_scanner_finds_it_and_tells_it_from_what_is_none(town: Town) -> None:
    texts = [new_token(town.authority, label="x", days=1).text for _ in range(50)]
    assert len(set(texts)) == 50
    log = f"Authorization: Bearer {texts[0]}\n"
    assert [match[0] for match in token_text.TOKEN.finditer(log)] == [texts[0]]
    for text in texts:
        assert re.fullmatch(r"tabularium_[0-9A-Za-z]{61}", text)
        assert token_text.identity_in(text)
        other = "A" if text[30] != "A" else "B"
        assert token_text.identity_in(text[:30] + other + text[31:]) is None


@pytest.mark.parametrize(
    "text",
    ["", "tabularium_", "x" * 72, "Bearer", "tabularium_" + "é" * 61, "tabularium_" + "0" * 61],
)
def test_what_is_no_token(town: Town, text: str) -> None:
    new_token(town.authority, label="x", days=1)
    with pytest.raises(NotPermittedError):
        use_token(text)


def test_a_made_up_secret_for_a_real_identity(town: Town) -> None:
    made = new_token(town.authority, label="x", days=1)
    forged = token_text.new_text(made.token.pk)
    assert token_text.identity_in(forged) == made.token.pk
    with pytest.raises(NotPermittedError):
        use_token(forged)
    with pytest.raises(NotPermittedError):
        use_token(token_text.new_text("0" * 12))


def test_all_that_is_wrong_sounds_the_same(town: Town, move: Move) -> None:
    over = new_token(town.authority, label="over", days=1)
    back = new_token(town.authority, label="back", days=5)
    right = new_token(town.authority, label="right", days=5)
    revoke_token(back.token.pk)
    move(over.token.expires_at)
    assert use_token(right.text) == town.authority
    said = set()
    for text in (over.text, back.text, token_text.new_text("0" * 12), "nothing"):
        with pytest.raises(NotPermittedError) as refused:
            use_token(text)
        said.add(str(refused.value))
    assert len(said) == 1


def test_it_holds_until_the_instant_of_its_end(town: Town, move: Move) -> None:
    made = new_token(town.authority, label="x", days=1)
    move(made.token.expires_at - timedelta(microseconds=1))
    assert use_token(made.text) == town.authority
    move(made.token.expires_at)
    with pytest.raises(NotPermittedError):
        use_token(made.text)


def test_a_closed_account_closes_its_tokens(town: Town) -> None:
    made = new_token(town.authority, label="x", days=1)
    account = submission_account(town.authority)
    account.is_active = False
    account.save()
    with pytest.raises(NotPermittedError):
        use_token(made.text)


def test_it_records_and_decides_nothing(town: Town) -> None:
    new_token(town.authority, label="x", days=1)
    held = Membership.objects.filter(user=submission_account(town.authority))
    assert [each.role for each in held] == [Membership.Role.SUBMISSION]


def test_the_day_of_use_is_kept_in_the_authority_s_calendar(town: Town, move: Move) -> None:
    made = new_token(town.authority, label="x", days=9)
    assert Token.objects.get().last_used_on is None
    # 16:30 in UTC is half past midnight in Shanghai.
    move(datetime(2026, 3, 4, 16, 30, tzinfo=clock.now().tzinfo))
    use_token(made.text)
    assert Token.objects.get().last_used_on == date(2026, 3, 5)


def test_a_second_use_on_a_day_writes_nothing(
    town: Town, django_assert_num_queries: Callable[..., object]
) -> None:
    made = new_token(town.authority, label="x", days=9)
    use_token(made.text)
    with django_assert_num_queries(2) as asked:  # type: ignore[attr-defined]
        use_token(made.text)
    assert all(each["sql"].startswith("SELECT") for each in asked.captured_queries)


def test_taken_back_twice_is_taken_back_once(town: Town, move: Move) -> None:
    made = new_token(town.authority, label="x", days=9)
    first = revoke_token(made.token.pk).revoked_at
    move(clock.now() + timedelta(hours=1))
    assert revoke_token(made.token.pk).revoked_at == first
    with pytest.raises(RefusedError):
        revoke_token("000000000000")


@pytest.mark.parametrize(
    ("label", "days"), [("", 1), (" ", 1), ("x" * 81, 1), ("x", 0), ("x", LONGEST_LIFE + 1)]
)
def test_a_token_needs_a_label_and_an_end(town: Town, label: str, days: int) -> None:
    with pytest.raises(RefusedError):
        services.new_token(town.authority, label=label, days=days)
    assert not Token.objects.exists()
