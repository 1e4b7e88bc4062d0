"""Proposing an item: what a file tells, what is marked as missing, and that the documents know every key."""

import ast
import json
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import tabularium.intake
from tabularium.core.identifiers import AUTHORITY_CASE, SCHEMES, uscc_check_character
from tabularium.core.kinds import Field, Kind, NoticeChannel
from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined, FindingCode
from tabularium.intake.item_parts import FieldType, Frequency, TermRule
from tabularium.intake.item_text import Table
from tabularium.intake.items import ItemError, parse_item
from tabularium.intake.mapping_parts import NoDecision
from tabularium.intake.proposing import (
    Detail,
    Proposal,
    Sample,
    day_forms,
    key_of,
    propose,
    take_sample,
    term_rules,
)
from tabularium.intake.proposing_columns import ColumnType
from tabularium.intake.proposing_questions import QUESTIONS
from tabularium.intake.proposing_text import MARK, item_text, toml_key, toml_text
from tabularium.intake.readers import FileFormat, UnreadableFile, open_rows
from tabularium.rules.loader import rule_book
from tests.fuzz import made_up

TODAY = date(2026, 3, 1)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "catalogue.md"
ANSWERED = Proposal(
    code="made-up-list",
    title_en='A "made-up" list\\',
    title_zh="虚构名录",
    kind="penalty",
    field="environment",
    language="en",
    frequency="monthly",
    authority="made-up-office",
    authority_name="Made-up Office",
    jurisdiction="cn",
    time_zone="Asia/Shanghai",
    corrections_en="Write.",
    corrections_zh="请来函。",
    legal_basis="Made-up Act, article 1",
    notice="letter",
    objection_en="Write.",
    objection_zh="请来函。",
    term="pack-default",
)


def uscc(number: int) -> str:
    body = f"91999900{number:09d}"
    return body + uscc_check_character(body)


def lines(count: int = 12, *, delimiter: str = ";") -> str:
    head = ["Reference", "Organisation", "Code", "Decided", "Measure", "Fine", "Phone", "Director"]
    rows = [
        [
            f"F-{number:03d}",
            f"虚构公司{number}",
            uscc(number),
            f"{10 + number}/02/2026",
            "Warning" if number % 2 else "Fine",
            f"{number}.{number:03d},50",
            "010 1234 5678",
            "Somebody",
        ]
        for number in range(1, count + 1)
    ]
    return "\n".join(delimiter.join(cells) for cells in [head, *rows]) + "\n"


@pytest.fixture
def sample_of(tmp_path: Path) -> Callable[..., Sample]:
    def made(content: str | bytes, name: str = "made up.csv", rows: int = 1000) -> Sample:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return take_sample(tmp_path / name, rows)

    return made


def examined(sample: Sample, text: str, today: date = TODAY) -> list[Examined]:
    item = parse_item(text, "proposed.toml")
    return list(examine(item, open_rows(sample.path, item.file), rule_book(), today))


def changed(proposal: Proposal, changes: Mapping[str, str]) -> Proposal:
    return replace(proposal, **changes)  # type: ignore[arg-type] # the names are of texts


def answered(sample: Sample) -> Proposal:
    guessed = propose(sample)
    known = {name: getattr(ANSWERED, name) for name in Proposal.__slots__}
    kept = {name: value for name, value in known.items() if value}
    return replace(guessed, **kept, currency="CNY")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimiter_and_encoding_are_found_out(
    delimiter: str, encoding: str, sample_of: Callable[..., Sample]
) -> None:
    text = lines(delimiter=delimiter).replace(",50", "" if delimiter == "," else ",50")
    sample = sample_of(text.encode(encoding))
    assert sample.shape.delimiter == delimiter
    assert sample.shape.encoding == encoding.removesuffix("-sig")
    assert sample.shape.header_row == 1
    assert sample.whole_rows[0].cells["Organisation"] == "虚构公司1"
    assert len(sample.whole_rows) == 12


