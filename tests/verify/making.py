"""A small log and extracts from it, made by hand as `docs/extract.md` describes them."""

import json
import random
import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import rfc8785
import typst

from tabularium.log.growing import GrowingTree
from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium_verify.checkpoints import Checkpoint
from tabularium_verify.commitments import commitment, fact_digest
from tabularium_verify.offline_proofs import OfflineProof
from tabularium_verify.tiles import Tile, TiledTree

NAME = "register.example/log"
KEY = SigningKey(NAME, bytes(range(32)))
KEY_TEXT = str(KEY.verifier)
# The number of this key begins otherwise: it is another key of the same name.
OTHER_KEY = SigningKey(NAME, bytes(range(1, 33)))
MADE_AT, VALID_UNTIL = "2026-11-26T08:00:00Z", "2026-12-26T08:00:00Z"

Facts = Mapping[str, Any]


class Log:
    """A log in memory."""

    def __init__(self, entries: Iterable[bytes], signers: list[SigningKey] | None = None) -> None:
        self.files = dict[str, bytes]()
        tree = GrowingTree(0, self._read, [])
        for path, data in [*tree.append(entries), *tree.unfinished()]:
            self.files[path] = data
        self.size = tree.size
        self.checkpoint = sign_checkpoint(
            Checkpoint(NAME, tree.size, tree.root()), signers or [KEY]
        )

    def _read(self, tile: Tile) -> bytes:
        return self.files[tile.path]

    def consistency(self, size: int) -> tuple[bytes, ...]:
        """The proof that this log begins with what it was at a smaller size."""
        return tuple(TiledTree(self.size, self._read).consistency(size))

    def proof(self, index: int) -> str:
        """The proof of one leaf."""
        path = tuple(TiledTree(self.size, self._read).inclusion(index))
        return OfflineProof(index, path, self.checkpoint).encode().decode()


class Change:
    """A change of an entry: its facts with salts, and what stands in the log for it."""

    def __init__(self, facts: Facts, chance: random.Random, erased: Iterable[str] = ()) -> None:
        self.salt = chance.randbytes(32)
        self.facts = list[dict[str, Any]]()
        digests = dict[str, bytes]()
        for name in sorted(facts):
            salt = chance.randbytes(32)
            digests[name] = fact_digest(salt, name, facts[name])
            shown = {"name": name, "value": facts[name], "salt": salt.hex()}
            gone = {"name": name, "digest": digests[name].hex()}
            self.facts.append(gone if name in erased else shown)
        self.entry = commitment(self.salt, digests)


def a_change(entry: str, change: str = "published", **facts: Any) -> dict[str, Any]:
    """The facts of a change."""
    return {"change": change, "entry": entry, "version": 1, "at": "2026-11-20T02:00:00Z", **facts}


def an_extract(log: Log, entries: Mapping[str, Mapping[int, Change]]) -> dict[str, Any]:
    """An extract as an object, without its digest: entries by identity, their changes by index."""
    told = [
        {
            "id": identity,
            "address": f"https://register.example/entries/{identity}",
            "leaves": [
                {
                    "index": index,
                    "salt": change.salt.hex(),
                    "facts": change.facts,
                    "proof": log.proof(index),
                }
                for index, change in changes.items()
            ],
        }
        for identity, changes in entries.items()
    ]
    one = next(iter(entries))
    organisation = {"scheme": "CN-USCC", "value": "91330881MA0000000X", "name": "虚构有限公司"}
    return {
        "format": "tabularium-extract/v1",
        "made_at": MADE_AT,
        "valid_until": VALID_UNTIL,
        "register": {
            "name": "Register of the town",
            "address": "https://register.example/",
            "log": NAME,
            "verifier_keys": [KEY_TEXT],
        },
        "subject": {"entry": one} if len(entries) == 1 else {"organisation": organisation},
        "entries": told,
        "checkpoint": log.checkpoint.decode(),
    }


def written(extract: Mapping[str, Any]) -> bytes:
    """The extract as it is handed out: with a digest that fits, in canonical form."""
    rest = {name: value for name, value in extract.items() if name != "digest"}
    return rfc8785.dumps({**rest, "digest": sha256(rfc8785.dumps(rest)).hexdigest()})


def small() -> bytes:
    """The smallest extract that shows all there is: two changes, one fact of them erased."""
    chance = random.Random(5)  # noqa: S311 - the same each time
    first = Change(a_change("abc123", measure="罚款", amount="4965.70"), chance, ["amount"])
    second = Change({"change": "suspended", "entry": "abc123"}, chance)
    log = Log([b"another leaf", first.entry, second.entry])
    return written(an_extract(log, {"abc123": {1: first, 2: second}}))


def tiny() -> bytes:
    """An extract with nothing in it that it could do without, but for one fact that is erased."""
    chance = random.Random(5)  # noqa: S311 - the same each time
    only = Change({"entry": "abc123", "measure": "罚款"}, chance, ["measure"])
    return written(an_extract(Log([only.entry]), {"abc123": {0: only}}))


def printed(data: bytes) -> bytes:
    """A real PDF that carries the data, by the program that lays extracts out."""
    page = (
        f'#pdf.attach("extract.json", bytes({json.dumps(data.decode(), ensure_ascii=False)}))\nPage'
    )
    made = typst.compile(page.encode(), format="pdf", ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def a_pdf(*attached: bytes, deflated: bool = False, length_elsewhere: bool = False) -> bytes:
    """As much of a PDF as there is around attached files."""
    parts = [b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Names<</EmbeddedFiles<<>>>>>>\nendobj\n"]
    for number, content in enumerate(attached):
        data = zlib.compress(content) if deflated and content[:1] == b"{" else content
        data = content if deflated and content[:1] == b"x" else data
        flate = b"/Filter/FlateDecode" if deflated else b""
        own, other = 10 + 2 * number, 11 + 2 * number
        length = b"%d 0 R" % other if length_elsewhere else b"%d" % len(data)
        parts.append(
            b"%d 0 obj\n<</Length %b/Type /EmbeddedFile%b/Subtype/application#2Fjson"
            b"/Params<</Size %d>>>>\nstream\n%b\nendstream\nendobj\n"
            % (own, length, flate, len(content), data)
        )
        parts.append(b"%d 0 obj\n%d\nendobj\n" % (other, len(data)))
    return b"".join([*parts, b"trailer\n<</Root 1 0 R>>\n%%EOF\n"])
