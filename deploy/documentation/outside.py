"""Links of the documentation to files beside it become their names: the site has the pages alone."""

import re
from typing import Any

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)[^)]*\)")


def on_page_markdown(markdown: str, **_given: Any) -> str:
    """The text of a page, with the names of such files in the place of links to them."""
    return _OUTSIDE.sub(r"\1 (`\2`)", markdown)
