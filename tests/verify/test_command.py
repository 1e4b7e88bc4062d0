"""The commands, in process; the documents' examples; and the package by itself, as a reader installs it."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hatchling.builders.wheel import WheelBuilder

from tabularium.cli import main as tabularium
from tabularium_verify.command import main
from tabularium_verify.consistency import judge_consistency, parse_consistency_proof
from tabularium_verify.reasons import Reason, Verdict
from tests.verify import making
from tests.verify.cases import PAIRS

ROOT = Path(__file__).resolve().parents[2]
KEY = making.KEY_TEXT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What somebody has who was handed an extract and kept two checkpoints and the files of the log."""
    leaves = [bytes([each]) * 32 for each in range(200)] * 3
    small, large = making.Log(leaves[:5]), making.Log(leaves)
    (tmp_path / "extract.json").write_bytes(making.small())
    (tmp_path / "extract.pdf").write_bytes(making.a_pdf(making.small()))
    for name in ("old.checkpoint", "earlier-checkpoint"):
        (tmp_path / name).write_bytes(small.checkpoint)
    for name in ("new.checkpoint", "later-checkpoint"):
        (tmp_path / name).write_bytes(large.checkpoint)
    for name in ("log-copy", "copy-of-log"):
        for path, data in large.files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    """Run one of the commands in this process, as it is typed; its exit code."""
    if words[0] == "tabularium-verify":
        return main(words[1:])
    return CliRunner().invoke(tabularium, words[1:]).exit_code


def typed(page: str) -> list[list[str]]:
    """The commands of a document, with a key that is one."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    lines = (line for block in blocks for line in block.splitlines())
    return [[KEY if word == "KEY" else word for word in shlex.split(line)] for line in lines]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", ["docs/verifying.md", "verify/README.md"])
def test_the_commands_of_the_documents_do_what_they_say(page: str) -> None:
    commands = typed(page)
    assert len(commands) >= 3
    assert {tuple(each): run(*each) for each in commands} == {tuple(each): 0 for each in commands}


def test_both_commands_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for given in (
        ["extract.pdf", "--language", "zh-hans"],
        ["extract.json", "--json"],
        ["missing.json"],
    ):
        code = main([*given, "--key", KEY])
        own = CliRunner().invoke(tabularium, ["verify", *given, "--key", KEY])
        said = capsys.readouterr().out
        assert own.exit_code == code == (2 if given == ["missing.json"] else 0)
        if "--json" in given:
            assert json.loads(said) == json.loads(own.output)
            assert json.loads(said)["verdict"] == "proven"
        else:
            assert said == own.output
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    other = str(making.OTHER_KEY.verifier)
    assert main(["extract.json", "--key", other]) == 1
    assert main(["extract.json", "--key", other, "--key", KEY]) == 0
    assert main(["extract.json", "--key", "none"]) == 2
    assert main(["old.checkpoint", "--key", KEY]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["extract.json"])
    assert CliRunner().invoke(tabularium, ["verify", "extract.json"]).exit_code == 2
    assert "NOT proven" in capsys.readouterr().out


@pytest.mark.parametrize("name", PAIRS)
def test_each_pair_of_checkpoints_is_judged_as_it_should_be(name: str) -> None:
    pair = PAIRS[name]
    answer = judge_consistency(pair.old, pair.new, pair.proof, [KEY])
    assert answer.reason == pair.reason
    assert (answer.verdict is Verdict.PROVEN) == (pair.reason is None)


def test_every_changed_bit_of_a_consistency_proof_is_refused() -> None:
    pair = PAIRS["a little grown"]
    for place in range(len(pair.proof) * 8):
        changed = bytearray(pair.proof)
        changed[place // 8] ^= 1 << place % 8
        answer = judge_consistency(pair.old, pair.new, bytes(changed), [KEY])
        assert answer.verdict is not Verdict.PROVEN, place


def test_a_missing_tile_is_named_and_a_whole_one_serves_for_a_partial_one(folder: Path) -> None:
    old, new = (folder / f"{each}.checkpoint" for each in ("old", "new"))
    log = folder / "log-copy"
    given = old.read_bytes(), new.read_bytes(), log, [KEY]
    proof = judge_consistency(*given).proof
    assert proof is not None
    assert parse_consistency_proof(proof.encode()) == proof
    partial = log / "tile/0/002.p/88"
    whole = partial.read_bytes() + bytes(168 * 32)
    partial.unlink()
    answer = judge_consistency(*given)
    assert (answer.reason, answer.where) == (Reason.TILE, "tile/0/002.p/88")
    (log / "tile/0/002").write_bytes(whole)
    assert judge_consistency(*given).verdict is Verdict.PROVEN
    (log / "tile/0/000").write_bytes(bytes(8192))
    assert judge_consistency(*given).reason is Reason.CONSISTENCY
    (log / "tile/0/000").write_bytes(bytes(8191))
    assert judge_consistency(*given).reason is Reason.TILE


# ---- the package by itself

NEEDED = ("cryptography", "rfc8785", "cffi", "_cffi_backend", "pycparser")


def test_the_package_works_by_itself_with_nothing_but_what_it_names(folder: Path) -> None:
    [built] = WheelBuilder(str(ROOT / "verify")).build(directory=str(folder / "dist"))
    bare = folder / "bare"
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(bare)
    metadata = next(bare.glob("*.dist-info/METADATA")).read_text("utf-8")
    names = re.findall(r"^Requires-Dist: ([\w-]+)", metadata, re.MULTILINE)
    assert names == ["cryptography", "rfc8785"]
    for name in NEEDED:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            origin = Path(found.origin)
            origin = origin.parent if origin.name.startswith("__init__.") else origin
            (bare / origin.name).symlink_to(origin)
    program = (
        f"import sys; sys.path[:] = [each for each in sys.path if 'site-packages' not in each]; "
        f"sys.path.insert(0, {str(bare)!r}); from tabularium_verify.command import main; "
        "code = main(sys.argv[1:]); assert 'django' not in sys.modules; "
        "assert not {'socket', 'tabularium'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, "extract.pdf", "--key", KEY],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Proven")
