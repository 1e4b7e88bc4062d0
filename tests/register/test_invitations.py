from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings

from tabularium import clock
from tabularium.register import invitation_text, services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.ids import ALPHABET
from tabularium.register.models import Entry, Invitation, Membership, Notice, NoticeCode, User
from tabularium.register.services import notice_codes
from tests import builders
from tests.lines.hidden import Move

pytestmark = pytest.mark.django_db


def notice_of(entry: Entry) -> Notice:
    return Notice.objects.get(version=entry.current_version_id)


def an_account(login: str = "shop") -> User:
    return User.objects.create(login=login)


def refused(code: str, user: User | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        services.redeem(code, user or an_account("refused"))
    return caught.value.reason


# ---- how a code is written


def test_a_code_is_read_as_it_was_written_however_people_type_it() -> None:
    number = 0x123456789ABCDEF0123456789ABC
    code = invitation_text.written(number)
    assert len(code.split("-")) == 6
    assert {len(group) for group in code.split("-")} == {4}
    typed = [
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' ')} ",
        code.replace("-", "–"),
        code.replace("0", "O").replace("1", "l"),
        "".join(chr(ord(each) + 0xFEE0) if each != "-" else "－" for each in code),
    ]
    assert [invitation_text.read(each) for each in typed] == [number] * len(typed)


def test_every_wrong_character_and_every_two_that_changed_places_are_a_slip() -> None:
    code = invitation_text.written(0x5A5A5A5A5A5A5A123456789ABCDE).replace("-", "").lower()
    slips = 0
    for place, right in enumerate(code):
        others = [
            *(code[:place] + wrong + code[place + 1 :] for wrong in ALPHABET if wrong != right),
            *(
                code[:place] + code[other] + code[place + 1 : other] + right + code[other + 1 :]
                for other in range(place + 1, len(code))
                if code[other] != right
            ),
        ]
        for wrong in others:
            slips += 1
            with pytest.raises(invitation_text.MistypedError):
                invitation_text.read(wrong)
    assert slips > 24 * 31


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 24, "é" * 24, "0" * 25, "0" * 23])
def test_what_is_no_code_is_a_slip(text: str) -> None:
    with pytest.raises(invitation_text.MistypedError):
        invitation_text.read(text)


# ---- the code of a notice


def test_a_notice_carries_the_same_code_each_time_and_another_notice_another(move: Move) -> None:
    town = builders.Town()
    first, second = builders.in_notice(town), builders.in_notice(town)
    code = services.code_for(notice_of(first))
    move(clock.now() + timedelta(days=1))
    assert services.code_for(notice_of(first)) == code
    assert services.code_for(notice_of(second)) != code
    with override_settings(SECRET_KEY="another register"):
        assert services.code_for(notice_of(first)) != code


@pytest.mark.usefixtures("move")
def test_the_database_holds_no_code_before_or_after_its_use() -> None:
    entry = builders.in_notice(builders.Town())
    code = services.code_for(notice_of(entry))
    assert not NoticeCode.objects.exists()
    services.redeem(code, an_account())
    invited = services.invitation_code(
        services.invite(entry.organisation, by=User.objects.get(login="shop"))
    )
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            text = str(cursor.fetchall()).upper().replace("-", "")
            assert code.replace("-", "") not in text
            assert invited.replace("-", "") not in text


@pytest.mark.usefixtures("move")
def test_a_code_gives_the_membership_once() -> None:
    entry = builders.in_notice(builders.Town())
    code, user = services.code_for(notice_of(entry)), an_account()
    assert services.redeem(code.lower(), user) == entry.organisation
    assert [each.role for each in user.memberships.all()] == [Membership.Role.REPLIER]
    assert NoticeCode.objects.get().used_at == clock.now()
    assert refused(code) == "code-not-valid"
    assert refused(code, user) == "code-not-valid"


@pytest.mark.usefixtures("move")
def test_a_member_who_has_another_letter_uses_nothing_up() -> None:
    town, subject = builders.Town(), builders.a_subject()
    first = builders.in_notice(town, subject=subject)
    second = builders.in_notice(town, subject=subject)
    user = an_account()
    services.redeem(services.code_for(notice_of(first)), user)
    services.redeem(services.code_for(notice_of(second)), user)
    assert user.memberships.count() == 1
    services.redeem(services.code_for(notice_of(second)), an_account("colleague"))


def test_a_code_holds_until_ninety_days_after_the_window(move: Move) -> None:
    entry = builders.in_notice(builders.Town())
    notice = notice_of(entry)
    code, expires = services.code_for(notice), notice_codes.code_expires_at(notice)
    assert entry.window_closes_at is not None
    assert expires == entry.window_closes_at + timedelta(days=90)
    move(expires - timedelta(microseconds=1))
    assert services.recognise(code)
    move(expires)
    assert refused(code) == "code-not-valid"


@pytest.mark.usefixtures("move")
def test_a_code_holds_before_its_notice_counts_as_given() -> None:
    town = builders.Town()
    entry = services.approve(builders.a_draft(town).pk, approver=town.approver)
    assert services.redeem(services.code_for(notice_of(entry)), an_account()) == entry.organisation


