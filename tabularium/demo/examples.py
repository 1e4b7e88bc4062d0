"""Pages of the made-up town that are worth a look: one for each thing that the register can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.demo.play import Played
from tabularium.register.models import Entry
from tabularium.register.visibility import appearance

if TYPE_CHECKING:
    from tabularium.demo.organisations import MadeUpOrganisation

_SEVERAL_ITEMS = 3
_GONE = frozenset({"ended", "erased", "withdrawn", "lapsed", "repaired-and-gone"})


@dataclass(frozen=True, slots=True)
class Example:
    """A page.

    Attributes:
        shows: what is there to see: a course, a kind of decision, or an organisation.
        path: its address below the register's root.
        status: what the register answers there.
    """

    shows: str
    path: str
    status: int


def choose(played: Sequence[Played]) -> list[Example]:
    """One page for each course that is public or gone, each kind, and some organisations."""
    newest_first = list(reversed(played))
    found = [*_of_courses(newest_first), *_of_kinds(newest_first)]
    several = _subject_of_several_items(newest_first)
    if several is not None:
        found.append(_organisation("organisation with several entries", several))
    for trade in ("case", "foreign"):
        for each in newest_first:
            if each.row.facts.subject.trade == trade and _is_public(each):
                found.append(_organisation(f"organisation: {trade}", each))
                break
    return found


def _is_public(each: Played) -> bool:
    course = each.row.course
    return course is not None and course.appearance is Appearance.PUBLIC


def _of_courses(played: Sequence[Played]) -> list[Example]:
    found: dict[str, Example] = {}
    for each in played:
        course = each.row.course
        if course is None or course.name in found:
            continue
        if course.appearance is Appearance.PUBLIC or course.name in _GONE:
            found[course.name] = _entry(f"entry: {course.name}", each)
    return [found[name] for name in sorted(found)]


def _of_kinds(played: Sequence[Played]) -> list[Example]:
    found: dict[Kind, Example] = {}
    for each in played:
        kind = each.file.stock.spec.kind
        if kind not in found and _is_public(each):
            found[kind] = _entry(f"entry: {kind}", each)
    return [found[kind] for kind in Kind if kind in found]


def _subject_of_several_items(played: Sequence[Played]) -> Played | None:
    items: dict[MadeUpOrganisation, set[str]] = {}
    for each in played:
        subject = each.row.facts.subject
        if subject.trade != "authority" and _is_public(each):
            items.setdefault(subject, set()).add(each.file.stock.code)
            if len(items[subject]) == _SEVERAL_ITEMS:
                return each
    return None


def _language(each: Played) -> str:
    return "zh-hans" if each.file.stock.spec.language != "en" else "en"


def _entry(shows: str, each: Played) -> Example:
    shown, _ = appearance(each.entry_id, clock.now())
    status = {Appearance.PUBLIC: 200, Appearance.GONE: 410, Appearance.UNKNOWN: 404}[shown]
    return Example(shows, f"/{_language(each)}/entries/{each.entry_id}", status)


def _organisation(shows: str, each: Played) -> Example:
    organisation = Entry.objects.values_list("organisation_id", flat=True).get(pk=each.entry_id)
    return Example(shows, f"/{_language(each)}/organisations/{organisation}", 200)
