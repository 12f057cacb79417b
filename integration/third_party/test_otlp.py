"""A real OTLP/HTTP export of metrics to a receiver on loopback."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import urllib3
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

from integration.catalog import APPS
from integration.hosts.embedded import EmbeddedHost
from integration.hosts.protocol import Options


class Receiver(HTTPServer):
    """Keep the latest points of each received metric."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.points: Dict[str, Any] = {}
        self.has_all = threading.Event()

    def take(self, body: bytes) -> None:
        request = ExportMetricsServiceRequest()
        request.ParseFromString(body)
        for metric in request.resource_metrics[0].scope_metrics[0].metrics:
            self.points[metric.name] = getattr(metric, metric.WhichOneof("data")).data_points
        if len(self.points) == 3 and self.points["faas.invoke_duration"][0].count == 2:
            self.has_all.set()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:  # http.server requires this name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_gzip = self.headers.get("Content-Encoding") == "gzip"
        self.server.take(gzip.decompress(body) if is_gzip else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as http.server has it
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def address(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start the app `otlp`, which sends its metrics to the receiver, and return its address."""
    endpoint = f"http://127.0.0.1:{receiver.server_port}/v1/metrics"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", endpoint)
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "50")
    host = EmbeddedHost(APPS["otlp"], tmp_path, Options())
    yield host.start()
    host.stop()


def test_metrics_of_app_arrive(receiver: Receiver, address: str) -> None:
    http = urllib3.PoolManager(retries=False)

    assert http.request("GET", f"{address}/api/hello").status == 200
    assert http.request("GET", f"{address}/api/hello?boom=1").status == 500

    assert receiver.has_all.wait(30), receiver.points
    (duration,), (errors,) = receiver.points["faas.invoke_duration"], receiver.points["faas.errors"]
    (coldstarts,) = receiver.points["faas.coldstarts"]
    assert (duration.count, errors.as_int, coldstarts.as_int) == (2, 1, 1)
    attributes = {entry.key: entry.value.string_value for entry in duration.attributes}
    assert attributes == {"faas.name": "hello", "faas.trigger": "http"}
