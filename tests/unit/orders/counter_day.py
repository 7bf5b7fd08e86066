"""A dealer's counter in memory: products with prices, a customer, and short words for what a cashier does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.catalogue.handlers import NewProduct, decide_add_price_list, decide_add_products, decide_set_prices
from domain.customers.handlers import decide_add_customer, decide_set_credit
from domain.kernel.context import Actor, Decision
from domain.kernel.ids import stable_id
from domain.orders.booking_commands import TakeBooking
from domain.orders.booking_handlers import decide_booking
from domain.orders.commands import Approval, CompleteSale
from domain.orders.model import order_line, orders, payment
from domain.orders.pricing import Wanted
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.orders.sale_handlers import decide_sale
from domain.parties.model import party
from domain.tills.handlers import decide_open_shift
from tests.unit.orders.ledger import Ledger, ledger

GOODS = (
    NewProduct("RICE", "大米", price=468_000),
    NewProduct("SOY", "生抽", price=99_900),
    NewProduct("EGG", "鸡蛋", price=33_300),
)
DEVICE = stable_id("device", "till")


@dataclass
class CounterDay:
    """The dealer D1 at its till."""

    books: Ledger

    def __post_init__(self) -> None:
        self.party = self.books.row(party, code="D1")
        self.books.perform(lambda ctx: decide_add_products(ctx, list(GOODS)))
        self.owner, self.clerk = self.person("owner"), self.person("clerk")

    def person(self, role: str) -> Actor:
        """Somebody of the dealer at this till."""
        return Actor(stable_id("person", role), role, role, self.party["id"], DEVICE)

    def perform(self, decide: Any, actor: Actor | None = None) -> Any:
        """Decide and apply as the owner or *actor*."""
        return self.books.perform(decide, actor or self.owner)

    def sell(self, *wanted: Wanted, actor: Actor | None = None, **more: Any) -> CompleteSale:
        """A sale, for cash that covers it unless told otherwise."""
        more.setdefault("payments", [("cash", 10**9)])
        sale: CompleteSale = self.perform(lambda ctx: decide_sale(ctx, wanted or [Wanted("RICE", 1000)], **more), actor)
        return sale

    def book(self, *wanted: Wanted, deposit: int, actor: Actor | None = None, **more: Any) -> TakeBooking:
        """Goods ordered by a customer, with a deposit in cash unless told otherwise."""
        more.setdefault("payments", [("cash", deposit)] if deposit else [])
        booked: TakeBooking = self.perform(lambda ctx: decide_booking(ctx, wanted, deposit=deposit, **more), actor)
        return booked

    def take_back(
        self,
        sale: CompleteSale,
        *back: tuple[int, int],
        lot: str | None = None,
        actor: Actor | None = None,
        **more: Any,
    ) -> Any:
        """Return (line number, thousandths) of a sale."""
        lines = [Back(self.line(sale, number)["id"], quantity, lot=lot) for number, quantity in back]
        more.setdefault("reason", "不合适")
        return self.perform(lambda ctx: decide_return(ctx, sale.order_id, lines, **more), actor)

    def line(self, sale: CompleteSale, number: int) -> Any:
        """A line of a sale as it stands."""
        return self.books.row(order_line, order_id=sale.order_id, line_no=number)

    def sell_sealed(self, sale: CompleteSale, **changed: Any) -> None:
        """The same sale once more as another document, its one line changed after it was decided."""
        line = msgspec.structs.replace(sale.lines[0], **changed)
        again = msgspec.structs.replace(sale, order_id=stable_id("again"), lines=(line,))
        self.perform(lambda _ctx: Decision(again, again.order_id, again.number))

    def order(self, order_id: str) -> Any:
        """An order as it stands."""
        return self.books.row(orders, id=order_id)

    def paid(self, order_id: str) -> dict[str, int]:
        """Money by means of one document."""
        found: dict[str, int] = {}
        for row in self.books.rows(payment):
            if row["order_id"] == order_id:
                found[row["method"]] = found.get(row["method"], 0) + row["amount"]
        return found

    def open_shift(self, float_amount: int = 20_000) -> Any:
        """Take over the till."""
        return self.perform(lambda ctx: decide_open_shift(ctx, float_amount=float_amount))

    def customer(self, credit: int = 0) -> str:
        """A customer with a credit limit."""
        made = self.perform(lambda ctx: decide_add_customer(ctx, name="李建国"))
        self.perform(lambda ctx: decide_set_credit(ctx, customer_id=made.customer_id, credit_limit=credit))
        return str(made.customer_id)

    def floor(self, code: str, price: int) -> None:
        """A price below which a product is not sold."""
        fields = {"name": "底价", "usage": "floor", "scope": "base", "scope_value": "", "currency": "CNY"}
        self.books.perform(lambda ctx: decide_add_price_list(ctx, code="FLOOR", **fields))
        self.books.perform(lambda ctx: decide_set_prices(ctx, list_code="FLOOR", prices=[(code, price, 0)]))

    def agreed(self, *whats: str) -> Sequence[Approval]:
        """The owner's agreement."""
        return [Approval(what=what, person_id=self.owner.person_id, person_name="老板") for what in whats]  # type: ignore[arg-type]


@contextmanager
def days() -> Iterator[Callable[[], AbstractContextManager[CounterDay]]]:
    """A maker of fresh days on one set of tables: what a day wrote is rolled back at its end."""
    with ledger() as books:
        template = CounterDay(books)

        @contextmanager
        def fresh() -> Iterator[CounterDay]:
            savepoint = books.connection.begin_nested()
            books.flags.clear()
            try:
                yield template
            finally:
                savepoint.rollback()

        yield fresh
