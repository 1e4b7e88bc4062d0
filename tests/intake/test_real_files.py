"""Whole public files, examined as of a day near their copy, with the packaged rules."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tabularium.core.content import Draft
from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined
from tabularium.intake.items import parse_item
from tabularium.intake.readers import FileFormat, FileShape, Row, open_rows
from tabularium.rules.loader import rule_book
from tests.intake.real_files import FILES, Whole, item_text

pytestmark = pytest.mark.data

_EXAMINED: dict[tuple[str, str], tuple[list[Row], list[Examined]]] = {}


def examined(file: Whole, folder: Path) -> tuple[list[Row], list[Examined]]:
    """The rows of a file and what becomes of each; read once for all tests."""
    known = (file.item, file.path)
    if known not in _EXAMINED:
        item = parse_item(item_text(file.item), file.item)
        rows = list(open_rows(folder / file.path, item.file))
        results = list(examine(item, rows, rule_book(), file.today))
        _EXAMINED[known] = rows, results
    return _EXAMINED[known]


def why(result: Examined) -> str:
    assert result.primary is not None
    reason = result.primary.parameters.get("reason")
    return f"{result.primary.code}:{reason}" if reason else str(result.primary.code)


def test_every_public_file_goes_through_an_item(shared_data: Path) -> None:
    there = {
        str(path.relative_to(shared_data))
        for path in shared_data.rglob("*")
        if path.is_file() and path.name != "ORIGIN.md"
    }
    assert there == {file.path for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.item}-{file.today}")
def test_every_row_of_a_file_is_a_draft_or_is_stopped(file: Whole, shared_data: Path) -> None:
    rows, results = examined(file, shared_data)
    assert len(rows) == file.rows
    assert [result.row for result in results] == [row.number for row in rows]
    assert sum(result.draft is not None for result in results) == file.drafts
    assert Counter(why(result) for result in results if result.draft is None) == file.stopped
    assert file.drafts + sum(file.stopped.values()) == file.rows


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.item}-{file.today}")
def test_every_draft_is_whole(file: Whole, shared_data: Path) -> None:
    item = parse_item(item_text(file.item), file.item)
    _, results = examined(file, shared_data)
    drafts = [result.draft for result in results if result.draft]
    assert len({draft.key for draft in drafts}) == len(drafts)
    for draft in drafts:
        assert draft.content.missing_for(item.kind) == ()
        assert draft.content.decided_on <= file.today
        ends = draft.content.term_ends
        assert ends is None or ends >= file.today


def drafts_of(file: Whole, folder: Path) -> dict[int, Draft]:
    return {each.row: each.draft for each in examined(file, folder)[1] if each.draft}


def test_only_final_findings_of_the_tax_authority_become_drafts(shared_data: Path) -> None:
    for file in (each for each in FILES if each.item == "mx-sat-69b"):
        rows, results = examined(file, shared_data)
        for row, result in zip(rows, results, strict=True):
            if result.draft is None:
                continue
            assert row.cells["Situación del contribuyente"] == "Definitivo"
            assert "//" not in result.draft.subject.name
            assert "suprimida" not in result.draft.subject.name.casefold()
            assert len(result.draft.subject.identifier.value) == 12


def test_no_acquittal_dismissal_or_intention_becomes_a_draft(shared_data: Path) -> None:
    words = ("absolutoria", "dismissed", "not guilty", "no penalty", "notice of intent", "presunto")
    for file in FILES:
        for draft in drafts_of(file, shared_data).values():
            assert not any(word in draft.content.measure.casefold() for word in words)


def test_a_reheard_decision_is_not_published_beside_the_new_one(shared_data: Path) -> None:
    (file,) = (each for each in FILES if each.item == "us-la-contractors-board")
    drafts = drafts_of(file, shared_data)
    # Line 16 is the rehearing of the case decided on line 17, which comes again on line 989.
    assert drafts[16].content.measure.startswith("Rehearing granted. No contest plea")
    assert 17 not in drafts
    assert 989 not in drafts


def test_a_csv_file_rewritten_as_a_workbook_gives_the_same_drafts(
    shared_data: Path, tmp_path: Path
) -> None:
    (file,) = (each for each in FILES if each.item == "br-mg-empresas-sancionadas")
    text = item_text(file.item)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Dados")
    with (shared_data / file.path).open(encoding="utf-8-sig", newline="") as source:
        for number, cells in enumerate(csv.reader(source, delimiter=";")):
            if number:
                cells[4], cells[11] = (date.fromisoformat(cells[4]), date.fromisoformat(cells[11]))  # type: ignore[call-overload]
                cells[14] = float(cells[14].replace(",", ".")) if cells[14] else None  # type: ignore[call-overload]
            sheet.append(cells)
    book.save(tmp_path / "copy.xlsx")
    item = parse_item(text.replace('format = "csv"\ndelimiter = ";"', 'format = "xlsx"'), "copy")
    rows = open_rows(tmp_path / "copy.xlsx", item.file)
    copied = [each.draft for each in examine(item, rows, rule_book(), file.today) if each.draft]
    drafts = list(drafts_of(file, shared_data).values())
    assert [draft.subject for draft in copied] == [draft.subject for draft in drafts]
    assert [draft.content.as_fields() | {"amount": ""} for draft in copied] == [
        draft.content.as_fields() | {"amount": ""} for draft in drafts
    ]
    assert [float(draft.content.amount or 0) for draft in copied] == [
        float(draft.content.amount or 0) for draft in drafts
    ]


@pytest.mark.parametrize(
    ("name", "expected", "columns"),
    [
        ("H-2B_FY2000.csv", 2408, 20),
        ("H-2B_FY2001.csv", 3280, 20),
        ("H-2B_FY2003.csv", 4106, 20),
        ("H-2B_FY2004.csv", 4664, 20),
        ("H-2B_FY2005.csv", 3746, 20),
        ("H-2B_FY14_Q4.xlsx", 4282, 22),
    ],
)
def test_the_readers_read_the_samples_that_get_no_item(
    name: str, expected: int, columns: int, shared_data: Path
) -> None:
    path = shared_data.parent / "reader-samples" / "us-dol-h2b-decisions" / name
    shape = FileShape(FileFormat.XLSX if name.endswith("xlsx") else FileFormat.CSV)
    rows = list(open_rows(path, shape))
    assert len(rows) == expected
    assert {len(row.cells) for row in rows} == {columns}
    assert not any(row.trouble for row in rows)


def with_item(file: Whole, folder: Path, **cells: str) -> list[str]:
    """What becomes of the file's first rows with other cells: codes of what stops them, "" for a draft."""
    item = parse_item(item_text(file.item), file.item)
    rows = [
        Row(row.number, {**row.cells, **cells})
        for row in list(open_rows(folder / file.path, item.file))[:400]
    ]
    results = examine(item, rows, rule_book(), file.today)
    return ["" if each.primary is None else str(each.primary.code) for each in results]


