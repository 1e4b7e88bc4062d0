"""The plan and the files, before anything of it happens."""

import ast
import hashlib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tabularium import demo
from tabularium.core.identifiers import IdentifierError, parse
from tabularium.demo import files, numbers
from tabularium.demo.course_table import ADVERSE, OTHER, PROMISES
from tabularium.demo.faults import FAULTS
from tabularium.demo.plan import Plan, lay_out
from tabularium.demo.words import words
from tabularium.intake.readers import FileFormat

DAY = date(2026, 3, 4)
FOLDER = Path(demo.__file__).parent
WRITES = {
    *("save", "create", "bulk_create", "update", "bulk_update", "delete", "raw"),
    *("get_or_create", "update_or_create", "acreate", "asave", "aupdate", "adelete"),
}


def small(day: date = DAY) -> Plan:
    return lay_out(day, organisations=60, entries=300)


def digests(plan: Plan, folder: Path) -> dict[str, str]:
    files.write(plan, folder)
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(folder.iterdir())
    }


def test_the_same_day_gives_the_same_files_byte_for_byte(tmp_path: Path) -> None:
    first, second = digests(small(), tmp_path / "1"), digests(small(), tmp_path / "2")
    assert first == second
    assert first != digests(small(DAY + timedelta(days=1)), tmp_path / "3")


def test_files_come_in_every_format_and_several_encodings() -> None:
    shapes = [stock.spec.file for stock in words().stocks]
    assert {shape.format for shape in shapes} == {FileFormat.CSV, FileFormat.XLSX, FileFormat.JSON}
    assert {"utf-8", "gb18030", "windows-1252", "utf-16"} <= {shape.encoding for shape in shapes}
    # Where an item names no delimiter, its files have commas, which submitting them finds out.
    assert {"", ";", "\t"} <= {shape.delimiter for shape in shapes}
    assert {1, 2, 3} <= {shape.header_row for shape in shapes}


def test_every_course_and_every_fault_is_planned() -> None:
    plan = small()
    taken = {row.course for row in plan.rows() if row.course}
    assert taken == {*ADVERSE, *OTHER, *PROMISES}
    assert {fault.code for fault in FAULTS} == set(plan.expected_findings())


@pytest.mark.parametrize("offset", range(0, 400, 23))
def test_whatever_the_day_acts_are_in_order_and_terms_are_terms(offset: int) -> None:
    plan = lay_out(DAY + timedelta(days=offset), organisations=60, entries=300)
    for file in plan.files:
        for row in file.rows:
            days = [file.day, *(day for day, _ in row.acts), plan.last_day]
            assert all(one <= other for one, other in pairwise(days))
            if row.course is not None:
                begins, ends = row.facts.cells.get("begins"), row.facts.cells.get("ends")
                assert begins is None or (begins < ends and ends >= file.day)
                due_on = row.facts.cells.get("due_on", begins)
                assert begins is None or (begins <= due_on and due_on + timedelta(days=15) < ends)


def test_the_sizes_are_those_asked_for() -> None:
    plan = lay_out(DAY, organisations=400, entries=2000)
    rows = [row for row in plan.rows() if row.course]
    assert len(rows) == 2000
    assert len({row.facts.subject for row in rows}) in range(380, 421)


def test_numbers_are_right_and_outside_assigned_ranges() -> None:
    code = parse("CN-USCC", numbers.credit_code("91", 12345678))
    assert code.value[2:8] == "999900"
    assert numbers.is_made_up(code)
    assert numbers.is_made_up(parse("XI-LEI", numbers.legal_entity_identifier(7)))
    real = parse("XI-LEI", "5493000IBP32UQZ0KL24")
    assert not numbers.is_made_up(real)


def test_organisation_codes_have_the_check_characters_of_their_standard() -> None:
    # GB 11714-1997 gives D2143569-X as its example; letters are not made here, so others are reckoned.
    assert numbers.organisation_code(12345678) == "123456788"
    assert {numbers.organisation_code(number)[-1] for number in range(200)} == set("0123456789X")


def test_a_wrong_check_character_never_fits() -> None:
    for number in range(100):
        wrong = numbers.with_wrong_check_character(numbers.credit_code("91", number))
        with pytest.raises(IdentifierError):
            parse("CN-USCC", wrong)


def test_items_are_of_the_town_and_link_to_nothing_that_exists() -> None:
    for stock in words().stocks:
        spec = stock.spec
        assert (spec.authority.jurisdiction, spec.authority.time_zone) == ("cn", "Asia/Shanghai")
        assert {"en", "zh-hans"} <= set(spec.title) & set(spec.authority.name)
        assert {"en", "zh-hans"} <= set(spec.objection.route) & set(spec.authority.corrections)
        links = (
            spec.authority.website,
            spec.authority.corrections_url,
            spec.objection.url,
            spec.legal_basis.url,
        )
        assert all((urlsplit(link).hostname or "").endswith(".example") for link in links)


def model_writes(program: str) -> list[str]:
    """Calls in a program that would write a model, past the services."""
    found = []
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            if node.func.attr in WRITES and called != "book.save":
                found.append(called)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("tabularium.register.services.", "django.db.connection", "sqlite3")
        ):
            found.append(str(node.module))
    return found


def test_the_town_is_never_written_past_the_services() -> None:
    programs = sorted(FOLDER.glob("*.py"))
    assert len(programs) > 10
    assert {each.name: model_writes(each.read_text("utf-8")) for each in programs} == {
        each.name: [] for each in programs
    }


@pytest.mark.parametrize(
    "program",
    [
        "Entry.objects.create(kind='licence')",
        "entry.save()",
        "Entry.objects.filter(pk=1).update(stage='published')",
        "from tabularium.register.services.advance import advance",
    ],
)
def test_a_write_past_the_services_would_be_seen(program: str) -> None:
    assert model_writes(program)
