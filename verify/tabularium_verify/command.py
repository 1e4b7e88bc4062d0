"""The command `tabularium-verify`: checks an extract, or two checkpoints, with nothing but files.

Exit codes: 0 proven, 1 not proven, 2 not to be judged.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tabularium_verify import clock
from tabularium_verify.canonical import MOST_BYTES
from tabularium_verify.consistency import (
    MOST_PROOF_BYTES,
    ConsistencyAnswer,
    judge_consistency,
)
from tabularium_verify.judging import Answer, judge
from tabularium_verify.reasons import Reason, Verdict
from tabularium_verify.saying import as_json, told, told_of_two, two_as_json
from tabularium_verify.signed_notes import MOST_BYTES as MOST_NOTE_BYTES
from tabularium_verify.words import Language

_TWO = "consistency"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what is named on the command line; the exit code."""
    given = sys.argv[1:] if arguments is None else [*arguments]
    if given[:1] == [_TWO]:
        return _two(given[1:])
    parser = argparse.ArgumentParser(
        prog="tabularium-verify",
        description="Check an extract of a Tabularium register: no network and no register is needed. "
        f"To compare two checkpoints that you kept: tabularium-verify {_TWO} --help",
        epilog="Ends with 0 if it is proven, 1 if it is not, 2 if it cannot be judged.",
    )
    parser.add_argument("file", type=Path, help="the extract: JSON, or the PDF that carries it")
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        help="a verifier key of a witness that has to have signed the log too; may be given several times",
    )
    _common(parser)
    asked = parser.parse_args(given)
    answer = answer_for(asked.file, asked.key, asked.witness)
    language = Language(asked.language)
    lines = [json.dumps(as_json(answer), indent=2)] if asked.json else told(answer, language)
    return _print(lines, answer.verdict)


def answer_for(file: Path, keys: Sequence[str], witnesses: Sequence[str] = ()) -> Answer:
    """Check an extract in a file. Of a file that is too large only the beginning is read."""
    data = read(file, MOST_BYTES)
    if data is None:
        return Answer(Verdict.CANNOT_BE_JUDGED, Reason.UNREADABLE)
    return judge(data, keys, clock.now(), witnesses)


def answer_for_two(
    old: Path, new: Path, proof: Path | None, tiles: Path | None, keys: Sequence[str]
) -> ConsistencyAnswer:
    """Check two checkpoints in files, with a proof in a file or the tiles of the log in a folder."""
    earlier, later = read(old, MOST_NOTE_BYTES), read(new, MOST_NOTE_BYTES)
    proved = tiles if proof is None else read(proof, MOST_PROOF_BYTES)
    if earlier is None or later is None or proved is None:
        return ConsistencyAnswer(Verdict.CANNOT_BE_JUDGED, Reason.UNREADABLE)
    return judge_consistency(earlier, later, proved, keys)


def read(file: Path, most: int) -> bytes | None:
    """A file, or so much of it that it is seen to be too large; None if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except (OSError, ValueError):
        return None


def _two(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=f"tabularium-verify {_TWO}",
        description="Check that the log at the later checkpoint still has all that it had at the earlier.",
        epilog="Ends with 0 if it is proven, 1 if it is not, 2 if it cannot be judged.",
    )
    parser.add_argument("old", type=Path, help="the earlier checkpoint that you kept")
    parser.add_argument("new", type=Path, help="the later one")
    proof = parser.add_mutually_exclusive_group(required=True)
    proof.add_argument("--proof", type=Path, help="a proof, as --write makes one")
    proof.add_argument("--tiles", type=Path, help="a copy of the log's folder, with `tile` in it")
    parser.add_argument("--write", type=Path, help="write the proof that the tiles give to a file")
    _common(parser)
    asked = parser.parse_args(given)
    answer = answer_for_two(asked.old, asked.new, asked.proof, asked.tiles, asked.key)
    if asked.write is not None and answer.proof is not None:
        asked.write.write_bytes(answer.proof.encode())
    language = Language(asked.language)
    lines = (
        [json.dumps(two_as_json(answer), indent=2)] if asked.json else told_of_two(answer, language)
    )
    return _print(lines, answer.verdict)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        help="a verifier key of the register's log, from a source that you trust and not from the "
        "extract; may be given several times",
    )
    parser.add_argument("--language", choices=[*Language], default=Language.ENGLISH.value)
    parser.add_argument("--json", action="store_true", help="answer for programs")


def _print(lines: Iterable[str], verdict: Verdict) -> int:
    for line in lines:
        print(line)  # noqa: T201 - what a command is for
    return int(verdict)
