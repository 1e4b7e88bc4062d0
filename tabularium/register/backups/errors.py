"""Why a backup could not be made or read."""


class BackupError(ValueError):
    """The backup cannot be made, or cannot be brought back; the message says why and what to do."""
