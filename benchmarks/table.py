"""Medians and spreads of the measured values, and the tables that show them."""

from __future__ import annotations

import statistics
from typing import Any, Dict, List

_BEGIN = "<!-- Written by tox -e bench: do not edit. -->"
_END = "<!-- End of what tox -e bench has written. -->"


def summarise(measured: Any) -> Any:
    """Replace the rounds of each figure by their summary."""
    if isinstance(measured, list):
        return _summarise(measured)
    if not isinstance(measured, dict):
        return measured
    if "own" in measured:
        ratios = [own / other for own, other in zip(measured["own"], measured["tutorial"])]
        return {"µs": _summarise(measured["own"]), "ratio": _summarise(ratios)}
    return {name: summarise(value) for name, value in measured.items()}


def _summarise(values: List[float]) -> Dict[str, float]:
    # A quick run may have one round.
    quartiles = statistics.quantiles(values * 2, n=4, method="inclusive")
    return {k: round(v, 4) for k, v in zip(("low", "median", "high"), quartiles)}


def format_results(results: Dict[str, Any]) -> str:
    """Return all tables as Markdown."""
    head = f"{results['date']}, {results['machine']}, `{results['command']}`."
    states = ["logging off", "logging on"]
    costs = {
        name: [_show(kinds[state][unit], 2) for unit in ("ratio", "µs") for state in states]
        for name, kinds in results["hooks"].items()
    }
    columns = [f"{state}, {unit}" for unit in ("ratio", "µs") for state in states]
    imports = {name: [_show(figure, 1)] for name, figure in results["imports"].items()}
    memory = {
        name: [f"{figures[what]:,}" for what in ("invocations", "blocks")]
        for name, figures in results["memory"].items()
    }
    return "\n\n".join(
        [
            f"{head} Each figure is a median, followed by the range of the middle half of the "
            "rounds in brackets.",
            "Cost of timing one invocation. The ratio is to the tutorial's algorithm in the same "
            "run (below 1 is faster):",
            _format_table(columns, costs),
            "Import after `azure.functions`, in ms:",
            _format_table(["ms"], imports),
            "Memory that remains after invocations, half of which raise:",
            _format_table(["invocations", "memory blocks"], memory),
            "Hosts that serve the same answer. The ratio is to functions-framework in the same "
            "round. The clients run on the same cores:",
            _format_serving(results["serving"]),
        ]
    )


def _format_serving(results: Dict[str, Any]) -> str:
    rows = {
        what: [_show(figure, 0 if figure["median"] > 100 else 2) for figure in figures.values()]
        for what, figures in results.items()
    }
    return _format_table([*next(iter(results.values()))], rows)


def _show(figure: Dict[str, float], digits: int) -> str:
    median, low, high = (f"{figure[part]:,.{digits}f}" for part in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def _format_table(columns: List[str], rows: Dict[str, List[str]]) -> str:
    lines = [["", *columns], ["---"] * (len(columns) + 1)]
    lines += [[name, *cells] for name, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def insert(readme: str, text: str) -> str:
    """Return a readme with its tables replaced."""
    before, _, rest = readme.partition(_BEGIN)
    _, found, after = rest.partition(_END)
    if not found:
        raise LookupError(f"the readme lacks {_BEGIN!r} or {_END!r}")
    return f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}"
