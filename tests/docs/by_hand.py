"""Pages whose steps are done in a browser: each line of a list is a step, and its verb says which.

A list below the comment `<!-- by hand: NAME -->` is followed; a line of it that says none of the steps known
here is a mistake of the page.
"""

import re
from collections.abc import Callable, Mapping

from tests.browser.keyboard import Keyboard
from tests.docs.typed import DOCS

_LIST = r"^<!-- by hand: {name} -->\n(?P<steps>(?:- .*\n(?:  .*\n)*)+)"

_STEPS: Mapping[str, Callable[..., object]] = {
    r"Open `(?P<address>/[^`]+)`": lambda keys, _, address: keys.open(address),
    r"Write `(?P<text>[^`]+)` into \*\*(?P<label>[^*]+)\*\*": (
        lambda keys, _, text, label: keys.types(label, text)
    ),
    r"Write the (?P<what>[\w ]+) into \*\*(?P<label>[^*]+)\*\*": (
        lambda keys, given, what, label: keys.types(label, given[what])
    ),
    r"Press \*\*(?P<label>[^*]+)\*\*": lambda keys, _, label: keys.presses(label),
    r"Choose \*\*(?P<label>[^*]+)\*\*": lambda keys, _, label: keys.chooses(label),
    r"You read “(?P<text>[^”]+)”": lambda keys, _, text: keys.reads(text),
    r"Open your (?P<what>[\w ]+)\.": lambda keys, given, what: keys.open(given[what]),
}


def follow(keyboard: Keyboard, page: str, name: str, **given: str) -> None:
    """Do by keyboard what a list of a page says.

    Args:
        keyboard: the hands.
        page: the file's name.
        name: of the list.
        given: what a reader has and the page cannot know, as the code of a letter, blanks as underscores.

    Raises:
        AssertionError: the page has no such list, says a step that is none, or it does not come as it says.
    """
    found = re.search(_LIST.format(name=name), (DOCS / page).read_text("utf-8"), re.MULTILINE)
    assert found is not None, f"{page} has no list “{name}”."
    known = {what.replace("_", " "): text for what, text in given.items()}
    for line in found["steps"].removeprefix("- ").split("\n- "):
        _do(keyboard, line, known)


def _do(keyboard: Keyboard, line: str, given: Mapping[str, str]) -> None:
    for pattern, step in _STEPS.items():
        found = re.match(pattern, line)
        if found is not None:
            step(keyboard, given, **found.groupdict())
            return
    raise AssertionError(f"Nobody knows how to do this: {line}")
