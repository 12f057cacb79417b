"""Medians and spreads of the measured values, and the tables that show them."""

from __future__ import annotations

import statistics
from typing import Any, Dict, Iterable, List

KINDS = ("sync, logging off", "sync, logging on", "async, logging off", "async, logging on")
_BEGIN = "<!-- Written by tox -e bench: do not edit. -->"
_END = "<!-- End of what tox -e bench has written. -->"

Summary = Dict[str, float]


def summarise(measured: Any) -> Any:
    """Return the measured values with a summary in place of the rounds of each figure."""
    if isinstance(measured, list):
        return _summarise(measured)
    if not isinstance(measured, dict):
        return measured
    if "own" in measured:
        ratios = [own / other for own, other in zip(measured["own"], measured["tutorial"])]
        return {"µs": _summarise(measured["own"]), "ratio": _summarise(ratios)}
    return {name: summarise(value) for name, value in measured.items()}


def _summarise(values: List[float]) -> Summary:
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": round(median, 4), "low": round(low, 4), "high": round(high, 4)}


def format_results(results: Dict[str, Any]) -> str:
    """Return all tables as Markdown."""
    costs, imports = results["hooks"], results["imports"].items()
    tables = {
        "Cost of timing one invocation, as a ratio to the tutorial's algorithm in the same run "
        "(below 1 is faster):": _format_table(KINDS, _show_costs(costs, "ratio")),
        "The same in µs:": _format_table(KINDS, _show_costs(costs, "µs")),
        "Import after `azure.functions`, in ms:": _format_table(
            ["ms"], {name: [_show(duration, 1)] for name, duration in imports}
        ),
        "Memory that remains after invocations, half of which raise:": _format_table(
            ["invocations", "memory blocks"], _show_memory(results["memory"])
        ),
        "Hosts that serve the same answer. The clients run on the same cores:": _format_table(
            ["start to first answer, s", "1 client, answers/s", "16 clients, answers/s"],
            _show_serving(results["serving"]),
        ),
    }
    head = f"{results['date']}, {results['machine']}, `{results['command']}`."
    note = "Medians, and in brackets the middle half of the rounds."
    return "\n\n".join([f"{head} {note}", *(part for table in tables.items() for part in table)])


def _show_memory(memory: Dict[str, Any]) -> Dict[str, List[str]]:
    return {
        name: [f"{figures[what]:,}" for what in ("invocations", "blocks")]
        for name, figures in memory.items()
    }


def _show_serving(serving: Dict[str, Any]) -> Dict[str, List[str]]:
    shown = {"start": 2, "1 client": 0, "16 clients": 0}
    return {
        name: [_show(figures.get(what), digits) for what, digits in shown.items()]
        for name, figures in serving.items()
    }


def _show_costs(hooks: Dict[str, Any], unit: str) -> Dict[str, List[str]]:
    return {name: [_show(kinds[kind][unit], 2) for kind in KINDS] for name, kinds in hooks.items()}


def _show(value: Summary | None, digits: int) -> str:
    if value is None:
        return "-"
    median, low, high = (f"{value[part]:,.{digits}f}" for part in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def _format_table(columns: Iterable[str], rows: Dict[str, List[str]]) -> str:
    lines = [["", *columns], ["---", *("---" for _ in columns)]]
    lines += [[name, *cells] for name, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def insert(readme: str, text: str) -> str:
    """Return a readme with its tables replaced."""
    before, _, rest = readme.partition(_BEGIN)
    _, found, after = rest.partition(_END)
    if not found:
        raise LookupError(f"the readme lacks {_BEGIN!r} or {_END!r}")
    return f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}"
