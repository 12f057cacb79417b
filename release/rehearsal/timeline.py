"""What became of the jobs of a run, read from act's log, and how a person reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from release.rehearsal.workflow import Workflow, legs

if TYPE_CHECKING:
    from collections.abc import Mapping

_OUTPUT = re.compile(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}")


@dataclass
class Leg:
    """One job, or one leg of its matrix."""

    job: str
    python: str = ""
    result: str = "skipped"
    seconds: float = 0
    started: float = 0
    failed_step: str = ""
    said: list[str] = field(default_factory=list, repr=False)


@dataclass
class Run:
    """One run of a workflow, fed with act's log, one parsed line after the other."""

    workflow: Workflow
    legs: dict[tuple[str, str], Leg] = field(default_factory=dict)
    job_results: dict[str, str] = field(default_factory=dict)
    _step_outputs: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for job, definition in self.workflow.jobs.items():
            self.job_results[job] = "skipped"
            for python in legs(definition):
                self.legs[job, python] = Leg(job, python)

    def hear(self, line: Mapping[str, Any], clock: float) -> Leg | None:
        """Take in one line of the log; return the leg it belongs to, if any."""
        if "jobID" not in line:
            return None
        leg = self.legs[line["jobID"], (line.get("matrix") or {}).get("python", "")]
        if not leg.started:
            # Until it has a result: nobody else gives one to a job that act is killed in.
            leg.started, leg.result = clock, "unfinished"
        if line.get("raw_output") or "command" in line or line.get("level") == "error":
            leg.said.append(str(line["msg"]))
        if line.get("stepResult") == "failure":
            leg.failed_step = leg.failed_step or _one_line(line["step"])
        if line.get("command") == "set-output":
            self._step_outputs[leg.job, line["stepID"][-1], line["name"]] = line["arg"]
        if "jobResult" in line:
            self._finish(leg, line["jobResult"], clock)
        return leg

    def _finish(self, leg: Leg, result: str, clock: float) -> None:
        # act 0.2.89 gives every leg the result of the whole job once one leg has failed, so a leg
        # is judged by its own steps; a job without legs by its result, which may have other causes.
        alone = (leg.job, "") in self.legs
        leg.result = result if alone or leg.failed_step else "success"
        leg.seconds = clock - leg.started
        if self.job_results[leg.job] != "failure":
            self.job_results[leg.job] = result

    @property
    def results(self) -> dict[str, str]:
        """Job id → success, failure, skipped (it never started) or unfinished (it was killed)."""
        unfinished = {leg.job for leg in self.legs.values() if leg.result == "unfinished"}
        return self.job_results | dict.fromkeys(unfinished, "unfinished")

    def said(self, job: str) -> str:
        """Return everything that a job printed, all legs together."""
        return "".join(text for leg in self.legs.values() if leg.job == job for text in leg.said)

    def last_words(self) -> str:
        """Return the last lines that each leg printed that failed or was killed."""
        failed = [leg for leg in self.legs.values() if leg.result in ("failure", "unfinished")]
        return "\n".join(f"{leg.job} {leg.python}:\n{''.join(leg.said[-25:])}" for leg in failed)

    def outputs(self, job: str) -> dict[str, str]:
        """Return a job's outputs, as `needs.JOB.outputs` has them."""
        stated: dict[str, str] = self.workflow.jobs[job].get("outputs", {})
        return {name: self._evaluate(job, value) for name, value in stated.items()}

    def _evaluate(self, job: str, value: str) -> str:
        expression = _OUTPUT.fullmatch(value)
        # What an earlier run left is written into the workflow as it is.
        if expression is None:
            return value
        return self._step_outputs.get((job, expression[1], expression[2]), "")

    def table(self) -> str:
        """Return the timeline: one line per leg, in the order they started."""
        ordered = sorted(self.legs.values(), key=lambda leg: leg.started or float("inf"))
        zero = min((leg.started for leg in ordered if leg.started), default=0)
        return "\n".join(_row(leg, zero) for leg in ordered)


def _row(leg: Leg, zero: float) -> str:
    name = f"{leg.job} {leg.python}".strip()
    if leg.result == "skipped":
        return f"{'':7}  {name:20}  skipped"
    why = f"  {leg.failed_step}" if leg.failed_step else ""
    return f"{leg.started - zero:5.1f} s  {name:20}  {leg.result:7}  {leg.seconds:5.1f} s{why}"


def _one_line(step: str) -> str:
    return " ".join(step.split())[:60]
