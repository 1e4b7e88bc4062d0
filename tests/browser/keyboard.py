"""Somebody who uses a page by the keyboard alone: Tab, blank, Enter, arrows and letters, and no mouse."""

import time
from collections.abc import Callable
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

_PATIENCE = 120
"""Seconds until something has to be there."""
_MORE_TABS = 12
"""A field for a day stops at its day, month, year and picture; so many Tabs more are tried."""

# What somebody reads or hears of a control: what it is called by, or what stands in it.
_CALLED = """
const called = (at) => {
  if (!at || at === document.body) { return ""; }
  const said = at.getAttribute("aria-label");
  const labels = [...(at.labels || [])].map((each) => each.innerText).join(" ");
  return (said || labels || at.innerText || "").replace(/\\s+/g, " ").trim();
};
"""

# How many Tabs lead to the next control of that label, or else to the first one.
_TABS = (
    _CALLED
    + """
const at = document.activeElement;
const stops = [
  ...document.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex]")
].filter(
  (each) => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" && each.checkVisibility()
);
const groups = new Set();
const order = stops.filter((each) => {
  if (each.type !== "radio") { return true; }
  const group = [...document.getElementsByName(each.name)];
  const stop = group.find((one) => one.checked) || group[0];
  return each === stop || each === at;
});
const wanted = (each) => {
  const names = each.type === "radio" ? [...document.getElementsByName(each.name)] : [each];
  return names.some((one) => called(one) === arguments[0])
    || (arguments[1] && names.some((one) => called(one).startsWith(arguments[0])));
};
const now = order.indexOf(at);
const ahead = order.findIndex((each, place) => place >= now && wanted(each));
return [ahead >= 0 ? ahead : order.findIndex(wanted), now, order.map(called)];
"""
)

_FOCUSED = (
    _CALLED
    + """
const at = document.activeElement;
if (!at || at === document.body) { return ["", "", false, []]; }
const style = getComputedStyle(at), box = at.getBoundingClientRect();
const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
  || style.boxShadow !== "none";
const there = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
const group = at.type === "radio" ? [...document.getElementsByName(at.name)] : [];
return [
  called(at), (at.type || at.tagName).toLowerCase(), at.matches(":focus-visible") && drawn && there,
  group.map(called),
];
"""
)


