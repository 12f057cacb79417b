"""OpenTelemetry metrics of invocations, by the semantic conventions for FaaS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable

from ._invocation import Invocation

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider

# Semantic conventions 1.39, "FaaS metrics".
_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]


def faas_metrics(meter_provider: MeterProvider) -> Callable[[Invocation], None]:
    """
    Return a reporter that records every invocation as OpenTelemetry metrics.

        TimerExtension.configure(report_to=[faas_metrics(meter_provider)])

    The metrics are `faas.invoke_duration` (s), `faas.errors` and `faas.coldstarts`. Each has the
    attributes `faas.trigger` and `faas.name`. The name is `APP/FUNCTION` in Azure, and the
    function's name elsewhere.

    Raises:
        TypeError: The argument is not a MeterProvider.
    """
    if isinstance(meter_provider, type) or not callable(getattr(meter_provider, "get_meter", None)):
        advice = "Pass opentelemetry.metrics.get_meter_provider()."
        raise TypeError(f"faas_metrics() takes a MeterProvider, got {meter_provider!r}. {advice}")
    meter: Any = meter_provider.get_meter("python_worker_extension_timer")
    duration = _create_histogram(meter)
    errors = meter.create_counter("faas.errors", "{error}", "Number of invocation errors")
    coldstarts = meter.create_counter(
        "faas.coldstarts", "{coldstart}", "Number of invocation cold starts"
    )

    def record(invocation: Invocation) -> None:
        app, name = os.environ.get("WEBSITE_SITE_NAME"), invocation.function_name
        attributes = {
            "faas.name": f"{app}/{name}" if app else name,
            "faas.trigger": invocation.trigger,
        }
        duration.record(invocation.elapsed, attributes)
        if invocation.error is not None:
            errors.add(1, attributes)
        if invocation.first:
            coldstarts.add(1, attributes)

    return record


def _create_histogram(meter: Any) -> Any:
    described = ("faas.invoke_duration", "s", "Duration of the function's logic execution")
    try:
        return meter.create_histogram(*described, explicit_bucket_boundaries_advisory=_BUCKETS)
    # Before OpenTelemetry 1.30 only a view can set the buckets.
    except TypeError:
        return meter.create_histogram(*described)
