"""What an account may do with an entry now: by its role, by the life of the entry, and by who recorded it."""

from datetime import datetime

from tabularium.accounts.access import ForAuthority
from tabularium.accounts.roles import MAY, Act
from tabularium.register.models import Entry
from tabularium.register.open_steps import open_to_approver


def possible(entry: Entry, acting: ForAuthority, now: datetime) -> frozenset[str]:
    """The steps as templates ask for them: "approved", "stay_lifted"."""
    if not acting.may(*MAY[Act.DECIDE]):
        return frozenset()
    steps = open_to_approver(entry, acting.user, now)
    return frozenset(each.value.replace("-", "_") for each in steps)
