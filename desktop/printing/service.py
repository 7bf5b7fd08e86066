"""Receipts from the store to the queue, and from the queue to the printer. No threads: the window brings one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.printing import escpos
from desktop.printing.cells import plain, wrap
from desktop.printing.layout import Document, lay_out
from desktop.printing.ports import port_named
from desktop.printing.queue import Sent, send_waiting
from desktop.printing.receipt import KNOWN, TRAINING, Shop, receipt
from desktop.printing.rows import PAPERS, CodeRow, Cut, OpenDrawer, PaperRow, TextRow
from desktop.printing.shift_report import KNOWN as KNOWN_SHIFT, KNOWN_SO_FAR, shift_report, shift_so_far
from desktop.printing.slip import KNOWN as KNOWN_SLIP, Made, SlipOf, slip
from desktop.printing.template import Known, Template, parse
from desktop.store.print_jobs import PrintJobs
from desktop.store.store import Store
from domain.kernel.channels import Row
from domain.kernel.errors import Invalid, Refused
from domain.parties import roles
from domain.tills import queries as tills
from i18n import tr

TEST = "test"
RECEIPT, SHIFT, SO_FAR, SLIP = "sale.toml", "shift.toml", "shift_so_far.toml", "slip.toml"
SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "receipts"
KEEP_MS = 90 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Choices:
    """What the shop chose, read once per job.

    Attributes:
        printer: see :func:`desktop.printing.ports.port_named`; empty for none.
        paper: width of the roll in mm.
        chinese: the printer's font has Chinese characters.
        drawer: a cash sale opens the drawer.
        layouts: folder with the shop's own layouts.
        training: whatever is printed says so, and no drawer opens.
    """

    printer: str
    paper: int
    chinese: bool
    drawer: bool
    shop: Shop
    layouts: Path
    training: bool = False


class PrintService:
    """Takes documents to print and sends them on.

    Attributes:
        jobs: the durable queue.
        fault: why the shop's own layout is not used, None when nothing is wrong with it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.jobs = PrintJobs(store.ledger)
        self.fault: Invalid | None = None
        self.jobs.forget_before(store.clock.now_ms() - KEEP_MS)

    def take_receipt(self, order_id: str, choices: Choices) -> int:
        """Queue the receipt of a sale; one that was queued before says so. Returns the job.

        Raises:
            NotFound: ``unknown_order``.
        """
        again = self.jobs.was_taken(order_id)
        with self._store.read() as connection:
            document = receipt(connection, order_id, choices.shop, copy=again, training=choices.training)
        if choices.drawer and not again and document.fields["cash"]:
            document.fields["drawer"] = "1"
        title = document.fields["number"]
        return self.jobs.add(order_id, title, self._bytes(document, choices), self._store.clock.now_ms())

    def take(self, document_id: str, choices: Choices) -> int:
        """Queue whatever has this id: a sale's receipt or a shift's report. Returns the job.

        Raises:
            NotFound: ``unknown_order``.
            Refused: ``role_not_allowed``: who counts the drawer blind sees no figures before.
        """
        with self._store.read() as connection:
            closed = tills.shift_by_id(connection, document_id)
        if closed is None:
            return self.take_receipt(document_id, choices)
        if closed["state"] == "open":
            return self._take_so_far(closed, choices)
        again = self.jobs.was_taken(document_id)
        document = shift_report(closed, choices.shop, copy=again, training=choices.training)
        template = self._template(choices.layouts, SHIFT, KNOWN_SHIFT)
        data = encoded(lay_out(template, document, PAPERS[choices.paper]), choices)
        return self.jobs.add(document_id, closed["number"], data, self._store.clock.now_ms())

    def _take_so_far(self, shift: Row, choices: Choices) -> int:
        """Queue what went through an open shift. Each time is one of its own: none is a copy."""
        now = self._store.clock.now_ms()
        with self._store.read() as connection:
            if self._store.actor(connection).role not in roles.MANAGING:
                raise Refused("role_not_allowed")
            totals = tills.totals(connection, shift["id"])
        document = shift_so_far(shift, totals, choices.shop, now, training=choices.training)
        template = self._template(choices.layouts, SO_FAR, KNOWN_SO_FAR)
        data = encoded(lay_out(template, document, PAPERS[choices.paper]), choices)
        return self.jobs.add(f"{SO_FAR}:{shift['id']}", shift["number"], data, now)

    def take_slip(self, document_id: str, paid: SlipOf, choices: Choices) -> int:
        """Queue the slip of a payment that was just made. Returns the job."""
        again, now = self.jobs.was_taken(document_id), self._store.clock.now_ms()
        made = Made(self._store.known.person_name, now, again, choices.training)
        with self._store.read() as connection:
            document = slip(connection, paid, choices.shop, made)
        if not choices.drawer:
            document.fields["drawer"] = ""
        template = self._template(choices.layouts, SLIP, KNOWN_SLIP)
        data = encoded(lay_out(template, document, PAPERS[choices.paper]), choices)
        return self.jobs.add(document_id, paid.number, data, now)

    def take_test(self, choices: Choices) -> int:
        """Queue a page that shows whether paper, font and codes are right. Returns the job."""
        title = tr("printing.test.title")
        rows: list[PaperRow] = [
            TextRow(plain(choices.shop.name), "center", bold=True, size=2),
            TextRow(title, "center"),
            *(TextRow(line) for line in wrap(tr("printing.test.text"), PAPERS[choices.paper].cells)),
            CodeRow("qr", "dealerdesk"),
            CodeRow("code128", "0123456789"),
            Cut(),
        ]
        return self.jobs.add(TEST, title, encoded(rows, choices), self._store.clock.now_ms())

    def rows(self, document: Document, choices: Choices) -> list[PaperRow]:
        """The document as it will stand on the chosen paper."""
        return lay_out(self._template(choices.layouts, RECEIPT, KNOWN), document, PAPERS[choices.paper])

    def _template(self, layouts: Path, name: str, known: Known) -> Template:
        """The shop's layout, the shipped one when there is none or it has a fault (see :attr:`fault`)."""
        self.fault = None
        own = layouts / name
        if own.exists():
            try:
                return parse(own.read_text(encoding="utf-8"), known)
            except Invalid as error:
                self.fault = error
            except (OSError, UnicodeDecodeError) as error:
                self.fault = Invalid("bad_layout", detail=str(error)[:120])
        return parse((SHIPPED / name).read_text(encoding="utf-8"), known)

    def send(self, choices: Choices, stop: Callable[[], bool] = lambda: False) -> Sent:
        """Send what waits. Without a printer everything goes on waiting.

        Raises:
            Invalid: ``bad_printer``.
        """
        port = port_named(choices.printer)
        if port is None:
            return Sent(0, len(self.jobs.waiting()))
        return send_waiting(self.jobs, port, self._store.clock, stop)

    def _bytes(self, document: Document, choices: Choices) -> bytes:
        return encoded(self.rows(document, choices), choices)


def encoded(rows: list[PaperRow], choices: Choices) -> bytes:
    """What the printer is sent. Everything that is printed passes here, so that nothing leaves training unmarked."""
    return escpos.encode(marked(rows, choices), PAPERS[choices.paper], choices.chinese)


def marked(rows: list[PaperRow], choices: Choices) -> list[PaperRow]:
    """While practising every paper says so, also where the shop's own layout has no place for it; no drawer opens."""
    if not choices.training:
        return rows
    word = tr(TRAINING)
    kept: list[PaperRow] = [row for row in rows if not isinstance(row, OpenDrawer)]
    if any(isinstance(row, TextRow) and row.text.strip() == word for row in kept):
        return kept
    return [TextRow(word, "center", bold=True, size=2), *kept]
