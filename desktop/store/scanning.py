"""What a scanned code means here: a product, how much of it, and what a scale's label says about its price."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop.store.store import Performed, Store
from domain.catalogue import gs1, queries as catalogue, queries_kept
from domain.catalogue.provisional import decide_add_provisional
from domain.catalogue.queries import Asked
from domain.catalogue.units import OWN, Unit, pack
from domain.catalogue.weighed import Weighed, decode, parse_layouts, thousandths_of
from domain.kernel.channels import Row
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.labels import quantity_for
from domain.orders.pricing import RETAIL
from domain.parties import queries as parties
from domain.stock import queries_lots as lots


@dataclass(frozen=True, slots=True)
class Found:
    """A scanned product, or one that was picked.

    Attributes:
        code: the product's code.
        quantity: thousandths of its own unit.
        amount: what its label says it costs, in minor units; None when there is no such label.
        unit: the unit in which it is entered.
        by_lot, by_serial: what the product asks for.
        lot, expires_on, serial: what a GS1 label says beside the article, if the product asks for it; or the serial
            itself was scanned.
    """

    code: str
    quantity: int = QUANTITY_SCALE
    amount: int | None = None
    unit: Unit = OWN
    lot: str = ""
    expires_on: str | None = None
    serial: str = ""
    by_lot: bool = False
    by_serial: bool = False


def find_scanned(store: Store, text: str, layouts: str = "", *, unsold: bool = False) -> Found | None:
    """What a bar code, a typed code or a scale's label means; *layouts* are those of :mod:`domain.catalogue.weighed`.
    With *unsold* also goods that this shop has or had and is no longer authorised for.

    Raises:
        Invalid: ``not_sold_by_weight``, ``no_price``: the label is read, but nothing can be made of it.
    """
    with store.read() as connection:
        party_id = store.known.party_id
        plain = text.replace(gs1.SEPARATOR, "")
        exact = _labelled(connection, text, party_id) or _exact(connection, plain, party_id)
        exact = exact or _piece(connection, plain, party_id)
        if exact is None and unsold:
            known = queries_kept.by_codes(connection, [plain], party_id)
            exact = _asking(known[plain]) if known else None
        if exact:
            return exact
        weighed = decode(text, parse_layouts(layouts))
        product = _product(store, connection, weighed) if weighed else None
        if weighed is None or product is None:
            return None
        return _weighed(store, connection, weighed, product)


def units_of(store: Store, code: str) -> tuple[Unit, ...]:
    """The units of the product with this code, its own first."""
    with store.read() as connection:
        return catalogue.units_of_code(connection, code)


def picked(store: Store, code: str) -> Found:
    """One of the product with this code, chosen by hand."""
    with store.read() as connection:
        row = queries_kept.products_by_codes(connection, [code], store.known.party_id).get(code)
    return _asking(row) if row else Found(code)


def _labelled(connection: Connection, text: str, party_id: str) -> Found | None:
    """What a GS1 label says, when its article is known here."""
    label = gs1.read(text)
    for code in gs1.codes_of(label.gtin) if label else ():
        found = _exact(connection, code, party_id)
        if found is not None and label is not None:
            lot, until = (label.lot, label.expires_on) if found.by_lot else ("", None)
            return replace(found, lot=lot, expires_on=until, serial=label.serial if found.by_serial else "")
    return None


def _piece(connection: Connection, text: str, party_id: str) -> Found | None:
    """The article of a serial that lies here."""
    ids = lots.products_of_serial(connection, party_id, text)
    known = catalogue.products_by_ids(connection, ids)
    return replace(_asking(known[ids[0]]), serial=text) if len(ids) == 1 and known else None


def _asking(row: Row, quantity: int = QUANTITY_SCALE, unit: Unit = OWN) -> Found:
    by_lot, by_serial = bool(row["by_lot"]), bool(row["by_serial"])
    return Found(str(row["code"]), quantity, unit=unit, by_lot=by_lot, by_serial=by_serial)


def _exact(connection: Connection, text: str, party_id: str) -> Found | None:
    scanned = catalogue.product_by_barcode(connection, text, party_id)
    if scanned is None:
        found = catalogue.find_exact(connection, text, party_id)
        return _asking(*found) if found else None
    row, barcode = scanned
    unit = pack(barcode["unit"], barcode["factor"]) if barcode["unit"] else OWN
    return _asking(row, int(barcode["factor"]), unit)


def _product(store: Store, connection: Connection, weighed: Weighed) -> Row | None:
    return catalogue.product_of_item(connection, weighed.prefix, weighed.item, store.known.party_id)


def _weighed(store: Store, connection: Connection, weighed: Weighed, product: Row) -> Found:
    code = str(product["code"])
    if weighed.grams is not None:
        return Found(code, thousandths_of(weighed.grams, product["unit"]))
    party = parties.party_by_id(connection, store.known.party_id) or {}
    price = None
    if party:
        day, currency = store.clock.today(), party["currency"]
        [price] = catalogue.prices_for(
            connection, [Asked(product["id"], QUANTITY_SCALE)], party, usages=RETAIL, day=day, currency=currency
        )
    if price is None or weighed.amount is None:
        raise Invalid("no_price", code=code)
    quantity = quantity_for(weighed.amount, price["price"], party["currency"], code=code)
    return Found(code, quantity, weighed.amount)


def code_to_make(text: str, layouts: str = "") -> tuple[str, bool]:
    """(the bar code by which goods are found that have *text* on them, whether a scale printed it)."""
    label = gs1.read(text)
    if label is not None:
        return gs1.codes_of(label.gtin)[:2][-1], False
    weighed = decode(text, parse_layouts(layouts))
    return (weighed.prefix + weighed.item, True) if weighed else (text, False)


def make_product(store: Store, *, name: str, unit: str, price: int, code: str) -> Performed:
    """A product of this shop, for goods that no list knows; *price* in 1/10000.

    Raises what :func:`domain.catalogue.provisional.decide_add_provisional` raises.
    """
    return store.perform(lambda ctx: decide_add_provisional(ctx, name=name, unit=unit, price=price, code=code))