def test_western_text_is_not_taken_for_chinese(sample_of: Callable[..., Sample]) -> None:
    rows = "\n".join(f"{number};Açaí é São João Ltda" for number in range(20))
    sample = sample_of(f"Número;Razão Social\n{rows}\n".encode("windows-1252"))
    assert sample.shape.encoding == "windows-1252"
    assert [column.name for column in sample.columns] == ["Número", "Razão Social"]


def test_titles_before_the_header_are_passed_over(sample_of: Callable[..., Sample]) -> None:
    sample = sample_of("List of fines\n\nAs of;;;;;;;\n" + lines())
    assert sample.shape.header_row == 4
    assert sample.columns[0].name == "Reference"


def test_a_file_without_a_header_gets_names_for_its_columns(
    sample_of: Callable[..., Sample],
) -> None:
    sample = sample_of(lines().split("\n", 1)[1])
    assert sample.shape.header_row == 0
    assert sample.shape.columns[:2] == ("Column 1", "Column 2")
    assert len(sample.whole_rows) == 12
    text = item_text(sample, replace(answered(sample), measure="Fine", measure_column=""), TODAY)
    assert 'columns = ["Column 1",' in text


def test_columns_are_known_by_what_stands_in_them(sample_of: Callable[..., Sample]) -> None:
    sample = sample_of(lines())
    types = {column.name: column.type for column in sample.usable}
    assert types["Decided"] is ColumnType.DAY
    assert types["Fine"] is ColumnType.MONEY
    code, fine = sample.column("Code"), sample.column("Fine")
    assert code is not None
    assert code.scheme == "CN-USCC"
    assert fine is not None
    assert fine.money is not None
    assert (fine.money.decimal, fine.money.grouping) == (",", ".")
    guessed = propose(sample)
    assert guessed.number_column == "Reference"
    assert guessed.name_column == "Organisation"
    assert guessed.identifier_column == "Code"
    assert guessed.date_column == "Decided"
    assert guessed.measure_column == "Measure"
    assert guessed.amount_column == "Fine"
    assert guessed.jurisdiction == "cn"


def test_columns_for_people_are_left_out_and_said_so(sample_of: Callable[..., Sample]) -> None:
    sample = sample_of(lines())
    refused = {column.name: column.refused_for for column in sample.columns if column.refused_for}
    assert refused == {"Phone": "phone", "Director": "director"}
    text = item_text(sample, answered(sample), TODAY)
    names = [field["name"] for field in tomllib.loads(text)["schema"]["fields"]]
    assert not {"Phone", "Director"} & set(names)
    assert "#   Phone (phone)" in text
    assert "1234 5678" not in text
    assert "Somebody" not in text


def test_a_workbook_and_json_are_read_like_the_text(
    sample_of: Callable[..., Sample], tmp_path: Path
) -> None:
    head, *rows = [line.split(";") for line in lines().splitlines()]
    book = Workbook()
    assert book.active is not None
    for cells in [["List of fines"], [], head, *rows]:
        book.active.append(cells)
    book.save(tmp_path / "table.xlsx")
    workbook = take_sample(tmp_path / "table.xlsx")
    records = {
        "meta": {"count": 12},
        "data": {"rows": [dict(zip(head, row, strict=True)) for row in rows]},
    }
    document = sample_of(json.dumps(records), "table.json")
    assert (workbook.shape.format, workbook.shape.header_row) == (FileFormat.XLSX, 3)
    assert (document.shape.format, document.shape.records) == (FileFormat.JSON, "data.rows")
    for sample in (workbook, document):
        drafts = [
            each.draft for each in examined(sample, item_text(sample, answered(sample), TODAY))
        ]
        assert None not in drafts
        assert len(drafts) == 12