@pytest.mark.usefixtures("move")
def test_a_typing_slip_is_told_from_a_code_that_is_not_valid() -> None:
    entry = builders.in_notice(builders.Town())
    code = services.code_for(notice_of(entry))
    slip = ("A" if code[0] != "A" else "B") + code[1:]
    assert refused(slip) == "code-mistyped"
    made_up = invitation_text.written(invitation_text.read(code) ^ 1)
    assert refused(made_up, an_account("other")) == "code-not-valid"


def test_unknown_used_expired_withdrawn_and_erased_say_the_same(move: Move) -> None:
    town = builders.Town()
    said = set()

    def hear(code: str) -> None:
        with pytest.raises(RefusedError) as caught:
            services.recognise(code)
        said.add((caught.value.reason, str(caught.value)))

    hear(invitation_text.written(12345))
    used = services.code_for(notice_of(builders.in_notice(town)))
    services.redeem(used, an_account())
    hear(used)
    entry = builders.in_notice(town)
    services.withdraw_code(notice_of(entry), by=town.clerk)
    hear(services.code_for(notice_of(entry)))
    entry = builders.published(town, move)
    code = services.code_for(notice_of(entry))
    assert services.recognise(code)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    hear(code)
    services.tick()
    hear(code)
    assert said == {("code-not-valid", "This code is not valid.")}


def test_another_code_takes_the_place_of_the_first_and_holds_from_its_own_day(move: Move) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    first = services.code_for(notice_of(entry))
    services.redeem(first, an_account())
    later = clock.now() + timedelta(days=200)
    move(later)
    second = services.new_code(notice_of(entry), by=town.clerk)
    assert second != first
    assert services.code_for(notice_of(entry)) == second
    assert refused(first) == "code-not-valid"
    move(later + timedelta(days=89))
    assert services.redeem(second, an_account("second")) == entry.organisation


@pytest.mark.usefixtures("move")
def test_only_the_authority_s_own_people_make_and_withdraw_codes() -> None:
    town, other = builders.Town(), builders.Town("other-office")
    entry = builders.in_notice(town)
    for act in (services.new_code, services.withdraw_code):
        for by in (other.clerk, builders.a_replier(entry.organisation)):
            with pytest.raises(NotPermittedError):
                act(notice_of(entry), by=by)


@pytest.mark.usefixtures("move")
def test_who_acts_for_the_authority_that_decided_does_not_answer_to_it() -> None:
    town = builders.Town()
    code = services.code_for(notice_of(builders.in_notice(town)))
    assert refused(code, town.clerk) == "code-of-own-authority"
    assert not NoticeCode.objects.exists()


def test_a_number_that_comes_again_after_a_backup_does_not_fit_an_old_letter(move: Move) -> None:
    town = builders.Town()
    notice = notice_of(builders.in_notice(town))
    code = services.code_for(notice)
    move(clock.now() + timedelta(seconds=1))
    Notice.objects.filter(pk=notice.pk).update(created_at=clock.now())
    assert refused(code) == "code-not-valid"


@pytest.mark.usefixtures("move")
def test_a_correction_s_notice_has_a_code_of_its_own() -> None:
    town = builders.Town()
    entry = builders.in_notice(town)
    before = notice_of(entry)
    services.correct(entry.pk, by=town.approver, content=builders.content(), reasons="Better.")
    after = notice_of(Entry.objects.get(pk=entry.pk))
    assert services.code_for(before) != services.code_for(after)
    assert services.redeem(services.code_for(after), an_account()) == entry.organisation


# ---- one member lets in another


def test_a_member_lets_in_another_once_and_within_a_week(move: Move) -> None:
    organisation = builders.in_notice(builders.Town()).organisation
    assert organisation is not None
    by = builders.a_replier(organisation)
    code, other = (
        services.invitation_code(services.invite(organisation, by=by)),
        services.invitation_code(services.invite(organisation, by=by)),
    )
    assert services.redeem(code, an_account()) == organisation
    assert refused(code) == "code-not-valid"
    move(clock.now() + timedelta(days=7))
    assert refused(other, an_account("late")) == "code-not-valid"


@pytest.mark.usefixtures("move")
def test_an_invitation_is_taken_back_by_members_alone() -> None:
    town = builders.Town()
    organisation = builders.in_notice(town).organisation
    stranger = builders.a_replier(builders.in_notice(town).organisation)
    assert organisation is not None
    by = builders.a_replier(organisation)
    code = services.invitation_code(services.invite(organisation, by=by))
    number = Invitation.objects.get().pk
    for each in (stranger, town.clerk):
        with pytest.raises(NotPermittedError):
            services.take_back_invitation(number, organisation, by=each)
        with pytest.raises(NotPermittedError):
            services.invitation_code(services.invite(organisation, by=each))
    services.take_back_invitation(number, organisation, by=by)
    assert refused(code) == "code-not-valid"
