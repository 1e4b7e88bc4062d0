"""One small catalogue item with everything in it, and ways to change it and to examine rows with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from tabularium.intake import readers
from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined
from tabularium.intake.items import parse_item
from tabularium.intake.readers import Row
from tabularium.rules.loader import rule_book

ITEM = """
code = "gb-made-up"
version = 1
effective_from = 2024-01-01
kind = "penalty"
field = "environment"
language = "en"
frequency = "monthly"

[title]
en = "Made-up penalties"
zh-hans = "虚构处罚"

[authority]
code = "gb-authority"
jurisdiction = "gb"
time_zone = "Europe/London"
website = "https://example.org/"

[authority.name]
en = "A made-up authority"

[authority.corrections.text]
en = "Write to us."
zh-hans = "请来函。"

[legal_basis]
citation = "A made-up Act 2001, section 3"

[notice]
channel = "letter"

[objection]
url = "https://example.org/object"

[objection.route]
en = "Write within a month."
zh-hans = "一个月内来函。"

[term]
rule = "columns"
begins = { column = "begins" }
ends = { column = "ends" }
open_ended = ["2999-12-31"]

[file]
format = "csv"

[schema]
missingValues = ["", "NA"]

[[schema.fields]]
name = "name"
constraints = { required = true, maxLength = 60 }

[[schema.fields]]
name = "number"

[[schema.fields]]
name = "form"

[[schema.fields]]
name = "case"
constraints = { required = true, pattern = "C-[0-9]+" }

[[schema.fields]]
name = "decided"

[[schema.fields]]
name = "begins"
type = "date"

[[schema.fields]]
name = "ends"

[[schema.fields]]
name = "measure"
constraints = { enum = ["Fine", "Warning"] }

[[schema.fields]]
name = "summary"

[[schema.fields]]
name = "amount"

[[schema.fields]]
name = "currency"

[[schema.fields]]
name = "count"
type = "integer"

[[schema.fields]]
name = "status"

[mapping]
name = { column = "name" }
identifier = { scheme = "BR-CNPJ", column = "number" }
decision_number = { column = "case" }
decided_on = { column = "decided", format = "%d/%m/%Y" }
measure = { column = "measure" }
summary = { column = "summary" }
key = ["case", "number"]
several = ";"

[[mapping.legal_form]]
column = "form"
values = { Company = "gb-ltd", Trader = "gb-sole-trader" }

[[mapping.legal_form]]
from_name = true
jurisdiction = "gb"

[mapping.amount]
column = "amount"
grouping = ","
prefixes = ["£"]
empty_values = ["none"]
currency_column = "currency"

[mapping.details.town]
column = "status"
labels = { en = "Status", zh-hans = "状态" }

[[not_a_decision]]
column = "status"
values = ["Presumed"]
reason = "presumed"

[[not_a_decision]]
column = "status"
pattern = "(?i)cleared"
reason = "cleared"
"""

ROW: Mapping[str, str] = {
    "name": "Brass & Sons Ltd",
    "number": "11.222.333/0001-81",
    "form": "Company",
    "case": "C-17",
    "decided": "03/02/2026",
    "begins": "2026-02-10",
    "ends": "2027-02-09",
    "measure": "Fine",
    "summary": "Smoke.",
    "amount": "£1,200.50",
    "currency": "GBP",
    "count": "3",
    "status": "Final",
}
TODAY = date(2026, 3, 1)

Examine = Callable[..., list[Examined]]


@pytest.fixture
def item_text() -> str:
    return ITEM


@pytest.fixture
def good_row() -> dict[str, str]:
    return dict(ROW)


@pytest.fixture
def examine_rows() -> Examine:
    """Examine rows, each given as what differs from a good one; `replace` changes the item's text."""

    def examined(
        *changes: Mapping[str, str | None],
        replace: Sequence[tuple[str, str]] = (),
        today: date = TODAY,
    ) -> list[Examined]:
        text = ITEM
        for old, new in replace:
            assert old in text, old
            text = text.replace(old, new)
        item = parse_item(text, "made-up.toml")
        rows = [Row(number, {**ROW, **change}) for number, change in enumerate(changes, start=2)]
        return list(examine(item, rows, rule_book(), today))

    return examined


@pytest.fixture(scope="session")
def catalogue() -> Path:
    return Path(__file__).resolve().parents[2] / "examples" / "catalogue"


@pytest.fixture(scope="module", autouse=True)
def read_in_place() -> Iterator[None]:
    """Packed files are read by the test's own process, where limits can be lowered and what is read is seen.

    Every other test, and test_apart.py, reads them as the register does: in a process apart.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "is_packed", lambda _: False)
        yield