class Keyboard:
    """The hands of somebody who has no mouse.

    A control is reached as they reach it: Tab after Tab until the one of that label has the focus. It is a
    mistake of the page if none leads there, or if it cannot be seen that it has the focus.
    """

    def __init__(self, browser: Chrome, server: str) -> None:
        self.browser = browser
        self._server = server

    def open(self, address: str) -> None:
        """Type an address."""
        self.browser.get(f"{self._server}{address}")

    @property
    def path(self) -> str:
        """The address of the page without the server."""
        return self.browser.current_url.removeprefix(self._server)

    @property
    def status(self) -> int:
        """What the server answered when the page was loaded."""
        said: int = self.browser.execute_script(
            "return performance.getEntriesByType('navigation')[0].responseStatus"
        )
        return said

    @property
    def text(self) -> str:
        """All that can be read on the page."""
        return self.browser.find_element(By.TAG_NAME, "body").text

    def reads(self, *texts: str) -> None:
        """Wait until all of them stand on the page.

        Raises:
            AssertionError: one does not.
        """
        for text in texts:
            _until(
                lambda text=text: text in self.text,  # type: ignore[misc] # bound at once
                lambda text=text: f"“{text}” is not at {self.path}:\n{self.text}",  # type: ignore[misc]
            )

    def complaints(self) -> list[str]:
        """What the browser itself finds wrong, such as a script that the page's policy stopped."""
        return [each["message"] for each in self.browser.get_log("browser")]

    def reaches(self, label: str) -> str:
        """Press Tab until a control of that label has the focus; the sort of control it is.

        The whole label is wanted, or where there is none such, the beginning of one. For a choice among
        several, the label is that of any of them.

        Raises:
            AssertionError: no Tab leads there, or it cannot be seen that it has the focus.
        """
        found, now, order = self._order(label)
        assert found >= 0, f"Nothing is called “{label}” at {self.path}: {order}\n{self.text}"
        back = found < now
        tab = [Keys.SHIFT, Keys.TAB] if back else [Keys.TAB]
        if found != now:
            self._press(*tab * abs(found - now))
        for _ in range(_MORE_TABS):
            heard, sort, _, group = self._focused()
            if any(each == label or each.startswith(label) for each in (heard, *group)):
                # The page may still be on its way to it.
                _until(
                    lambda: self._focused()[2],
                    lambda: f"It cannot be seen that “{label}” at {self.path} has the focus.",
                )
                return sort
            self._press(*tab)
        raise AssertionError(f"No Tab leads to “{label}” at {self.path}: {order}")

    def _order(self, label: str) -> tuple[int, int, list[str]]:
        for beginning in (False, True):
            found, now, order = self.browser.execute_script(_TABS, label, beginning)
            if found >= 0:
                break
        return found, now, order

    def _focused(self) -> tuple[str, str, bool, list[str]]:
        heard, sort, is_seen, group = self.browser.execute_script(_FOCUSED)
        return heard, sort, is_seen, group

    def _press(self, *keys: str) -> None:
        actions = ActionChains(self.browser, duration=0)
        held = ""
        for key in keys:
            if key in {Keys.SHIFT, Keys.CONTROL}:
                actions.key_down(key)
                held = key
                continue
            actions.send_keys(key)
            if held:
                actions.key_up(held)
                held = ""
        actions.perform()

    def types(self, label: str, text: str) -> None:
        """Write into a field, in the place of what stands in it."""
        sort = self.reaches(label)
        assert sort in {"text", "password", "textarea", "search", "url"}, sort
        self._press(Keys.CONTROL, "a")
        self._press(text)

    def attaches(self, label: str, file: Path) -> None:
        """Choose a file. The window of the system in which it is chosen is beyond a browser's test."""
        assert self.reaches(label) == "file"
        self.browser.switch_to.active_element.send_keys(str(file))

    def chooses(self, label: str) -> None:
        """Choose one of several, or tick a box."""
        sort = self.reaches(label)
        if sort == "checkbox":
            self._press(Keys.SPACE)
            return
        assert sort == "radio", sort
        group = self._focused()[3]
        self._press(Keys.SPACE)
        for _ in group:
            heard = self._focused()[0]
            if heard.startswith(label):
                return
            self._press(Keys.ARROW_DOWN)
        raise AssertionError(f"No arrow leads to “{label}” at {self.path}: {group}")

    def picks(self, label: str, option: str) -> None:
        """Pick from a list that opens."""
        assert self.reaches(label) == "select-one"
        # Letters lead to the choice that begins with them.
        self._press(option)
        now = self.browser.execute_script(
            "return document.activeElement.selectedOptions[0].innerText"
        )
        assert now == option, f"“{label}” at {self.path} is {now}"

    def presses(self, label: str, *, stays: bool = False) -> None:
        """Follow a link or press a button.

        Args:
            label: what it is called.
            stays: no other page comes at once, but a download, or what a script does first.
        """
        sort = self.reaches(label)
        assert sort in {"a", "submit", "button", "summary"}, sort
        self.browser.execute_script("window.tabulariumLeft = true")
        self._press(Keys.ENTER)
        if not stays:
            _until(self._has_arrived, lambda: f"“{label}” at {self.path} leads nowhere.")

    def _has_arrived(self) -> bool:
        there: bool = self.browser.execute_script(
            "return document.readyState === 'complete' && !window.tabulariumLeft"
        )
        return there


def _until(is_so: Callable[[], bool], why: Callable[[], str]) -> None:
    """Wait while pages come and go.

    Raises:
        AssertionError: it has not come about in time.
    """
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except WebDriverException:
            pass  # between two pages
        time.sleep(0.02)
    raise AssertionError(why())
