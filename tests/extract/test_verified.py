"""What the register hands out is what its readers' program proves, as it comes, and nothing else of it is."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tabularium import clock
from tabularium.log.told import verifier_keys
from tabularium_verify.judging import Answer, judge
from tabularium_verify.reasons import Reason, Verdict
from tabularium_verify.saying import told
from tabularium_verify.words import Language, words
from tests import builders
from tests.extract.conftest import Log
from tests.register.conftest import Move
from tests.verify.cases import reforged


@pytest.fixture
def files(town: builders.Town, log: Log, move: Move) -> dict[str, bytes]:
    """The extract of a public entry, as everybody gets it."""
    entry = builders.published(town, move)
    log.catch_up()
    found = {}
    for ending in ("json", "pdf"):
        answer = Client().get(f"/en/entries/{entry.pk}/extract.{ending}")
        assert answer.status_code == 200
        found[ending] = answer.getvalue()
    return found


def judged(data: bytes, later: timedelta = timedelta()) -> Answer:
    return judge(data, [str(each) for each in verifier_keys()], clock.now() + later)


def test_json_and_signed_pdf_are_proven_and_said_in_both_languages(files: dict[str, bytes]) -> None:
    plain, pdf = judged(files["json"]), judged(files["pdf"])
    assert plain.verdict is pdf.verdict is Verdict.PROVEN
    assert (plain.extract, pdf.in_pdf) == (pdf.extract, True)
    assert not plain.over
    assert judged(files["json"], timedelta(days=31)).over
    assert plain.extract is not None
    [entry] = plain.extract.entries
    shown = {each.name for each in entry.leaves[-1].facts.values()}
    for language in Language:
        text = "\n".join(told(plain, language))
        assert "4965.70" in text
        known = words(language)
        # Every fact that the register writes has a name for readers.
        assert [name for name in shown if f"fact.{name}" not in known] == []
        assert f"change.{entry.leaves[-1].value('change')}" in known


def test_a_changed_decision_is_refused_in_either_file(files: dict[str, bytes]) -> None:
    def dearer(extract: object) -> None:
        text = json.dumps(extract).replace("4965.70", "9965.70")
        assert isinstance(extract, dict)
        extract.update(json.loads(text))

    assert judged(files["json"].replace(b"4965.70", b"9965.70")).reason is Reason.DIGEST
    assert judged(reforged(files["json"], dearer)).reason is Reason.INCLUSION
