"""Whoever may name a mailbox tries to have the register call a machine that only the register can reach."""

import ipaddress
import socket
from typing import Any

import pytest

from tabularium.notices.mailbox import Caller
from tabularium.notices.outcomes import End

INTERNET, INNER = "8.8.8.8", "127.0.0.1"


class Network:
    """A look-up that answers another number each time, and connections that are only noted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        self._answers = list(answers)
        if answers:
            monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(socket, "create_connection", self._connect)

    def _look_up(self, host: str, port: int, **_: Any) -> list[Any]:
        self.looked_up.append(host)
        number = self._answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    def _connect(self, address: tuple[str, int], **_: Any) -> socket.socket:
        # A name that came here would be looked up again.
        ipaddress.ip_address(address[0])
        self.connected.append(address[0])
        raise ConnectionRefusedError

    def call(self, address: str) -> tuple[End, str]:
        result = Caller().call(
            address, {}, b"{}", lambda: pytest.fail("it is not to be handed over")
        )
        return result.end, result.reply


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[ff02::1]/",
        "https://firm.example@127.0.0.1/",
    ],
)
def test_however_an_inner_machine_is_written_it_is_not_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch)
    assert network.call(address) == (End.REFUSED, "forbidden network")
    assert network.connected == []


def test_a_name_that_changes_its_number_meanwhile_is_called_at_the_one_that_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network(monkeypatch, INTERNET, INNER)
    assert network.call("https://firm.example/") == (End.POSTPONED, "no connection")
    assert network.looked_up == ["firm.example"]
    assert network.connected == [INTERNET]


def test_a_name_that_leads_inside_the_second_time_is_refused_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = Network(monkeypatch, INTERNET, INNER)
    network.call("https://firm.example/")
    assert network.call("https://firm.example/") == (End.REFUSED, "forbidden network")
    assert network.connected == [INTERNET]


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{INNER}:3128")
    network = Network(monkeypatch, INTERNET)
    network.call("https://firm.example/")
    assert network.connected == [INTERNET]
