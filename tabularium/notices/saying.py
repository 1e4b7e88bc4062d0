"""A notice in one language: a title, parts under their headings, and the facts of the decision."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise

from tabularium.notices import wording
from tabularium.notices.contents import Content, address

Pair = tuple[str, str]
"""A heading or a name, and what stands under or beside it."""

ESSENTIALS = ("decision_number", "decided_on")
"""By these a decision is known. A message says no more of it: the rest is read behind the sign-in."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in one language.

    Attributes:
        language: of the texts: "en" or "zh-hans". What the decision says is in its own.
        title: what it is about, in a line.
        sender: the authority.
        parts: what is said.
        address: where to sign in, or to type the code.
        address_label, code_label: what these are called.
        facts_heading: over the facts.
        facts: what was decided.
        essentials: of these the ones by which the decision is known, for a message.
        foot: who sent it, for a message.
    """

    language: str
    title: str
    sender: str
    parts: tuple[Pair, ...]
    address: str
    address_label: str
    code_label: str
    facts_heading: str
    facts: tuple[Pair, ...]
    essentials: tuple[Pair, ...]
    foot: str


def say(content: Content, language: str, *, by_letter: bool) -> Said:
    """Say a notice in a language.

    Args:
        content: what it says.
        language: in which.
        by_letter: whether days count from posting; otherwise from when the message was accepted.
    """
    words = wording.WORDINGS[content.purpose]
    with translation.override(language):
        facts = dict(_facts(content))
        return Said(
            language=language,
            title=str(words.title),
            sender=content.authority_name(language),
            parts=tuple(_parts(content, language, by_letter=by_letter)),
            address=address(language),
            address_label=str(wording.WHERE),
            code_label=str(wording.CODE),
            facts_heading=str(wording.DECISION),
            facts=tuple((_label(name), value) for name, value in facts.items()),
            essentials=tuple((_label(name), facts[name]) for name in ESSENTIALS),
            foot=_filled(wording.FOOT, content, language),
        )


def _parts(content: Content, language: str, *, by_letter: bool) -> Iterator[Pair]:
    words = wording.WORDINGS[content.purpose]
    corrected = content.purpose.gates and content.is_correction
    happened = wording.CORRECTION_HAPPENED if corrected else words.happened
    yield str(wording.HAPPENED), _filled(happened, content, language)
    yield str(wording.CAN_DO), _filled(words.can_do, content, language)
    if content.working_days is not None:
        days = wording.DAYS_OF_A_LETTER if by_letter else wording.DAYS_OF_A_MESSAGE
        yield str(wording.UNTIL_WHEN), _filled(days, content, language)
    yield str(wording.OTHERWISE), _filled(_otherwise(content), content, language)
    if content.reasons and by_letter:
        yield str(wording.REASONS), content.reasons
    if by_letter and (route := content.corrections_route(language)):
        yield str(wording.MISTAKE), route


def _otherwise(content: Content) -> Promise:
    words = wording.WORDINGS[content.purpose]
    if content.last_public_day is not None or "%(last_day)s" not in str(words.otherwise):
        return words.otherwise
    return wording.NO_END if content.version.term_ends is None else wording.ENDED_ALREADY


def _filled(sentence: Promise, content: Content, language: str) -> str:
    return str(sentence) % {
        "authority": content.authority_name(language),
        "organisation": content.organisation,
        "days": content.working_days,
        "last_day": content.last_public_day,
    }


def _facts(content: Content) -> Iterator[Pair]:
    version = content.version
    values = {
        "decision_number": version.decision_number,
        "decided_on": str(version.decided_on or ""),
        "measure": version.measure,
        "amount": f"{version.amount} {version.currency}".strip(),
        "summary": version.summary,
        "legal_basis": version.legal_basis,
        "term": _term(content),
        "objection_route": version.objection_route,
        "objection_url": version.objection_url,
    }
    for name in wording.FACTS:
        if values[name]:
            yield name, values[name]


def _label(name: str) -> str:
    return str(wording.FACTS[name])


def _term(content: Content) -> str:
    version = content.version
    if version.term_begins is None or version.term_ends is None:
        return ""
    return str(wording.TERM) % {"begins": version.term_begins, "ends": version.term_ends}
