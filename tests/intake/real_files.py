"""Every public file, the catalogue item it goes through, and what becomes of its rows, by the reason.

The numbers were reached by reading what was stopped and what got through, file by file. A change of one
of them is a change of what is published about somebody: read the rows before changing it.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

CATALOGUE = Path(__file__).resolve().parents[2] / "examples" / "catalogue"


@dataclass(frozen=True)
class Whole:
    """A file, the day it is examined on, its rows and drafts, and its stopped rows by what stopped them.

    Attributes:
        item: code of its item.
        path: below the folder of public files.
        today: near the day of the copy.
        rows: below the header.
        drafts: rows that become entries.
        stopped: the others, by code of the finding that stopped them, with its reason where it has one.
    """

    item: str
    path: str
    today: date
    rows: int
    drafts: int
    stopped: dict[str, int]


CNEP = "br-cgu-cnep-leniencia-2023/cnep_{}.json"
SAT = "mx-sat-69b/Listado_Completo_69-B_{}.csv"
LENIENCY = "br-cgu-cnep-leniencia-2023/acordo_leniencia_{}.json"
FSA = "uk-fsa-approved-food-establishments/{}.csv"
TRACKER = "gb-ico-fines"
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
        505,
        {
            "term-ended": 401,
            "not-a-decision:no-decision": 31,
            "not-a-decision:superseded": 28,
            "legal-form-missing": 9,
            "mojibake": 7,
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
    Whole(
        "br-ect-impedimentos",
        "br-ceis-2020/ceis.csv",
        date(2018, 1, 31),
        2826,
        0,
        {"not-a-decision:other-authority": 2720, "missing-value": 106},
    ),
    Whole(
        "br-cgu-acordos-leniencia",
        LENIENCY.format("092023"),
        date(2023, 9, 30),
        146,
        50,
        {
            "duplicate-in-file": 80,
            "identifier-format": 9,
            "legal-form-missing": 3,
            "term-ended": 2,
            "not-a-decision:other-authority": 1,
            "not-a-decision:not-in-force": 1,
        },
    ),
    Whole(
        "br-cgu-acordos-leniencia",
        LENIENCY.format("102023"),
        date(2023, 10, 31),
        153,
        54,
        {
            "duplicate-in-file": 80,
            "identifier-format": 12,
            "term-ended": 4,
            "legal-form-missing": 3,
        },
    ),
    Whole(
        "int-world-bank-debarred",
        "int-worldbank-debarred-2024/debarred_firms.csv",
        date(2024, 10, 8),
        676,
        98,
        {
            "not-a-decision:other-authority": 299,
            "term-missing:open-ended": 157,
            "legal-form-missing": 77,
            "missing-value": 44,
            "duplicate-in-file": 1,
        },
    ),
    Whole(
        "uk-fsa-approved-establishments",
        FSA.format("approved-food-establishments-as-at-1-january-2018"),
        date(2018, 1, 1),
        3213,
        0,
        {"missing-value": 3014, "legal-form-missing": 197, "natural-person": 2},
    ),
    Whole(
        "uk-fsa-approved-establishments",
        FSA.format("approved-food-establishments-as-at-1-january-2020"),
        date(2020, 1, 1),
        3290,
        0,
        {"missing-value": 3113, "legal-form-missing": 176, "natural-person": 1},
    ),
    Whole(
        "uk-fsa-approved-establishments",
        FSA.format("ApprovedEstablishments01102024"),
        date(2024, 10, 1),
        2932,
        0,
        {"missing-value": 2778, "legal-form-missing": 154},
    ),
    Whole(
        TRACKER,
        "eu-gdpr-fines-2024/enforcementtracker_full_download.json",
        date(2024, 3, 7),
        1094,
        4,
        {"not-a-decision:other-authority": 1084, "legal-form-missing": 4, "term-ended": 2},
    ),
]


def item_text(code: str) -> str:
    """The item's file; the one of the file that must not be republished stands beside the tests."""
    if code == TRACKER:
        return Path(__file__).with_name("tracker_item.toml").read_text("utf-8")
    return (CATALOGUE / f"{code}.toml").read_text("utf-8")
