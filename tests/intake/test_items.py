"""Catalogue items: every mistake with its line, and no way across the lines of the design."""

from pathlib import Path

import pytest

from tabularium.core.kinds import Kind
from tabularium.intake.items import ItemError, MistakeCode, parse_item
from tabularium.intake.person_words import crosses_a_line


def mistakes_of(text: str) -> list[tuple[int, MistakeCode, str]]:
    with pytest.raises(ItemError) as error:
        parse_item(text, "item.toml")
    raised = error.value
    assert str(raised).splitlines()[0] == f"item.toml:{raised.line}: {raised.message}"
    assert [each.line for each in raised.mistakes] == sorted(each.line for each in raised.mistakes)
    return [(each.line, each.code, each.message) for each in raised.mistakes]


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_a_whole_item(item_text: str) -> None:
    item = parse_item(item_text, "item.toml")
    assert (item.code, item.version, item.kind) == ("gb-made-up", 1, Kind.PENALTY)
    assert item.authority.time_zone == "Europe/London"
    assert item.title["zh-hans"] == "虚构处罚"
    assert item.file.needed == {field.name for field in item.schema.fields}


WRONG = [
    ('field = "environment"', 'field = "religion"', MistakeCode.WRONG_VALUE, "environment"),
    ('kind = "penalty"', 'kind = "blame"', MistakeCode.WRONG_VALUE, "kind is 'blame'"),
    ('code = "gb-made-up"', 'code = "Made up"', MistakeCode.WRONG_VALUE, "small letters"),
    ("version = 1", "version = 0", MistakeCode.WRONG_VALUE, "from 1"),
    ("version = 1", 'version = "1"', MistakeCode.WRONG_VALUE, "whole number"),
    ("version = 1", "version = true", MistakeCode.WRONG_VALUE, "whole number"),
    ('frequency = "monthly"', 'frequency = "often"', MistakeCode.WRONG_VALUE, "irregular"),
    (
        "effective_from = 2024-01-01",
        "effective_from = 2024-01-01T00:00:00",
        MistakeCode.WRONG_VALUE,
        "time",
    ),
    ('zh-hans = "虚构处罚"', 'fr = "Sanctions"', MistakeCode.MISSING, "zh-hans"),
    (
        'time_zone = "Europe/London"',
        'time_zone = "Europe/Londn"',
        MistakeCode.WRONG_VALUE,
        "time_zone",
    ),
    (
        'website = "https://example.org/"',
        'website = "example.org"',
        MistakeCode.WRONG_VALUE,
        "https",
    ),
    ('channel = "letter"', 'channel = "rumour"', MistakeCode.WRONG_VALUE, "letter"),
    ('channel = "letter"', 'channel = "letter"\npush_to = "x"', MistakeCode.UNKNOWN_KEY, "push_to"),
    ('rule = "columns"', 'rule = "open"', MistakeCode.WRONG_VALUE, "Only a licence"),
    ('format = "csv"', 'format = "csv"\ndelimiter = ";;"', MistakeCode.WRONG_VALUE, "delimiter"),
    ('format = "csv"', 'format = "csv"\nencoding = "klingon"', MistakeCode.WRONG_VALUE, "klingon"),
    ('pattern = "C-[0-9]+"', 'pattern = "C-["', MistakeCode.WRONG_VALUE, "regular expression"),
    ('format = "%d/%m/%Y"', 'format = "%d/%m"', MistakeCode.WRONG_VALUE, "year"),
    ('scheme = "BR-CNPJ"', 'scheme = "BR-CPF"', MistakeCode.WRONG_VALUE, "BR-CPF"),
    ('column = "summary" }', 'column = "resumé" }', MistakeCode.WRONG_VALUE, "resumé"),
    ('Company = "gb-ltd"', 'Company = "gb-limited"', MistakeCode.WRONG_VALUE, "gb-limited"),
    ('reason = "presumed"', 'reason = "dull"', MistakeCode.WRONG_VALUE, "dull"),
    ('grouping = ","', 'grouping = "."', MistakeCode.WRONG_VALUE, "not the same"),
    ("[mapping.details.town]", "[mapping.details.Town]", MistakeCode.WRONG_VALUE, "small letters"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), WRONG)
