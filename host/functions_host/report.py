"""The report on a loaded app, for the banner and for `functions-host --check`."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import azure.functions as func

from .app import App
from .definitions import Function
from .errors import HostError
from .extensions import explain_silence, registered_extensions
from .missing_functions import explain_no_functions, get_members
from .models import find_app_script
from .output import escape_line

# The package python_worker_extension_timer marks enabled apps and functions with this attribute.
ENABLED_MARK = "_python_worker_extension_timer_enabled"


class Report(NamedTuple):
    """
    An app as it was loaded.

    `silence` says why nothing calls the hooks of its extensions. `emptiness` says why it has no
    functions. Both are empty in most apps. `notes` are texts for the user.
    """

    root: Path
    versions: Dict[str, str]
    extensions: List[str]
    silence: str
    functions: List[Function]
    emptiness: str
    notes: List[str]
    faults: List[HostError]

    @property
    def is_ok(self) -> bool:
        return not self.faults and not self.emptiness


def make_report(app: App) -> Report:
    """Return the report on a loaded app."""
    is_empty = not app.functions and not app.problems
    return Report(
        app.root,
        _find_versions(app.worker.runtime),
        registered_extensions(),
        explain_silence(_calls_hooks_itself(app.root)),
        app.functions,
        explain_no_functions(app.root, app.worker.skipped) if is_empty else "",
        [*app.settings.notes, *_describe_skipped(app.worker.skipped), *_find_unknown_names(app)],
        app.problems,
    )


def make_failure_report(root: Path, error: HostError) -> Report:
    """Return the report on an app that cannot be loaded."""
    return Report(root, _find_versions(""), [], "", [], "", [], error.faults)


def _find_versions(runtime: str) -> Dict[str, str]:
    versions = {"azure-functions": func.__version__}
    if runtime:
        name, _, version = runtime.partition(" ")
        versions[name] = version
    return {**versions, "Python": platform.python_version()}


def _calls_hooks_itself(root: Path) -> bool:
    v1 = (name for name in list(sys.modules) if name.startswith("__app__."))
    scripts = [sys.modules.get(name) for name in (find_app_script(root).stem, *v1)]
    members = (one for script in scripts for one in get_members(script).values())
    return any(ENABLED_MARK in get_members(one) for one in members)


def _describe_skipped(skipped: Dict[str, str]) -> List[str]:
    names = [f"{name} ({reason})" for name, reason in skipped.items()]
    return [f"Functions that are switched off: {', '.join(names)}."] if names else []


def _find_unknown_names(app: App) -> List[str]:
    functions = [function.name for function in app.functions]
    known = [*functions, *app.worker.skipped]
    unknown = (app.settings.host.functions or frozenset()) - {name.lower() for name in known}
    if not unknown or app.problems:
        return []
    names = ", ".join(map(repr, sorted(unknown)))
    return [
        f"functions of host.json lists {names}, which the app does not have. "
        f"It has {', '.join(sorted(known)) or 'no functions'}."
    ]


def to_lines(report: Report, address: str) -> List[str]:
    """Return versions and functions as text, each function with its URL."""
    extensions = ", ".join(report.extensions) or "none"
    if report.extensions and report.silence:
        extensions += f" (the worker calls none: {report.silence})"
    versions = [f"{name} {version}" for name, version in report.versions.items()]
    rows = [
        [escape_line(text) for text in _describe_function(function, address)]
        for function in report.functions
    ]
    widths = [max([len(row[column]) for row in rows], default=0) for column in (0, 1)]
    lines = [f"  {name:{widths[0]}}  {kind:{widths[1]}}  {url}" for name, kind, url in rows]
    if report.emptiness:
        lines = [f"  0 functions found. {report.emptiness}"]
    title = f"Functions host (not Microsoft's): {', '.join(versions)}, extensions: {extensions}"
    return [title, "", *lines, *[""][: len(lines)]]


def _describe_function(function: Function, address: str) -> List[str]:
    if function.route is None:
        kind = function.trigger.type[: -len("Trigger")]
        return [function.name, kind, f"POST {address}/admin/functions/{function.name}"]
    methods = function.methods
    kind = "any method" if methods is None else ",".join(methods) or "no method"
    return [function.name, kind, f"{address}/{function.route.template}"]


def to_json(report: Report) -> Dict[str, Any]:
    """Return a report with the keys that host/readme.md lists."""
    return {
        "ok": report.is_ok,
        "app": str(report.root),
        "versions": report.versions,
        "extensions": report.extensions,
        "extensions_silent": report.silence or None,
        "functions": [_to_json(function) for function in report.functions],
        "no_functions": report.emptiness or None,
        "notes": report.notes,
        "faults": [
            {
                "message": str(fault),
                "file": fault.file and str(fault.file),
                "line": fault.line,
                "function": fault.function,
                "parameter": fault.parameter,
            }
            for fault in report.faults
        ],
    }


def _to_json(function: Function) -> Dict[str, Any]:
    return {
        "name": function.name,
        "trigger": function.trigger.type,
        "route": function.route and f"/{function.route.template}",
        "methods": function.methods if function.route else None,
        "bindings": [
            {"name": one.name, "type": one.type, "direction": one.direction}
            for one in function.bindings
        ],
    }