@pytest.mark.parametrize("name", ["table.json", "table.jsonl"])
def test_the_members_of_a_list_inside_each_record_become_rows(
    sample_of: Callable[..., Sample], name: str
) -> None:
    head, *rows = [line.split(";") for line in lines().splitlines()]
    members = [dict(zip(head, row, strict=True)) for row in rows]
    records = [
        {
            "list": number,
            "tags": ["a", "b"],
            "notes": [],
            "fines": members[4 * number : 4 * number + 4],
        }
        for number in range(3)
    ]
    written = json.dumps(records)
    if name.endswith("jsonl"):
        written = "\n".join(map(json.dumps, records))
    sample = sample_of(written, name)
    assert sample.shape.unfold == "fines"
    assert len(sample.rows) == len(members)
    assert {f"fines.{each}" for each in head} <= {each.name for each in sample.columns}
    text = item_text(sample, propose(sample), TODAY)
    assert '\nunfold = "fines"\n' in text


def test_a_list_that_is_no_list_of_rows_stays_a_text(sample_of: Callable[..., Sample]) -> None:
    """Neither one that is a plain value elsewhere, nor one deeper down than a row is read from."""
    records = [
        {"a": "1", "mixed": [{"x": "1"}], "deep": {"rows": [{"y": "1"}]}},
        {"a": "[{" + "[" * 100_000, "mixed": "none", "deep": {"rows": [{"y": "2"}]}},
    ]
    sample = sample_of(json.dumps(records), "table.json")
    assert sample.shape.unfold == ""
    assert {"a", "mixed", "deep.rows"} == {each.name for each in sample.columns}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "table.jsonl",
            b'{"reference": "F-1", "name": "Brass Ltd"}\n{"reference": "F-2", "name": "Tin Ltd"}\n',
        ),
        ("table.ods", made_up.ods()),
        ("table.parquet", made_up.parquet()),
    ],
)
def test_an_item_of_every_format_says_its_shape(
    name: str, content: bytes, sample_of: Callable[..., Sample]
) -> None:
    sample = sample_of(content, name)
    text = item_text(sample, propose(sample), TODAY)
    told = tomllib.loads(text)["file"]
    assert told["format"] == name.rpartition(".")[2]
    assert ("header_row" in told) == (name == "table.ods")
    assert marked_lines(text) == mistaken_lines(text)


