"""An app's `host.json` and `local.settings.json`, and the environment it runs in."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from .errors import HostError

_TRUE = ("1", "true", "t", "yes", "y")
_FALSE = ("0", "false", "f", "no", "n")


def read_json(path: Path) -> Dict[str, Any]:
    """
    Return the object in a JSON file.

    Raises:
        HostError: It can't be read, or holds no JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise HostError(f"{path} is not JSON: {error}. Correct it.") from None
    if not isinstance(value, dict):
        raise HostError(f"{path} holds no JSON object. Put its settings between {{ and }}.")
    return value


def route_prefix(root: Path) -> str:
    """
    Return what URL paths of functions start with, from `host.json`; `api` by default.

    The environment wins over the file, as for every setting of `host.json`
    (host-contract 5.2: `AzureFunctionsJobHost__a__b`).

    Raises:
        HostError: `host.json` is not one of the version 2.0.
    """
    path = root / "host.json"
    host: Dict[str, Any] = read_json(path) if path.exists() else {"version": "2.0"}
    if host.get("version") != "2.0":
        raise HostError(f'{path} has version {host.get("version")!r}. Write "version": "2.0".')
    try:
        from_file = host.get("extensions", {}).get("http", {}).get("routePrefix")
    except AttributeError:
        raise HostError(f"{path}: extensions and http must hold objects. Correct it.") from None
    from_file = "api" if from_file is None else from_file
    prefix = os.environ.get("AzureFunctionsJobHost__extensions__http__routePrefix", from_file)
    if not isinstance(prefix, str):
        raise HostError(f"{path} has routePrefix {prefix!r}. Write a text.")
    return prefix.strip("/")


def local_settings(root: Path) -> Dict[str, Any]:
    """
    Return `local.settings.json`, or nothing if there is none.

    Raises:
        HostError: It is encrypted, or its `Values` are not plain text.
    """
    path = root / "local.settings.json"
    if not path.exists():
        return {}
    settings = read_json(path)
    # Core Tools takes a missing IsEncrypted for true (AppSettingsFile.cs, 4.14).
    if settings.get("IsEncrypted", True):
        raise HostError(f'{path} counts as encrypted. Write "IsEncrypted": false.')
    values = settings.setdefault("Values", {})
    if not isinstance(values, dict):
        raise HostError(f"{path}: Values holds no JSON object. Put settings between {{ and }}.")
    for name, value in values.items():
        if not isinstance(value, (str, type(None))):
            raise HostError(f'{path}: the value of {name} is no text. Write "{value}", in quotes.')
        _check_variable(path, name, value or "")
    return settings


def _check_variable(path: Path, name: str, value: str) -> None:
    try:
        os.fsencode(name + value)
    except UnicodeError:
        raise HostError(f"{path}: {name!r} is no text for an environment variable.") from None
    if not name or "=" in name or "\0" in name + value:
        raise HostError(f"{path}: {name!r} cannot be an environment variable. Rename it.")


def local_port(settings: Mapping[str, Any]) -> Optional[int]:
    """
    Return `Host.LocalHttpPort`, if it is there.

    Raises:
        HostError: It is no port.
    """
    port = (settings.get("Host") or {}).get("LocalHttpPort")
    if port is None or (isinstance(port, int) and 0 < port <= 65535):
        return port
    raise HostError(f"local.settings.json has LocalHttpPort {port!r}. Write one from 1 to 65535.")


def set_environment(root: Path, settings: Mapping[str, Any], port: int) -> None:
    """
    Give the app the environment that `func start` would (host-contract 5.1).

    A variable that is set and not empty wins over `local.settings.json`.
    """
    for name, value in settings.get("Values", {}).items():
        if value is not None and not os.environ.get(name):
            os.environ[name] = value
    os.environ["AzureWebJobsScriptRoot"] = str(root)
    os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    os.environ["WEBSITE_HOSTNAME"] = f"localhost:{port}"


def set_import_path(root: Path) -> None:
    """
    Let the app import its own modules, in the order of Microsoft's worker (host-contract 1.2).

    The app's folder comes last, except where one of two variables makes the worker believe that
    it runs in Azure.
    """
    packages = root / ".python_packages" / "lib" / "site-packages"
    if "CONTAINER_NAME" in os.environ or "WEBSITE_INSTANCE_ID" in os.environ:
        sys.path[:0] = [str(root), str(packages)]
    else:
        sys.path.append(str(root))


def is_true(name: str) -> bool:
    """
    Tell whether an app setting is set to one of the worker's words for true.
    """
    return os.environ.get(name, "").strip().lower() in _TRUE


def is_false(name: str) -> bool:
    """
    Tell whether an app setting is set to one of the worker's words for false.
    """
    return os.environ.get(name, "").strip().lower() in _FALSE
