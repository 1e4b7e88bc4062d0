"""Serving: an answer at the address that was printed, and one clear line where that cannot be."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tabularium.cli import serving
from tests.cli.conftest import Shell
from tests.cli.typed import Typed
from tests.ports import free_port

STARTED = "Tabularium is at "
SMALL = ("--organisations", "60", "--entries", "300")


@contextmanager
def started(shell: Shell, *arguments: str) -> Iterator[tuple[str, list[str]]]:
    """A server as somebody starts it: the address that it prints, and the lines before that."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tabularium", *arguments],
        cwd=shell.folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TABULARIUM_DATABASE": ""},
        start_new_session=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith(STARTED):
                yield line.removeprefix(STARTED).split()[0], lines
                break
        else:
            pytest.fail(f"The server ended: {lines}")
    finally:
        # As Ctrl-C does: to the server and its workers at once.
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            process.stdout.close()


def answers(address: str) -> str:
    for _ in range(1_000):
        try:
            with urllib.request.urlopen(address, timeout=300) as response:  # noqa: S310 - our own
                assert response.status == 200
                return str(response.read().decode("utf-8"))
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.2)
    pytest.fail(f"{address} does not answer.")


def test_serve_answers_at_the_address_that_it_prints(register: Shell) -> None:
    port = str(free_port())
    with started(register, "serve", "--port", port, "--data", str(register.data)) as (address, _):
        assert address == f"http://127.0.0.1:{port}/"
        assert 'name="q"' in answers(f"{address}en/")
        assert '"openapi"' in answers(f"{address}api/v1/openapi.json")
        assert "{" in answers(f"{address}static/public/site.css")


@pytest.mark.whole
def test_the_demo_is_made_once_and_found_the_next_time(shell: Shell) -> None:
    data = str(shell.folder / "town")
    arguments = ("demo", "--port", str(free_port()), "--data", data)
    with started(shell, *arguments, *SMALL) as (address, lines):
        assert any("entries" in line for line in lines), "progress is shown"
        assert "Made-up data" in answers(f"{address}en/")
    with started(shell, *arguments) as (address, lines):
        assert lines[0].startswith("Found the made-up town")
        assert "虚构" in answers(f"{address}zh-hans/")
        examples = json.loads((Path(data) / "demo.json").read_text("utf-8"))["examples"]
        entry = next(each["path"] for each in examples if each["shows"] == "entry: public")
        page = answers(address.rstrip("/") + entry)
        assert f"{address}entries/" in page, "links name the port that is listened at"
        assert ":8765" not in page
    checked = shell.run("check", "--json", data=Path(data))
    assert checked.json["problems"] == []
    assert checked.json["entries"] == 300
    (Path(data) / "register.sqlite3").write_bytes(b"no database" * 500)
    broken = shell.run("demo", data=Path(data))
    assert broken.code == 2
    assert len(broken.err.strip().splitlines()) == 1
    assert "cannot be read" in broken.err


def test_a_port_in_use_is_one_clear_line(register: Shell) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("serve", "demo"):
            ran = register.run(command, "--port", str(port))
            assert ran.code == 2
            assert ran.err == (
                f"Error: Port {port} is in use. Stop what listens there, or name another:"
                f" --port {port + 1}\n"
            )


@pytest.mark.parametrize("command", [["init"], ["demo", "--make-only"]])
def test_a_folder_that_cannot_be_written_is_one_clear_line(
    shell: Shell, command: list[str]
) -> None:
    in_the_way = shell.folder / "file"
    in_the_way.write_text("", "utf-8")
    # Nobody, not even root, makes a folder in /proc or below a file.
    for place in (Path("/proc/tabularium"), in_the_way / "register"):
        ran = shell.run(*command, data=place)
        assert ran.code == 2
        assert len(ran.err.strip().splitlines()) == 1
        assert f"Cannot write to the folder {place}" in ran.err


def test_the_demo_leaves_another_register_alone(register: Shell) -> None:
    before = sorted(register.data.iterdir())
    ran = register.run("demo", "--make-only")
    assert ran.code == 2
    assert "another register" in ran.err
    assert sorted(register.data.iterdir()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "every"),
    [(["serve"], 60.0), (["serve", "--no-upkeep"], None), (["demo"], 60.0)],
)
def test_what_is_due_is_done_beside_the_server_unless_it_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], every: float | None
) -> None:
    monkeypatch.setenv("TABULARIUM_DATA", "")
    started_with: list[float | None] = []

    def run(host: str, port: int, workers: int, upkeep_every: float | None) -> None:
        assert (host, bool(port), bool(workers)) == ("127.0.0.1", True, True)
        started_with.append(upkeep_every)

    monkeypatch.setattr(serving, "run", run)
    office = Typed(tmp_path / "register")
    (office.folder / serving.MARK).write_text("{}")
    # Settings are read once in a process, and this one has none of a register.
    monkeypatch.setattr(settings, "DATA_FOLDER", office.folder)
    monkeypatch.setattr(settings, "SECRET_KEY", "".join(map(chr, range(33, 93))))
    (office.folder / "secret.key").chmod(0o600)
    before = dict(os.environ)
    ran = office.run(*command, "--port", str(free_port()))
    assert (ran.code, started_with) == (0, [every]), ran.err
    assert dict(os.environ) == before
