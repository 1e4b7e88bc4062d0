"""What a submission brought about, on the screen and as a file."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from tabularium.cli.folder import Stop
from tabularium.cli.output import table
from tabularium.intake.findings import Finding, FindingCode, Severity
from tabularium.intake.items import parse_item
from tabularium.intake.readers import UnreadableFile
from tabularium.intake.reports import (
    Language,
    put_in_place,
    rows_with_errors,
    said,
    write_json,
)
from tabularium.intake.reports_spreadsheet import (
    RowsShown,
    Wanted,
    decimal_marks,
    write_spreadsheet,
)
from tabularium.intake.safe_cells import visible

if TYPE_CHECKING:
    from tabularium.intake.services import SubmissionReport
    from tabularium.register.models import CatalogueItem

__all__ = [
    "Asked",
    "Language",
    "check_report",
    "entries_of",
    "rows_with_errors",
    "say",
    "write_json",
    "write_report",
]

ENDINGS = (".xlsx", ".csv", ".json")
SHOWN = 20
"""Errors and drafts that are shown on the screen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for with a submission.

    Attributes:
        file: what was submitted.
        item: by which it was read.
        report: the file to write; None for none.
        rows: which rows a spreadsheet has; a value of `RowsShown`.
        language: of all that is said.
        dry_run: nothing was to be recorded.
        all_or_nothing: nothing was to be recorded if one row had an error.
    """

    file: Path
    item: "CatalogueItem"
    report: Path | None
    rows: str
    language: Language
    dry_run: bool
    all_or_nothing: bool


def check_report(path: Path, file: Path) -> None:
    """Refuse, before anything is recorded, a report that could not be written afterwards.

    Raises:
        Stop: it is of another form, in the place of the file itself, or cannot be written.
    """
    if path.suffix not in ENDINGS:
        endings = " or ".join(ENDINGS)
        raise Stop(f"The report {path} has another ending than {endings}. Name it so.")
    try:
        if path.exists() and file.exists() and path.samefile(file):
            raise Stop(
                f"The report {path} would take the place of the file submitted. Name another."
            )
        if path.is_dir():
            raise Stop(f"The report {path} cannot be written: it is a folder. Name a file.")
        tried = path.with_name(f".{path.stem[:50]}-{os.getpid()}.tried")
        tried.touch(exist_ok=False)
        tried.unlink()
    except OSError as error:
        raise Stop(f"The report {path} cannot be written: {error.strerror}.") from None


def write_report(found: "SubmissionReport", asked: Asked) -> bool:
    """Write the report that was asked for; False, with a line on standard error, if that fails.

    By then the decisions are recorded, so a failure must not look as if they were not.
    """
    path = asked.report
    assert path is not None
    try:
        if path.suffix == ".json":
            with put_in_place(path) as part, part.open("w", encoding="utf-8") as file:
                write_json(file, found, entries_of(found))
        else:
            _write_spreadsheet(path, found, asked)
    except (OSError, UnreadableFile) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        kept = "not_recorded" if found.submission is None else "recorded"
        click.echo(
            "Error: "
            + _WORDS["report_failed"][asked.language].format(path=path, reason=reason)
            + _WORDS[kept][asked.language],
            err=True,
        )
        return False
    return True


def _write_spreadsheet(path: Path, found: "SubmissionReport", asked: Asked) -> None:
    marks = decimal_marks(parse_item(asked.item.definition, f"{asked.item.code}.toml"))
    write_spreadsheet(
        path,
        source=asked.file,
        shape=found.looked.shape,
        findings=found.findings,
        wanted=Wanted(asked.language, RowsShown(asked.rows), marks),
    )


def entries_of(found: "SubmissionReport") -> Iterable[str]:
    """Identities of the entries that a submission made, in the order of their decisions."""
    from tabularium.register.models import Entry

    if found.submission is None:
        return ()
    entries = Entry.objects.filter(submission=found.submission.pk).order_by("decision_key")
    return entries.values_list("pk", flat=True).iterator(chunk_size=2_000)


def say(found: "SubmissionReport", asked: Asked, *, is_written: bool) -> None:
    """Print what became of the file: how it was read, what was found, and what to do next."""
    language = asked.language
    for line in _summary(found, asked):
        click.echo(line)
    counted = _counted(found)
    if counted:
        click.echo()
        heads = ("rows", "what", "finding")
        table(
            [_WORDS[head][language] for head in heads],
            [(f"{rows:,}", _WORDS[severity][language], code) for (severity, code), rows in counted],
        )
    errors = rows_with_errors(found)
    if errors:
        click.echo()
        _say_errors(found.findings, language)
    if asked.report is not None and is_written:
        click.echo("\n" + _WORDS[f"report{asked.report.suffix}"][language].format(asked.report))
    elif errors:
        click.echo("\n" + _WORDS["no_report"][language])
    if found.submission is not None and found.entries_made:
        click.echo("\n" + _WORDS["next"][language].format(found.submission.pk))


def _summary(found: "SubmissionReport", asked: Asked) -> Iterator[str]:
    words = {name: texts[asked.language] for name, texts in _WORDS.items()}
    looked = found.looked
    is_english = asked.language is Language.ENGLISH
    how = looked.text_en if is_english else looked.text_zh
    yield words["read_as"].format(file=asked.file.name, how=how)
    errors = rows_with_errors(found)
    if asked.all_or_nothing and errors:
        became = words["held_back"].format(errors=errors)
    else:
        why = "stopped" if errors else "set_aside" if found.rows_stopped else "none_stopped"
        stopped = words[why].format(stopped=found.rows_stopped, errors=errors)
        made = "would_be" if found.submission is None else "drafts"
        became = words[made].format(made=found.entries_made, stopped=stopped)
    yield words["rows_read"].format(read=found.rows_read) + became
    figures = (
        ("organisations_new", found.organisations_new),
        ("corrections_offered", found.corrections_offered),
        ("late", found.warned_of.get(FindingCode.LATE, 0)),
        ("disappeared", found.disappeared or 0),
    )
    for name, number in figures:
        if number:
            yield words[name].format(number)


def _counted(found: "SubmissionReport") -> list[tuple[tuple[Severity, FindingCode], int]]:
    """Rows by what stopped them, those to mend first, and then by what they are warned of."""
    order = list(Severity)
    stopped = sorted(found.stopped_by.items(), key=lambda each: (order.index(each[0][0]), -each[1]))
    warned = sorted(found.warned_of.items(), key=lambda each: -each[1])
    return stopped + [((Severity.WARNING, code), rows) for code, rows in warned]


def _say_errors(findings: Iterable[Finding], language: Language) -> None:
    errors = (each for each in findings if each.severity is Severity.ERROR)
    for each in islice(errors, SHOWN):
        message, action = said(each, language)
        place = _WORDS["where"][language].format(each.row)
        # A column's name is the file's own, and a terminal obeys some characters.
        between = " " if language is Language.ENGLISH else ""
        click.echo(visible(f"{place}{message}{between}{action}"))
    if next(errors, None) is not None:
        click.echo(_WORDS["more"][language])


def _texts(english: str, chinese: str) -> Mapping[Language, str]:
    return MappingProxyType({Language.ENGLISH: english, Language.CHINESE: chinese})


_SPREADSHEET = _texts(
    "{} has the rows with what is wrong. Mend them there and submit that file with the same item.",
    "{} 列出各行及其问题。请在其中更正后，以同一目录项重新报送该文件。",
)
_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "read_as": _texts("{file}: read as {how}", "{file}：读取方式为 {how}"),
        "rows_read": _texts("{read:,} rows read: ", "共读取 {read:,} 行："),
        "drafts": _texts("{made:,} became drafts{stopped}.", "{made:,} 行成为草稿{stopped}。"),
        "would_be": _texts(
            "{made:,} would become drafts{stopped}. Nothing was recorded.",
            "{made:,} 行可成为草稿{stopped}。未作任何登记。",
        ),
        "none_stopped": _texts(", none was stopped", "，没有未登记的行"),
        "set_aside": _texts(
            ", {stopped:,} stopped with nothing to mend", "，{stopped:,} 行未登记，均无需更正"
        ),
        "stopped": _texts(
            ", {stopped:,} stopped, of which {errors:,} to mend",
            "，{stopped:,} 行未登记，其中 {errors:,} 行需更正",
        ),
        "held_back": _texts(
            "nothing was recorded (--all-or-nothing); rows with an error: {errors:,}.",
            "未作任何登记（--all-or-nothing）；有错误的行：{errors:,} 行。",
        ),
        "organisations_new": _texts(
            "Organisations that the register did not know: {:,}.", "登记簿此前没有的组织：{:,} 个。"
        ),
        "corrections_offered": _texts(
            "Decisions that the register has with other content: {:,}. See: tabularium corrections list",
            "登记簿中已有而内容不同的决定：{:,} 项。请查看：tabularium corrections list",
        ),
        "late": _texts(
            "Decisions sent later than the rules allow: {:,}.", "超过规则期限报送的决定：{:,} 项。"
        ),
        "disappeared": _texts(
            "Entries whose decisions are not in this file any more: {:,}. See: tabularium missing",
            "其决定已不在本文件中的条目：{:,} 项。请查看：tabularium missing",
        ),
        "rows": _texts("rows", "行数"),
        "what": _texts("what", "类别"),
        "finding": _texts("finding", "代码"),
        Severity.ERROR: _texts("to mend", "需更正"),
        Severity.SET_ASIDE: _texts("set aside", "不登记"),
        Severity.WARNING: _texts("taken, with a remark", "已登记，有提示"),
        "where": _texts("row {}: ", "第 {} 行："),
        "more": _texts("... and more.", "……（还有更多）"),
        "report.xlsx": _SPREADSHEET,
        "report.csv": _SPREADSHEET,
        "report.json": _texts("All findings are in {}.", "全部问题见 {}。"),
        "no_report": _texts(
            "With --report findings.xlsx the rows to mend are written into a spreadsheet.",
            "加上 --report findings.xlsx 可将需更正的行写入电子表格。",
        ),
        "report_failed": _texts(
            "The report {path} could not be written: {reason}. ", "报告 {path} 无法写入：{reason}。"
        ),
        "recorded": _texts(
            "The decisions were recorded; submit the file again to have the report.",
            "各项决定已登记；如需报告，请再次报送该文件。",
        ),
        "not_recorded": _texts("Nothing was recorded.", "未作任何登记。"),
        "next": _texts(
            "Submission {}. Somebody else approves the drafts: tabularium approve --help",
            "报送编号 {}。草稿由他人审核：tabularium approve --help",
        ),
    }
)