def test_records_that_are_lists_get_names_for_their_places(
    sample_of: Callable[..., Sample],
) -> None:
    sample = sample_of(json.dumps([["a", "b"], ["c", "d"]]), "table.json")
    assert sample.shape.columns == ("Column 1", "Column 2")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty"),
        (b" \n ", "blank.csv", "empty"),
        (b"\xd0\xcf\x11\xe0 old", "old.xls", "XLSX"),
        (b'{"a": 1}', "none.json", "no list of records"),
        (b'{"a" 1}', "wrong.json", "wrong"),
        (b"PK\x03\x04 nothing", "broken.xlsx", "broken.xlsx"),
        (b"only,a,header\n", "header.csv", "no row"),
        (b"SSN,e-mail\n1,2\n", "people.csv", "about people"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_line(
    content: bytes, name: str, said: str, sample_of: Callable[..., Sample]
) -> None:
    with pytest.raises(UnreadableFile) as raised:
        sample_of(content, name)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_absent_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        take_sample(tmp_path / "absent.csv")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sample_or_one_clear_line(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        said = ""
        try:
            sample = take_sample(path)
        except UnreadableFile as error:
            said = str(error)
        if said:
            assert said.startswith("any.csv: ")
            assert "\n" not in said
            return
        text = item_text(sample, propose(sample), TODAY)
        assert marked_lines(text) == mistaken_lines(text) != set()


def marked_lines(text: str) -> set[int]:
    return {number for number, line in enumerate(text.split("\n"), 1) if MARK in line}


def mistaken_lines(text: str) -> set[int]:
    try:
        parse_item(text, "proposed.toml")
    except ItemError as error:
        return {mistake.line for mistake in error.mistakes}
    return set()


def test_what_is_missing_is_marked_in_exactly_the_lines_of_the_mistakes(
    sample_of: Callable[..., Sample],
) -> None:
    sample = sample_of(lines())
    whole = answered(sample)
    assert marked_lines(item_text(sample, whole, TODAY)) == set()
    nothing = item_text(sample, propose(sample), TODAY)
    assert len(marked_lines(nothing)) > 10
    assert marked_lines(nothing) == mistaken_lines(nothing)
    names = [name for name in Proposal.__slots__ if isinstance(getattr(whole, name), str)]
    for name in names:
        text = item_text(sample, changed(whole, {name: ""}), TODAY)
        assert marked_lines(text) == mistaken_lines(text), name


@pytest.mark.parametrize("kind", Kind)
def test_for_every_kind_each_term_rule_offered_is_taken(
    kind: Kind, sample_of: Callable[..., Sample]
) -> None:
    sample = sample_of(lines())
    for rule in term_rules(kind):
        proposal = replace(
            answered(sample),
            kind=str(kind),
            term=rule,
            end_column="Measure",
            promised_to="Suppliers of the town",
            due_column="Decided",
        )
        item = parse_item(item_text(sample, proposal, TODAY), "proposed.toml")
        assert item.term.rule == rule
        due_on, to_whom = item.mapping.due_on, item.mapping.promised_to
        assert (due_on is not None) == (kind is Kind.PROMISE)
        assert to_whom is None or to_whom.constant == "Suppliers of the town"


def test_an_answered_item_makes_drafts_of_the_sample(sample_of: Callable[..., Sample]) -> None:
    sample = sample_of(lines())
    detail = Detail("about", "Measure", "About", "关于")
    text = item_text(sample, replace(answered(sample), details=(detail,)), TODAY)
    drafts = [each.draft for each in examined(sample, text)]
    assert len(drafts) == 12
    first = drafts[0]
    assert first is not None
    assert str(first.subject.identifier) == f"CN-USCC {uscc(1)}"
    assert (first.content.amount, first.content.currency) == ("1001.50", "CNY")
    assert first.content.decided_on == date(2026, 2, 11)
    assert dict(first.content.details) == {"about": "Warning"}
    assert parse_item(text, "x").title["en"] == 'A "made-up" list\\'


def test_where_there_is_no_number_the_case_tells_who_it_is(
    sample_of: Callable[..., Sample],
) -> None:
    rows = "\n".join(f"C-{n};Brass {n} Ltd;{n + 12}/01/2026;Fine" for n in range(1, 9))
    sample = sample_of(f"Case;Name;Decided;Measure\n{rows}\n")
    guessed = answered(sample)
    assert guessed.identifier_column == ""
    proposal = replace(guessed, case_column="Case", jurisdiction="gb", time_zone="Europe/London")
    drafts = [each.draft for each in examined(sample, item_text(sample, proposal, TODAY))]
    assert {draft.subject.identifier.scheme for draft in drafts if draft} == {AUTHORITY_CASE}
    assert None not in drafts


def test_days_that_do_not_tell_are_asked_unless_another_column_tells(
    sample_of: Callable[..., Sample],
) -> None:
    doubtful = sample_of("a,decided\nx,01/02/2026\ny,03/04/2026\n")
    assert day_forms(doubtful, "decided") == ("%d/%m/%Y", "%m/%d/%Y")
    told = sample_of("until,decided\n02/25/2027,01/02/2026\n02/26/2027,03/04/2026\n")
    assert day_forms(told, "decided") == ("%m/%d/%Y",)


def test_sums_that_do_not_tell_are_doubtful(sample_of: Callable[..., Sample]) -> None:
    column = sample_of("a,fine\nx,1.234\ny,5.678\n").column("fine")
    assert column is not None
    assert column.has_doubtful_decimals


def test_the_key_is_of_few_columns_and_never_counts_rows(
    sample_of: Callable[..., Sample],
) -> None:
    rows = "\n".join(f"{n};C-{n // 2};{'ab'[n % 2]}" for n in range(1, 20) if n != 7)
    sample = sample_of(f"No;Case;Party\n{rows}\n")
    assert key_of(sample, ()) == ("Case", "Party")
    assert propose(sample).number_column == "Case"
    alike = sample_of("a;b\nx;y\nx;y\nx;z\n")
    assert alike.repeats(key_of(alike, ())) == 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_written_as_toml_that_gives_it_back(text: str) -> None:
    document = f"{toml_key(text)} = {toml_text(text)}  # comment\nnext = 1\n"
    assert tomllib.loads(document) == {text: text, "next": 1} or text == "next"


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "today", "rows", "drafts", "changes"),
    [
        (
            "br-ans-operadoras-2022/Relatorio_cadop.csv",
            date(2022, 6, 1),
            1155,
            1155,
            {
                "kind": "licence",
                "field": "health-and-care",
                "term": "open",
                "measure": "Registro de operadora",
                "form_reason": "Lei 9.656/1998, art. 1",
            },
        ),
        (
            "br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv",
            date(2026, 1, 7),
            41,
            12,
            {"field": "public-procurement", "currency": "BRL"},
        ),
    ],
)
def test_real_files_become_drafts_as_with_the_items_written_by_hand(
    path: str, today: date, rows: int, drafts: int, changes: dict[str, str], shared_data: Path
) -> None:
    sample = take_sample(shared_data / path)
    local = {"jurisdiction": "br", "time_zone": "America/Sao_Paulo", "language": "pt-BR"}
    proposal = changed(answered(sample), {**local, **changes})
    results = examined(sample, item_text(sample, proposal, TODAY), today)
    assert len(results) == rows
    assert sum(each.draft is not None for each in results) == drafts


