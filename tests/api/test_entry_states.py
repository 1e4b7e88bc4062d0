"""Each state of an entry shows, or does not, what the life of an entry says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry, Notice, Organisation
from tabularium.register.services import loading
from tests import builders

Ask = Callable[..., Any]
Move = Callable[[datetime], None]
Town = builders.Town

SECRET = "绝密措辞 of the decision"


def _draft(town: Town, _move: Move) -> Entry:
    return builders.a_draft(town, summary=SECRET)


def _in_notice(town: Town, _move: Move) -> Entry:
    return builders.in_notice(town, summary=SECRET)


def _suspended(town: Town, move: Move) -> Entry:
    return builders.objected(town, move, summary=SECRET)


def _stayed(town: Town, move: Move) -> Entry:
    entry = builders.published(town, move, summary=SECRET)
    return services.stay(entry.pk, by=town.approver, order="Order of a made-up court.")


def _corrected(town: Town, move: Move) -> Entry:
    entry = builders.published(town, move, summary=SECRET)
    return services.correct(
        entry.pk,
        by=town.approver,
        content=builders.content(measure="Smaller fine", summary=SECRET),
        reasons="A wrong sum.",
    )


def _withdrawn_before_it_was_public(town: Town, _move: Move) -> Entry:
    entry = builders.in_notice(town, summary=SECRET)
    return services.withdraw(entry.pk, by=town.approver, reasons="A mistake.")


def _withdrawn(town: Town, move: Move) -> Entry:
    entry = builders.published(town, move, summary=SECRET)
    return services.withdraw(entry.pk, by=town.approver, reasons="A mistake.")


def _ended(town: Town, move: Move) -> Entry:
    return builders.ended(town, move, summary=SECRET)


def _repaired(town: Town, move: Move) -> Entry:
    entry = builders.published(town, move, summary=SECRET)
    replier = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=replier, text="Everything is put right.")
    entry = services.grant_repair(entry.pk, by=town.approver, reasons="It is.")
    assert entry.public_until is not None
    move(max(entry.public_until, clock.now()))
    return entry


def _erased(town: Town, move: Move) -> Entry:
    entry = _withdrawn(town, move)
    assert entry.erasable_from is not None
    move(entry.erasable_from + timedelta(seconds=1))
    assert not services.tick().failures
    entry.refresh_from_db()
    assert entry.organisation_id is None
    return entry


@pytest.mark.parametrize(
    "make",
    [_draft, _in_notice, _suspended, _stayed, _corrected, _withdrawn_before_it_was_public],
)
def test_what_is_not_public_now_is_unknown(
    make: Callable[[Town, Move], Entry], town: Town, move: Move, ask: Ask
) -> None:
    entry = make(town, move)
    _is_nowhere_in_lists(entry, ask)
    answer = ask(f"entries/{entry.pk}", 404)
    never = ask("entries/000000000000", 404)
    assert answer.pop("instance") != never.pop("instance")
    assert answer == never


@pytest.mark.parametrize("make", [_withdrawn, _ended, _repaired, _erased])
def test_what_is_over_is_gone_and_says_nothing(
    make: Callable[[Town, Move], Entry], town: Town, move: Move, ask: Ask
) -> None:
    entry = make(town, move)
    _is_nowhere_in_lists(entry, ask)
    answer = ask(f"entries/{entry.pk}", 410)
    assert answer["type"] == "/api/v1/problems#gone"
    assert entry.pk not in str(answer)
    assert SECRET not in str(answer)


def _is_nowhere_in_lists(entry: Entry, ask: Ask) -> None:
    if entry.organisation is None:
        return
    subject = entry.organisation
    number = subject.identifiers.get()
    ask(f"organisations/{subject.pk}", 404)
    ask("organisations", 404, scheme=number.scheme, value=number.value)
    assert ask("search", q=subject.name)["organisations"] == []
    assert ask("search", q=number.value)["found"] == 0


def test_an_entry_is_there_until_the_instant_of_its_end(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.published(town, move)
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=1))
    assert ask(f"entries/{entry.pk}")["id"] == entry.pk
    move(entry.public_until)
    ask(f"entries/{entry.pk}", 410)


ROOT = "http://testserver/"


def _organisation(subject: Organisation) -> dict[str, Any]:
    scheme_name = {"en": "Unified social credit code", "zh-hans": "统一社会信用代码"}
    value = subject.identifiers.get().value
    return {
        "id": subject.pk,
        "name": subject.name,
        "other_names": [],
        "identifiers": [{"scheme": "CN-USCC", "value": value, "scheme_name": scheme_name}],
        "legal_form": None,
        "jurisdiction": "cn",
        "url": f"{ROOT}organisations/{subject.pk}",
        "api_url": f"{ROOT}api/v1/organisations/{subject.pk}",
    }


ITEM = {
    "code": "market-office-penalty",
    "version": 1,
    "title": {"en": "Made-up penalty list", "zh-hans": "虚构名录"},
    "url": f"{ROOT}catalogue/market-office-penalty",
    "api_url": f"{ROOT}api/v1/catalogue/market-office-penalty",
}
AUTHORITY = {
    "code": "market-office",
    "names": {"en": "Made-up Office market-office", "zh-hans": "虚构市场监管局"},
    "url": f"{ROOT}authorities/market-office",
    "api_url": f"{ROOT}api/v1/authorities/market-office",
}
OBJECTION = {
    "route": "In writing to the office that decided.",
    "url": "https://office.example/objections",
}
CORRECTIONS = {
    "route": {"en": "Write to the office's counter.", "zh-hans": "请致函该局窗口。"},
    "url": "https://office.example/corrections",
}


def test_a_published_entry_is_told_whole(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.published(town, move)
    number = entry.current_version.decision_number
    assert ask(f"entries/{entry.pk}") == {
        "id": entry.pk,
        "url": f"{ROOT}entries/{entry.pk}",
        "api_url": f"{ROOT}api/v1/entries/{entry.pk}",
        "kind": "penalty",
        "field": "food-safety",
        "meaning": "penalised-by-this-authority",
        "item": ITEM,
        "authority": AUTHORITY,
        "organisation": _organisation(_subject_of(entry)),
        "version": 1,
        "decision_number": number,
        "decided_on": "2026-03-03",
        "measure": "Fine",
        "summary": "First line.\nSecond line.",
        "legal_basis": {"citation": "Made-up Act, article 5", "url": "https://law.example/5"},
        "amount": {"value": "4965.70", "currency": "CNY"},
        "term": {"begins": "2026-03-04", "ends": "2027-03-01"},
        "public_from": _utc(entry.public_from),
        "public_until": "2027-03-01T16:00:00Z",  # midnight in Shanghai after the last day
        "language": "en",
        "details": {},
        "erased_fields": [],
        "answer": None,
        "answer_language": None,
        "promise": None,
        "notes": [],
        "objection": OBJECTION,
        "corrections": CORRECTIONS,
        "about_url": f"{ROOT}about",
    }


def test_an_entry_is_the_same_in_a_list_as_by_itself(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.published(town, move, details={"地点": "虚构区"})
    subject = _subject_of(entry)
    shown = _organisation(subject)
    whole = ask(f"entries/{entry.pk}")
    assert whole["details"] == {"地点": "虚构区"}
    listed = {"organisation": shown, "entries": [whole], "next": None}
    assert ask(f"organisations/{subject.pk}") == listed
    value = shown["identifiers"][0]["value"]
    assert ask("organisations", scheme="CN-USCC", value=value) == listed
    for asked in (subject.name, value):
        found = ask("search", q=asked)
        (organisation,) = found.pop("organisations")
        assert found == {"found": 1, "more_than_found": False, "next": None}
        assert asked in [each["text"] for each in organisation.pop("because")]
        assert organisation == shown


def _subject_of(entry: Entry) -> Organisation:
    assert entry.organisation is not None
    return entry.organisation


def _utc(instant: datetime | None) -> str:
    assert instant is not None
    assert instant.utcoffset() == timedelta(0)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_licence_has_no_way_to_object_and_no_end(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.published(town, move, Kind.LICENCE)
    answer = ask(f"entries/{entry.pk}")
    assert answer["objection"] is None
    assert answer["amount"] is None
    assert answer["public_until"] is None
    assert answer["term"] == {"begins": None, "ends": None}
    assert answer["meaning"] == "permitted-by-this-authority"


def test_a_restored_entry_is_public_again(town: Town, move: Move, ask: Ask) -> None:
    entry = builders.objected(town, move)
    ask(f"entries/{entry.pk}", 404)
    services.uphold(entry.pk, by=town.approver, reasons="It stands.")
    assert ask(f"entries/{entry.pk}")["version"] == 1
    services.stay(entry.pk, by=town.approver, order="Order of a made-up court.")
    ask(f"entries/{entry.pk}", 404)
    services.lift_stay(entry.pk, by=town.approver, order="The court again.")
    assert ask(f"entries/{entry.pk}")["id"] == entry.pk


def test_a_correction_shows_only_after_its_own_notice(town: Town, move: Move, ask: Ask) -> None:
    entry = _corrected(town, move)
    entry = services.give_notice(entry.pk, fact=Notice.Fact.POSTED)
    ask(f"entries/{entry.pk}", 404)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    services.tick()
    answer = ask(f"entries/{entry.pk}")
    assert (answer["version"], answer["measure"]) == (2, "Smaller fine")


def test_an_answer_stands_beside_the_entry_while_it_is_wanted_there(
    town: Town, move: Move, ask: Ask
) -> None:
    entry = builders.published(town, move)
    replier = builders.a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="不对外公开", shown=False, language="zh-hans")
    assert ask(f"entries/{entry.pk}")["answer"] is None
    services.answer(entry.pk, by=replier, text="已改正。", shown=True, language="zh-hans")
    shown = ask(f"entries/{entry.pk}")
    assert (shown["answer"], shown["answer_language"]) == ("已改正。", "zh-hans")
    assert shown["language"] == "en"
    assert ask(f"organisations/{entry.organisation_id}")["entries"][0]["answer"] == "已改正。"
    services.take_back_answer(entry.pk, by=replier)
    assert ask(f"entries/{entry.pk}")["answer"] is None


def test_what_is_no_address_of_the_web_is_given_to_nobody(
    town: Town, move: Move, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if they had got past the services, which refuse them.
    monkeypatch.setattr(loading, "web_address", str)
    entry = builders.published(
        town, move, legal_basis_url="javascript:alert(1)", objection_url="//office.example/x"
    )
    said = ask(f"entries/{entry.pk}")
    assert said["legal_basis"] == {"citation": "Made-up Act, article 5", "url": None}
    assert said["objection"]["url"] is None
