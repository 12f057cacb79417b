"""Medians and spreads of what was measured, and the tables that show them."""

from __future__ import annotations

import statistics
from typing import Any, Dict, List

KINDS = ("sync, logging off", "sync, logging on", "async, logging off", "async, logging on")
_BEGIN = "<!-- Written by tox -e bench: do not edit. -->"
_END = "<!-- End of what tox -e bench has written. -->"

Summary = Dict[str, float]


def summary(values: List[float]) -> Summary:
    """Return the median of some values and the middle half of them."""
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": round(median, 4), "low": round(low, 4), "high": round(high, 4)}


def summarised(measured: Dict[str, Any]) -> Dict[str, Any]:
    """Return what was measured with the rounds of each figure summed up."""
    return {
        **measured,
        "hooks": {
            name: {kind: _cost(rounds) for kind, rounds in kinds.items()}
            for name, kinds in measured["hooks"].items()
        },
        "imports": {name: summary(values) for name, values in measured["imports"].items()},
        "serving": {
            name: {what: summary(values) for what, values in figures.items()}
            for name, figures in measured["serving"].items()
        },
    }


def _cost(rounds: Dict[str, List[float]]) -> Dict[str, Summary]:
    ratios = [own / other for own, other in zip(rounds["own"], rounds["tutorial"])]
    return {"µs": summary(rounds["own"]), "ratio": summary(ratios)}


def markdown(results: Dict[str, Any]) -> str:
    """Return all tables."""
    return "\n".join(
        [
            f"{results['date']}, {results['machine']}, `{results['command']}`. Medians, and in "
            "brackets the middle half of the rounds.",
            "",
            "Cost of timing one invocation, as a ratio to the tutorial's algorithm in the same run "
            "(below 1 is faster):",
            "",
            _row("", *KINDS),
            _row(*["---"] * 5),
            *[
                _row(name, *[_spread(kinds[kind]["ratio"], 2) for kind in KINDS])
                for name, kinds in results["hooks"].items()
            ],
            "",
            "The same in µs:",
            "",
            _row("", *KINDS),
            _row(*["---"] * 5),
            *[
                _row(name, *[_spread(kinds[kind]["µs"], 2) for kind in KINDS])
                for name, kinds in results["hooks"].items()
            ],
            "",
            "Import after `azure.functions`, in ms:",
            "",
            _row("", "ms"),
            _row(*["---"] * 2),
            *[_row(name, _spread(value, 1)) for name, value in results["imports"].items()],
            "",
            "What stays after invocations of which every second raises:",
            "",
            _row("", "invocations", "memory blocks"),
            _row(*["---"] * 3),
            *[
                _row(name, f"{kept['invocations']:,}", f"{kept['blocks']:,}")
                for name, kept in results["memory"].items()
            ],
            "",
            "Hosts that serve the same answer; the clients run on the same cores:",
            "",
            _row("", "start to first answer, s", "1 client, answers/s", "16 clients, answers/s"),
            _row(*["---"] * 4),
            *[
                _row(
                    name,
                    _of(figures, "start", 2),
                    _of(figures, "1 client", 0),
                    _of(figures, "16 clients", 0),
                )
                for name, figures in results["serving"].items()
            ],
        ]
    )


def inserted(readme: str, text: str) -> str:
    """Return a readme with its tables replaced."""
    before, _, rest = readme.partition(_BEGIN)
    _, found, after = rest.partition(_END)
    if not found:
        raise LookupError(f"the readme lacks {_BEGIN!r} or {_END!r}")
    return f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}"


def _of(figures: Dict[str, Summary], what: str, digits: int) -> str:
    return _spread(figures[what], digits) if what in figures else "-"


def _spread(value: Summary, digits: int) -> str:
    median, low, high = (f"{value[part]:,.{digits}f}" for part in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
