"""An app's settings, its environment and its import path."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List, NamedTuple, Optional

from .errors import HostError, locate_errors
from .host_json import HostJson, read_host_json
from .local_settings import LocalSettings, read_local_settings

_RUNTIME = "FUNCTIONS_WORKER_RUNTIME"
_TRUE = ("1", "true", "t", "yes", "y")
_FALSE = ("0", "false", "f", "no", "n")


class Settings(NamedTuple):
    """The settings of an app's two files, after its environment was set."""

    host: HostJson
    local: LocalSettings

    @property
    def notes(self) -> List[str]:
        """Notes for the user on settings that have no effect."""
        ignored = {"host.json": self.host.ignored, "local.settings.json": self.local.ignored}
        return self.host.notes + [
            f"This host ignores settings of {file}: {', '.join(names)}."
            for file, names in ignored.items()
            if names
        ]


def apply_settings(root: Path, port: int) -> Settings:
    """
    Set the app's environment as `func start` does, and return its settings.

    A variable that is already set and not empty overrides `local.settings.json`
    (docs/host-contract.md#51-localsettingsjson).
    """
    with locate_errors(root / "local.settings.json"):
        local = read_local_settings(root)
        _set_variables(root, local)
        _check_runtime(root, local)
    os.environ["AzureWebJobsScriptRoot"] = str(root)
    os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    os.environ["WEBSITE_HOSTNAME"] = f"localhost:{port}"
    # Microsoft's host sets this for Python workers (DefaultWorkerProcessFactory.cs, host 4.1037).
    if not os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT"):
        os.environ["PYTHON_THREADPOOL_THREAD_COUNT"] = "1000"
    with locate_errors(root / "host.json"):
        return Settings(read_host_json(root), local)


def _set_variables(root: Path, local: LocalSettings) -> None:
    for name, value in local.variables.items():
        try:
            # Python 3.7 would accept it and fail later.
            if not name:
                raise ValueError("empty name")
            if not os.environ.get(name):
                os.environ[name] = value
        except (OSError, ValueError) as error:
            raise HostError(
                f"{root / 'local.settings.json'}: {name!r} cannot be an environment variable: "
                f"{error}. Change its name or value."
            ) from None


def _check_runtime(root: Path, local: LocalSettings) -> None:
    # In Microsoft's host, an app has functions in this language only.
    value = os.environ.get(_RUNTIME, "")
    if value.lower() in ("", "python"):
        return
    is_of_file = local.variables.get(_RUNTIME) == value
    where = root / "local.settings.json" if is_of_file else "the environment"
    raise HostError(f'{_RUNTIME} is {value!r} in {where}. This host runs "python" only. Change it.')


def set_import_path(root: Path) -> None:
    """
    Make the app's modules importable as in the worker (docs/host-contract.md#12-import-path).

    The app's folder comes last. If one of two variables is set, the worker assumes that it runs in
    Azure, and the folder comes first.
    """
    packages = root / ".python_packages" / "lib" / "site-packages"
    if "CONTAINER_NAME" in os.environ or "WEBSITE_INSTANCE_ID" in os.environ:
        sys.path[:0] = [str(root), str(packages)]
    else:
        sys.path.append(str(root))


def read_switch(name: str) -> Optional[bool]:
    """
    Return an app setting as the worker reads it: true, false, or None for any other value.

    The package `python_worker_extension_timer` implements the same rule on purpose (`_hooks.py`):
    this host must not import the code that it tests.
    """
    value = os.environ.get(name, "").strip().lower()
    return True if value in _TRUE else False if value in _FALSE else None
