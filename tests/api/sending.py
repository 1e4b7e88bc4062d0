"""An office with an item, a token, and a program that sends."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from tabularium.core.identifiers import uscc_check_character
from tabularium.intake.services import enter_item
from tabularium.register.models import CatalogueItem
from tabularium.register.services.tokens import NewToken, new_token

SUBMISSIONS = "/api/v1/submissions"
CSV = "text/csv"
_numbers = count(1)

# The columns are those of the examples in the OpenAPI document.
ITEM = """
code = "{code}"
version = 1
effective_from = 2020-01-01
kind = "penalty"
field = "food-safety"
language = "en"
frequency = "weekly"
whole_list = {whole_list}
title = {{ en = "Made-up penalties", zh-hans = "虚构处罚" }}

[authority]
code = "{authority}"
jurisdiction = "cn"
time_zone = "Asia/Shanghai"
website = "https://office.example/"
name = {{ en = "Made-up Office", zh-hans = "虚构局" }}

[authority.corrections]
text = {{ en = "Write to the office.", zh-hans = "请致函该局。" }}

[legal_basis]
citation = "Made-up Act, article 5"

[notice]
channel = "letter"

[objection]
route = {{ en = "In writing to the office.", zh-hans = "书面向该局提出。" }}

[term]
rule = "pack-default"

[file]
format = "csv"

[[schema.fields]]
name = "number"
[[schema.fields]]
name = "code"
[[schema.fields]]
name = "name"
[[schema.fields]]
name = "decided"
[[schema.fields]]
name = "measure"

[mapping]
key = ["number"]
name = {{ column = "name" }}
decision_number = {{ column = "number" }}
decided_on = {{ column = "decided" }}
measure = {{ column = "measure" }}

[[mapping.identifier]]
scheme = "CN-USCC"
column = "code"

[[not_a_decision]]
column = "measure"
values = ["Presumed"]
reason = "presumed"
"""

HEADER = "number,code,name,decided,measure"
# Its check digit does not fit.
WRONG_CODE = "91999900MA00000018"
FUTURE = "2027-01-01"


def a_code() -> str:
    body = f"91999900{next(_numbers):09d}"
    return body + uscc_check_character(body)


def a_row(number: int, **changes: str) -> dict[str, str]:
    row = {
        "number": f"No. {number}",
        "code": a_code(),
        "name": f"虚构公司{number}",
        "decided": "2026-03-03",
        "measure": "Fine",
    }
    return {**row, **changes}


def as_csv(*rows: dict[str, str]) -> bytes:
    lines = [HEADER, *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def a_file(good: int = 2, wrong: int = 0) -> bytes:
    """A CSV file with so many rows that are right, and so many with an error each."""
    right = [a_row(number) for number in range(1, good + 1)]
    others = [a_row(good + number, code=WRONG_CODE) for number in range(1, wrong + 1)]
    return as_csv(*right, *others)


@dataclass
class Office:
    """An authority with one item, and a program with its token."""

    code: str = "market-office"
    item_code: str = "food-penalties"
    whole_list: bool = False
    item: CatalogueItem = field(init=False)
    token: NewToken = field(init=False)
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        whole_list = str(self.whole_list).lower()
        text = ITEM.format(code=self.item_code, authority=self.code, whole_list=whole_list)
        self.item = enter_item(text, "made-up.toml")
        self.token = new_token(self.item.authority, label="Case system", days=30)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token.text}"}

    def send(
        self,
        body: bytes | dict[str, Any],
        *,
        key: str | None = None,
        media_type: str = CSV,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
        **parameters: str,
    ) -> HttpResponse:
        """Post a body; the item is this office's unless the parameters say another.

        Args:
            body: bytes, or what becomes JSON.
            key: a new one if not said.
            media_type: of the body.
            headers: beside or in place of the usual ones.
            extra: what the server tells the application beside them.
            parameters: in the address; one that is empty is left out.
        """
        given = {"item": self.item_code, **parameters}
        asked = urlencode({name: value for name, value in given.items() if value})
        sent = {
            **self.headers,
            "idempotency-key": key or f'"{next(_numbers)}-a-new-key"',
            **(headers or {}),
        }
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        # Said in any case: the client leaves both out for a body that is empty.
        of_the_body = {"CONTENT_TYPE": media_type, "CONTENT_LENGTH": str(len(data))}
        return self.client.generic(
            "POST",
            f"{SUBMISSIONS}?{asked}",
            data,
            headers={name: value for name, value in sent.items() if value},
            **{**of_the_body, **(extra or {})},
        )

    def ask(self, address: str) -> HttpResponse:
        return self.client.get(address, headers=self.headers)
