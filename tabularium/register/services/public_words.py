"""What a text has to pass that an authority adds and that is public at once."""

from tabularium.core.content import LONGEST_TEXT
from tabularium.core.personal import personal_in
from tabularium.register.errors import RefusedError
from tabularium.register.models import Authority


def checked(text: str, authority: Authority) -> str:
    """The text, stripped.

    Raises:
        RefusedError: it is empty ("missing-value"), too long ("too-long"), or something personal stands in
            it ("personal-in-text"), which the message does not repeat.
    """
    said = text.strip()
    if not said:
        raise RefusedError("missing-value", "The text is empty.")
    if len(said) > LONGEST_TEXT:
        raise RefusedError("too-long", f"The text is longer than {LONGEST_TEXT} characters.")
    refuse_personal(said, authority)
    return said


def refuse_personal(text: str, authority: Authority) -> None:
    """Refuse a text in which a number of a person, a phone number or an e-mail address stands.

    Raises:
        RefusedError: one does.
    """
    if personal_in(text, authority.jurisdiction):
        raise RefusedError(
            "personal-in-text",
            "A number of a person, a phone number or an e-mail address stands in the text."
            " Take it out: what is published here names nobody.",
        )
