"""The page that checks extracts, in a browser whose network is cut once the page has loaded."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.accessibility import violations
from tests.browser.conftest import PATIENCE, be_wide, look_at, width_of_page
from tests.verify import making
from tests.verify.cases import CASES, NOW, PAIRS, reforged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The browser's own module of the page, which it has already: nothing is loaded by asking for it again.
_JUDGE = """
const [cases, pairs, now, done] = arguments;
const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
(async () => {
  const { judge, judgeTwo } = await import("/static/public/verify/judging.js");
  const found = {};
  for (const [name, [data, keys]] of Object.entries(cases)) {
    const { verdict, reason } = await judge(bytes(data), keys, new Date(now));
    found[name] = [verdict, reason];
  }
  for (const [name, [old, later, proof, keys]] of Object.entries(pairs)) {
    const { verdict, reason } = await judgeTwo(bytes(old), bytes(later), bytes(proof), keys);
    found[`pair: ${name}`] = [verdict, reason];
  }
  return found;
})().then(done, (error) => done(String(error)));
"""


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _network(browser: Chrome, *, there: bool) -> None:
    browser.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": not there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def _open(browser: Chrome, live_server: LiveServer, language: str = "en") -> None:
    look_at(browser, f"{live_server.url}/{language}/verify")
    WebDriverWait(browser, PATIENCE).until(
        lambda each: each.execute_script("return document.documentElement.dataset.ready === 'yes'")
    )


@pytest.fixture
def offline(browser: Chrome, live_server: LiveServer) -> Iterator[Chrome]:
    """The page, in English, with the network cut."""
    _open(browser, live_server)
    _network(browser, there=False)
    yield browser
    _network(browser, there=True)


def _checked(browser: Chrome, files: list[Path], key: str) -> list[Any]:
    browser.find_element(By.ID, "key").clear()
    browser.find_element(By.ID, "key").send_keys(key)
    browser.execute_script("document.getElementById('file').value = ''")
    browser.find_element(By.ID, "file").send_keys("\n".join(str(each) for each in files))
    browser.find_element(By.CSS_SELECTOR, "#extracts button").send_keys(Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(
        lambda each: len(each.find_elements(By.CSS_SELECTOR, "#answers .answer")) == len(files)
    )
    return browser.find_elements(By.CSS_SELECTOR, "#answers .answer")


def test_the_browser_judges_every_case_as_the_program_does(offline: Chrome) -> None:
    offline.set_script_timeout(60)
    found = offline.execute_async_script(
        _JUDGE,
        {name: [_text(each.data), [*each.keys]] for name, each in CASES.items()},
        {
            name: [_text(each.old), _text(each.new), _text(each.proof), [making.KEY_TEXT]]
            for name, each in PAIRS.items()
        },
        NOW.isoformat(),
    )
    expected = {name: [int(each.verdict), each.reason] for name, each in CASES.items()}
    expected |= {
        f"pair: {name}": [_verdict_of(each.reason), each.reason] for name, each in PAIRS.items()
    }
    assert found == expected


def _verdict_of(reason: str | None) -> int:
    if reason is None:
        return 0
    return 2 if reason == "not-proof" else 1


def test_good_tampered_and_expired_extracts_without_a_network(
    offline: Chrome, tmp_path: Path
) -> None:
    good, bad, over, pdf = (tmp_path / f"{each}" for each in ("good", "bad", "over", "the.pdf"))
    small = making.small()
    bad.write_bytes(small.replace("罚款".encode(), "罚金".encode()))
    ends = making.VALID_UNTIL[:10]
    for file, until in ((good, "2226-12-26"), (over, "2020-01-01")):
        extract = CASES["small"].data.replace(ends.encode(), until.encode())
        file.write_bytes(reforged(extract, lambda _same: None))
    pdf.write_bytes(making.a_pdf(small, deflated=True))
    answers = _checked(offline, [good, bad, over, pdf], making.KEY_TEXT)
    assert [each.get_attribute("data-verdict") for each in answers] == ["0", "1", "0", "0"]
    texts = [each.text for each in answers]
    assert "Proven: the log of the register" in texts[0]
    assert "erased, or not shown any more (only its digest is left)" in texts[0]
    assert "still in force" in texts[0]
    assert "OVER" not in texts[0]
    assert "its digest does not fit" in texts[1]
    assert "罚金" not in texts[1]
    assert "THE TIME OF THIS EXTRACT IS OVER since 2020-01-01" in texts[2]
    assert "What the pages of the PDF show" in texts[3]
    [answer] = _checked(offline, [good], str(making.OTHER_KEY.verifier))
    assert answer.get_attribute("data-verdict") == "1"
    assert [each for each in offline.get_log("browser") if each["level"] == "SEVERE"] == []


def test_two_checkpoints_are_compared_without_a_network(offline: Chrome, tmp_path: Path) -> None:
    for name, said in (("grown", "Proven: the later log begins"), ("forked", "NOT proven")):
        pair = PAIRS[name]
        offline.find_element(By.ID, "key").clear()
        offline.find_element(By.ID, "key").send_keys(making.KEY_TEXT)
        for part in ("old", "new", "proof"):
            file = tmp_path / f"{name}.{part}"
            file.write_bytes(getattr(pair, part))
            offline.find_element(By.ID, part).send_keys(str(file))
        offline.execute_script("document.getElementById('compared').replaceChildren()")
        offline.find_element(By.CSS_SELECTOR, "#two button").send_keys(Keys.ENTER)
        WebDriverWait(offline, PATIENCE).until(
            lambda each: each.find_elements(By.CSS_SELECTOR, "#compared .answer")
        )
        assert said in offline.find_element(By.ID, "compared").text


def test_the_page_can_ask_for_nothing_once_it_is_there(
    browser: Chrome, live_server: LiveServer
) -> None:
    _open(browser, live_server)
    asked = browser.execute_async_script(
        "const done = arguments[0];"
        "fetch('/robots.txt').then(() => done('answered'), () => done('refused'))"
    )
    assert asked == "refused"
    browser.get_log("browser")


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "zh-hans")])
def test_the_page_with_an_answer_breaks_no_rule_of_accessibility(
    browser: Chrome, live_server: LiveServer, tmp_path: Path, width: int, language: str
) -> None:
    be_wide(browser, width)
    _open(browser, live_server, language)
    file = tmp_path / "extract.json"
    file.write_bytes(CASES["large"].data)
    _checked(browser, [file], making.KEY_TEXT)
    assert violations(browser) == []
    assert width_of_page(browser) <= width


def test_a_browser_that_cannot_check_says_so(browser: Chrome, live_server: LiveServer) -> None:
    """Web Crypto without Ed25519, as older browsers have it."""
    script = browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument",
        {
            "source": "crypto.subtle.importKey = () => "
            "Promise.reject(new DOMException('no', 'NotSupportedError'));"
        },
    )
    try:
        _open(browser, live_server)
        assert "cannot check Ed25519" in browser.find_element(By.ID, "able").text
        assert not browser.find_element(By.ID, "extracts").is_displayed()
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
