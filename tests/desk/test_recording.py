"""One decision recorded by hand: by the same checks as a file with one row."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tabularium.desk.row_forms import columns_of
from tabularium.intake.items import parse_item
from tabularium.intake.services import enter_item
from tabularium.register.models import Entry, Membership
from tabularium.register.services import open_account
from tests.intake.conftest import ITEM, ROW
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

YESTERDAY = {"decided": "03/03/2026", "begins": "2026-03-03"}


def test_a_decision_is_recorded_by_hand_and_a_wrong_one_comes_back(
    move: Callable[[datetime], None],
) -> None:
    move(datetime(2026, 3, 4, 2, 0, tzinfo=UTC))
    item = enter_item(ITEM, "made-up.toml")
    clerk = open_account("clerk", role=Membership.Role.CLERK, authority=item.authority)
    client = signed_in(clerk)
    address = f"/en/desk/{item.authority_id}/record/{item.code}"
    assert client.get(address).status_code == 200
    row = {**ROW, **YESTERDAY}
    fields = {each.field: row[each.name] for each in columns_of(parse_item(ITEM, "made-up.toml"))}
    names = {each.name: each.field for each in columns_of(parse_item(ITEM, "made-up.toml"))}
    wrong = client.post(address, {**fields, names["number"]: "11.222.333/0001-82"})
    assert wrong.status_code == 422
    assert "Brass &amp; Sons Ltd" in wrong.content.decode()
    assert Entry.objects.count() == 0
    right = client.post(address, fields)
    assert right.status_code == 302
    entry = Entry.objects.get()
    assert right["Location"].endswith(f"/entries/{entry.pk}")
    assert (entry.recorded_by, entry.stage) == (clerk, "draft")
    again = client.post(address, fields)
    assert again.status_code == 422
    assert Entry.objects.count() == 1
