"""What every screen stands on: threads, messages, settings, theme, paths. Knows no feature.

``paths`` and ``settings`` import no Qt, so that the command line and the synchronisation may use them.
"""
