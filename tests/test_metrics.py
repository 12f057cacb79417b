"""Metrics with the real OpenTelemetry SDK; the third-party tests export them over HTTP."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List

import pytest
from opentelemetry.metrics import Meter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from python_worker_extension_timer import Invocation, faas_metrics

OK = Invocation("hello", "1", 0.2, None, first=False, trigger="http")
FAILED = Invocation("hello", "2", 1.5, ValueError(), first=False, trigger="http")
COLD = Invocation("tick", "3", 3.0, None, first=True, trigger="timer")

HELLO = {"faas.name": "hello", "faas.trigger": "http"}
TICK = {"faas.name": "tick", "faas.trigger": "timer"}

Record = Callable[..., Dict[str, Any]]


@pytest.fixture
def record() -> Record:
    """Record invocations, and return the metrics by name."""
    reader = InMemoryMetricReader()
    report = faas_metrics(MeterProvider([reader]))

    def record(*invocations: Invocation) -> Dict[str, Any]:
        for invocation in invocations:
            report(invocation)
        data: Any = reader.get_metrics_data()
        (resource,) = data.resource_metrics
        (scope,) = resource.scope_metrics
        assert scope.scope.name == "python_worker_extension_timer"
        return {metric.name: metric for metric in scope.metrics}

    return record


def test_duration_is_histogram_in_seconds(record: Record) -> None:
    metric = record(OK, FAILED, COLD)["faas.invoke_duration"]

    assert metric.unit == "s"
    points = [(point.count, point.sum, dict(point.attributes)) for point in metric.data.data_points]
    assert points == [(2, 1.7, HELLO), (1, 3.0, TICK)]


@pytest.mark.parametrize(
    ("name", "unit", "attributes"),
    [("faas.errors", "{error}", HELLO), ("faas.coldstarts", "{coldstart}", TICK)],
)
def test_errors_and_cold_starts_are_counted(
    record: Record, name: str, unit: str, attributes: Dict[str, str]
) -> None:
    metric = record(OK, FAILED, COLD)[name]

    (point,) = metric.data.data_points
    assert (metric.unit, point.value, dict(point.attributes)) == (unit, 1, attributes)


class OldMeter:
    """A meter as in OpenTelemetry before 1.30: its instruments take no buckets."""

    def get_meter(self, name: str) -> OldMeter:
        return self

    def __init__(self) -> None:
        self.names: List[str] = []

    def create_histogram(self, name: str, unit: str, description: str) -> str:
        self.names.append(name)
        return name

    create_counter = create_histogram


def test_opentelemetry_without_buckets_is_accepted() -> None:
    meter: Any = OldMeter()

    assert callable(faas_metrics(meter))
    assert meter.names == ["faas.invoke_duration", "faas.errors", "faas.coldstarts"]


def test_buckets_are_those_of_convention(record: Record) -> None:
    parameters = inspect.signature(Meter.create_histogram).parameters
    if "explicit_bucket_boundaries_advisory" not in parameters:
        pytest.skip("this OpenTelemetry takes no buckets from an instrument")

    (point,) = record(OK)["faas.invoke_duration"].data.data_points

    assert list(point.explicit_bounds) == [
        *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
    ]


def test_name_has_apps_name_in_azure(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBSITE_SITE_NAME", "teapots")

    (point,) = record(OK)["faas.invoke_duration"].data.data_points

    assert point.attributes["faas.name"] == "teapots/hello"


@pytest.mark.parametrize("provider", [None, OldMeter])
def test_other_object_is_refused(provider: Any) -> None:
    with pytest.raises(TypeError) as raised:
        faas_metrics(provider)

    assert str(raised.value) == (
        f"faas_metrics() takes a MeterProvider, got {provider!r}. "
        "Pass opentelemetry.metrics.get_meter_provider()."
    )
