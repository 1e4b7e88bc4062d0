"""One decision recorded by hand: by the same checks as a file with one row."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.http import HttpResponse

from tabularium.desk.row_forms import columns_of
from tabularium.intake.items import parse_item
from tabularium.intake.services import enter_item
from tabularium.register.models import Entry, Membership
from tabularium.register.services import open_account
from tests.intake.conftest import ITEM, ROW
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "catalogue"
PROMISE = {
    "Decision": "LO 3/2026",
    "Date of decision": "2026-03-03",
    "Office": "Made-up Licensing Office",
    "Credit code of the office": "119999000000007029",
    "Promise": "Licences for restaurants within five working days",
    "In full": "",
    "To whom, in general": "Restaurants of the town",
    "By when": "2026-06-30",
    "Public until": "2027-06-30",
}
JUDGMENT = {
    "File number": "TC 17/2026",
    "Date of judgment": "2026-03-03",
    "Authority": "Made-up Licensing Office",
    "Credit code of the authority": "119999000000007029",
    "What it is to do": "Pay for delivered chairs",
    "For what": "",
    "Amount in yuan": "4,965.70",
    "State": "",
}
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


def _by_hand(item_file: str, row: dict[str, str]) -> tuple[str, HttpResponse]:
    text = (EXAMPLES / item_file).read_text("utf-8")
    item = enter_item(text, item_file)
    clerk = open_account(
        f"clerk@{item.authority_id}", role=Membership.Role.CLERK, authority=item.authority
    )
    fields = {each.field: row[each.name] for each in columns_of(parse_item(text, item_file))}
    address = f"/en/desk/{item.authority_id}/record/{item.code}"
    answer: HttpResponse = signed_in(clerk).post(address, fields)
    return answer.content.decode(), answer


def test_promises_and_judgments_are_recorded_by_hand_by_the_items_of_the_examples(
    move: Callable[[datetime], None],
) -> None:
    move(datetime(2026, 3, 4, 2, 0, tzinfo=UTC))
    office, court = "example-office-promises.toml", "example-court-unpaid-judgments.toml"
    for wrong, said in (
        ({"To whom, in general": "Ring 010-62284116."}, "telephone"),
        ({"Public until": "2026-07-01"}, ""),
        ({"By when": "2026-03-02"}, ""),
        ({"Credit code of the office": "119999000000007016"}, ""),
    ):
        page, answer = _by_hand(office, {**PROMISE, **wrong})
        assert answer.status_code == 422, wrong
        assert said in page
        assert Entry.objects.count() == 0
    assert _by_hand(office, PROMISE)[1].status_code == 302
    promise = Entry.objects.get()
    said_of_it = promise.current_version
    assert (promise.kind, said_of_it.promised_to) == ("promise", "Restaurants of the town")
    assert said_of_it.due_on == date(2026, 6, 30)
    assert promise.organisation == promise.authority.organisation
    assert _by_hand(court, JUDGMENT)[1].status_code == 302
    judgment = Entry.objects.get(kind="judgment")
    assert judgment.organisation == promise.organisation
    assert judgment.current_version.notice_channel == "letter"
