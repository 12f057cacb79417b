"""An app's `host.json` and `local.settings.json`, its environment and its import path."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from .errors import HostError

_TRUE = ("1", "true", "t", "yes", "y")
_FALSE = ("0", "false", "f", "no", "n")
# Any setting of host.json can come from the environment, as AzureFunctionsJobHost__a__b.
_PREFIX = "AzureFunctionsJobHost__extensions__http__routePrefix"


def read_json(path: Path) -> Dict[str, Any]:
    """Return the object in a JSON file."""
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise HostError(f"{path} is not valid JSON: {error}. Correct it.") from None
    if not isinstance(value, dict):
        raise HostError(f"{path} is not a JSON object. Put its settings between {{ and }}.")
    return value


def read_route_prefix(root: Path) -> str:
    """
    Return the first part of all URL paths of functions, `api` by default.

    The environment wins over `host.json` (docs/host-contract.md#52-hostjson).
    """
    path = root / "host.json"
    host: Dict[str, Any] = read_json(path) if path.exists() else {"version": "2.0"}
    if host.get("version") != "2.0":
        raise HostError(f'{path} has version {host.get("version")!r}. Write "version": "2.0".')
    try:
        from_file = host.get("extensions", {}).get("http", {}).get("routePrefix")
    except AttributeError:
        raise HostError(f"{path}: extensions and http must be objects. Correct it.") from None
    prefix = os.environ.get(_PREFIX, "api" if from_file is None else from_file)
    if not isinstance(prefix, str):
        raise HostError(f"{path} has routePrefix {prefix!r}. Write a string.")
    return prefix.strip("/")


def read_local_settings(root: Path) -> Dict[str, Any]:
    """Return the object in `local.settings.json`, an empty one if there is no such file."""
    path = root / "local.settings.json"
    if not path.exists():
        return {}
    settings = read_json(path)
    # Core Tools treats a missing IsEncrypted as true (AppSettingsFile.cs, 4.14).
    if settings.get("IsEncrypted", True):
        raise HostError(f'{path} is marked as encrypted. Write "IsEncrypted": false.')
    values = settings.setdefault("Values", {})
    if not isinstance(values, dict):
        raise HostError(f"{path}: Values is not a JSON object. Put settings between {{ and }}.")
    for name, value in values.items():
        if not isinstance(value, (str, type(None))):
            raise HostError(f'{path}: the value of {name} is not a string. Write "{value}".')
    return settings


def get_local_port(settings: Mapping[str, Any]) -> Optional[int]:
    """Return `Host.LocalHttpPort` of `local.settings.json`, if it is set."""
    port = (settings.get("Host") or {}).get("LocalHttpPort")
    if port is None or (isinstance(port, int) and 0 < port <= 65535):
        return port
    raise HostError(f"local.settings.json has LocalHttpPort {port!r}. Write 1 to 65535.")


def set_environment(root: Path, port: int) -> None:
    """
    Set the app's environment as `func start` does (docs/host-contract.md#51-localsettingsjson).

    A variable that is set and not empty wins over `local.settings.json`.
    """
    for name, value in read_local_settings(root).get("Values", {}).items():
        try:
            # Python 3.7 would set it, and fail later.
            if not name:
                raise ValueError("empty name")
            if value is not None and not os.environ.get(name):
                os.environ[name] = value
        except (OSError, ValueError) as error:
            raise HostError(
                f"{root / 'local.settings.json'}: {name!r} cannot be an environment variable: "
                f"{error}. Change its name or value."
            ) from None
    os.environ["AzureWebJobsScriptRoot"] = str(root)
    os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    os.environ["WEBSITE_HOSTNAME"] = f"localhost:{port}"
    # Microsoft's host sets it for a worker of Python (DefaultWorkerProcessFactory.cs, host 4.1037).
    if not os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT"):
        os.environ["PYTHON_THREADPOOL_THREAD_COUNT"] = "1000"


def set_import_path(root: Path) -> None:
    """
    Make the app's modules importable as in the worker (docs/host-contract.md#12-import-path).

    The app's folder comes last, except where the worker concludes from one of two variables that
    it runs in Azure.
    """
    packages = root / ".python_packages" / "lib" / "site-packages"
    if "CONTAINER_NAME" in os.environ or "WEBSITE_INSTANCE_ID" in os.environ:
        sys.path[:0] = [str(root), str(packages)]
    else:
        sys.path.append(str(root))


def read_switch(name: str) -> Optional[bool]:
    """
    Return an app setting as the worker reads it; None if it is neither a word for true nor false.

    The package `python_worker_extension_timer` implements the same rule on purpose (`_hooks.py`):
    this host must not import the code that it tests.
    """
    value = os.environ.get(name, "").strip().lower()
    return True if value in _TRUE else False if value in _FALSE else None
