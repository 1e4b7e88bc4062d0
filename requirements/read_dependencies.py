"""Gives the package the dependencies that requirements/runtime.in names, so that they stand once."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RuntimeDependencies(MetadataHookInterface):
    """Reads runtime.in: one requirement a line, comments left out."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the project's dependencies."""
        lines = (Path(self.root) / "requirements" / "runtime.in").read_text("utf-8").splitlines()
        metadata["dependencies"] = [
            line.strip() for line in lines if line.strip() and not line.startswith("#")
        ]
