"""A second implementation, in another language, reads our logs, and we read what it makes.

`independent/main.go` stands on golang.org/x/mod/sumdb, by which Go's own checksum database is checked, as
Debian has it. It is compiled once, without any network.
"""

import base64
import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tabularium.log.folder import LogFolder
from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tabularium_verify.merkle import check_consistency, check_inclusion, leaf_hash, root_of
from tabularium_verify.signed_notes import parse_key
from tabularium_verify.tiles import TiledTree
from tests.log.witness import SmallWitness

SOURCE = Path(__file__).with_name("independent") / "main.go"
DEBIAN = Path("/usr/share/gocode")
NAME = "register.example/log"
KEY = SigningKey(NAME, bytes(range(32)))
CHANCE = random.Random(20_261_126)  # noqa: S311 - the same trees each time, and no secrets
# Around whole tiles, and some that nobody chose.
SIZES = [1, 2, 3, 255, 256, 257, 513, *CHANCE.sample(range(4, 2000), 3)]
if os.environ.get("TABULARIUM_SOAK"):
    SIZES += [65_537, *CHANCE.sample(range(4, 5000), 20)]
AT = 1_790_000_000


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second implementation, compiled; skipped where there is no Go, a failure where it must be."""
    go, package = shutil.which("go"), DEBIAN / "src/golang.org/x/mod/sumdb/tlog"
    if go is None or not package.is_dir():
        if "golang" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail("golang-go or golang-golang-x-mod-dev is absent, and is asked for.")
        pytest.skip("golang-go and golang-golang-x-mod-dev are not installed here.")
    folder = tmp_path_factory.mktemp("go")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOCACHE": str(folder / "cache"),
        "GOPATH": str(DEBIAN),
        "GO111MODULE": "off",
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    made = folder / "independent"
    command = [go, "build", "-o", str(made), str(SOURCE)]
    subprocess.run(command, check=True, env=environment, timeout=900)
    return made


class Log:
    """A log in files, as the register makes it, and what the other program is told of it."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self.entries = [CHANCE.randbytes(32) for _ in range(size)]
        self.leaves = [leaf_hash(each) for each in self.entries]
        self.root = root_of(self.leaves)
        self.witness = SmallWitness(folder / "witness.json", {})
        checkpoint = Checkpoint(NAME, size, self.root)
        self.note = sign_checkpoint(checkpoint, [KEY])
        self.cosigned = self.note + self.witness.cosignature(checkpoint.text(), AT)
        self.files = LogFolder(folder)
        # In two steps, so that tiles of an earlier size lie there too.
        first = root_of(self.leaves[: size // 2])
        for each in (sign_checkpoint(Checkpoint(NAME, size // 2, first), [KEY]), self.cosigned):
            self.files.keep_signed(each)
            self.files.publish(lambda start, end: self.entries[start:end])
        tree = TiledTree(size, self.files.read)
        places = CHANCE.sample(range(size), min(size, 9))
        self.inclusion = {each: tree.inclusion(each) for each in (0, size - 1, *places)}
        earlier = CHANCE.sample(range(1, size + 1), min(size, 5))
        self.consistency = {each: tree.consistency(each) for each in (1, size, *earlier)}

    def told(self) -> dict[str, Any]:
        return {
            "Folder": str(self.files.public),
            "Checkpoint": (self.files.public / "checkpoint").read_text("utf-8"),
            "VerifierKey": str(KEY.verifier),
            "SigningKey": KEY.encode(),
            "WitnessKey": self.witness.verifier_key,
            "Inclusion": [
                {"Index": index, "Entry": _text(self.entries[index]), "Path": _texts(path)}
                for index, path in self.inclusion.items()
            ],
            "Consistency": [
                {"Size": size, "Root": _text(root_of(self.leaves[:size])), "Path": _texts(path)}
                for size, path in self.consistency.items()
            ],
        }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _texts(path: list[bytes]) -> list[str]:
    return [_text(each) for each in path]


def _bytes(path: list[str] | None) -> list[bytes]:
    return [base64.b64decode(each) for each in path or ()]


def ask(program: Path, logs: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    told = json.dumps(logs)
    return subprocess.run(
        [str(program)], input=told, capture_output=True, text=True, check=False, timeout=300
    )


def test_both_say_the_same_of_every_log(program: Path, tmp_path: Path) -> None:
    logs = [Log(tmp_path / str(size), size) for size in SIZES]
    asked = ask(program, [each.told() for each in logs])
    assert asked.returncode == 0, asked.stderr
    for log, answer in zip(logs, json.loads(asked.stdout), strict=True):
        assert (answer["Entries"], answer["Cosigned"]) == (log.size, AT)
        assert base64.b64decode(answer["Root"]) == log.root
        for index, path in answer["Inclusion"].items():
            proof, place = _bytes(path), int(index)
            assert proof == log.inclusion[place]
            check_inclusion(log.leaves[place], place, log.size, log.root, proof)
        for earlier, path in answer["Consistency"].items():
            proof, size = _bytes(path), int(earlier)
            assert proof == log.consistency[size]
            check_consistency(size, root_of(log.leaves[:size]), log.size, log.root, proof)
        # It read our private key from the line of our file, and signed the same to the letter.
        assert answer["Signed"].encode() == log.note
        other = parse_key(answer["OtherKey"])
        both = answer["OtherSigned"].encode()
        assert check_checkpoint(both, other)[0] == check_checkpoint(log.note, KEY.verifier)[0]
        assert check_checkpoint(both, KEY.verifier, [other])[1] == (other, KEY.verifier)


@pytest.mark.parametrize("what", ["tile", "entries", "checkpoint", "proof", "consistency"])
def test_the_other_one_sees_a_changed_bit_too(program: Path, tmp_path: Path, what: str) -> None:
    """Without this, its agreement above would prove nothing."""
    log = Log(tmp_path, 300)
    told = log.told()
    if what in {"tile", "entries"}:
        kind = "0" if what == "tile" else "entries"
        file = log.files.public / "tile" / kind / "001.p" / "44"
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
    elif what == "checkpoint":
        told["Checkpoint"] = told["Checkpoint"].replace("\n300\n", "\n301\n")
    else:
        path = told["Inclusion" if what == "proof" else "Consistency"][0]["Path"]
        path[-1] = _text(bytes(32))
    asked = ask(program, [told])
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "log 0: " in asked.stderr
