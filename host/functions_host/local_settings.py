"""
An app's `local.settings.json`, as Core Tools read it.

Follows AppSettingsFile.cs, HostStartSettings.cs and StartHostAction.cs of Core Tools 4.14
(docs/host-contract.md#51-localsettingsjson).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

from .cors import Cors
from .errors import HostError
from .json_files import format_scalar, read_json

_NAMES = ("$schema", "ConnectionStrings", "Host", "IsEncrypted", "Values")
_HOST_NAMES = ("cors", "corscredentials", "localhttpaddress", "localhttpport")


class LocalSettings(NamedTuple):
    """
    The settings of `local.settings.json`.

    `variables` are environment variables: `Values` and `ConnectionStrings`. `ignored` has the names
    that Core Tools ignore.
    """

    variables: Dict[str, str]
    port: Optional[int]
    address: Optional[str]
    cors: Optional[Cors]
    ignored: List[str]


def read_local_settings(root: Path) -> LocalSettings:
    """Return the settings in `local.settings.json`. Without the file, there are none."""
    path = root / "local.settings.json"
    if not path.exists():
        return LocalSettings({}, None, None, None, [])
    settings = read_json(path)
    if format_scalar(settings.get("IsEncrypted")).lower() != "false":
        is_marked = settings.get("IsEncrypted") is not None
        why = "is marked as encrypted" if is_marked else "has no IsEncrypted, so it is encrypted"
        raise HostError(f'{path} {why} for Core Tools. Write "IsEncrypted": false.')
    written = _get_object(path, settings, "Host")
    # Case is ignored for these names only.
    host = {name.lower(): value for name, value in written.items()}
    return LocalSettings(
        {**_read_values(path, settings), **_read_connection_strings(path, settings)},
        _read_port(path, host.get("localhttpport")),
        _read_text(path, "LocalHttpAddress", host.get("localhttpaddress")).strip() or None,
        _read_cors(path, host),
        [name for name in settings if name not in _NAMES]
        + [f"Host.{name}" for name in written if name.lower() not in _HOST_NAMES],
    )


def _get_object(path: Path, settings: Dict[str, Any], name: str) -> Dict[str, Any]:
    value = settings.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise HostError(f"{path}: {name} is not a JSON object. Put settings between {{ and }}.")
    return value


def _read_values(path: Path, settings: Dict[str, Any]) -> Dict[str, str]:
    values = _get_object(path, settings, "Values")
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            keys = value if isinstance(value, dict) else range(len(value))
            example = next((f"{name}__{key}" for key in keys), f"{name}__0")
            raise HostError(
                f"{path}: {name} in Values is not a single value. Write one setting for each part, "
                f'such as "{example}", or write its JSON as one string.'
            )
    return {name: format_scalar(value) for name, value in values.items() if value is not None}


def _read_connection_strings(path: Path, settings: Dict[str, Any]) -> Dict[str, str]:
    strings: Dict[str, str] = {}
    for name, value in _get_object(path, settings, "ConnectionStrings").items():
        text = value.get("ConnectionString") if isinstance(value, dict) else value
        if text is None and isinstance(value, dict):
            continue
        if not isinstance(text, str):
            raise HostError(
                f"{path}: {name} in ConnectionStrings is {text!r}. Write a string, or an object "
                'with a "ConnectionString".'
            )
        strings[f"ConnectionStrings:{name}"] = text
    return strings


def _read_port(path: Path, value: Any) -> Optional[int]:
    text = format_scalar(value) or "0"
    if not text.isdecimal() or int(text) > 65535:
        raise HostError(f"{path} has LocalHttpPort {value!r}. Write 1 to 65535.")
    # For Core Tools, 0 means not set.
    return int(text) or None


def _read_text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise HostError(f"{path} has {name} {value!r}. Write a string.")
    return format_scalar(value)


def _read_cors(path: Path, host: Dict[str, Any]) -> Optional[Cors]:
    text = _read_text(path, "CORS", host.get("cors")).lower()
    origins = tuple(origin for origin in text.split(",") if origin)
    credentials = _read_text(path, "CORSCredentials", host.get("corscredentials")).lower()
    if credentials not in ("", "true", "false"):
        raise HostError(f"{path} has CORSCredentials {credentials!r}. Write true or false.")
    if origins == ("*",) and credentials == "true":
        raise HostError(
            f'{path} has CORS "*" with CORSCredentials, which browsers refuse. List the origins.'
        )
    return Cors(origins, credentials == "true") if origins else None
