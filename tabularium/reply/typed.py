"""What somebody has typed and not sent, kept in the session while documents are added or removed."""

from typing import Any

from django.http import HttpRequest

from tabularium.reply.forms import LONGEST_TEXT

_KEY = "reply.typed"
_FIELDS = ("text", "shown")


def keep(request: HttpRequest, entry_id: str, purpose: str) -> None:
    """Keep what was typed on the page of one statement; of one page at a time."""
    said = {name: request.POST.get(name, "")[:LONGEST_TEXT] for name in _FIELDS}
    request.session[_KEY] = {"of": f"{entry_id} {purpose}", "said": said}


def kept(request: HttpRequest, entry_id: str, purpose: str) -> dict[str, Any] | None:
    """What was kept of that page; None if nothing was."""
    found = request.session.get(_KEY)
    if not isinstance(found, dict) or found.get("of") != f"{entry_id} {purpose}":
        return None
    said = found.get("said")
    return said if isinstance(said, dict) else None


def forget(request: HttpRequest, entry_id: str, purpose: str) -> None:
    """Forget it once the statement was sent."""
    if kept(request, entry_id, purpose) is not None:
        del request.session[_KEY]
