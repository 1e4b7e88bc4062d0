"""An answer in plain words: what is proven, what is not, and what the extract says."""

import json
from collections.abc import Iterator

from tabularium_verify.commitments import Json
from tabularium_verify.consistency import ConsistencyAnswer
from tabularium_verify.extracts import Entry, Extract, Fact, Leaf
from tabularium_verify.judging import Answer
from tabularium_verify.reasons import Verdict
from tabularium_verify.words import Language, plain, say, words

# What stands in the heading of a change, and is not repeated below it.
_IN_HEADING = frozenset({"change", "entry"})


def told(answer: Answer, language: Language) -> Iterator[str]:
    """The lines that a reader of a terminal gets about an extract."""
    if answer.extract is None or answer.checkpoint is None:
        yield say(language, _verdict(answer.verdict))
        yield say(language, f"reason.{answer.reason}", where=answer.where)
        return
    extract, until = answer.extract, _instant(answer.extract.valid_until.isoformat())
    yield say(language, "verdict.proven")
    yield say(language, "over" if answer.over else "still-valid", until=until)
    yield from _headed(language, "is-proven")
    size, origin = answer.checkpoint.size, answer.checkpoint.origin
    yield _point(say(language, "proven.log", size=size, origin=origin))
    yield _point(say(language, "proven.unchanged"))
    for key in answer.signed_by:
        yield _point(say(language, "proven.key", key=key))
    for key in answer.witnesses:
        yield _point(say(language, "proven.witness", key=key))
    yield from _headed(language, "not-proven")
    yield from (_point(each) for each in _not_proven(answer, extract, language))
    yield from _headed(language, "says")
    yield from _header(extract, language)
    for entry in extract.entries:
        yield from _entry(entry, language)


def told_of_two(answer: ConsistencyAnswer, language: Language) -> Iterator[str]:
    """The lines that a reader of a terminal gets about two checkpoints."""
    if answer.old is None or answer.new is None:
        judged = answer.verdict is Verdict.NOT_PROVEN
        yield say(language, "consistency.not-proven" if judged else "verdict.cannot")
        yield say(language, f"reason.{answer.reason}", where=answer.where)
        return
    yield say(language, "consistency.proven")
    origin, old, new = answer.old.origin, answer.old.size, answer.new.size
    yield say(language, "consistency.sizes", origin=origin, old=old, new=new)


def as_json(answer: Answer) -> dict[str, Json]:
    """An answer for programs."""
    extract, checkpoint = answer.extract, answer.checkpoint
    told: dict[str, Json] = {
        "verdict": answer.verdict.name.lower(),
        "reason": answer.reason,
        "where": answer.where,
    }
    if extract is not None and checkpoint is not None:
        told |= {
            "over": answer.over,
            "valid_until": _instant(extract.valid_until.isoformat()),
            "log": {"origin": checkpoint.origin, "size": checkpoint.size},
            "keys": [str(each) for each in answer.signed_by],
            "witnesses": [str(each) for each in answer.witnesses],
            "entries": [
                {"id": e.identity, "changes": [_facts(x) for x in e.leaves]}
                for e in extract.entries
            ],
        }
    return told


def two_as_json(answer: ConsistencyAnswer) -> dict[str, Json]:
    """An answer about two checkpoints for programs."""
    told: dict[str, Json] = {
        "verdict": answer.verdict.name.lower(),
        "reason": answer.reason,
        "where": answer.where,
    }
    if answer.old is not None and answer.new is not None:
        told |= {"old": answer.old.size, "new": answer.new.size, "origin": answer.new.origin}
    return told


def _facts(leaf: Leaf) -> dict[str, Json]:
    shown: dict[str, Json] = {each.name: each.value for each in leaf.facts.values() if each.shown}
    erased: list[Json] = [each.name for each in leaf.facts.values() if not each.shown]
    return {"index": leaf.index, "facts": shown, "erased": erased}


def _verdict(verdict: Verdict) -> str:
    return "verdict.not-proven" if verdict is Verdict.NOT_PROVEN else "verdict.cannot"


def _headed(language: Language, name: str) -> Iterator[str]:
    yield ""
    yield say(language, name)


def _point(text: str) -> str:
    return f"  - {text}"


def _not_proven(answer: Answer, extract: Extract, language: Language) -> Iterator[str]:
    yield say(language, "not-proven.in-force", address=extract.register[1])
    yield say(language, "not-proven.whole")
    yield say(language, "not-proven.true")
    yield say(language, "not-proven.header")
    if answer.in_pdf:
        yield say(language, "not-proven.pdf")


def _header(extract: Extract, language: Language) -> Iterator[str]:
    rows = {
        "subject": extract.subject,
        "register": " ".join(extract.register),
        "made_at": _instant(extract.made_at.isoformat()),
        "valid_until": _instant(extract.valid_until.isoformat()),
    }
    for name, value in rows.items():
        yield f"  {say(language, f'header.{name}')}: {plain(value)}"


def _entry(entry: Entry, language: Language) -> Iterator[str]:
    yield ""
    yield say(language, "entry-title", id=entry.identity)
    for leaf in entry.leaves:
        change = _change(leaf, language)
        yield f"  {say(language, 'change-title', number=leaf.index, change=change)}"
        for fact in leaf.facts.values():
            if fact.name not in _IN_HEADING:
                yield from _fact(fact, language)
    yield f"  {say(language, 'latest', change=_change(entry.leaves[-1], language))}"


def _change(leaf: Leaf, language: Language) -> str:
    value = leaf.value("change")
    return words(language).get(f"change.{value}", _written(value, language))


def _fact(fact: Fact, language: Language) -> Iterator[str]:
    name = words(language).get(f"fact.{fact.name}", fact.name)
    value = _written(fact.value, language) if fact.shown else say(language, "erased-value")
    first, *more = map(plain, value.split("\n"))
    yield f"    {name}: {first}"
    yield from (f"      {each}" for each in more)


def _written(value: Json, language: Language) -> str:
    """A value as people read it; what is nested as JSON."""
    if value is None or value == "":
        return say(language, "none-value")
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, dict) and not any(
        isinstance(each, list | dict) for each in value.values()
    ):
        return "\n".join(f"{name}: {_written(each, language)}" for name, each in value.items())
    return json.dumps(value, ensure_ascii=False)


def _instant(text: str) -> str:
    return text.replace("+00:00", "Z")