def test_a_mistake_is_named_with_its_line(
    old: str, new: str, code: MistakeCode, words: str, item_text: str
) -> None:
    text = item_text.replace(old, new, 1)
    found = mistakes_of(text)
    assert (code, True) in [(each[1], words in each[2]) for each in found]
    assert len(found) <= 2
    table = ("schema", "title", "zh-hans", "grouping", "Town", "resumé")
    at = line_of(text, new.splitlines()[-1])
    assert found[0][0] == at or any(word in new or word in old for word in table)


@pytest.mark.parametrize(
    "table",
    ["legal_basis", "notice", "objection.route", "term", "file", "authority.corrections.text"],
)
def test_an_adverse_item_needs_each_of(table: str, item_text: str) -> None:
    before, _, rest = item_text.partition(f"[{table}]\n")
    after = rest.partition("\n[")[2]
    found = mistakes_of(f"{before}[{after}")
    assert MistakeCode.MISSING in {each[1] for each in found}


def test_a_licence_needs_no_notice(item_text: str) -> None:
    text = item_text.replace('[notice]\nchannel = "letter"\n', "")
    assert mistakes_of(text)[0][1] is MistakeCode.MISSING
    assert (
        parse_item(text.replace('kind = "penalty"', 'kind = "licence"'), "x").notice_channel is None
    )


def test_all_mistakes_are_named_at_once(item_text: str) -> None:
    text = item_text.replace('"environment"', '"faith"').replace("version = 1", "version = 0")
    text = text.replace('channel = "letter"', 'channel = "rumour"')
    assert len(mistakes_of(text)) == 3


def test_what_is_not_toml_is_one_mistake_with_its_line(item_text: str) -> None:
    (mistake,) = mistakes_of(item_text.replace("version = 1", "version = = 1"))
    assert mistake[:2] == (3, MistakeCode.NOT_TOML)


@pytest.mark.parametrize(
    "name",
    [
        "Date of birth",
        "birthDate",
        "Fecha de Nacimiento",
        "data_nascimento",
        "First Name",
        "apellidos",
        "CPF",
        "CURP",
        "Passport No",
        "Gender",
        "Sexo",
        "Risk score",
        "Overall Rating",
        "Grade",
        "rank",
        "Telefone",
        "Location Telephone Number",
        "E-mail",
        "Endereço eletrônico",
        "Representante",
        "Registered manager",
        "身份证号",
        "联系电话",
        "信用等级",
        "法定代表人",
    ],
)
def test_a_field_for_people_or_a_score_crosses_a_line(name: str, item_text: str) -> None:
    text = item_text.replace('name = "count"\ntype = "integer"', f'name = "{name}"')
    (mistake,) = mistakes_of(text)
    assert mistake[:2] == (line_of(text, f'name = "{name}"'), MistakeCode.LINE_CROSSED)


@pytest.mark.parametrize(
    "name",
    ["cpfCnpj", "cnpjcpf", "Nombre del Contribuyente", "Provider Ownership Type", "Note", "Care homes beds",
     "Payment Denial Length in Days", "Registro ANS", "处罚机关", "Sentido de Resolución", "engagement"],
)  # fmt: skip
def test_columns_about_organisations_do_not(name: str) -> None:
    assert crosses_a_line(name) == ""


def test_a_detail_may_not_be_about_a_person(item_text: str) -> None:
    text = item_text.replace("[mapping.details.town]", "[mapping.details.manager_name]")
    assert MistakeCode.LINE_CROSSED in {each[1] for each in mistakes_of(text)}


def test_every_example_is_a_right_item(catalogue: Path) -> None:
    items = [
        parse_item(path.read_text("utf-8"), path.name) for path in sorted(catalogue.glob("*.toml"))
    ]
    assert len(items) >= 12
    assert [f"{item.code}.toml" for item in items] == [
        path.name for path in sorted(catalogue.glob("*.toml"))
    ]
    assert {item.kind for item in items} == {Kind.LICENCE, Kind.PENALTY, Kind.EXCLUSION}
