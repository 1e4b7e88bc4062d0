"""Why a service did not do what it was asked."""


class NotPermittedError(PermissionError):
    """The account has no membership that allows it."""


class RefusedError(ValueError):
    """What was asked crosses a rule of the register.

    Attributes:
        reason: a stable code, for messages in the reader's language.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)
