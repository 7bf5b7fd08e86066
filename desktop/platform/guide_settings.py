"""How far this PC has come with its first steps."""

from __future__ import annotations

from typing import Any

from desktop.platform.setting import Setting

STEPS: Setting[dict[str, Any]] = Setting("guide_steps", dict, {}, "guide.title")
"""What was done or skipped, by step."""
OFFERED = Setting("guide_offered", bool, False, "guide.title")
"""Whether the first steps have come to the front by themselves; they do so once."""

DECLARED: tuple[Setting[Any], ...] = (STEPS, OFFERED)
