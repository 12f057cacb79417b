"""Apps written on the spot, served by a process."""

from __future__ import annotations
