from datetime import timedelta

import pytest

from tabularium import clock
from tabularium.register import services
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import Entry, Looking, Notice
from tabularium.register.services.looking import lookings_of
from tests import builders
from tests.lines.hidden import Move

pytestmark = pytest.mark.django_db


def test_a_look_is_kept_once_an_hour_with_authority_and_role_and_without_account(
    move: Move,
) -> None:
    town = builders.Town()
    entry = builders.in_notice(town)
    for user in (town.clerk, town.clerk, town.approver, town.second_approver):
        services.note_looking(user, town.authority, entry)
    move(clock.now() + timedelta(hours=1, minutes=20))
    services.note_looking(town.clerk, town.authority, entry)
    assert entry.organisation is not None
    rows = [(each.role, each.hour.isoformat()) for each in lookings_of(entry.organisation)]
    assert rows == [
        ("clerk", "2026-03-04T03:00:00+00:00"),
        ("approver", "2026-03-04T02:00:00+00:00"),
        ("clerk", "2026-03-04T02:00:00+00:00"),
    ]
    assert {each.name for each in Looking._meta.concrete_fields} == {
        "id",
        "entry",
        "authority",
        "role",
        "hour",
    }


@pytest.mark.usefixtures("move")
def _notice_of(entry: Entry) -> Notice:
    return Notice.objects.get(version=entry.current_version_id, purpose="before-publication")


def test_who_is_no_member_of_the_authority_cannot_look_in_its_name() -> None:
    town, other = builders.Town(), builders.Town("other-office")
    entry = builders.in_notice(town)
    with pytest.raises(NotPermittedError):
        services.note_looking(other.clerk, town.authority, entry)
    assert not Looking.objects.exists()


def test_erasure_forgets_who_looked_and_what_became_of_codes(move: Move) -> None:
    town = builders.Town()
    entry, other = builders.published(town, move), builders.published(town, move)
    for each in (entry, other):
        services.note_looking(town.clerk, town.authority, each)
        services.new_code(_notice_of(each), by=town.clerk)
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert [each.entry_id for each in Looking.objects.all()] == [other.pk]
    assert not hasattr(_notice_of(entry), "code")
