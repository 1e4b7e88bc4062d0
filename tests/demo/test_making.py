"""When the town cannot be made."""

from pathlib import Path

import pytest

from tabularium import clock
from tabularium.demo import DemoError, make
from tabularium.demo.making import MARK
from tabularium.register.models import Authority
from tests.builders import Town
from tests.conftest import START


@pytest.mark.django_db
def test_a_register_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    with clock.simulated(START):
        Town()
        with pytest.raises(DemoError, match="not empty"):
            make(tmp_path, say=lambda _: None, organisations=60, entries=300)
    assert Authority.objects.count() == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_a_making_that_breaks_off_leaves_no_mark_and_the_real_clock(tmp_path: Path) -> None:
    def say(line: str) -> None:
        if "entries" in line:
            raise KeyboardInterrupt

    before = clock.now()
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, say=say, organisations=60, entries=300)
    assert not (tmp_path / MARK).exists()
    assert before <= clock.now()
    assert (clock.now() - before).total_seconds() < 60
