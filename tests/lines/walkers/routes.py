"""Every address that the register answers, by walking the URL resolver."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern

from tests.lines.walkers.words import PERSON, REACHING_BEYOND, SORTING, SUMMING_UP, offences


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of addresses.

    Attributes:
        address: as the patterns write it, the language as "<language>/", a regular expression behind "^".
        name: what it is called, with its namespaces.
        view: what answers.
    """

    address: str
    name: str
    view: Callable[..., object]


def walk(resolver: URLResolver, before: str = "", namespace: str = "") -> Iterator[Route]:
    """All routes below a resolver, those of included modules and of the API among them."""
    for each in resolver.url_patterns:
        address = before + _written(each)
        if isinstance(each, URLResolver):
            inside = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from walk(each, address, inside)
        elif isinstance(each, URLPattern):
            yield Route(address, f"{namespace}{each.name or ''}", each.callback)


def _written(each: URLPattern | URLResolver) -> str:
    if isinstance(each.pattern, LocalePrefixPattern):
        return "<language>/"
    if isinstance(each.pattern, RegexPattern):
        return f"^{each.pattern}".replace("^^", "^")
    return str(each.pattern)


def route_offences(routes: Iterable[Route]) -> list[str]:
    """Routes whose address or name is for a person, a sum, an order, or a reach beyond the authority."""
    named = [(route.address, text) for route in routes for text in (route.address, route.name)]
    return [
        each
        for vocabulary in (PERSON, SUMMING_UP, REACHING_BEYOND, SORTING)
        for each in offences(named, vocabulary)
    ]
