"""The schema's versions, run by :mod:`server_stub.kit.migrate`. ``make.py`` writes the first one from the tables."""
