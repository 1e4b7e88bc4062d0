"""The log's files as anyone gets them, and the page that explains them."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium.log.told import log_folder, tell
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tabularium_verify.merkle import leaf_hash, root_of
from tabularium_verify.tiles import Tile, TiledTree
from tests.public.conftest import LANGUAGES, Reader

NAME = "register.example/log"
KEY = SigningKey(NAME, bytes(32))
SIZE = 600


def entries(start: int, end: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(start, end)]


def grow(size: int) -> None:
    root = root_of(leaf_hash(each) for each in entries(0, size))
    log = log_folder()
    log.keep_signed(sign_checkpoint(Checkpoint(NAME, size, root), [KEY]))
    log.publish(entries)


@pytest.fixture
def log(tmp_path: Path, settings: Settings) -> Path:
    """A log of SIZE leaves, and before of 300; beside it things that are nobody's business."""
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_NAME = NAME
    for size in (300, SIZE):
        grow(size)
    (tmp_path / "log-keys").write_text("secret", "ascii")
    (tmp_path / "log" / "public" / "other").write_text("secret", "ascii")
    return tmp_path / "log"


def headers(answer: HttpResponse) -> tuple[str, str, str]:
    return answer["Content-Type"], answer["Cache-Control"], answer["Access-Control-Allow-Origin"]


@pytest.mark.usefixtures("log")
def test_a_stranger_checks_the_log_by_what_is_served_alone(reader: Reader) -> None:
    answer = reader.answer("/log/checkpoint")
    assert headers(answer) == ("text/plain; charset=utf-8", "public, max-age=5", "*")
    found, _ = check_checkpoint(answer.content, KEY.verifier)
    assert found.size == SIZE

    def fetch(tile: Tile) -> bytes:
        got = reader.answer(f"/log/{tile.path}")
        kept = "public, max-age=31536000, immutable"
        assert headers(got) == ("application/octet-stream", kept, "*")
        return got.content

    tree = TiledTree(found.size, fetch)
    assert tree.root() == found.root
    assert len(tree.consistency(300)) > 1
    bundles = [reader.answer(f"/log/tile/entries/{each}") for each in ("000", "001", "002.p/88")]
    assert [len(each.content) for each in bundles] == [256 * 34, 256 * 34, 88 * 34]
    assert reader.answer("/log/tile/0/001.p/44").status_code == HTTPStatus.OK, "of the log before"


def test_who_has_it_already_is_not_sent_it_again(log: Path, reader: Reader) -> None:
    for path in ("/log/checkpoint", "/log/tile/0/000"):
        etag = reader.answer(path)["ETag"]
        again = reader.client.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again["Access-Control-Allow-Origin"] == "*"
        assert reader.client.head(path).content == b""
    etag = reader.answer("/log/checkpoint")["ETag"]
    grow(SIZE + 1)
    newer = reader.client.get("/log/checkpoint", headers={"if-none-match": etag})
    assert (newer.status_code, newer["ETag"] != etag) == (HTTPStatus.OK, True)
    assert newer.content == (log / "public" / "checkpoint").read_bytes()


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "path",
    [
        "other",
        "signed",
        "../log-keys",
        "%2e%2e/log-keys",
        "tile/../checkpoint",
        "tile/0/../../other",
        "tile/entries/..%2f..%2fother",
        "tile/0/000/",
        "tile/0/000%00",
        "tile/00/000",
        "tile/0/x000/000",
        "tile/0/000.p/256",
        "tile/0/002.p/088",
        "tile/0/002.p/0",
        "tile/64/000",
        "tile/0/0",
        "tile/0/002",
        "tile/0/002.p/89",
        "tile/1/000.p/3",
        "tile/2/000.p/1",
        "tile/0/003.p/1",
        "tile/63/x999/x999/x999/x999/x999/999",
        "tile/0/001.p/45",
        "tile/data/000",
        "tile/entries/002",
        "tile/0/٠٠٠",
        "checkpoint/",
        "",
    ],
)
def test_what_is_not_of_the_log_is_not_there(reader: Reader, path: str) -> None:
    answer = reader.answer(f"/log/{path}")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert b"secret" not in answer.content
    assert "immutable" not in answer["Cache-Control"]


def test_nothing_beyond_the_published_checkpoint_is_given_out(log: Path, reader: Reader) -> None:
    """As between a tile's being written and its checkpoint's."""
    beyond = log / "public" / "tile" / "0" / "002.p" / "100"
    beyond.write_bytes(bytes(3200))
    answer = reader.answer("/log/tile/0/002.p/100")
    assert (answer.status_code, answer["Cache-Control"]) == (HTTPStatus.NOT_FOUND, "no-store")
    grow(700)
    assert reader.answer("/log/tile/0/002.p/188").status_code == HTTPStatus.OK
    (log / "public" / "checkpoint").unlink()
    for path in ("checkpoint", "tile/0/000"):
        answer = reader.answer(f"/log/{path}")
        assert (answer.status_code, answer["Cache-Control"]) == (HTTPStatus.NOT_FOUND, "no-store")


@pytest.mark.usefixtures("log")
def test_nothing_is_sent_to_the_log(reader: Reader) -> None:
    for path in ("/log/checkpoint", "/log/tile/0/000"):
        assert reader.client.post(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_log_says_how_it_stands_and_with_which_keys(
    log: Path, reader: Reader, language: str
) -> None:
    path = f"/{language}/log"
    assert str(KEY.verifier) not in reader.get(path).replace("&#x2B;", "+")
    tell([KEY, SigningKey(NAME, bytes([1]) * 32)])
    page = reader.get(path)
    assert str(KEY.verifier) in page.replace("&#x2B;", "+")
    assert (log / "public" / "checkpoint").read_text("utf-8").splitlines()[2] in page
    assert f"<dd>{SIZE}</dd>" in page
    assert 'href="/log/checkpoint"' in page
    (log / "public" / "checkpoint").write_text("no checkpoint", "ascii")
    broken = reader.get(path)
    assert "no checkpoint" not in broken
    assert f"<dd>{SIZE}</dd>" not in broken
