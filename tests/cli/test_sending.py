"""A program that sends to a register as it is served, over a real connection."""

import json
import os
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_serving import started
from tests.ports import free_port

TARGET = "/api/v1/submissions?item=made-up-licence"


def _head(token: str, length: int, key: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "text/csv",
        "Content-Length": str(length),
        "Idempotency-Key": f'"{key}"',
    }


def _connected(address: str) -> HTTPConnection:
    place = urlsplit(address)
    assert place.hostname
    for _ in range(600):
        connection = HTTPConnection(place.hostname, place.port, timeout=300)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.2)
        else:
            return connection
    pytest.fail(f"{address} does not answer.")


def _sent(address: str, token: str, body: bytes, key: str) -> tuple[int, dict[str, object]]:
    connection = _connected(address)
    connection.request("POST", TARGET, body, _head(token, len(body), key))
    response = connection.getresponse()
    answered: dict[str, object] = json.loads(response.read())
    connection.close()
    return response.status, answered


def _cut_off(address: str, token: str, body: bytes, key: str) -> None:
    place = urlsplit(address)
    lines = [f"POST {TARGET} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in _head(token, len(body), key).items()]
    with socket.create_connection((place.hostname, place.port), timeout=300) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body[: len(body) // 2])


@pytest.mark.whole
def test_a_program_sends_again_after_its_connection_broke(
    register: Shell, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setitem(os.environ, "TMPDIR", str(temporary))
    first = register.decisions("bread", name="first.csv")
    assert register.run("submit", first, "--item", register.item("licence")).code == 0
    token = register.run("token", "new", "made-up-office", "--label", "x").out.strip()
    name = register.decisions(*(f"text {number}" for number in range(2000)), name="second.csv")
    body = (register.folder / name).read_bytes()
    arguments = (
        "serve",
        "--port",
        str(free_port()),
        "--data",
        str(register.data),
        "--workers",
        "1",
    )
    with started(register, *arguments) as (address, _):
        _connected(address).close()
        _cut_off(address, token, body, "key")
        status, answered = _sent(address, token, body, "key")
        assert (status, answered["rows_read"], answered["entries_made"]) == (201, 2000, 1999)
        assert _sent(address, token, body, "key") == (status, answered)
        assert _sent(address, "nothing", body, "other key")[0] == 401
        _nothing_left(temporary)
    kept = register.run("check", "--json").json
    assert (kept["entries"], kept["problems"]) == (2000, [])


def _nothing_left(folder: Path) -> None:
    for _ in range(600):
        if not [each for each in folder.iterdir() if each.name.startswith("tabularium-")]:
            return
        time.sleep(0.2)
    pytest.fail(f"Left behind: {[each.name for each in folder.iterdir()]}")
