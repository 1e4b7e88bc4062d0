"""Whose promises and judgments stand where: the subject of either is an authority."""

from collections.abc import Iterable

from tabularium.core.kinds import Kind
from tabularium.register.errors import RefusedError
from tabularium.register.models import Authority


def check_authorities(organisations: Iterable[str], authority: Authority, kind: Kind) -> None:
    """Make sure that each subject of a promise or a judgment is an authority, and the right one.

    Args:
        organisations: identities of the subjects.
        authority: whose item it is.
        kind: promise or judgment.

    Raises:
        RefusedError: one is no authority; a promise is of another one, or a judgment of its own.
    """
    wanted = set(organisations)
    known = dict(
        Authority.objects.filter(organisation__in=wanted).values_list("organisation_id", "code")
    )
    for organisation in wanted:
        code = known.get(organisation)
        if code is None:
            raise RefusedError("not-an-authority", f"The subject of a {kind} is an authority.")
        if kind is Kind.PROMISE and code != authority.pk:
            raise RefusedError("not-its-own", "An authority publishes its own promises alone.")
        if kind is Kind.JUDGMENT and code == authority.pk:
            raise RefusedError(
                "its-own", "A judgment is recorded by the court or body that gave it."
            )
