"""The apps that the suite runs, by name."""

from pathlib import Path
from typing import Dict

ROOT = Path(__file__).parents[1]
APPS: Dict[str, Path] = {app.name: app for app in sorted((ROOT / "samples").iterdir())}

# A path of each app that answers any GET. A port or a ping answers long before functions do.
PROBES = dict.fromkeys(APPS, "/api/HttpTrigger?name=Ada")
