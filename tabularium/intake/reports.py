"""What became of a submission, for programs as JSON, and in words in the language somebody asks for.

How the same becomes a spreadsheet is in `tabularium.intake.reports_spreadsheet`.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tabularium.intake.findings import Finding, Severity
from tabularium.intake.messages import describe
from tabularium.intake.readers.looked import Looked

if TYPE_CHECKING:
    from tabularium.intake.services import SubmissionReport

_LONGEST_STEM = 100
"""Characters of a file's name that the name of its unfinished form repeats."""


class Language(StrEnum):
    """A language in which findings are said (BCP 47)."""

    ENGLISH = "en"
    CHINESE = "zh-hans"


def said(finding: Finding, language: Language) -> tuple[str, str]:
    """What is the case, and what to do, in one language."""
    wording = describe(finding)
    if language is Language.CHINESE:
        return wording.zh, wording.action_zh
    return wording.en, wording.action_en


def rows_with_errors(report: "SubmissionReport") -> int:
    """Rows that were stopped by something to mend."""
    return sum(
        rows for (severity, _), rows in report.stopped_by.items() if severity is Severity.ERROR
    )


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """One finding, in both languages. "rows" is there where it holds for several rows in a row."""
    wording = describe(finding)
    return {
        "row": finding.row,
        **({"rows": finding.rows} if finding.rows > 1 else {}),
        "column": finding.column,
        "code": str(finding.code),
        "severity": str(finding.severity),
        "message": wording.en,
        "what_to_do": wording.action_en,
        "message_zh": wording.zh,
        "what_to_do_zh": wording.action_zh,
    }


def figures_as_json(report: "SubmissionReport") -> dict[str, Any]:
    """What became of the file as a whole, without the findings."""
    stopped: Counter[str] = Counter()
    for (_, code), rows in report.stopped_by.items():
        stopped[str(code)] += rows
    return {
        "submission": None if report.submission is None else report.submission.pk,
        "read_as": looked_as_json(report.looked),
        "rows_read": report.rows_read,
        "entries_made": report.entries_made,
        "rows_stopped": report.rows_stopped,
        "rows_with_errors": rows_with_errors(report),
        "rows_stopped_by": dict(stopped.most_common()),
        "rows_warned_of": {str(code): rows for code, rows in report.warned_of.items()},
        "organisations_new": report.organisations_new,
        "corrections_offered": report.corrections_offered,
        "disappeared": report.disappeared,
    }


def report_as_json(report: "SubmissionReport") -> dict[str, Any]:
    """The whole report in memory; for a file of any size there is `write_json`."""
    return {
        **figures_as_json(report),
        "findings": [finding_as_json(each) for each in report.findings],
    }


def write_json(target: TextIO, report: "SubmissionReport", entries: Iterable[str] = ()) -> None:
    """Write the whole report finding by finding, one a line, with the identities of its entries.

    Raises:
        OSError: it cannot be written.
    """
    target.write("{\n")
    figures = figures_as_json(report).items()
    target.writelines(f"  {_dumped(name)}: {_dumped(value)},\n" for name, value in figures)
    _write_list(target, "entries", entries)
    target.write(",\n")
    _write_list(target, "findings", map(finding_as_json, report.findings))
    target.write("\n}\n")


@contextmanager
def put_in_place(target: Path) -> Iterator[Path]:
    """A file to write in the block, which takes the place of `target` when the block ends well.

    Until then `target` is as it was; if the block fails, nothing new is left.

    Raises:
        OSError: it cannot be put there.
    """
    part = target.with_name(f".{target.stem[:_LONGEST_STEM]}-{os.getpid()}{target.suffix}")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def looked_as_json(looked: Looked) -> dict[str, Any]:
    """How a file was read; null for what its format does not have."""
    shape = looked.shape
    return {
        "format": str(shape.format),
        "encoding": shape.encoding if looked.encoding else None,
        "delimiter": shape.delimiter if looked.delimiter else None,
        "quote": shape.quote if looked.quote else None,
        "header_row": shape.header_row if looked.header_row else None,
        "guesses": list(looked.guesses),
        "text": looked.text_en,
        "text_zh": looked.text_zh,
    }


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_list(target: TextIO, name: str, values: Iterable[object]) -> None:
    target.write(f"  {_dumped(name)}: [")
    between = "\n    "
    for value in values:
        target.write(between + _dumped(value))
        between = ",\n    "
    target.write("]")
