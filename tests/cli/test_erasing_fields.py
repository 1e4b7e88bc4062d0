"""`tabularium erase-field`, in the process of the test: on its database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tabularium.cli import main
from tabularium.register.models import Entry, Version
from tests import builders
from tests.register.conftest import Move

SAID = "Sold by the cook of the shop."


@pytest.fixture
def entry(
    db: None,  # noqa: ARG001 - to be there
    move: Move,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Entry:
    (tmp_path / "secret.key").write_text("made up")
    monkeypatch.setenv("TABULARIUM_DATA", str(tmp_path))
    town = builders.Town()
    town.account("registrar", "registrar")
    return builders.published(town, move, summary=SAID)


def _run(entry: str, field: str, *more: str, login: str = "registrar@market-office") -> Result:
    asked = ["erase-field", entry, field, "--as", login, "--rule", "court-order", *more]
    return CliRunner().invoke(main, asked)


def test_it_erases_shows_that_it_did_and_says_why_it_cannot(entry: Entry) -> None:
    kept = Version.objects.filter(entry=entry, summary=SAID)
    assert "It does not come back" in _run(entry.pk, "summary").output
    for refused in (
        _run(entry.pk, "summary", "--yes", login="clerk@market-office"),
        _run(entry.pk, "details", "--yes"),
        _run(entry.pk, "summary", "--yes", "--version", "7"),
        _run("000000000000", "summary", "--yes"),
        _run(entry.pk, "measure", "--yes"),
    ):
        assert refused.exit_code == 2, refused.output
    assert kept.exists()
    done = _run(entry.pk, "summary", "--yes")
    assert done.exit_code == 0, done.output
    assert done.output == f"Erased summary of version 1 of {entry.pk}.\n"
    assert not kept.exists()
    shown = CliRunner().invoke(main, ["show", entry.pk]).output
    assert "court-order" in shown
    assert SAID not in shown
