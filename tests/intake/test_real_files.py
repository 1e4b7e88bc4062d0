"""Whole public files, examined as of a day near their copy, with the packaged rules.

The numbers were reached by reading what was stopped and what got through, file by file. A change of one
of them is a change of what is published about somebody: read the rows before changing it.
"""

import csv
from collections import Counter
from dataclasses import dataclass
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

pytestmark = pytest.mark.data


@dataclass(frozen=True)
class Whole:
    """A file, the day it is examined on, its rows and drafts, and its stopped rows by what stopped them."""

    item: str
    path: str
    today: date
    rows: int
    drafts: int
    stopped: dict[str, int]


CNEP = "br-cgu-cnep-leniencia-2023/cnep_{}.json"
SAT = "mx-sat-69b/Listado_Completo_69-B_{}.csv"
SFP = "mx-sfp-proveedores-sancionados-2017/ProveedoresyContratistasSancionados.csv"
FILES = [
    Whole(
        "br-ans-operadoras",
        "br-ans-operadoras-2022/Relatorio_cadop.csv",
        date(2022, 6, 1),
        1155,
        1155,
        {},
    ),
    Whole(
        "br-cgu-cnep",
        CNEP.format("092023"),
        date(2023, 9, 30),
        750,
        548,
        {"term-ended": 141, "missing-value": 40, "legal-form-missing": 17, "identifier-format": 4},
    ),
    Whole(
        "br-cgu-cnep",
        CNEP.format("102023"),
        date(2023, 10, 31),
        784,
        571,
        {"term-ended": 150, "missing-value": 41, "legal-form-missing": 18, "identifier-format": 4},
    ),
    Whole(
        "br-mg-empresas-sancionadas",
        "br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv",
        date(2026, 1, 7),
        41,
        12,
        {"term-ended": 28, "identifier-check-digit": 1},
    ),
    Whole(
        "mx-sat-69b",
        SAT.format("2021-05-18"),
        date(2021, 5, 18),
        9921,
        4726,
        {
            "term-ended": 3408,
            "not-a-decision:overturned-by-court": 822,
            "not-a-decision:presumed": 604,
            "not-a-decision:cleared": 274,
            "not-a-decision:suppressed-by-court": 87,
        },
    ),
    Whole(
        "mx-sat-69b",
        SAT.format("2022-11-30"),
        date(2022, 11, 30),
        10045,
        2104,
        {
            "term-ended": 6328,
            "not-a-decision:overturned-by-court": 1125,
            "not-a-decision:cleared": 300,
            "not-a-decision:presumed": 101,
            "not-a-decision:suppressed-by-court": 86,
            "missing-value": 1,
        },
    ),
    Whole(
        "mx-sfp-inhabilitaciones",
        SFP,
        date(2017, 1, 31),
        729,
        21,
        {
            "term-ended": 550,
            "not-a-decision:other-kind": 128,
            "not-a-decision:no-decision": 14,
            "several-organisations": 9,
            "term-missing:empty": 5,
            "dates-out-of-order": 1,
            "not-a-decision:acquitted": 1,
        },
    ),
    Whole(
        "mx-sfp-multas",
        SFP,
        date(2017, 1, 31),
        729,
        28,
        {
            "not-a-decision:other-kind": 586,
            "term-ended": 100,
            "not-a-decision:no-decision": 14,
            "not-a-decision:acquitted": 1,
        },
    ),
    Whole(
        "us-cms-nursing-home-penalties",
        "us-cms-nursing-home-penalties-2017/Penalties.csv",
        date(2017, 2, 1),
        4007,
        2984,
        {"term-ended": 869, "duplicate-in-file": 153, "dates-out-of-order": 1},
    ),
    Whole(
        "us-la-contractors-board",
        "us-la-contractors-board-2024/violations_data.csv",
        date(2024, 10, 8),
        993,
        509,
        {
            "term-ended": 403,
            "not-a-decision:no-decision": 31,
            "not-a-decision:superseded": 28,
            "legal-form-missing": 10,
            "duplicate-in-file": 5,
            "not-a-decision:dismissed": 3,
            "not-a-decision:no-measure": 2,
            "several-organisations": 2,
        },
    ),
    Whole(
        "uk-cqc-locations",
        "uk-cqc-locations-2026/Locations-head.csv",
        date(2026, 5, 20),
        962,
        962,
        {},
    ),
    Whole(
        "uk-ea-public-registers",
        "uk-ea-public-registers-2020/output.csv",
        date(2020, 10, 7),
        267,
        232,
        {"not-a-decision:not-in-force": 17, "term-ended": 13, "legal-form-missing": 5},
    ),
    Whole(
        "pe-smv-sanciones",
        "pe-smv-sanciones-2024/extracted_data.json",
        date(2024, 10, 8),
        9,
        8,
        {"legal-form-missing": 1},
    ),
    Whole(
        "us-frb-enforcement-actions",
        "us-frb-enforcement-actions-2024/enforcementactions.csv",
        date(2024, 12, 13),
        1547,
        28,
        {
            "term-ended": 1132,
            "several-organisations": 381,
            "not-a-decision:only-intention": 5,
            "dates-out-of-order": 1,
        },
    ),
]


