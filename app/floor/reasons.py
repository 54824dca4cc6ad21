"""Not-ready reasons live in `app.core.reasons`; this name stays for those who look for them beside the floor."""

from __future__ import annotations

from app.core.reasons import DEFAULT_REASONS, ReasonCategory, ReasonMap

__all__ = ["DEFAULT_REASONS", "ReasonCategory", "ReasonMap"]
