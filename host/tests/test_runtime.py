"""Python 3.13 and newer, where functions run on Microsoft's own runtimes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Dict

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from host_apps import v1, v2, write_app

Load = Callable[[Path], LoadedApp]

V1 = v1("Hello", "def main(req):\n    return func.HttpResponse('hello')\n")
V2 = v2("@app.route()\ndef hello(req):\n    return func.HttpResponse('hello')\n")

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="Microsoft's runtimes are for Python 3.13 and newer"
)


@pytest.mark.parametrize(
    ("files", "package"), [(V1, "azure-functions-runtime-v1"), (V2, "azure-functions-runtime")]
)
def test_functions_run_on_the_runtime_of_their_model(
    tmp_path: Path, load: Load, files: Dict[str, str], package: str
) -> None:
    app = load(write_app(tmp_path, files))

    assert app.app.worker.runtime.startswith(f"{package} 1.")
    assert app.client.get("/api/hello").data == b"hello"


@pytest.mark.parametrize(
    ("files", "package"), [(V1, "azure-functions-runtime-v1"), (V2, "azure-functions-runtime")]
)
def test_runtime_that_is_missing_is_told_how_to_be_had(
    tmp_path: Path,
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
    files: Dict[str, str],
    package: str,
) -> None:
    # The name of a module that is None cannot be imported.
    modules: Dict[str, Any] = sys.modules
    monkeypatch.setitem(modules, package.replace("-", "_"), None)

    with pytest.raises(HostError) as raised:
        load(write_app(tmp_path, files))

    assert str(raised.value) == (
        f"Functions of Python {sys.version_info[0]}.{sys.version_info[1]} run on Microsoft's "
        f"{package}, which is not installed. Run python -m pip install {package}."
    )


def test_function_fails_with_its_own_exception(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", "def main(req):\n    raise ValueError('mine')\n")))

    app.client.get("/api/Hello")

    outcome = app.served[-1].outcome
    assert outcome is not None
    assert isinstance(outcome.error, ValueError)
    assert outcome.error.args == ("mine",)
