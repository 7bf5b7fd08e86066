"""Reusable widgets: they know how things look and feel, and no feature. See ``docs/widgets.md``."""
