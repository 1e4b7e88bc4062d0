"""A client that others wrote reconciles a table of theirs against the register."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pandas as pd
import pytest
from pytest_django.live_server_helper import LiveServer
from reconciler import reconcile, webutils

from tabularium.core.kinds import Kind
from tests import builders

Move = Callable[[datetime], None]


@pytest.fixture
def _closed() -> Iterator[None]:
    yield
    webutils.http.close()


# What newer versions of its own libraries say of its ways is nothing of ours.
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning", "ignore::FutureWarning")
@pytest.mark.usefixtures("_closed")
def test_a_client_from_a_registry_of_packages_finds_organisations(
    live_server: LiveServer, move: Move
) -> None:
    town = builders.Town()
    names = [
        "虚构茶叶有限公司",
        "Made-up Tea Ltd",
        *(f"Fictional Mill {each}" for each in range(23)),
    ]
    made = {}
    for name in names:
        subject = builders.a_subject(name)
        entry = builders.published(town, move, Kind.LICENCE, subject=subject)
        made[name] = (entry.organisation_id, subject.identifier.value)
    table = pd.DataFrame({"name": names, "number": [made[name][1] for name in names]})
    endpoint = f"{live_server.url}/reconcile"
    found = reconcile(
        table["name"],
        type_id="Organization",
        property_mapping={"CN-USCC": table["number"]},
        reconciliation_endpoint=endpoint,
    )
    assert dict(zip(found["input_value"], found["id"], strict=True)) == {
        name: identity for name, (identity, _) in made.items()
    }
    assert set(found["match"]) == {True}
    assert set(found["score"]) == {100}
    assert set(found["type_id"]) == {"Organization"}
    several = reconcile(
        pd.Series(["fictional mill"]), top_res="all", reconciliation_endpoint=endpoint
    )
    assert len(several) == 10
    assert several["score"].is_monotonic_decreasing
