"""Which organisations a query may mean, and how closely each fits.

How closely depends on the query and on the names and identifiers that the public sees of an organisation,
and on nothing else: `closeness` and `_fit` are given nothing else.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tabularium.api.reconciling.queries import MOST, Query
from tabularium.core.identifiers import SCHEMES, Identifier, IdentifierError, parse
from tabularium.register import selectors
from tabularium.register.folding import fold
from tabularium.register.models import Organisation
from tabularium.register.search_hits import Why

WHOLE = 100
"""How closely a name fits that is the text itself, and an organisation whose identifier was given."""

_ALMOST = 99
_TRIES = 3
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that a query may mean.

    Attributes:
        organisation: with the names and identifiers that the public sees.
        fit: how closely it fits, from 0 to `WHOLE`.
        name_fit: how closely the closest of its names fits the text, from 0 to `WHOLE`.
        by_other_name: whether that is a name which it does not go by now.
        by_identifier: whether one of its identifiers was given.
        meant: whether it fits wholly, and no other does.
    """

    organisation: Organisation
    fit: int
    name_fit: int
    by_other_name: bool
    by_identifier: bool
    meant: bool = False


def found(text: str, now: datetime, most: int = MOST) -> Sequence[Organisation]:
    """Organisations with a public entry that match, closest first: what the search finds by who they are.

    It finds organisations by numbers of decisions too; what was decided has no part in this.
    """
    return [
        each.organisation
        for each in selectors.search(text, now, limit=most).hits
        if any(reason.why is not Why.DECISION for reason in each.reasons)
    ]


def candidates(query: Query, now: datetime) -> list[Candidate]:
    """What a query may mean, closest first; by name where several fit alike."""
    if not query.of_our_type:
        return []
    known = list(_identifiers(query))
    organisations = {each.pk: each for each in _named(query.text, now)}
    for identifier in known:
        each = selectors.organisation_by_identifier(identifier.scheme, identifier.value, now)
        if each is not None:
            organisations.setdefault(each.pk, each)
    fitting = sorted(
        (_fit(each, query.text, known) for each in organisations.values()),
        key=lambda each: (-each.fit, each.organisation.name, each.organisation.pk),
    )
    return _with_the_one_meant(fitting)[: query.limit]


def closeness(text: str, name: str) -> int:
    """How closely a name fits a text: 100 if they are the same, and below 100 by the pairs they share.

    Both are compared without case, width, accents and whatever is neither letter nor digit. The figure is
    99 times the coefficient of Dice (1945) of the pairs of neighbouring characters, rounded down.
    """
    wanted, given = _bare(text), _bare(name)
    if not wanted or not given:
        return 0
    if wanted == given:
        return WHOLE
    first, second = _pairs(wanted), _pairs(given)
    shared = (first & second).total()
    return _ALMOST * 2 * shared // (first.total() + second.total())


def _bare(text: str) -> str:
    return "".join(each for each in fold(text) if each.isalnum())


def _pairs(text: str) -> Counter[tuple[str, str]]:
    # With an edge at both ends, so that one character has pairs too, and a beginning counts.
    return Counter(pairwise(f"\0{text}\0"))


def _identifiers(query: Query) -> Iterator[Identifier]:
    """The identifiers that a query gives as values of properties; other properties are left aside."""
    for scheme, value in query.values:
        if scheme in SCHEMES:
            try:
                yield parse(scheme, value)
            except IdentifierError:
                continue


def _named(text: str, now: datetime) -> Sequence[Organisation]:
    """What the search finds by a text or, where nothing has all of it, by its beginning."""
    for each in _wider(text):
        matching = found(each, now)
        if matching:
            return matching
    return ()


def _wider(text: str) -> Iterator[str]:
    """The text, then less and less of its end: other words and forms of companies stand there."""
    yield text
    words = text.split()
    for _ in range(1, _TRIES):
        if len(words) > 1:
            words = words[:-1]
        else:
            only = words[0] if words else ""
            # One word, or Chinese without blanks: two thirds of it, and never a single character.
            kept = len(only) * 2 // 3
            if kept < _SHORTEST:
                return
            words = [only[:kept]]
        yield " ".join(words)


def _fit(organisation: Organisation, text: str, known: Sequence[Identifier]) -> Candidate:
    others = [each.name for each in organisation.other_names.all()]
    own = closeness(text, organisation.name)
    name_fit = max([own, *(closeness(text, each) for each in others)])
    numbers = {each.scheme: set[str]() for each in organisation.identifiers.all()}
    for each in organisation.identifiers.all():
        numbers[each.scheme].add(each.value)
    typed = _bare(text)
    by_identifier = any(each.value in numbers.get(each.scheme, ()) for each in known) or any(
        typed == _bare(value) for values in numbers.values() for value in values
    )
    has_another = any(
        each.scheme in numbers and each.value not in numbers[each.scheme] for each in known
    )
    fit = WHOLE if by_identifier else name_fit // 2 if has_another else name_fit
    return Candidate(organisation, fit, name_fit, name_fit > own, by_identifier)


def _with_the_one_meant(fitting: Sequence[Candidate]) -> list[Candidate]:
    whole = [each for each in fitting if each.fit == WHOLE]
    if len(whole) != 1:
        return [*fitting]
    one = whole[0]
    meant = Candidate(
        one.organisation, one.fit, one.name_fit, one.by_other_name, one.by_identifier, meant=True
    )
    return [meant, *fitting[1:]]
