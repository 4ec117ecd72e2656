"""What the weights of the built-in embedding say of themselves; read without loading them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parent / "weights"
"""The folder that ships with the package."""


class WeightsError(RuntimeError):
    """The weights folder is missing, incomplete, changed or of a newer format."""


def read_manifest(folder: Path = WEIGHTS) -> dict[str, Any]:
    """What the weights in a folder say of themselves: ``dimension``, ``sha256`` by file, how they were made.

    WeightsError: the file is missing, damaged or of a newer format.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path}: {error}; restore the weights folder from the package") from error
    if not isinstance(manifest, dict) or manifest.get("format") != 1 or not {"sha256", "dimension"} <= set(manifest):
        raise WeightsError(f"{path}: not a manifest of format 1; restore the weights folder or update the package")
    return manifest