def examined(file: Whole, folder: Path, catalogue: Path) -> tuple[list[Row], list[Examined]]:
    item = parse_item((catalogue / f"{file.item}.toml").read_text("utf-8"), file.item)
    rows = list(open_rows(folder / file.path, item.file))
    return rows, list(examine(item, rows, rule_book(), file.today))


def why(result: Examined) -> str:
    assert result.primary is not None
    reason = result.primary.parameters.get("reason")
    return f"{result.primary.code}:{reason}" if reason else str(result.primary.code)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.item}-{file.today}")
def test_every_row_of_a_file_is_a_draft_or_is_stopped(
    file: Whole, shared_data: Path, catalogue: Path
) -> None:
    rows, results = examined(file, shared_data, catalogue)
    assert len(rows) == file.rows
    assert [result.row for result in results] == [row.number for row in rows]
    assert sum(result.draft is not None for result in results) == file.drafts
    assert Counter(why(result) for result in results if result.draft is None) == file.stopped
    assert file.drafts + sum(file.stopped.values()) == file.rows


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.item}-{file.today}")
def test_every_draft_is_whole(file: Whole, shared_data: Path, catalogue: Path) -> None:
    item = parse_item((catalogue / f"{file.item}.toml").read_text("utf-8"), file.item)
    _, results = examined(file, shared_data, catalogue)
    drafts = [result.draft for result in results if result.draft]
    assert len({draft.key for draft in drafts}) == len(drafts)
    for draft in drafts:
        assert draft.content.missing_for(item.kind) == ()
        assert draft.content.decided_on <= file.today
        ends = draft.content.term_ends
        assert ends is None or ends >= file.today


def drafts_of(file: Whole, folder: Path, catalogue: Path) -> dict[int, Draft]:
    return {each.row: each.draft for each in examined(file, folder, catalogue)[1] if each.draft}


def test_only_final_findings_of_the_tax_authority_become_drafts(
    shared_data: Path, catalogue: Path
) -> None:
    for file in (each for each in FILES if each.item == "mx-sat-69b"):
        rows, results = examined(file, shared_data, catalogue)
        for row, result in zip(rows, results, strict=True):
            if result.draft is None:
                continue
            assert row.cells["Situación del contribuyente"] == "Definitivo"
            assert "//" not in result.draft.subject.name
            assert "suprimida" not in result.draft.subject.name.casefold()
            assert len(result.draft.subject.identifier.value) == 12


def test_no_acquittal_dismissal_or_intention_becomes_a_draft(
    shared_data: Path, catalogue: Path
) -> None:
    words = ("absolutoria", "dismissed", "not guilty", "no penalty", "notice of intent", "presunto")
    for file in FILES:
        for draft in drafts_of(file, shared_data, catalogue).values():
            assert not any(word in draft.content.measure.casefold() for word in words)


def test_a_reheard_decision_is_not_published_beside_the_new_one(
    shared_data: Path, catalogue: Path
) -> None:
    (file,) = (each for each in FILES if each.item == "us-la-contractors-board")
    drafts = drafts_of(file, shared_data, catalogue)
    # Line 16 is the rehearing of the case decided on line 17, which comes again on line 989.
    assert drafts[16].content.measure.startswith("Rehearing granted. No contest plea")
    assert 17 not in drafts
    assert 989 not in drafts


def test_a_csv_file_rewritten_as_a_workbook_gives_the_same_drafts(
    shared_data: Path, catalogue: Path, tmp_path: Path
) -> None:
    (file,) = (each for each in FILES if each.item == "br-mg-empresas-sancionadas")
    text = (catalogue / f"{file.item}.toml").read_text("utf-8")
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
    drafts = list(drafts_of(file, shared_data, catalogue).values())
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


def test_agreements_are_unfolded_company_by_company(shared_data: Path) -> None:
    shape = FileShape(FileFormat.JSON, unfold="sancoes")
    folder = shared_data / "br-cgu-cnep-leniencia-2023"
    counts = [
        len(list(open_rows(folder / f"acordo_leniencia_{month}.json", shape)))
        for month in ("092023", "102023")
    ]
    assert counts == [146, 153]


def test_positional_records_take_the_names_that_an_item_gives(shared_data: Path) -> None:
    columns = tuple(f"column {place}" for place in range(13))
    shape = FileShape(FileFormat.JSON, records="data", columns=columns)
    rows = list(
        open_rows(shared_data / "eu-gdpr-fines-2024/enforcementtracker_full_download.json", shape)
    )
    assert len(rows) == 1094
    assert not any(row.trouble for row in rows)
