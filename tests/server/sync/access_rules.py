"""Who may do what, declared once more, by hand: role × position of the party that a command aims at.

Two actors stand for all: somebody at headquarters and somebody at the shop M1. The positions are seen from the actor:
``own``, ``parent``, ``child``, ``sibling``, ``foreign`` (:func:`tests.support.factories.parties.relation`). A pair that
is not in a command's set is denied. A command without a rule here fails the matrix.
"""

from __future__ import annotations

from collections.abc import Callable

from domain.attachments import commands as attachments
from domain.catalogue import commands as catalogue, provisional_commands as own_goods
from domain.clashes import commands as clashes
from domain.customers import bulk_commands as bulk, commands as customers
from domain.held import commands as held
from domain.kernel.commands import Payload
from domain.kernel.ids import HQ_PARTY_ID
from domain.orders import (
    booking_commands as bookings,
    commands as orders,
    history_commands as history,
    return_commands as returns,
)
from domain.parties import commands as parties
from domain.stock import commands as stock
from domain.tills import commands as tills
from tests.server.sync.access_terms import (
    ANYBODY_AT_HOME,
    AT_SHOP,
    DECIDERS_ABOVE,
    NOBODY,
    OFFICE_ANYWHERE,
    RELATIONS,
    ROLES,
    SELLERS_AT_HOME,
    Rule,
    Target,
    every,
    order_row_id,
)
from tests.support.factories.orders import ids, sale, sold, taken

HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


def _line(of: Target) -> orders.SoldLine:
    return sold(of.product)


def _submit(of: Target) -> Payload:
    fields = {name: getattr(sale(of.party_id, _line(of)), name) for name in ("order_id", "number", "lines", "total")}
    common = {"home": 1, "currency": "CNY", "tax_total": 0}
    return orders.SubmitReplenishment(seller_id=of.parent_id, buyer_id=of.party_id, **common, **fields)  # type: ignore[arg-type]


def _return(of: Target) -> Payload:
    line = returns.LineBack(
        product_id=of.product, code="TEA", name="茶", unit="", quantity=1000, unit_price=10_000, amount=100
    )
    return returns.CompleteReturn(
        order_id=ids.new(),
        number="R-1",
        seller_id=of.party_id,
        home=1,
        original_id=None,
        customer_id=None,
        currency="CNY",
        lines=(line,),
        total=100,
        tax_total=0,
        refunds=(returns.Refunded(method="cash", amount=100),),
        reason="不要了",
    )


def _ship(of: Target) -> Payload:
    line = orders.ShippedLine(
        order_line_id=ids.new(), product_id=of.product, code="TEA", name="茶", unit="", quantity=1
    )
    return orders.ShipOrder(
        shipment_id=ids.new(),
        number="D-1",
        order_id=of.approved,
        seller_id=of.party_id,
        buyer_id=of.party_id,
        home=1,
        lines=(line,),
    )


def _receive(of: Target) -> Payload:
    line = orders.ReceivedLine(product_id=of.product, expected=1000, received=1000)
    return orders.ReceiveShipment(
        shipment_id=of.shipment,
        order_id=of.buying,
        seller_id=of.parent_id or of.party_id,
        buyer_id=of.party_id,
        home=1,
        final=True,
        lines=(line,),
    )


def _history(of: Target) -> Payload:
    document = history.PastDocument(
        ids.new(), "retail", "1", None, "", "2011-01-01", 1, "", 0, (history.DocumentLine(0, "sale", 1000, 10, 1),)
    )
    goods = (history.Goods(of.product, "TEA", "茶", True),)
    return history.ImportHistory(
        source="old", seller_id=of.party_id, home=0, currency="CNY", goods=goods, documents=(document,)
    )


def _count(of: Target) -> Payload:
    line = stock.CountedLine(product_id=of.product, counted=1, book=0)
    return stock.Count(document_id=ids.new(), number="CT-1", party_id=of.party_id, home=1, lines=(line,))


def _adjust(of: Target) -> Payload:
    line = stock.AdjustedLine(product_id=of.product, quantity=-1)
    return stock.Adjust(
        document_id=ids.new(), number="AD-1", party_id=of.party_id, home=1, reason="破损", lines=(line,)
    )


def _attach(of: Target) -> Payload:
    return attachments.Attach(
        attachment_id=ids.new(),
        subject="order",
        subject_id=of.selling,
        party_id=of.party_id,
        name="送货单.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
    )


