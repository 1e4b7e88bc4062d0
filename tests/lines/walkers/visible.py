"""What the public can read of an entry at all addresses of the register."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.test import Client

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Case:
    """An entry whose content is marked, so that it is recognised wherever it stands.

    Attributes:
        entry: its identity.
        organisation: identity of its subject.
        scheme: of the subject's identifier.
        identifier: the subject's identifier.
        authority: code of the authority.
        item: code of the catalogue item.
        name: two words that are the subject's name and stand nowhere else.
        marks: texts that stand in this entry alone, by what they are.
    """

    entry: str
    organisation: str
    scheme: str
    identifier: str
    authority: str
    item: str
    name: tuple[str, str]
    marks: Mapping[str, str]


Addresses = Callable[[Case], list[str]]


def uncovered(routes: Iterable[str], covered: Mapping[str, Addresses]) -> list[str]:
    """Routes that no function fetches, and functions for routes that are no more."""
    answered = set(routes)
    return [
        *(
            f"{each}: a public route that no test fetches"
            for each in sorted(answered - set(covered))
        ),
        *(f"{each}: there is no such route" for each in sorted(set(covered) - answered)),
    ]


def seen(client: Client, case: Case, addresses: Iterable[str]) -> list[str]:
    """Which marks of an entry stand in what its addresses answer, headers included.

    What the address itself says, an answer may repeat.
    """
    found = []
    for address in addresses:
        response = client.get(address)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            found.append(f"{address}: failed with {response.status_code}")
            continue
        sent = response.getvalue() if response.streaming else response.content
        text = sent.decode("utf-8", "replace") + str(dict(response.headers))
        found += [
            f"{address}: shows the {what}"
            for what, mark in case.marks.items()
            if mark in text and mark not in address
        ]
    return found
