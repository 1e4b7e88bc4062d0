"""Making the demo: the plan, the files, the town's two and a half years, and the mark that all is there."""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.demo import examples, files
from tabularium.demo.plan import Plan, lay_out
from tabularium.demo.play import DemoError, Play, TownTime
from tabularium.register.models import Authority

ZONE = ZoneInfo("Asia/Shanghai")
MARK = "demo.json"
SUBMISSIONS = "submissions"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made.

    Attributes:
        town: its name by language tag.
        seed: of the random numbers.
        first_day: of its time.
        last_day: of its time, which is the day on which it was made.
        organisations: how many organisations the files name and the register took.
        entries: how many decisions became entries.
        files: how many files the authorities sent.
        rows: how many rows these had.
        findings: by code, how many rows each finding stopped.
        courses: by name, how many entries took each course.
        examples: pages worth a look: what is there to see, and the address.
    """

    town: dict[str, str]
    seed: int
    first_day: date
    last_day: date
    organisations: int
    entries: int
    files: int
    rows: int
    findings: dict[str, int]
    courses: dict[str, int]
    examples: list[examples.Example]


def make(
    folder: Path,
    *,
    say: Callable[[str], None],
    organisations: int = 2000,
    entries: int = 10_000,
) -> DemoReport:
    """Fill the register, which has its tables and nothing in them, with the made-up town.

    Args:
        folder: the data folder; files and mark are written into it, the mark last.
        say: takes lines about the progress.
        organisations: about how many.
        entries: how many.

    Raises:
        DemoError: the register is not empty, or does otherwise than was planned.
        OSError: the folder cannot be written.
    """
    if Authority.objects.exists():
        raise DemoError("The register is not empty. The made-up town needs one of its own.")
    until = clock.now()
    plan = lay_out(until.astimezone(ZONE).date(), organisations=organisations, entries=entries)
    say(f"Writing {len(plan.files):,} files of made-up authorities")
    files.write(plan, folder / SUBMISSIONS)
    clock.allow_simulation()
    with clock.simulated(until) as move:
        play = Play(plan, folder / SUBMISSIONS, TownTime(ZONE, until, move))
        _pass_time(play, say)
        report = _report(plan, play)
    _write_mark(folder, report)
    return report


def _pass_time(play: Play, say: Callable[[str], None]) -> None:
    """Let the town's time pass, with a line for every month."""
    month = 0
    for day in play.days():
        if day.month != month:
            month = day.month
            say(f"{day}  {play.entered:,} entries")


def _report(plan: Plan, play: Play) -> DemoReport:
    rows = list(plan.rows())
    entered = [row for row in rows if row.course is not None]
    return DemoReport(
        town=dict(plan.words.name),
        seed=plan.words.seed,
        first_day=plan.first_day,
        last_day=plan.last_day,
        organisations=len({row.facts.subject for row in entered}),
        entries=len(entered),
        files=len(plan.files),
        rows=len(rows),
        findings=dict(sorted(play.findings.items())),
        courses=dict(sorted(Counter(row.course.name for row in entered if row.course).items())),
        examples=examples.choose(play.entries),
    )


def _write_mark(folder: Path, report: DemoReport) -> None:
    """Write the mark under another name and give it its own at once, so that half of it is never read."""
    text = json.dumps(asdict(report), ensure_ascii=False, indent=2, default=str)
    half = folder / f"{MARK}.part"
    with half.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / MARK)
