"""Catalogue items: every mistake with its line, and no way across the lines of the design."""

from pathlib import Path

import pytest

from tabularium.core.kinds import Kind
from tabularium.intake.items import ItemError, MistakeCode, parse_item
from tabularium.intake.person_words import crosses_a_line


def raised_by(text: str) -> ItemError:
    with pytest.raises(ItemError) as error:
        parse_item(text, "item.toml")
    raised = error.value
    first = f"item.toml:{raised.line}:{raised.column}: {raised.message}"
    assert str(raised).splitlines()[0] == first
    places = [(each.line, each.column) for each in raised.mistakes]
    assert places == sorted(places)
    assert len(
        {(place, each.message) for place, each in zip(places, raised.mistakes, strict=True)}
    ) == len(places)
    return raised


def mistakes_of(text: str) -> list[tuple[int, MistakeCode, str]]:
    return [(each.line, each.code, each.message) for each in raised_by(text).mistakes]


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def test_a_whole_item(item_text: str) -> None:
    item = parse_item(item_text, "item.toml")
    assert (item.code, item.version, item.kind) == ("gb-made-up", 1, Kind.PENALTY)
    assert item.authority.time_zone == "Europe/London"
    assert item.title["zh-hans"] == "虚构处罚"
    assert item.file.needed == {field.name for field in item.schema.fields}


WRONG_VALUE, MISSING, UNKNOWN_KEY = (
    MistakeCode.WRONG_VALUE,
    MistakeCode.MISSING,
    MistakeCode.UNKNOWN_KEY,
)
# What stood there, what stands there now, from where on it is wrong, the sort of mistake, what is said.
WRONG = [
    ('field = "environment"', 'field = "religion"', '"religion"', WRONG_VALUE, "environment"),
    ('kind = "penalty"', 'kind = "blame"', '"blame"', WRONG_VALUE, "kind is 'blame'. Write one of"),
    ('code = "gb-made-up"', 'code = "Made up"', '"Made up"', WRONG_VALUE, "Write small letters"),
    ("version = 1", "version = 0", "0", WRONG_VALUE, "from 1"),
    ("version = 1", 'version = "1"', '"1"', WRONG_VALUE, "a whole number without quotes"),
    ("version = 1", "version =    true", "true", WRONG_VALUE, "whole number"),
    ("version = 1", "", "", MISSING, "version is missing. Add it"),
    ('frequency = "monthly"', 'frequency = "often"', '"often"', WRONG_VALUE, "fortnightly"),
    (
        "effective_from = 2024-01-01",
        "effective_from = 2024-01-01T00:00:00",
        "2024",
        WRONG_VALUE,
        "Write the day alone",
    ),
    (
        "effective_from = 2024-01-01",
        "effective_from = 2024-01-01\neffective_until = 2023-12-31",
        "2023",
        WRONG_VALUE,
        "Write a later day",
    ),
    ('zh-hans = "虚构处罚"', 'fr = "Sanctions"', "", MISSING, "title has no text in 'zh-hans'"),
    ('zh-hans = "虚构处罚"', 'zh-hans = " "', '" "', MISSING, "an empty text for 'zh-hans'"),
    (
        'zh-hans = "虚构处罚"',
        'zh-hans = "虚构处罚"\nEnglish_GB = "x"',
        "English_GB",
        UNKNOWN_KEY,
        "is not a language tag",
    ),
    ('en = "A made-up authority"', 'en = ""', '""', MISSING, "name has an empty text for 'en'"),
    ('en = "A made-up authority"', "en = 7", "7", WRONG_VALUE, "Write en in quotes"),
    (
        'time_zone = "Europe/London"',
        'time_zone = "Europe/Londn"',
        '"Europe/Londn"',
        WRONG_VALUE,
        "Write a name such as",
    ),
    (
        'website = "https://example.org/"',
        'website = "example.org"',
        '"example.org"',
        WRONG_VALUE,
        "Begin it with https",
    ),
    ('channel = "letter"', 'channel = "rumour"', '"rumour"', WRONG_VALUE, "letter"),
    (
        'channel = "letter"',
        'channel = "letter"\npush_to = "x"',
        "push_to",
        UNKNOWN_KEY,
        "Take it out, or use one of: channel",
    ),
    ('rule = "columns"', 'rule = "open"', '"open"', WRONG_VALUE, "Only a licence"),
    ('pattern = "C-[0-9]+"', 'pattern = "C-["', '"C-["', WRONG_VALUE, "regular expression"),
    ('pattern = "C-[0-9]+"', "pattern = '" + "x" * 401 + "'", "'x", WRONG_VALUE, "at most 400"),
    ('format = "%d/%m/%Y"', 'format = "%d/%m"', '"%d/%m"', WRONG_VALUE, "year"),
    (
        'format = "%d/%m/%Y"',
        'formats = ["%Y%m%d", "%d/%m"]',
        '"%d/%m"',
        WRONG_VALUE,
        "year",
    ),
    ('scheme = "BR-CNPJ"', 'scheme = "BR-CPF"', '"BR-CPF"', WRONG_VALUE, "Write one of: AU-ABN"),
    ('column = "summary" }', 'column = "resumé" }', '"resumé"', WRONG_VALUE, "[[schema.fields]]"),
    ('key = ["case", "number"]', 'key = ["case", "no"]', '"no"', WRONG_VALUE, "'no' is used here"),
    ('key = ["case", "number"]', 'key = ["case", 7]', "7", WRONG_VALUE, "Write each in quotes"),
    ('key = ["case", "number"]', "key = []", "[]", MISSING, "key is empty. Write a list"),
    ('Company = "gb-ltd"', 'Company = "gb-limited"', '"gb-limited"', WRONG_VALUE, "such as gb-ltd"),
    ('Company = "gb-ltd"', 'Company = ""', '""', MISSING, "an empty text for 'Company'"),
    ("from_name = true", "from_name = false", "false", WRONG_VALUE, "Write true"),
    ('reason = "presumed"', 'reason = "dull"', '"dull"', WRONG_VALUE, "dull"),
    ('values = ["Presumed"]', "", "", WRONG_VALUE, "Add values, a pattern"),
    ('grouping = ","', 'grouping = "."', '"."', WRONG_VALUE, "not the same"),
    ('currency_column = "currency"', 'currency = "pounds"', '"pounds"', WRONG_VALUE, "such as EUR"),
    ("[mapping.details.town]", "[mapping.details.Town]", "Town", WRONG_VALUE, "small letters"),
    ('name = "count"', 'name =  "case"', '"case"', WRONG_VALUE, "'case' is there twice"),
    ('name = "count"', 'name = "  "', '"  "', MISSING, "name is empty"),
]


