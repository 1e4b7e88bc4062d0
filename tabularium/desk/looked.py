"""Every page of the desk that shows what is not public about an organisation leaves a note that it did."""

from collections.abc import Iterable

from tabularium.accounts.access import ForAuthority
from tabularium.register.models import Entry
from tabularium.register.services.looking import note_lookings


def note_shown(acting: ForAuthority, entries: Iterable[Entry]) -> None:
    """Note that the account is shown these entries; the organisations can read that, without the account."""
    about = [each for each in entries if each.organisation_id is not None]
    if about:
        note_lookings(acting.user, acting.authority, about)