def _add_person(role: str) -> Callable[[Target], Payload]:
    def make(of: Target) -> Payload:
        person_id = ids.new()
        return parties.AddPerson(person_id=person_id, party_id=of.party_id, name=person_id, role=role)  # type: ignore[arg-type]

    return make


def _secret() -> Payload:
    return parties.Secret(password_hash=HASH)


def _customer() -> Payload:
    return customers.CustomerData(name="李建国")


RULES: dict[str, Rule] = {
    "parties.found_network": Rule(
        lambda _of: parties.FoundNetwork(name="又一家", currency="CNY", base_list_name="基准"), NOBODY
    ),
    "parties.add_dealer": Rule(
        lambda of: parties.AddDealer(
            party_id=ids.new(), code=ids.new()[-12:], name="新店", parent_id=of.party_id, tier=1, home=9
        ),
        OFFICE_ANYWHERE,
    ),
    "parties.edit_dealer": Rule(
        lambda of: parties.EditDealer(party_id=of.party_id, name="改名", region="", grade="", status="active"),
        OFFICE_ANYWHERE,
    ),
    "parties.move_dealer": Rule(
        lambda of: parties.MoveDealer(party_id=of.leaf, from_id=of.leaf_parent, to_id=of.party_id), OFFICE_ANYWHERE
    ),
    "parties.add_person": Rule(
        _add_person("warehouse"), every(("hq_admin",), RELATIONS) | {("owner", "own")}, personal=_secret
    ),
    "parties.edit_person": Rule(
        lambda of: parties.EditPerson(person_id=of.clerk, role="warehouse", status="active"),
        every(("hq_admin",), RELATIONS) | {("owner", "own")},
    ),
    "parties.set_password": Rule(
        lambda of: parties.SetPassword(person_id=of.clerk),
        # The last two are the person aimed at: everybody may change his own.
        every(("hq_admin",), RELATIONS) | {("owner", "own"), ("clerk", "own"), ("warehouse@hq", "own")},
        personal=_secret,
    ),
    "parties.reset_pin": Rule(
        lambda of: parties.ResetPin(person_id=of.clerk),
        every(("hq_admin",), RELATIONS) | {("owner", "own"), ("clerk", "own"), ("warehouse@hq", "own")},
    ),
    "parties.set_policy": Rule(lambda _of: parties.SetPolicy(lease_days=14), every(("hq_admin",), RELATIONS)),
    "catalogue.add_products": Rule(
        lambda _of: catalogue.AddProducts(
            products=(catalogue.ProductSpec(product_id=ids.new(), code=ids.new()[-12:], name="新品"),),
            currency="CNY",
            valid_from="2023-01-01",
        ),
        OFFICE_ANYWHERE,
    ),
    "catalogue.edit_product": Rule(
        lambda of: catalogue.EditProduct(
            product_id=of.product, name="改", spec="", unit="", category_id=None, tax_rate_bp=0, stocked=True
        ),
        OFFICE_ANYWHERE,
    ),
    "catalogue.set_listing": Rule(
        lambda of: catalogue.SetListing(product_id=of.product, status="delisted"), OFFICE_ANYWHERE
    ),
    "catalogue.add_barcode": Rule(
        lambda of: catalogue.AddBarcode(
            barcode_id=ids.new(), product_id=of.product, barcode=catalogue.BarcodeSpec(code="1")
        ),
        OFFICE_ANYWHERE,
    ),
    "catalogue.add_category": Rule(
        lambda _of: catalogue.AddCategory(category_id=ids.new(), code=ids.new()[-12:], name="类"), OFFICE_ANYWHERE
    ),
    "catalogue.add_price_list": Rule(
        lambda _of: catalogue.AddPriceList(
            price_list_id=ids.new(),
            code=ids.new()[-12:],
            name="价",
            usage="retail",
            scope="base",
            scope_value="",
            currency="CNY",
        ),
        OFFICE_ANYWHERE,
    ),
    "catalogue.set_prices": Rule(
        lambda of: catalogue.SetPrices(
            price_list_id=of.price_list,
            prices=(catalogue.PriceSpec(product_id=of.product, price=1),),
            valid_from="2023-01-01",
        ),
        OFFICE_ANYWHERE,
    ),
    "catalogue.set_range": Rule(
        lambda _of: catalogue.SetRange(range_id=ids.new(), name="专供", grants=()), OFFICE_ANYWHERE
    ),
    "catalogue.assign_range": Rule(
        lambda of: catalogue.AssignRange(range_id=None, product_ids=(of.product,)), OFFICE_ANYWHERE
    ),
    "catalogue.add_provisional": Rule(
        lambda of: own_goods.AddProvisional(
            product_id=ids.new(), party_id=of.party_id, code=ids.new()[-12:], name="新货", unit="", price=1
        ),
        ANYBODY_AT_HOME,
    ),
    "catalogue.merge_product": Rule(
        lambda of: own_goods.MergeProduct(product_id=of.provisional, into_id=of.product), OFFICE_ANYWHERE
    ),
    "catalogue.adopt_product": Rule(
        lambda of: own_goods.AdoptProduct(
            product_id=of.provisional, name="新货", currency="CNY", valid_from="2023-01-01"
        ),
        OFFICE_ANYWHERE,
    ),
    "parties.acknowledge_alarms": Rule(lambda of: parties.AcknowledgeAlarms(device_id=of.clerk), OFFICE_ANYWHERE),
    "clashes.settle": Rule(
        lambda of: clashes.SettleClash(clash_id=order_row_id("clash", of.party_id), keep="other"),
        SELLERS_AT_HOME,
        lambda: clashes.Seen(stays='"甲"', other='"乙"'),
    ),
    "held.release": Rule(lambda of: held.Release(command_id=order_row_id("held", of.party_id)), DECIDERS_ABOVE),
    "held.refuse": Rule(
        lambda of: held.Refuse(command_id=order_row_id("held", of.party_id), reason="不要"), DECIDERS_ABOVE
    ),
    "held.see": Rule(lambda of: held.See(exception_id=order_row_id("exception", of.party_id)), DECIDERS_ABOVE),
    "stock.take_in": Rule(lambda of: taken(of.party_id, (of.product, 1000)), ANYBODY_AT_HOME),
    "stock.count": Rule(_count, ANYBODY_AT_HOME),
    "stock.adjust": Rule(_adjust, ANYBODY_AT_HOME),
    "customers.add": Rule(
        lambda of: customers.AddCustomer(customer_id=ids.new(), party_id=of.party_id),
        SELLERS_AT_HOME,
        personal=_customer,
    ),
    "customers.add_many": Rule(
        lambda of: bulk.AddCustomers(party_id=of.party_id, customers=(bulk.CustomerEntry(customer_id=ids.new()),)),
        SELLERS_AT_HOME,
        personal=lambda: bulk.CustomerFiles(files=(customers.CustomerData(name="王"),)),
    ),
    "customers.edit": Rule(
        lambda of: customers.EditCustomer(customer_id=of.customer, grade="", status="active"),
        SELLERS_AT_HOME,
        personal=_customer,
    ),
    "orders.complete_sale": Rule(lambda of: sale(of.party_id, _line(of)), SELLERS_AT_HOME),
    "orders.void_sale": Rule(
        lambda of: orders.VoidSale(
            order_id=of.sold, reason="错单", lines=(orders.ReturnedLine(product_id=of.product, quantity=1000),)
        ),
        SELLERS_AT_HOME,
    ),
    "orders.reassign_sale": Rule(
        lambda of: orders.ReassignSale(order_id=of.sold, customer_id=of.customer), SELLERS_AT_HOME
    ),
    "orders.complete_return": Rule(_return, SELLERS_AT_HOME),
    "orders.take_booking": Rule(
        lambda of: bookings.TakeBooking(
            order_id=ids.new(),
            number="D-1",
            seller_id=of.party_id,
            home=1,
            customer_id=of.customer,
            currency="CNY",
            lines=(_line(of),),
            total=_line(of).amount,
            tax_total=0,
            payments=(orders.Paid(method="cash", amount=100, tendered=100),),
        ),
        SELLERS_AT_HOME,
    ),
    "orders.call_off": Rule(lambda of: bookings.CallOff(order_id=of.booked, reason="不要了"), SELLERS_AT_HOME),
    "orders.pay_out_credit": Rule(
        lambda of: returns.PayOutCredit(
            payout_id=ids.new(),
            number="P-1",
            order_id=of.sold,
            seller_id=of.party_id,
            customer_id=None,
            amount=1,
            method="cash",
        ),
        SELLERS_AT_HOME,
    ),
    "customers.set_credit": Rule(
        lambda of: customers.SetCredit(customer_id=of.customer, credit_limit=1),
        every(("hq_admin", "owner", "hq_admin@shop"), ("own",)),
    ),
    "customers.pay_account": Rule(
        lambda of: customers.PayAccount(
            payment_id=ids.new(), number="A-1", customer_id=of.customer, party_id=of.party_id, amount=1, method="cash"
        ),
        SELLERS_AT_HOME,
    ),
    "tills.set_policy": Rule(
        lambda of: tills.SetTillPolicy(party_id=of.party_id, clerk_discount_bp=1, return_limit=1, cash_out_limit=1),
        every(("hq_admin", "owner", "hq_admin@shop"), ("own",)),
    ),
    "tills.open_shift": Rule(
        lambda of: tills.OpenShift(
            shift_id=ids.new(), number="T-1", party_id=of.party_id, home=1, currency="CNY", float_amount=1
        ),
        SELLERS_AT_HOME,
    ),
    "tills.move_cash": Rule(
        lambda of: tills.MoveCash(
            entry_id=ids.new(), shift_id=ids.new(), party_id=of.party_id, kind="in", amount=1, reason="x"
        ),
        SELLERS_AT_HOME,
    ),
    "tills.close_shift": Rule(
        lambda of: tills.CloseShift(shift_id=ids.new(), party_id=of.party_id, counted=0, expected=0, totals=()),
        SELLERS_AT_HOME,
    ),
    "orders.submit_replenishment": Rule(_submit, every(AT_SHOP, ("own",))),
    "orders.approve": Rule(lambda of: orders.ApproveOrder(order_id=of.selling), SELLERS_AT_HOME),
    "orders.refuse": Rule(lambda of: orders.RefuseOrder(order_id=of.selling, reason="无货"), SELLERS_AT_HOME),
    "orders.cancel": Rule(lambda of: orders.CancelOrder(order_id=of.buying, reason="不要了"), SELLERS_AT_HOME),
    "orders.close": Rule(lambda of: orders.CloseOrder(order_id=of.received), SELLERS_AT_HOME),
    "orders.ship": Rule(_ship, ANYBODY_AT_HOME),
    "orders.receive_shipment": Rule(_receive, ANYBODY_AT_HOME),
    "orders.import_history": Rule(_history, OFFICE_ANYWHERE),
    "attachments.attach": Rule(_attach, ANYBODY_AT_HOME),
    "attachments.detach": Rule(
        lambda of: attachments.Detach(attachment_id=of.attached, subject="order", party_id=of.party_id),
        ANYBODY_AT_HOME,
    ),
}
"""Command → its rule. Whoever adds a command adds it here, by thought and not by copying what its code says."""

