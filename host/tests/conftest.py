"""Every test has an empty extension registry."""

from __future__ import annotations

from host_fixtures import load, restored_extensions, serve

__all__ = ["load", "restored_extensions", "serve"]