@pytest.mark.data
def test_of_every_public_file_an_item_is_proposed_with_its_gaps_marked(shared_data: Path) -> None:
    files = sorted(each for each in shared_data.glob("*/*") if each.suffix in {".csv", ".json"})
    assert len(files) > 15
    for file in files:
        sample = take_sample(file, 60)
        text = item_text(sample, propose(sample), TODAY)
        assert marked_lines(text) == mistaken_lines(text), file.name


ASKING = {name for name in vars(Table) if not name.startswith("_")} | {"read_url"}
ASKING -= {"wrong"}


def keys_of_the_parser() -> Iterator[str]:
    """Every key that the modules of the parser ask for: names given to questions, and loops over names."""
    folder = Path(tabularium.intake.__file__).parent
    for module in ("items.py", "item_sections.py", "item_mapping.py"):
        for node in ast.walk(ast.parse((folder / module).read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given_texts = [each for each in node.args if isinstance(each, ast.Constant)]
                if name in ASKING and given_texts:
                    yield str(given_texts[0].value)
            if isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Tuple):
                yield from (
                    str(each.value) for each in node.iter.elts if isinstance(each, ast.Constant)
                )


def explained() -> set[str]:
    text = re.sub(r"```.*?```", "", DOCUMENT.read_text("utf-8"), flags=re.DOTALL)
    return {each.strip("[]") for each in re.findall(r"`([^`]+)`", text)}


def test_every_key_that_the_parser_knows_is_explained() -> None:
    keys = set(keys_of_the_parser())
    assert {"code", "join", "url", "several", "default_when_empty", "currency_column"} <= keys
    assert len(keys) > 60
    assert keys - explained() - {"html"} == set()
    assert "`html = true`" in DOCUMENT.read_text("utf-8")


def test_every_value_of_a_closed_list_is_explained() -> None:
    lists = (Kind, Field, NoticeChannel, Frequency, TermRule, FieldType, FileFormat, NoDecision)
    values = {str(value) for each in lists for value in each}
    assert values - explained() == set()
    assert set(SCHEMES) - {AUTHORITY_CASE} - explained() == set()


def test_every_finding_has_a_row_that_says_what_to_do() -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    assert set(FindingCode) <= set(rows)


def test_the_item_in_the_document_is_right() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert parse_item(text, "catalogue.md").code == "suilan-fines"


@pytest.mark.parametrize("kind", Kind)
def test_a_notice_is_asked_for_where_an_entry_speaks_against_somebody(
    kind: Kind, sample_of: Callable[..., Sample]
) -> None:
    sample = sample_of(lines())
    (question,) = [each for each in QUESTIONS if each.name == "notice"]
    asked = question.arises(replace(propose(sample), kind=str(kind)), sample)
    assert asked == kind.is_adverse
