"""The apps that the suite runs, by name."""

from pathlib import Path
from typing import Dict

ROOT = Path(__file__).parents[1]


def _find_apps(folder: str) -> Dict[str, Path]:
    # Deleted apps and editors leave other things behind.
    apps = sorted(file.parent for file in (ROOT / folder).glob("*/host.json"))
    return {app.name: app for app in apps}


# The apps for customers, and more apps for tests.
SAMPLES = _find_apps("samples")
APPS = {**SAMPLES, **_find_apps("integration/apps")}

# A path of each app that answers any GET. Ports and pings answer long before functions do.
PROBES = {
    **dict.fromkeys(SAMPLES, "/api/HttpTrigger?name=Ada"),
}
