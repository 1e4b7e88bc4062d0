"""Letters to print with the list of them, and the list that comes back with the days of posting.

A list is of one authority. Its letters are claimed before anything is written, its folder appears whole or
not at all, and only then are they said to be printed: killed between any two steps and run again, the same
list is made again under the same name, and no letter stands on two.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from tabularium import clock
from tabularium.core.kinds import NoticeChannel
from tabularium.intake.safe_cells import DelimitedTable, Table
from tabularium.intake.safe_workbook import WorkbookTable
from tabularium.notices import selectors
from tabularium.notices.alone import alone
from tabularium.notices.contents import content_of
from tabularium.notices.letters import letter, letters
from tabularium.register import services
from tabularium.register.ids import new_id
from tabularium.register.lasting_files import sync_path
from tabularium.register.models import Authority, Notice
from tabularium.register.services.deliveries import address_for

COLUMNS = (
    "list / 清单",
    "number / 序号",
    "notice / 告知编号",
    "organisation / 组织",
    "address / 地址",
    "file / 文件",
    "posted on / 寄出日期 (YYYY-MM-DD)",
)
LIST, NUMBER, NOTICE, ORGANISATION, ADDRESS, FILE, POSTED_ON = COLUMNS
LIST_NAME = "posting-list"

_WIDTHS = (22, 8, 40, 40, 50, 46, 24)
_State = Notice.State


@dataclass(frozen=True, slots=True)
class PostingList:
    """A list that was made.

    Attributes:
        code: its name, and that of its folder.
        authority: code of the authority whose letters are on it.
        letters: how many.
        folder: where it is.
    """

    code: str
    authority: str
    letters: int
    folder: Path


@dataclass(slots=True)
class LettersReport:
    """What was printed: the lists, and how many letters wait because nobody said where to."""

    busy: bool = False
    lists: list[PostingList] = field(default_factory=list)
    no_address: int = 0


def make_lists(folder: Path, authority: Authority | None = None) -> LettersReport:
    """Print the letters that wait, each authority's with a list of its own; first what was interrupted.

    Args:
        folder: in which each list gets a folder.
        authority: only its letters; of every authority if not said.

    Raises:
        OSError: the folder cannot be written to.
    """
    report = LettersReport()
    with alone() as ours:
        if not ours:
            report.busy = True
            return report
        folder.mkdir(parents=True, exist_ok=True)
        for code in [*_interrupted(authority), *_begun(authority)]:
            made = _make(folder, code)
            if made is not None:
                report.lists.append(made)
        without = selectors.without_address(authority).filter(channel=NoticeChannel.LETTER)
        report.no_address = len(without.values_list("pk"))
    return report


def _interrupted(authority: Authority | None) -> list[str]:
    """Lists that a process was making which is no more."""
    being_made = selectors.owed(authority).filter(
        state=_State.SENDING, channel=NoticeChannel.LETTER
    )
    return sorted(set(being_made.values_list("list_code", flat=True)))


def _begun(authority: Authority | None) -> Iterator[str]:
    """New lists, each with the waiting letters of one authority on it, which are so claimed."""
    letters = selectors.waiting_letters(authority)
    by_authority: dict[str, list[int]] = {}
    for notice_id, code in letters.values_list("pk", "version__entry__authority"):
        by_authority.setdefault(code, []).append(notice_id)
    for _, notices in sorted(by_authority.items()):
        list_code = _new_code()
        claimed = [services.put_letter_on_list(each, list_code) for each in notices]
        if any(claimed):
            yield list_code


LETTERS_ON_A_LIST = 100
"""So many letters at most stand on a list that somebody prints from the desk while waiting for it."""


@transaction.atomic
def begin_list(authority: Authority) -> str:
    """Put the letters of an authority that wait on a list, the oldest first; "" if none waits.

    All of it or nothing: the letters themselves are the same whenever they are made, see `letters_on`.
    """
    waiting = selectors.waiting_letters(authority).values_list("pk", flat=True)
    code = _new_code()
    put = [
        notice_id
        for notice_id in list(waiting[:LETTERS_ON_A_LIST])
        if services.put_letter_on_list(notice_id, code) and services.letter_printed(notice_id)
    ]
    return code if put else ""


def letters_on(code: str, notices: Iterable[Notice]) -> bytes:
    """The letters of a list as one PDF, each beginning on a sheet of its own.

    Raises:
        RefusedError: no rules are in force for the day of a decision.
    """
    every = []
    for notice in notices:
        address = address_for(notice)
        every.append((content_of(notice), address.text if address is not None else ""))
    return letters(code, every)


def _new_code() -> str:
    return f"{clock.now():%Y%m%d}-{new_id()[:8]}"


def _make(folder: Path, code: str) -> PostingList | None:
    """Write a list whose letters are claimed, and say that they are printed."""
    notices = list(
        selectors.owed().filter(list_code=code, state__in=[_State.SENDING, _State.PRINTED])
    )
    whole, part = folder / code, folder / f".{code}.part"
    if not whole.exists():
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        _write(part, code, notices)
        _keep(part)
        part.rename(whole)
        _keep(folder)
    for notice in notices:
        services.letter_printed(notice.pk)
    if not notices:
        return None
    return PostingList(code, notices[0].version.entry.authority_id, len(notices), whole)


def _write(folder: Path, code: str, notices: Sequence[Notice]) -> None:
    with (folder / f"{LIST_NAME}.csv").open("w", encoding="utf-8", newline="") as text:
        tables: list[Table] = [
            DelimitedTable(text, COLUMNS),
            WorkbookTable(
                folder / f"{LIST_NAME}.xlsx", COLUMNS, title="posting list", widths=_WIDTHS
            ),
        ]
        for number, notice in enumerate(notices, start=1):
            address = address_for(notice)
            content = content_of(notice)
            where = address.text if address is not None else ""
            name = f"{number:04}-{content.key}.pdf"
            (folder / name).write_bytes(letter(content, where))
            cells = (code, str(number), content.key, content.organisation, where, name, "")
            for table in tables:
                table.append(cells)
        for table in tables:
            table.finish()


def _keep(folder: Path) -> None:
    """Let files and folder outlive a power cut before anything is said of them."""
    for path in [*folder.iterdir(), folder]:
        if path.is_dir() and path != folder:
            continue
        sync_path(path)
