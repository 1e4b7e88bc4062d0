"""Extracts: what `docs/extract.md` describes, version 1, read strictly. Nothing is proven by reading alone.

Reading says what stands in a file, and refuses a file that is not to the letter what is described.
`proving` says whether the log has it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from tabularium_verify.canonical import canonical, read_canonical
from tabularium_verify.commitments import Json, fact_digest
from tabularium_verify.reasons import Reason, RefusedError

FORMAT = "tabularium-extract/v1"

_EVERY_FORMAT = "tabularium-extract/"
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_MEMBERS = (
    "checkpoint",
    "digest",
    "entries",
    "format",
    "made_at",
    "register",
    "subject",
    "valid_until",
)

Object = Mapping[str, Json]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a change.

    Attributes:
        name: what it is about.
        digest: what the leaf commits to, 32 bytes.
        shown: whether its value stands in the extract; else the digest alone is left.
        value: what it says.
    """

    name: str
    digest: bytes
    shown: bool
    value: Json = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One change of an entry.

    Attributes:
        where: where it stands in the JSON.
        index: its place in the log, from 0.
        salt: 32 bytes that serve this leaf alone.
        facts: by name, in the order of names.
        proof: in the format of C2SP's tlog-proof.
    """

    where: str
    index: int
    salt: bytes
    facts: Mapping[str, Fact]
    proof: bytes

    def value(self, name: str) -> Json:
        """What the fact of that name says; None if it is not shown or there is none."""
        return self.facts[name].value if name in self.facts else None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the register.

    Attributes:
        identity: in the register.
        address: where the register has it; not proven.
        leaves: its changes, in the order of the log.
    """

    identity: str
    address: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """What stands in an extract. Of these, the log proves the leaves and the checkpoint alone.

    Attributes:
        made_at: when it was made.
        valid_until: from when on nobody should rely on it.
        register: name and address of the register.
        log: the name of its log.
        subject: the entry's identity, or name and number of the organisation.
        entries: of which it tells.
        checkpoint: a signed note.
    """

    made_at: datetime
    valid_until: datetime
    register: tuple[str, str]
    log: str
    subject: str
    entries: tuple[Entry, ...]
    checkpoint: bytes


def read_extract(data: bytes) -> Extract:
    """What stands in the JSON of an extract.

    Raises:
        RefusedError: it is none, or is not exactly as described.
    """
    whole = read_canonical(data)
    stated = whole.get("format") if isinstance(whole, dict) else None
    if not isinstance(whole, dict) or not isinstance(stated, str):
        raise RefusedError(Reason.NOT_EXTRACT)
    if stated != FORMAT:
        known = stated.startswith(_EVERY_FORMAT)
        raise RefusedError(Reason.OTHER_VERSION if known else Reason.NOT_EXTRACT)
    _members(whole, "", _MEMBERS)
    digest = _hex(whole, "", "digest")
    rest = {name: value for name, value in whole.items() if name != "digest"}
    if sha256(canonical(rest)).digest() != digest:
        raise RefusedError(Reason.DIGEST)
    register = _object(whole, "", "register", ("address", "log", "name", "verifier_keys"))
    if not all(isinstance(each, str) for each in _list(register, "register", "verifier_keys")):
        raise RefusedError(Reason.FORM, "register.verifier_keys")
    entries = _each(whole, "", "entries", _entry)
    if len({each.identity for each in entries}) < len(entries) or not entries:
        raise RefusedError(Reason.FORM, "entries")
    return Extract(
        _instant(whole, "made_at"),
        _instant(whole, "valid_until"),
        (_text(register, "register", "name"), _text(register, "register", "address")),
        _text(register, "register", "log"),
        _subject(whole, entries),
        entries,
        _text(whole, "", "checkpoint").encode(),
    )


def _subject(whole: Object, entries: tuple[Entry, ...]) -> str:
    subject = whole["subject"]
    if isinstance(subject, dict) and subject.keys() == {"entry"}:
        identity = _text(subject, "subject", "entry")
        if [each.identity for each in entries] != [identity]:
            raise RefusedError(Reason.SUBJECT)
        return identity
    outer = _object(whole, "", "subject", ("organisation",))
    where = "subject.organisation"
    inner = _object(outer, "subject", "organisation", ("name", "scheme", "value"))
    name, scheme, value = (_text(inner, where, each) for each in ("name", "scheme", "value"))
    return f"{name} ({scheme} {value})"


def _entry(value: Json, where: str) -> Entry:
    entry = _members(value, where, ("address", "id", "leaves"))
    leaves = _each(entry, where, "leaves", _leaf)
    places = [each.index for each in leaves]
    if not places or places != sorted(set(places)):
        raise RefusedError(Reason.FORM, f"{where}.leaves")
    return Entry(_text(entry, where, "id"), _text(entry, where, "address"), leaves)


def _leaf(value: Json, where: str) -> Leaf:
    leaf = _members(value, where, ("facts", "index", "proof", "salt"))
    index = leaf["index"]
    # A truth value is a number to Python.
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise RefusedError(Reason.FORM, f"{where}.index")
    facts = _each(leaf, where, "facts", _fact)
    names = [each.name for each in facts]
    if not names or names != sorted(set(names)):
        raise RefusedError(Reason.FORM, f"{where}.facts")
    by_name = {each.name: each for each in facts}
    proof = _text(leaf, where, "proof").encode()
    return Leaf(where, index, _hex(leaf, where, "salt"), by_name, proof)


def _fact(value: Json, where: str) -> Fact:
    if isinstance(value, dict) and "digest" in value:
        erased = _members(value, where, ("digest", "name"))
        return Fact(_name(erased, where), _hex(erased, where, "digest"), shown=False)
    fact = _members(value, where, ("name", "salt", "value"))
    name = _name(fact, where)
    digest = fact_digest(_hex(fact, where, "salt"), name, fact["value"])
    return Fact(name, digest, shown=True, value=fact["value"])


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _members(value: Json, where: str, names: tuple[str, ...]) -> Object:
    """A value that is an object with exactly these members."""
    if not isinstance(value, dict) or sorted(value) != [*names]:
        raise RefusedError(Reason.FORM, where)
    return value


def _object(holder: Object, where: str, name: str, names: tuple[str, ...]) -> Object:
    return _members(holder[name], _join(where, name), names)


def _list(holder: Object, where: str, name: str) -> list[Json]:
    value = holder[name]
    if not isinstance(value, list):
        raise RefusedError(Reason.FORM, _join(where, name))
    return value


def _each(
    holder: Object, where: str, name: str, read: Callable[[Json, str], Part]
) -> tuple[Part, ...]:
    listed = enumerate(_list(holder, where, name))
    return tuple(read(each, f"{_join(where, name)}[{place}]") for place, each in listed)


def _text(holder: Object, where: str, name: str) -> str:
    value = holder[name]
    if not isinstance(value, str) or not value:
        raise RefusedError(Reason.FORM, _join(where, name))
    return value


def _name(holder: Object, where: str) -> str:
    name = _text(holder, where, "name")
    if not _NAME.fullmatch(name):
        raise RefusedError(Reason.FORM, f"{where}.name")
    return name


def _hex(holder: Object, where: str, name: str) -> bytes:
    text = _text(holder, where, name)
    if not _HEX.fullmatch(text):
        raise RefusedError(Reason.FORM, _join(where, name))
    return bytes.fromhex(text)


def _instant(holder: Object, name: str) -> datetime:
    text = _text(holder, "", name)
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise RefusedError(Reason.FORM, name)
