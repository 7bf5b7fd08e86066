"""Measurements against limits: one file for each line of the performance goals.

``bench_<name>.py`` has a function ``measure()`` that yields :class:`tests.bench.lines.Line` objects; underscores in the
file's name are hyphens on the command line (``make bench ONLY=first-sync``). The limit is measured in the same run,
next to ours, so that a busy machine slows both. No line may be met by doing less than the product does.
"""
