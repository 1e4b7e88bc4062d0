"""Public files of one source at two dates: what was added, what changed, and what is no longer there.

What is expected is counted from the files themselves, with nothing but csv, json and sets. Of the register's
own checks only one thing is taken: which rows it admits at all, whose numbers `test_real_files` holds.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tabularium import clock
from tabularium.intake.findings import FindingCode
from tabularium.intake.items import parse_item
from tabularium.intake.services import check as check_file
from tabularium.intake.services import enter_item, submit
from tabularium.register.consistency import check
from tabularium.register.models import CatalogueItem, Entry, OfferedCorrection
from tabularium.register.services.offers import open_offers
from tabularium.register.services.sightings import disappeared
from tabularium.register.submission_selectors import entries_of
from tests.intake.real_files import item_text

pytestmark = [pytest.mark.data, pytest.mark.django_db]

Key = tuple[str, ...]


# ---- what the files say, read without the register


@dataclass(frozen=True)
class Said:
    """What one row says: the facts in which it can differ, and the last day of its term."""

    facts: tuple[str, ...]
    ends: date | None = None


def plain(text: object) -> str:
    return " ".join(str(text or "").split())


def three_years_from(day: date) -> date:
    """The last day of a term of 36 months."""
    return date.fromordinal(day.replace(year=day.year + 3).toordinal() - 1)


MONTHS = {
    "enero": 1,
    "febrero": 2,
    "marzo": 3,
    "abril": 4,
    "mayo": 5,
    "junio": 6,
    "julio": 7,
    "agosto": 8,
    "septiembre": 9,
    "octubre": 10,
    "noviembre": 11,
    "diciembre": 12,
}


def tax_decisions(path: Path) -> dict[Key, Said]:
    """Final findings of the list under article 69-B that no court had suppressed, by their acts."""
    found = {}
    with path.open(encoding="cp1252", errors="replace", newline="") as file:
        rows = list(csv.reader(file))
    head = [plain(name) for name in rows[2]]
    act = head.index("Número y fecha de oficio global de definitivos SAT")
    told = [head.index(f"Publicación {where} definitivos") for where in ("página SAT", "DOF")]
    for row in rows[3:]:
        if row[3].strip() != "Definitivo" or not row[1].strip("X ") or not row[act].strip():
            continue
        number, month, year = re.search(
            r"de fecha (\d{1,2}) (?:de )?(\w+) (?:del? )?(\d{4})", row[act]
        ).groups()  # type: ignore[union-attr] # a row that does not match is a mistake of the test
        decided = date(int(year), MONTHS[month.lower()], int(number))
        name = plain(row[2].partition("//")[0])
        found[row[1].strip(), row[act].strip()] = Said(
            (name, *(plain(row[each]) for each in told)), three_years_from(decided)
        )
    return found


def punished_companies(path: Path) -> dict[Key, Said]:
    """The rows of CNEP that say when they were published."""
    found = {}
    for row in json.loads(path.read_text("utf-8"))["data"]:
        if not re.fullmatch(r"\d\d/\d\d/\d{4}", row["dataPublicacao"]):
            continue
        told = datetime.strptime(row["dataPublicacao"], "%d/%m/%Y").replace(tzinfo=UTC).date()
        names = ("nomeSancionado", "categoriaSancao", "orgao", "ufSancionado", "dataPublicacao")
        fine = row["valorMulta"].replace("Não se aplica", "")
        facts = (*(plain(row[name]) for name in names), fine)
        found[(str(row["skSancao"]),)] = Said(
            tuple(fact.replace("Sem informação", "") for fact in facts), three_years_from(told)
        )
    return found


def establishments(path: Path) -> dict[Key, Said]:
    """Approved establishments by approval number; the first of two with one number counts."""
    found: dict[Key, Said] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            facts = (plain(row["TradingName"]), plain(row["Country"]))
            found.setdefault((row["AppNo"].strip(),), Said(facts))
    return found


# ---- what the register makes of them


@dataclass(frozen=True)
class Taken:
    """What became of one file: decisions by key, of those admitted."""

    admitted: set[Key]
    added: set[Key]
    recognised: set[Key]
    changed: set[Key]
    missing: set[Key]


def take_in(item: CatalogueItem, path: Path) -> Taken:
    """Submit a file, and ask the register what it has of it."""
    spec = parse_item(item.definition, item.code)
    admitted = keys(each.draft.key for each in check_file(path, spec) if each.draft)
    report = submit(path, item=item)
    submission = report.submission
    assert submission is not None
    added = keys(each.decision_key or "" for each in entries_of(submission))
    standing: dict[FindingCode, set[str]] = {
        FindingCode.ALREADY_IN_REGISTER: set(),
        FindingCode.CHANGED_DECISION: set(),
    }
    for finding in report.findings:
        if finding.code in standing:
            standing[finding.code].add(finding.parameters["entry"])
    recognised = set().union(*standing.values())
    # One open offer for each change, also where an earlier file offered the same.
    offered = {offer.entry_id for offer in open_offers().filter(entry__item=item)}
    assert offered & recognised == standing[FindingCode.CHANGED_DECISION]
    offers = OfferedCorrection.objects.filter(submission=submission)
    assert report.corrections_offered == offers.count()
    missing = keys(each.decision_key or "" for each in disappeared(submission))
    assert report.entries_made == len(added)
    assert report.disappeared == len(missing)
    return Taken(
        admitted=admitted,
        added=added,
        recognised=keys_of(recognised),
        changed=keys_of(standing[FindingCode.CHANGED_DECISION]),
        missing=missing,
    )


def keys_of(entries: Iterable[str]) -> set[Key]:
    """Keys of decisions by the identities of their entries."""
    by_identity = dict(Entry.objects.values_list("pk", "decision_key"))
    return keys(by_identity[each] or "" for each in entries)


def keys(written: Iterable[str]) -> set[Key]:
    return {tuple(json.loads(each)) for each in written}


@dataclass(frozen=True)
class Expected:
    """What one file adds to, changes in and leaves out of what earlier ones brought."""

    added: set[Key]
    changed: set[Key]
    missing: set[Key]


def expected(
    stands: Mapping[Key, Said], file: Mapping[Key, Said], admitted: set[Key], day: date
) -> Expected:
    """Counted from what the files say.

    Args:
        stands: decisions that earlier files brought, as they first said them.
        file: what this one says.
        admitted: those of its decisions that the register does not stop.
        day: of this one.
    """
    in_force = {key for key, said in stands.items() if said.ends is None or said.ends >= day}
    return Expected(
        added=admitted - stands.keys(),
        changed={key for key in admitted & in_force if file[key].facts != stands[key].facts},
        missing=in_force - file.keys(),
    )


@dataclass(frozen=True)
class Snapshot:
    """One file and its day; and how many decisions it adds, changes, and no longer holds."""

    path: Path
    day: date
    added: int
    changed: int
    missing: int


def follow(
    item: str, snapshots: Iterable[Snapshot], read: Callable[[Path], dict[Key, Said]]
) -> None:
    """Take files in one after the other, and hold each against what the files say themselves."""
    stands: dict[Key, Said] = {}
    entered: CatalogueItem | None = None
    for snapshot in snapshots:
        with clock.simulated(datetime.combine(snapshot.day, time(20), tzinfo=UTC)):
            entered = entered or enter_item(item_text(item), item)
            file = read(snapshot.path)
            taken = take_in(entered, snapshot.path)
            assert taken.admitted <= file.keys()
            should = expected(stands, file, taken.admitted, snapshot.day)
            assert taken.added == should.added
            assert taken.changed == should.changed
            assert taken.missing == should.missing
            assert taken.recognised == taken.admitted - should.added
            assert (len(taken.added), len(taken.changed), len(taken.missing)) == (
                snapshot.added,
                snapshot.changed,
                snapshot.missing,
            )
            stands |= {key: file[key] for key in should.added}
            assert Entry.objects.count() == len(stands)
    assert set(Entry.objects.values_list("stage", flat=True)) == {"draft"}
    assert set(Entry.objects.values_list("current_version__number", flat=True)) == {1}
    assert check().problems == []


def test_the_tax_authority_s_list_at_two_dates(shared_data: Path) -> None:
    folder = shared_data / "mx-sat-69b"
    follow(
        "mx-sat-69b",
        [
            Snapshot(
                folder / "Listado_Completo_69-B_2021-05-18.csv", date(2021, 5, 18), 4726, 0, 0
            ),
            Snapshot(
                folder / "Listado_Completo_69-B_2022-11-30.csv", date(2022, 11, 30), 608, 46, 77
            ),
        ],
        tax_decisions,
    )


def test_punished_companies_in_two_months(shared_data: Path) -> None:
    folder = shared_data / "br-cgu-cnep-leniencia-2023"
    follow(
        "br-cgu-cnep",
        [
            Snapshot(folder / "cnep_092023.json", date(2023, 9, 30), 548, 0, 0),
            Snapshot(folder / "cnep_102023.json", date(2023, 10, 31), 42, 3, 9),
        ],
        punished_companies,
    )


def with_a_day(path: Path, folder: Path) -> Path:
    """A copy of a list of establishments with a day of approval, made up, which the source does not give."""
    copy = folder / path.name
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        writer = csv.writer(target)
        for number, cells in enumerate(csv.reader(source)):
            writer.writerow([*cells, "2015-06-01" if number else "ApprovalDate"])
    return copy


def test_establishments_in_three_years(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "uk-fsa-approved-food-establishments"
    files = {
        date(2018, 1, 1): "approved-food-establishments-as-at-1-january-2018.csv",
        date(2020, 1, 1): "approved-food-establishments-as-at-1-january-2020.csv",
        date(2024, 10, 1): "ApprovedEstablishments01102024.csv",
    }
    numbers = [(3011, 0, 0), (543, 113, 440), (911, 278, 1676)]
    follow(
        "uk-fsa-approved-establishments",
        [
            Snapshot(with_a_day(folder / name, tmp_path), day, *counted)
            for (day, name), counted in zip(files.items(), numbers, strict=True)
        ],
        establishments,
    )
