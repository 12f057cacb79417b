"""The fixtures of all tests; each test has an empty extension registry."""

from __future__ import annotations

from host_fixtures import load, load_files, refuse, restored_extensions, serve, serve_files

__all__ = ["load", "load_files", "refuse", "restored_extensions", "serve", "serve_files"]
