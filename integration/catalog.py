"""The apps that the suite runs, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

ROOT = Path(__file__).parents[1]
APPS: Dict[str, Path] = {
    file.parent.name: file.parent
    for parent in (ROOT / "samples", ROOT / "integration" / "apps")
    # Deleted apps and editors leave other things behind.
    for file in sorted(parent.glob("*/host.json"))
}

# A path of each app that answers any GET. A port or a ping answers long before functions do.
PROBES = {
    "deferred": "/api/hello",
    # The app has no HTTP function.
    "durable": "/",
    "elastic_apm": "/api/sync",
    "every_kind": "/api/text",
    "hooks_v1": "/api/Events",
    "not_enabled_v1": "/api/HttpTrigger",
    "not_enabled_v2": "/api/HttpTrigger",
    "opencensus": "/api/sync",
    "otlp": "/api/hello",
    "streaming": "/api/stream",
    "unconfigured": "/api/extension",
    "v1": "/api/HttpTrigger",
    "v2": "/api/HttpTrigger",
}
