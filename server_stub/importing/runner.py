"""One import from file to database: batch by batch, each with its identities in one transaction.

A run that is killed leaves whole batches; the next run of the same file finds them again and goes on behind them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping as Map
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from domain.kernel import faults
from domain.kernel.channels import Row
from domain.kernel.context import Actor, DecideContext, Decision
from domain.kernel.envelope import MAX_BODY
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import queries as parties
from domain.parties.roles import OWNER
from server_stub.importing import repository
from server_stub.importing.customers import CustomersImporter
from server_stub.importing.identity import Identities
from server_stub.importing.kinds import Columns, File, Importer, Item
from server_stub.importing.mapping import load_mapping
from server_stub.importing.products import ProductsImporter
from server_stub.importing.reader import Reader, Reject
from server_stub.importing.repository_occurrences import Occurrences
from server_stub.importing.result import ImportResult, RejectReport
from server_stub.importing.sales import SalesImporter
from server_stub.importing.stock import StockImporter
from server_stub.importing.values import Values
from server_stub.sync.device import SERVER_DEVICE_ID, SERVER_PERSON_ID, ServerDevice

KINDS: Map[str, Callable[[File], Importer]] = {
    "products": ProductsImporter,
    "customers": CustomersImporter,
    "stock": StockImporter,
    "sales": SalesImporter,
}
HQ_CODE = "HQ"
SERVER_NAME = "server"
HEAVIEST = MAX_BODY * 9 // 10
"""Bytes after which a batch is closed: a command must fit into an envelope."""
AFTER_BATCH = faults.declare("import-after-batch")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; *fraction* of the file from 0 to 1."""

    rows: int
    fraction: float


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What a person asked for.

    Attributes:
        kind: products, customers, stock or sales.
        file: CSV, plain or packed with gzip.
        dealer: code of the party whose past, stock or customers it holds.
        dry_run: say what would happen and change nothing.
        strict: refuse what is taken otherwise with something filled in, mended or odd; see the importers' rules.
    """

    kind: str
    file: Path
    mapping: Path
    report: Path
    dealer: str = HQ_CODE
    dry_run: bool = False
    strict: bool = False


class _NothingNewError(Exception):
    """Every row of a batch had its effect before; its transaction is given up."""


@dataclass(slots=True)
class _Batch:
    """Rows that share a command; worked out anew each time its transaction is tried."""

    importer: Importer
    source: str
    items: list[Item]
    fresh: list[Item] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def look(self, connection: Connection) -> None:
        """Sort the rows into new, known and refused."""
        known = repository.remembered(connection, [item.identity for item in self.items])
        unknown = [item for item in self.items if item.identity not in known]
        self.rejects = self.importer.screen(connection, unknown)
        refused = {reject.row for reject in self.rejects}
        self.fresh = [item for item in unknown if item.row not in refused]

    def decide(self, ctx: DecideContext) -> Decision:
        """The command for the new rows."""
        self.look(ctx.connection)
        if not self.fresh:
            raise _NothingNewError
        return self.importer.decide(ctx, self.fresh)

    def remember(self, connection: Connection) -> None:
        """Keep the new rows' identities, in the transaction of their effects."""
        repository.remember(connection, self.source, [item.identity for item in self.fresh])


class _Run:
    """The state of one run.

    Attributes:
        result: what has been done so far.
    """

    def __init__(self, job: ImportJob, device: ServerDevice, stack: ExitStack) -> None:
        mapping = load_mapping(job.mapping, job.kind)
        with device.db.read() as connection:
            party = parties.party_by_code(connection, job.dealer)
        if party is None:
            raise NotFound("unknown_dealer", code=job.dealer)
        self.result = ImportResult(report=str(job.report))
        self._job, self._device, self._source = job, device, mapping.source
        self._reader = Reader(job.file, mapping.file, self._refuse)
        stack.callback(self._reader.close)
        self._reader.check_columns(mapping.column_names())
        identities = Identities(mapping, party["id"], self._reader.header, stack.enter_context(Occurrences()))
        columns = Columns(mapping.columns, self._reader.header)
        file = File(mapping, columns, identities, Values(mapping.file), party, job.strict)
        self._importer = KINDS[job.kind](file)
        self._actor = _hand_of(party) if self._importer.for_party else None
        # A file of one batch goes through the feed; with more to come, clients take a snapshot instead.
        self._bulk = False
        self._report = RejectReport(job.report, job.file)
        stack.callback(self._report.close)

    def batches(self, progress: Callable[[Progress], None]) -> None:
        """Take the file batch by batch."""
        for items in self._items():
            batch = self._handled(items)
            self.result.imported += len(batch.fresh)
            self.result.duplicates += len(items) - len(batch.fresh) - len(batch.rejects)
            for reject in batch.rejects:
                self._refuse(reject)
            self.result.rows = self._reader.rows
            faults.reach(AFTER_BATCH)
            progress(Progress(self._reader.rows, self._reader.fraction))
        self.result.rows = self._reader.rows
        if self._bulk and self.result.imported and not self._job.dry_run:
            self._device.db.run(repository.refresh_statistics)

    def _handled(self, items: list[Item]) -> _Batch:
        batch = _Batch(self._importer, self._source, items)
        if self._job.dry_run:
            with self._device.db.read() as connection:
                batch.look(connection)
            return batch
        # Without a new row the transaction was given up: there is nothing to seal.
        with suppress(_NothingNewError):
            self._device.issue(batch.decide, bulk=self._bulk, actor=self._actor, alongside=batch.remember)
        return batch

    def _items(self) -> Iterator[list[Item]]:
        """Rows that could be read, in batches; rows of one document that stand together stay together."""
        most = self._importer.most
        items: list[Item] = []
        weight = 0
        for row, values in self._reader.records():
            found = self._importer.read(row, values)
            if found is None:
                self.result.duplicates += 1
                continue
            if isinstance(found, Reject):
                self._refuse(found)
                continue
            if len(items) >= most or weight >= HEAVIEST:
                together = found.group != "" and found.group == items[-1].group
                if not together or len(items) >= 2 * most or weight >= HEAVIEST:
                    self._bulk = True
                    yield items
                    items, weight = [], 0
            items.append(found)
            weight += found.weight
        if items:
            yield items

    def _refuse(self, reject: Reject) -> None:
        self.result.rejected += 1
        self.result.by_rule[reject.rule] += 1
        self._report.add(reject)


def _hand_of(party: Row) -> Actor | None:
    """The server acting for a dealer; None for headquarters, for which it acts by nature."""
    if party["id"] == HQ_PARTY_ID:
        return None
    return Actor(SERVER_PERSON_ID, SERVER_NAME, OWNER, party["id"], SERVER_DEVICE_ID)


def run_import(
    job: ImportJob,
    device: ServerDevice,
    *,
    progress: Callable[[Progress], None] = lambda _progress: None,
    seconds: Callable[[], float] = time.perf_counter,
) -> ImportResult:
    """Import a file; see :class:`ImportJob`.

    *progress* is called after every batch.

    Raises:
        NotFound: ``file_missing``, ``mapping_missing``, ``unknown_dealer``.
        Invalid: what :func:`load_mapping` and :class:`Reader` refuse; ``file_damaged`` only after what stands before
            the damage was imported.
    """
    started = seconds()
    with ExitStack() as stack:
        run = _Run(job, device, stack)
        run.batches(progress)
    run.result.seconds = seconds() - started
    return run.result
