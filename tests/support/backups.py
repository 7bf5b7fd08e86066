"""Backups of the tests' server: whole copies of its database, and going back to one as a careless operator would."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from server_stub.kit.database import Database
from tests.support.network import Network
from tests.support.postgres import Cluster


@dataclass(slots=True)
class Backups:
    """Copies of one network's database.

    Attributes:
        cluster: where PostgreSQL's copies are made; None on SQLite.
    """

    network: Network
    folder: Path
    cluster: Cluster | None
    _made: list[str] = field(default_factory=list)

    def take(self) -> str:
        """Copy the server as it is now; returns the copy's address."""
        return self._copied(self.network.db.engine.url.render_as_string(hide_password=False))

    def restore(self, backup: str) -> None:
        """Put the server back to *backup*, which stays as it is; counters go on as if nothing had happened."""
        address = self._copied(backup)
        self.network.db.dispose()
        self.network.db = Database(address)
        for counter in self.network.counters:
            transport = counter.transport
            transport.db = self.network.db
            transport.intake = self.network.intake
            transport.reading.db = self.network.db
            transport.reading.retention = transport.retention

    def _copied(self, address: str) -> str:
        self.network.db.dispose()
        if self.cluster is not None:
            name = self.cluster.create(make_url(address).database or "")
            self._made.append(name)
            return self.cluster.url(name)
        path = self.folder / f"backup-{len(self._made)}.db"
        self._made.append(str(path))
        with closing(sqlite3.connect(make_url(address).database or "")) as of, closing(sqlite3.connect(path)) as to:
            of.backup(to)
        return f"sqlite:///{path}"

    def clean(self) -> None:
        """Drop PostgreSQL's copies; files go with their folder."""
        self.network.db.dispose()
        for name in self._made if self.cluster is not None else ():
            assert self.cluster is not None
            self.cluster.drop(name)
