"""
The facts about each Python, from `matrix.json`.

`tests/test_matrix.py` and `tests/release/test_plan.py` compare the copies of these facts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

MATRIX: Dict[str, Any] = json.loads(
    Path(__file__).with_name("matrix.json").read_text(encoding="utf-8")
)
PYTHONS: List[str] = list(MATRIX["pythons"])
# The Pythons with an official image.
WITH_IMAGE = [python for python, row in MATRIX["pythons"].items() if row["azure"] != "not yet"]


def official_image(python: str) -> str:
    """Return the image of Azure Functions for a Python version."""
    return str(MATRIX["official_image"]) + python
