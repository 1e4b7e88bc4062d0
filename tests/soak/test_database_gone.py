"""PostgreSQL is stopped and started under load: that it is gone is told, and all comes back by itself."""

import http.client
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.soak.cluster import Cluster, own_cluster
from tests.soak.load import Load, Register, Server, call, served
from tests.soak.test_faults import goes_on

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(
        os.environ.get("TABULARIUM_SOAK") != "1", reason="Minutes on a busy machine: make soak."
    ),
]


def until(what: Callable[[], bool]) -> None:
    for _ in range(900):
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come.")


def ready(server: Server) -> tuple[bool, str]:
    """Whether it says that it can answer, and what it says of its database."""
    status, said = call(server.port, "GET", "/readyz")
    found = json.loads(said)
    assert found["ready"] is (status == http.client.OK)
    return found["ready"], found["checks"]["database"]


def tells_that_it_is_gone(server: Server) -> None:
    assert ready(server) == (False, "it does not answer")
    assert call(server.port, "GET", "/healthz")[0] == http.client.OK
    status, page = call(server.port, "GET", "/en/catalogue")
    assert status == http.client.SERVICE_UNAVAILABLE
    assert b"The register cannot answer for a moment" in page
    status, problem = call(server.port, "GET", "/api/v1/changes")
    assert status == http.client.SERVICE_UNAVAILABLE
    assert json.loads(problem)["type"].endswith("#busy")


def does_what_is_due(cluster: Cluster) -> None:
    """A session that is over is cleared away, by the process that was there all the time."""
    with psycopg.connect(cluster.address, autocommit=True) as asked:
        asked.execute("INSERT INTO django_session VALUES ('over', '', '2020-01-01 00:00:00Z')")
        there = "SELECT count(*) FROM django_session WHERE session_key = 'over'"
        until(lambda: asked.execute(there).fetchone() == (0,))


def test_a_database_that_is_stopped_is_told_and_nothing_acknowledged_is_lost(
    tmp_path: Path,
) -> None:
    with own_cluster() as cluster:
        if cluster is None:
            pytest.skip("There is no PostgreSQL here.")
        register = Register(tmp_path, cluster.address)
        register.make()
        with served(register) as server:
            load = Load(server, seed=2)
            with load.running(readers=1, writers=2, pause=0.02):
                goes_on(load)
                parts = server.parts()
                for mode in ("fast", "immediate"):
                    cluster.stop(mode)
                    tells_that_it_is_gone(server)
                    time.sleep(1)
                    cluster.start()
                    until(lambda: ready(server) == (True, "ok"))
                    goes_on(load)
                    does_what_is_due(cluster)
                assert server.parts() == parts, "no process ended of it"
        # All were answers, or 503; on a busy machine a call may wait too long for one.
        assert load.errors == []
        assert not {each for each in load.cut if not each.endswith("TimeoutError")}
        register.is_whole()
        assert sorted(register.lost(load.acknowledged)) == []
