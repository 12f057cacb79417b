"""Small apps for the tests of the host."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, Dict, Optional

import azure.functions as func
import pytest

HTTP = {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous"}
HTTP_OUT = {"type": "http", "direction": "out", "name": "$return"}

needs_v2 = pytest.mark.skipif(
    not hasattr(func, "FunctionApp"),
    reason=f"azure-functions {func.__version__} has no v2 model",
)

_V2_HEAD = """
    import azure.functions as func

    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
"""


def write_app(
    root: Path,
    files: Dict[str, str],
    values: Optional[Dict[str, str]] = None,
    host: Optional[Dict[str, Any]] = None,
) -> Path:
    """Write an app with extensions switched on, or with the app settings in `values`."""
    settings = {"PYTHON_ENABLE_WORKER_EXTENSIONS": "1"} if values is None else values
    (root / "host.json").write_text(json.dumps(host or {"version": "2.0"}))
    (root / "local.settings.json").write_text(
        json.dumps({"IsEncrypted": False, "Values": settings})
    )
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return root


def v2(code: str) -> Dict[str, str]:
    """Return the files of a v2 app, with `code` after the line `app = …` of its module."""
    return {"function_app.py": textwrap.dedent(_V2_HEAD) + textwrap.dedent(code)}


def v1(name: str, code: str, *bindings: Dict[str, Any], **metadata: Any) -> Dict[str, str]:
    """Return the files of a v1 function, an HTTP function unless bindings are given."""
    entries = list(bindings) or [HTTP, HTTP_OUT]
    head = "import azure.functions as func\n"
    return {
        f"{name}/function.json": json.dumps({"bindings": entries, **metadata}),
        f"{name}/__init__.py": head + textwrap.dedent(code),
    }
