"""
An app's `host.json`, and the environment variables that override it.

Follows HostJsonFileConfigurationSource.cs of host 4.1037 (docs/host-contract.md#52-hostjson): all
values are text, and names ignore case.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Tuple

from .cookies import TOKEN
from .errors import HostError
from .json_files import format_scalar, read_json

# Any setting can come from the environment, as AzureFunctionsJobHost__a__b.
_ENVIRONMENT = "azurefunctionsjobhost:"
# ScriptJobHostOptionsSetup.cs: outside the Consumption plan.
_DEFAULT_TIMEOUT = 30 * 60.0
# The forms of TimeSpan: [d.]hh:mm[:ss[.fff]] or d:hh:mm:ss.
_TIME = re.compile(
    r"(?:(\d+)(?:\.|:(?=\d+:\d+:)))?([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d(?:\.\d{1,7})?))?"
)
_LEVELS = ("trace", "debug", "information", "warning", "error", "critical", "none")
_HONOURED = {
    "version",
    "functions",
    "functiontimeout",
    "extensions:http:customheaders",
    "extensions:http:routeprefix",
    "logging:loglevel:default",
    "logging:loglevel:function",
    "logging:loglevel:worker",
}
# These settings concern services of Azure, or logs and requests that this host does not have.
_WITHOUT_EFFECT = (
    "$schema",
    "aggregator",
    "extensionbundle",
    "extensions:http:hsts",
    "healthmonitor",
    "isdefaulthostconfig",
    "logging:applicationinsights",
    "logging:console",
    "logging:fileloggingmode",
    "logging:loglevel:host",
    "manageddependency",
    "singleton",
    "telemetrymode",
)

# Lower-case name → the name as written, and the value.
_Settings = Dict[str, Tuple[str, str]]


class LogLevels(NamedTuple):
    """The lowest level of log records to show, as in `logging`; None for the default."""

    user: Optional[int]
    system: Optional[int]


class HostJson(NamedTuple):
    """
    The settings of `host.json`.

    `functions` has names in lower case, None for all functions. `timeout` is None if there is no
    limit. `ignored` has the names of settings that only Microsoft's host obeys. `notes` are about
    settings that Microsoft's host ignores, too.
    """

    route_prefix: str
    functions: Optional[FrozenSet[str]]
    headers: Dict[str, str]
    timeout: Optional[float]
    levels: LogLevels
    ignored: List[str]
    notes: List[str]

    def serves(self, function: str) -> bool:
        """Return whether a function may be loaded."""
        return self.functions is None or function.lower() in self.functions


def read_host_json(root: Path) -> HostJson:
    """Return the settings in `host.json`. Environment variables override them."""
    path = root / "host.json"
    content = (read_json(path) if path.exists() else {}) or {"version": "2.0"}
    if content.get("version") != "2.0":
        raise HostError(f'{path} has version {content.get("version")!r}. Write "version": "2.0".')
    settings: _Settings = {}
    for name, value in [*_flatten(content, ""), *_overrides()]:
        settings[name.lower()] = (name, value)
    functions = _get_section(settings, "functions")
    names = [name for index, name in functions.items() if ":" not in index]
    return HostJson(
        _get(settings, "extensions:http:routePrefix", "api").strip("/"),
        frozenset(name.lower() for name in names) or None,
        _read_headers(path, settings),
        _read_timeout(path, settings),
        _read_levels(path, settings),
        _find_ignored(settings),
        _check_functions(_get(settings, "functions", ""), len(functions) > len(names)),
    )


def _check_functions(text: str, is_nested: bool) -> List[str]:
    # .NET's binder ignores values of another type.
    if not text and not is_nested:
        return []
    problem = "has an item that is not a name" if is_nested else f"is {text!r}"
    return [
        f"functions of host.json {problem}, which Microsoft's host ignores. "
        'Write a list of names, such as ["hello"].'
    ]


def _flatten(value: Any, name: str) -> Iterator[Tuple[str, str]]:
    prefix = f"{name}:" if name else ""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flatten(item, f"{prefix}{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flatten(item, f"{prefix}{index}")
    else:
        yield name, format_scalar(value)


def _overrides() -> Iterator[Tuple[str, str]]:
    for variable, value in os.environ.items():
        name = variable.replace("__", ":")
        if name.lower().startswith(_ENVIRONMENT):
            yield name[len(_ENVIRONMENT) :], value


def _get(settings: _Settings, name: str, default: str) -> str:
    return settings.get(name.lower(), (name, default))[1]


def _get_section(settings: _Settings, name: str) -> Dict[str, str]:
    prefix = f"{name.lower()}:"
    return {
        written[len(prefix) :]: value
        for key, (written, value) in settings.items()
        if key.startswith(prefix)
    }


def _read_headers(path: Path, settings: _Settings) -> Dict[str, str]:
    headers = _get_section(settings, "extensions:http:customHeaders")
    for name, value in headers.items():
        if not (TOKEN.fullmatch(name) and value.isprintable() and _is_latin(value)):
            raise HostError(
                f"{path}: customHeaders has {name!r}: {value!r}, which cannot be sent. Use a name "
                "such as X-Frame-Options, and printable characters up to U+00FF in the value."
            )
        if name.lower() in ("content-length", "transfer-encoding"):
            raise HostError(
                f"{path}: customHeaders has {name}, which depends on the response. Delete it."
            )
    return headers


def _is_latin(text: str) -> bool:
    return all(character <= "\xff" for character in text)


def _read_timeout(path: Path, settings: _Settings) -> Optional[float]:
    text = _get(settings, "functionTimeout", "").strip()
    if not text:
        return _DEFAULT_TIMEOUT
    if text == "-1":
        return None
    match = _TIME.fullmatch(text)
    days, hours, minutes, seconds = match.groups() if match else (None, "0", "0", None)
    timeout = (int(days or 0) * 24 + int(hours)) * 3600 + int(minutes) * 60 + float(seconds or 0)
    if timeout < 1:
        raise HostError(
            f'{path} has functionTimeout {text!r}. Write a time such as "00:05:00", of a second '
            'or more, or "-1" for no limit.'
        )
    return timeout


def _read_levels(path: Path, settings: _Settings) -> LogLevels:
    # The categories of user and system logs begin with the names "Function" and "Worker"
    # (LoggingFilterHelper.cs, GrpcWorkerChannel.cs).
    default = _read_level(path, settings, "default")
    user, system = (_read_level(path, settings, name) for name in ("Function", "Worker"))
    return LogLevels(default if user is None else user, default if system is None else system)


def _read_level(path: Path, settings: _Settings, category: str) -> Optional[int]:
    text = _get(settings, f"logging:logLevel:{category}", "")
    if not text:
        return None
    if text.lower() not in _LEVELS:
        known = ", ".join(level.capitalize() for level in _LEVELS)
        raise HostError(f"{path} has logLevel {category} {text!r}. Choose from: {known}.")
    # Trace is 0, Debug 10, and so on: as in `logging`.
    return 10 * _LEVELS.index(text.lower())


def _find_ignored(settings: _Settings) -> List[str]:
    labels: Dict[str, None] = {}
    for name, _ in settings.values():
        parts = name.split(":")
        in_section = parts[0].lower() in ("extensions", "logging")
        is_nested = ":".join(parts[:2]).lower() in ("extensions:http", "logging:loglevel")
        label = ":".join(parts[: 3 if is_nested else 2 if in_section else 1])
        if label.lower() not in _HONOURED and not label.lower().startswith(_WITHOUT_EFFECT):
            labels[label.replace(":", ".")] = None
    return sorted(labels)