ROUTES: dict[str, frozenset[str] | str] = {
    "GET /health": "public",
    "GET /ready": "public",
    "GET /metrics": "public",  # of this machine, or with the operator's token: tests/server/sync/test_metrics.py
    "GET /openapi.json": "public",
    "POST /v1/enrol": "public",
    "POST /v1/sessions": "public",
    "POST /v1/sessions/refresh": "public",
    "DELETE /v1/sessions": frozenset(ROLES),
    "GET /v1/me": frozenset(ROLES),
    "GET /v1/devices": frozenset(ROLES),
    "POST /v1/devices/{id}/revoke": frozenset({"hq_admin", "owner"}),
    "POST /v1/devices/remainder": "public",
    "POST /v1/sync/push": frozenset(ROLES),
    "POST /v1/sync/ledger": frozenset(ROLES),
    "GET /v1/sync/feed": frozenset(ROLES),
    "GET /v1/sync/events": frozenset(ROLES),
    "GET /v1/sync/snapshot": frozenset(ROLES),
    "GET /v1/sync/snapshot/{table}": frozenset(ROLES),
    "GET /v1/sync/slices/{table}": frozenset(ROLES),
    "POST /v1/attachments/uploads": frozenset(ROLES),
    "PUT /v1/attachments/uploads/{sha256}/{number}": frozenset(ROLES),
    "GET /v1/attachments/{id}/content": frozenset(ROLES),
}
"""Route → roles that may call it, or ``public``."""


HEADQUARTERS = HQ_PARTY_ID
