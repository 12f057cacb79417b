"""The package as a whole."""

import subprocess
import sys
from pathlib import Path

import python_worker_extension_timer


def test_public_names_are_these() -> None:
    assert python_worker_extension_timer.__all__ == [
        "Invocation",
        "TimerExtension",
        "enable_extensions",
        "faas_metrics",
        "timed",
    ]


def test_package_is_marked_as_typed() -> None:
    assert (Path(python_worker_extension_timer.__file__).parent / "py.typed").is_file()


def test_import_does_not_need_opentelemetry() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None; import python_worker_extension_timer"

    subprocess.run([sys.executable, "-c", code], check=True)
