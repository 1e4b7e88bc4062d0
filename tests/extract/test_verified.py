"""What the register hands out is what its readers' program proves, as it comes, and nothing else of it is."""

import io
import json
import os
import re
from datetime import timedelta

import pytest
from django.test import Client
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError

from tabularium import clock
from tabularium.extract.own_certificate import certificate
from tabularium.log.told import verifier_keys
from tabularium_verify.judging import Answer, judge
from tabularium_verify.reasons import Reason, Verdict
from tabularium_verify.saying import told
from tabularium_verify.words import Language, words
from tests import builders
from tests.extract.conftest import Log
from tests.extract.test_certificates import status_of
from tests.register.conftest import Move
from tests.verify.cases import reforged

SOAK = os.environ.get("TABULARIUM_SOAK") == "1"


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


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _signature_holds(pdf: bytes) -> bool:
    """Whether a reader of PDF who trusts the register's certificate takes the whole document for genuine."""
    try:
        status = status_of(pdf, certificate())
    except (PdfError, SignatureValidationError, ValueError, LookupError, TypeError):
        return False
    return status.bottom_line and status.coverage.name == "ENTIRE_FILE"


def test_every_changed_bit_of_the_signed_pdf_is_refused_by_its_signature(
    files: dict[str, bytes],
) -> None:
    pdf = files["pdf"]
    assert _signature_holds(pdf)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    first, before, second, after = signature.byte_range
    assert (first, second + after) == (0, len(pdf)), "all of it is signed but the signature itself"
    signed = [*range(before), *range(second, len(pdf))]
    # Every byte in the soak; else some, with the bits of a byte by turns, and the last part more densely.
    places = signed if SOAK else [*signed[::1499], *signed[-700::41]]
    for turn, place in enumerate(places):
        assert not _signature_holds(_flipped(pdf, 8 * place + turn % 8)), place


def test_no_changed_bit_of_the_pdf_makes_another_extract_of_it(files: dict[str, bytes]) -> None:
    """What the pages show is not what our own program looks at, and it says so each time."""
    pdf = files["pdf"]
    genuine = judged(pdf)
    attached = re.search(
        rb"/Type\s*/EmbeddedFile.{0,999}?stream\r?\n(.*?)endstream", pdf, re.DOTALL
    )
    assert attached is not None
    begin, end = 8 * attached.start(1), 8 * attached.end(1)
    inside = range(begin, end) if SOAK else range(begin, end, 211)
    around = [*range(0, begin, 8009), *range(end, 8 * len(pdf), 8009)]
    refused = 0
    for bit in [*inside, *around]:
        answer = judged(_flipped(pdf, bit))
        if answer.verdict is Verdict.PROVEN:
            assert (answer.extract, answer.in_pdf) == (genuine.extract, True), bit
            text = "\n".join(told(answer, Language.ENGLISH))
            assert "What the pages of the PDF show" in text
        else:
            refused += 1
    assert refused >= 0.95 * len(inside), "in the stream itself nearly every bit counts"
