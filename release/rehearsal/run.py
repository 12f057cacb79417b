"""The results of a run's jobs, read from act's log, and the results that a test expects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from release.rehearsal.workflow import WORKFLOWS, Finished, Workflow

_OUTPUT = re.compile(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}")
ORDER = tuple(Workflow((WORKFLOWS / "release.yml").read_text("utf-8")).jobs)
GREEN = dict.fromkeys(ORDER, "success")


@dataclass
class Leg:
    """One job. A job of a matrix is named after its values."""

    job: str
    name: str
    # If act is killed, this value stays.
    reported: str = "unfinished"
    failed_step: str = ""
    log: list[str] = field(default_factory=list, repr=False)

    @property
    def result(self) -> str:
        """The result of this job of the matrix alone."""
        # act 0.2.89 reports a failure for every job of a matrix after one of them has failed.
        spared = self.name and not self.failed_step and self.reported == "failure"
        return "success" if spared else self.reported


@dataclass
class Run:
    """One run of a workflow, read from act's log line by line."""

    workflow: Workflow
    legs: dict[tuple[str, str], Leg] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    """The lines that do not belong to a job, such as errors of act itself."""
    _step_outputs: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def feed(self, line: Mapping[str, Any]) -> None:
        """Read one line of the log."""
        if "jobID" not in line:
            self.messages.append(f"{line.get('msg')}\n")
            return
        name = " ".join(map(str, (line.get("matrix") or {}).values()))
        leg = self.legs.setdefault((line["jobID"], name), Leg(line["jobID"], name))
        if line.get("raw_output") or "command" in line or line.get("level") == "error":
            leg.log.append(str(line["msg"]))
        if line.get("stepResult") == "failure":
            leg.failed_step = leg.failed_step or " ".join(line["step"].split())[:60]
        if line.get("command") == "set-output":
            self._step_outputs[leg.job, line["stepID"][-1], line["name"]] = line["arg"]
        if "jobResult" in line:
            leg.reported = line["jobResult"]

    @property
    def results(self) -> dict[str, str]:
        """Job id → success, failure, skipped (never started) or unfinished (killed)."""
        return {job: self._result(job) for job in self.workflow.jobs}

    def _result(self, job: str) -> str:
        found = {leg.reported for leg in self.legs.values() if leg.job == job}
        worst_first = ("unfinished", "failure", "success")
        return next((result for result in worst_first if result in found), "skipped")

    def results_by_python(self, job: str) -> dict[str, str]:
        """Return Python version → result, for each matrix value of a job."""
        return {leg.name: leg.result for leg in self.legs.values() if leg.job == job}

    def log(self, job: str) -> str:
        """Return everything that a job printed, with all values of its matrix."""
        return "".join(text for leg in self.legs.values() if leg.job == job for text in leg.log)

    def failure_log(self) -> str:
        """Return the last lines of act, and of each job that failed or was killed."""
        failed = [leg for leg in self.legs.values() if leg.result != "success"]
        parts = {f"{leg.job} {leg.name}, {leg.failed_step}": leg.log for leg in failed}
        parts["act"] = self.messages
        return "\n".join(f"{name}:\n{''.join(lines[-25:])}" for name, lines in parts.items())

    def finished(self, *jobs: str) -> dict[str, Finished]:
        """Return the jobs of this run that need not run again, by default the successful jobs."""
        succeeded = [job for job, result in self.results.items() if result == "success"]
        return {job: Finished(self.outputs(job)) for job in jobs or succeeded}

    def outputs(self, job: str) -> dict[str, str]:
        """Return a job's outputs, as in `needs.JOB.outputs`."""
        stated: dict[str, str] = self.workflow.jobs[job].get("outputs", {})
        return {name: self._evaluate(job, value) for name, value in stated.items()}

    def _evaluate(self, job: str, value: str) -> str:
        expression = _OUTPUT.fullmatch(value)
        # A finished job's outputs are plain values already.
        if expression is None:
            return value
        return self._step_outputs.get((job, expression[1], expression[2]), "")


def failed_in(job: str) -> dict[str, str]:
    """
    Return the results of a run in which one job failed: later jobs are skipped.

    `attest` and `test` run in parallel.
    """
    place = ORDER.index(job)
    results = dict.fromkeys(ORDER[:place], "success") | {job: "failure"}
    results |= dict.fromkeys(ORDER[place + 1 :], "skipped")
    return results | ({"attest": "success"} if job == "test" else {})


def ran_only(*jobs: str) -> dict[str, str]:
    """Return the results of a run in which these jobs succeeded and no other job ran."""
    assert set(jobs) <= set(ORDER)
    return dict.fromkeys(ORDER, "skipped") | dict.fromkeys(jobs, "success")
