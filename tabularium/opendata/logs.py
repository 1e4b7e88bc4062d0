"""What open data says of the transparency log: the checkpoint that was out when the files were built."""

import base64
from collections.abc import Mapping
from typing import Any

from tabularium.log.proofs import published_checkpoint


def log_of() -> Mapping[str, Any] | None:
    """Origin, size, root and signed text of the log's checkpoint; None if none is given out yet."""
    found = published_checkpoint()
    if found is None:
        return None
    origin, size, root = found.decode().split("\n")[:3]
    assert base64.b64decode(root, validate=True)
    return {"origin": origin, "size": int(size), "root": root, "checkpoint": found.decode()}
