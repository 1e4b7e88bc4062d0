"""Which organisations may match a search, and where each of them stands among those that do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from django.db.models import Q, QuerySet

from tabularium.register import decision_numbers, search_index
from tabularium.register.models import Entry, Organisation, RegisteredIdentifier
from tabularium.register.prepared import Prepared
from tabularium.register.search_compared import Compared, Searched, as_text, from_text
from tabularium.register.search_hits import Closeness, Question, Reason, Why, reason
from tabularium.register.visibility import public_names

_AT_ONCE = 500

Key = tuple[int, bool, int, str, str]
"""Where a hit stands: closeness, whether by another name, the length of what matches, name and identity."""


def candidates(
    text: str, has_one: search_index.Condition, by_decision: Iterable[str], most: int
) -> dict[str, str | None]:
    """What the index holds of organisations that may match, the closest among the first.

    Args:
        text: what is searched for.
        has_one: see `search_index.has_one`.
        by_decision: organisations that match by a decision's number.
        most: where so many match, there may be more.
    """
    matching = dict(search_index.rows_matching(text, has_one, most))
    by_number = dict.fromkeys([*_by_identifier(text), *by_decision])
    first = {each: matching[each] for each in by_number if each in matching}
    others = [each for each in by_number if each not in matching]
    first |= dict(search_index.rows_of(others, has_one, most))
    if len(matching) == most:
        # Who is left out for being too many, is not left out for having the whole name.
        first |= dict(search_index.rows_named(text, has_one, most))
    return first | matching


_OF_A_NUMBER = Prepared(
    lambda written, bare: RegisteredIdentifier.objects.filter(
        Q(value=written) | Q(value=bare)
    ).values_list("organisation_id"),
    str,
    str,
)


def _by_identifier(text: str) -> list[str]:
    bare = "".join(each for each in text if each.isalnum()).upper()
    return [identity for (identity,) in _OF_A_NUMBER.rows(text.strip(), bare)]


def decisions_numbered(
    question: Question, text: str, entries: QuerySet[Entry]
) -> dict[str, tuple[int, Reason]]:
    """By organisation, its public decision whose number is the text, or begins with it.

    With the number's length; of several decisions the one with the shortest number.
    """
    found: dict[str, tuple[int, Reason]] = {}
    numbered = decision_numbers.beginning_with(text)
    for start in range(0, len(numbered), _AT_ONCE):
        some = entries.filter(pk__in=numbered[start : start + _AT_ONCE])
        rows = some.filter(organisation__isnull=False).values_list(
            "organisation_id", "current_version__decision_number", "pk"
        )
        for organisation_id, number, entry_id in sorted(
            rows, key=lambda row: (len(row[1]), row[2])
        ):
            if organisation_id and organisation_id not in found:
                told = reason(question, Why.DECISION, number, entry_id)
                found[organisation_id] = (len(number), told)
    return found


def places(
    question: Question,
    hits: Mapping[str, str | None],
    by_decision: Mapping[str, tuple[int, Reason]],
    now: datetime,
) -> list[Key]:
    """Where those hits stand that match by what is public now, and not by a name that has gone."""
    found = []
    for identity, compared in _by_public_names(hits, now):
        name = compared.name
        close = question.how_close(compared)
        key: Key | None = close and (*close, name, identity)
        if identity in by_decision:
            length, told = by_decision[identity]
            whole = question.of_number(told.text) is Closeness.WHOLE_NUMBER
            closeness = Closeness.WHOLE_NUMBER if whole else Closeness.NUMBER_BEGINS
            by_number = (closeness, True, length, name, identity)
            key = min(key, by_number) if key else by_number
        if key:
            found.append(key)
    return found


def _by_public_names(
    hits: Mapping[str, str | None], now: datetime
) -> Iterator[tuple[str, Compared]]:
    """What is compared of organisations, by the names that are public; see `go_by_public_names`."""
    old = [identity for identity, text in hits.items() if text is None]
    several: dict[str, Compared] = {}
    for identity, text in chain(hits.items(), _anew(old) if old else ()):
        if text is not None:
            compared = from_text(text)
            if compared.written:
                several[identity] = compared
            else:
                yield identity, compared
    public = public_names(several, now) if several else {}
    for identity, compared in several.items():
        yield identity, compared.by(public.get(identity, ()))


def _anew(identities: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What rows of former programs lack."""
    organisations = Organisation.objects.filter(pk__in=identities)
    for each in organisations.prefetch_related("other_names", "identifiers"):
        yield each.pk, as_text(Searched.of(each))
