"""What is known of the benchmark's file before it is made: its item, and what is wrong in it."""

from collections.abc import Mapping
from pathlib import Path

from tabularium.intake.findings import FindingCode

ITEM = Path(__file__).with_name("item.toml")

# A fault, by the finding that has to stop its rows, and one of how many rows has it.
_FAULTS: Mapping[FindingCode, int] = {
    FindingCode.IDENTIFIER_CHECK_DIGIT: 1000,
    FindingCode.DATES_OUT_OF_ORDER: 1000,
    FindingCode.DUPLICATE_IN_FILE: 1000,
    FindingCode.PERSONAL_NUMBER_IN_TEXT: 2000,
}
FEWEST_ROWS = max(_FAULTS.values())
"""A file of fewer rows would not hold every fault."""
TIMES = 100
"""How often an extract is made in one run."""
EXTRACTS = (
    ("extract as JSON, a second, of writing the same object canonically", "json", "canonical", 0.1),
    ("extract as PDF, a second, of its layout by typst alone", "pdf", "layout", 0.15),
    ("extract as signed PDF, a second, of layout and signature alone", "signed", "bare", 0.5),
)
"""What is compared, ours and its peer as `extracts.ways` has them, and the target."""


def planted(rows: int) -> dict[FindingCode, int]:
    """How many rows of a file hold each fault; no row holds two."""
    return {code: rows // every for code, every in _FAULTS.items()}
