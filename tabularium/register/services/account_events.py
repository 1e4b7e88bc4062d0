"""Writing down what was done with an account."""

from tabularium import clock
from tabularium.register.models import AccountEvent, Authority, User


def note(
    account: User,
    what: AccountEvent.What,
    *,
    authority: Authority | None,
    by: User | None,
    role: str = "",
) -> None:
    """Write down one event, within the transaction of what it tells.

    Args:
        account: with which something was done.
        what: was done.
        authority: for which; None for whoever answers for an organisation.
        by: who did it; None for a command on the machine itself.
        role: that was given or taken.
    """
    AccountEvent.objects.create(
        at=clock.now(), account=account, what=what, authority=authority, actor=by, role=role
    )
