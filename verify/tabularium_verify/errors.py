"""Why something is not proven. Every message is one plain sentence, fit to be shown to a reader."""


class VerificationError(ValueError):
    """Something that was handed over does not show what it is said to show."""
