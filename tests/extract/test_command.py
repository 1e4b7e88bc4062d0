"""`tabularium extract`, in the process of the test: on its database and with its log."""

import io
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings

from tabularium.cli import main
from tabularium.extract.own_certificate import certificate
from tabularium.log.told import verifier_keys
from tabularium.register.models import Entry
from tabularium_verify.extracts import read_extract
from tabularium_verify.proving import prove
from tests import builders
from tests.extract.conftest import Log
from tests.extract.test_certificates import status_of
from tests.register.conftest import Move


@pytest.fixture
def entry(town: builders.Town, move: Move) -> Entry:
    return builders.published(town, move)


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "secret.key").write_text("made up")
    monkeypatch.setenv("TABULARIUM_DATA", str(tmp_path))
    return tmp_path / "out"


def _run(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["extract", *arguments, "--out", str(out)])


def test_it_writes_what_anyone_can_check(entry: Entry, log: Log, out: Path) -> None:
    log.catch_up()
    organisation = entry.organisation
    assert organisation is not None
    number = organisation.identifiers.get()
    for subject in (entry.pk, f"{number.scheme}:{number.value}"):
        ran = _run(out, subject)
        assert ran.exit_code == 0, ran.output
        assert "valid until" in ran.output
        found = read_extract(out.read_bytes())
        prove(found, verifier_keys())
        assert [each.identity for each in found.entries] == [entry.pk]


def test_as_pdf_it_is_signed_and_in_the_language_that_is_asked_for(
    entry: Entry, log: Log, out: Path
) -> None:
    log.catch_up()
    assert _run(out, entry.pk, "--pdf", "--language", "zh-hans").exit_code == 0
    assert status_of(out.read_bytes(), certificate()).bottom_line
    assert pypdf.PdfReader(io.BytesIO(out.read_bytes())).root_object["/Lang"] == "zh-CN"


def test_what_cannot_be_made_is_said_in_one_line(
    entry: Entry, log: Log, out: Path, settings: LazySettings
) -> None:
    early = _run(out, entry.pk)
    assert early.exit_code == 1
    assert "Try again" in early.output
    log.catch_up()
    for subject in ("000000000000", "CN-USCC:91000000000000000X", "no-such:1"):
        assert _run(out, subject).exit_code == 2
    settings.EXTRACT_CERTIFICATE = out
    refused = _run(out, entry.pk, "--pdf")
    assert refused.exit_code == 2
    assert "tabularium init" in refused.output
    assert not out.exists()
