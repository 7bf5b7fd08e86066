"""The whole schema: every table that any noun declares, found by file name, so that none can be forgotten."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

from sqlalchemy import MetaData, text

import domain
import domain.kernel.clash
import domain.kernel.outcome
import server_stub
from server_stub.kit.tables import server_metadata

MODULES = ((domain, "model"), (server_stub, "models"))
"""Package, and the file of each noun in it that declares tables."""


def load() -> MetaData:
    """The metadata with all tables of the domain and of the server registered on it.

    Indexes of some rows only, which the domain tells in SQLite's way, are told in PostgreSQL's way too.
    """
    for package, file in MODULES:
        for noun in pkgutil.iter_modules(package.__path__):
            name = f"{package.__name__}.{noun.name}.{file}"
            if noun.ispkg and importlib.util.find_spec(name):
                importlib.import_module(name)
    for table in server_metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = text(index.info["where"])
    return server_metadata
