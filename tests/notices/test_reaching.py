"""Which machines a call to a mailbox may reach."""

import ipaddress
import socket

import pytest

from tabularium.notices import reaching
from tabularium.notices.reaching import ForbiddenError, UnreachableError, may_be_reached, networks


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2002:808:808::",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)
def test_an_inner_machine_is_not_reached(number: str) -> None:
    assert not may_be_reached(ipaddress.ip_address(number), ())


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_machine_of_the_internet_is_reached(number: str) -> None:
    assert may_be_reached(ipaddress.ip_address(number), ())


def test_a_network_that_was_named_is_reached_and_no_other() -> None:
    named = networks(["10.1.0.0/16", " fd00::/8 ", ""])
    assert may_be_reached(ipaddress.ip_address("10.1.2.3"), named)
    assert may_be_reached(ipaddress.ip_address("fd00::5"), named)
    assert not may_be_reached(ipaddress.ip_address("10.2.0.1"), named)


def test_a_name_with_one_inner_number_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443))
        for number in ("8.8.8.8", "127.0.0.1")
    ]
    monkeypatch.setattr(reaching.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(ForbiddenError):
        reaching.numbers_of("firm.example", 443, ())
    monkeypatch.setattr(reaching.socket, "getaddrinfo", lambda *_, **__: found[:1])
    assert reaching.numbers_of("firm.example", 443, ()) == ["8.8.8.8"]


def test_a_name_that_is_not_known_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(reaching.socket, "getaddrinfo", fail)
    with pytest.raises(UnreachableError):
        reaching.numbers_of("firm.example", 443, ())
