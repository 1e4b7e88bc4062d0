"""Who asks: a program with a token of an authority (RFC 6750, Bearer)."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from tabularium.api.problem_types import NO_VALID_TOKEN
from tabularium.api.problems import ProblemError
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import Authority
from tabularium.register.services.tokens import use_token


class AuthorityToken(HttpBearer):
    """Takes a token in `Authorization: Bearer`; `request.auth` is then the authority.

    Whatever is wrong with a token, the answer is the same. No cookie is looked at, so that no page of
    another site can send anything in a reader's name.
    """

    def __call__(self, request: HttpRequest) -> Authority:
        """The authority whose token the request carries.

        Raises:
            ProblemError: it carries none that is valid.
        """
        authority: Authority | None = super().__call__(request)
        if authority is None:
            raise ProblemError(NO_VALID_TOKEN)
        return authority

    def authenticate(self, request: HttpRequest, token: str) -> Authority | None:  # noqa: ARG002 - the library gives it
        """The authority that the token stands for; None if it is not valid."""
        try:
            return use_token(token.strip(" "))
        except NotPermittedError:
            return None


def authority_of(request: HttpRequest) -> Authority:
    """The authority whose program asks, behind `AuthorityToken`."""
    authority = getattr(request, "auth", None)
    assert isinstance(authority, Authority)
    return authority
