import pytest

from tabularium.core.web_addresses import web_address


@pytest.mark.parametrize("text", ["https://office.example/a?b=1", "http://office.example"])
def test_an_address_of_the_web_becomes_a_link_without_the_blanks_around_it(text: str) -> None:
    assert web_address(f" {text}\n") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "https:///a",
        "http:a",
        "ftp://a.example",
        "https://[a",
    ],
)
def test_nothing_else_becomes_one(text: str) -> None:
    assert web_address(text) == ""