@pytest.mark.parametrize(("old", "new", "at", "code", "words"), WRONG)
def test_a_mistake_is_named_with_its_line_and_column(
    old: str, new: str, at: str, code: MistakeCode, words: str, item_text: str
) -> None:
    text = item_text.replace(old, new, 1)
    first, *others = raised_by(text).mistakes
    assert first.code is code
    assert words in first.message
    # What belonged to the value that stood there before is no setting beside the new one.
    assert {each.code for each in others} <= {MistakeCode.UNKNOWN_KEY}
    if at:
        wrong = text.index(at, text.index(new))
        begins = text.rfind("\n", 0, wrong) + 1
        assert (first.line, first.column) == (text[:wrong].count("\n") + 1, wrong - begins + 1)


def test_what_is_missing_is_named_at_the_table_it_belongs_in(item_text: str) -> None:
    text = item_text.replace('zh-hans = "虚构处罚"\n', "")
    (mistake,) = raised_by(text).mistakes
    assert (mistake.line, mistake.column) == (line_of(text, "[title]"), 2)
    (whole,) = raised_by(item_text.replace("version = 1\n", "")).mistakes
    assert (whole.line, whole.column) == (1, 1)


def test_every_message_says_what_to_do(item_text: str) -> None:
    """A sentence that begins with what the reader does, somewhere in each."""
    doing = ("Write ", "Add ", "Take ", "Begin ", "Put ", "Look ")
    for old, new, *_ in WRONG:
        for mistake in raised_by(item_text.replace(old, new, 1)).mistakes:
            assert any(word in mistake.message for word in doing), mistake.message
            assert mistake.message.endswith((".", "...)."))


@pytest.mark.parametrize(
    "table",
    ["legal_basis", "notice", "objection.route", "term", "authority.corrections.text"],
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
    raised = raised_by(item_text.replace("version = 1", "version = = 1"))
    assert raised.column == len("version = ") + 1


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
    assert {item.kind for item in items} == set(Kind)