@pytest.mark.parametrize(
    ("item", "cells"),
    [
        ("br-ect-impedimentos", {"cnpjcpf": "529.982.247-25"}),
        ("br-cgu-acordos-leniencia", {"sancoes.cnpj": "52998224725"}),
        ("br-cgu-cnep", {"cpfCnpj": "529.982.247-25"}),
        ("int-world-bank-debarred", {"Firm Name": "MR. ALEXANDER EXAMPLE*999"}),
        ("int-world-bank-debarred", {"Firm Name": "ALEXANDER EXAMPLE*999"}),
        ("uk-fsa-approved-establishments", {"TradingName": "A. Example t/a Example Meats"}),
        ("gb-ico-fines", {"organisation": "A. Example"}),
    ],
)
def test_a_person_in_place_of_an_organisation_is_refused(
    item: str, cells: dict[str, str], shared_data: Path
) -> None:
    file = next(each for each in FILES if each.item == item)
    found = set(with_item(file, shared_data, **cells))
    assert "" not in found
    assert found & {"identifier-format", "natural-person", "legal-form-missing"}


# Schemes whose numbers are given to organisations alone, or that the item takes so.
ORGANISATIONS_ALONE = {"BR-ANS", "CN-USCC", "GB-CQC", "MX-RFC", "PE-RUC", "US-CCN"}


def test_every_draft_is_of_an_organisation_by_its_form_or_its_number(shared_data: Path) -> None:
    for file in FILES:
        for draft in drafts_of(file, shared_data).values():
            by_number = draft.subject.identifier.scheme in ORGANISATIONS_ALONE
            assert draft.subject.legal_form or by_number, (file.path, draft.row)


def test_an_exclusion_from_other_tenders_is_left_to_whoever_decided_it(shared_data: Path) -> None:
    bank = next(each for each in FILES if each.item == "int-world-bank-debarred")
    rows, _ = examined(bank, shared_data)
    grounds = {row.number: row.cells["Grounds"] or "" for row in rows}
    for row, draft in drafts_of(bank, shared_data).items():
        assert "cross" not in grounds[row].casefold()
        assert draft.content.term_ends is not None
        assert draft.content.term_ends.year < 2999
