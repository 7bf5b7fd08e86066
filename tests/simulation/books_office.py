"""The books of what headquarters and owners look after: goods and who may sell them, dealers, people, customers.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import HQ_PARTY_ID
from tests.simulation import books_clashes as clashes
from tests.simulation.expected import DONE, FLAGGED, NOT_ALLOWED, REFUSED
from tests.simulation.records import Record
from tests.simulation.roles import OFFICE

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]


# -- editing -----------------------------------------------------------------------------------------------------------


def _check_edit(table: str, column: str, names: tuple[str, ...]) -> Callable[[Books, Body, Fields], frozenset[str]]:
    def check(books: Books, body: Body, fields: Fields) -> frozenset[str]:
        return clashes.check_edit(books, body, (table, fields[column]), given_in(fields, names))

    return check


def _edit(table: str, column: str, names: tuple[str, ...]) -> Callable[[Books, Body, Fields], None]:
    def effect(books: Books, body: Body, fields: Fields) -> None:
        clashes.take_edit(books, body, (table, fields[column]), given_in(fields, names))

    return effect


def given_in(fields: Fields, names: tuple[str, ...]) -> Fields:
    """Flags are told as truth and kept as numbers."""
    return {name: int(fields[name]) if isinstance(fields[name], bool) else fields[name] for name in names}


# -- goods -------------------------------------------------------------------------------------------------------------

ASKED = ("by_lot", "by_expiry", "by_serial")
DESCRIBED = ("name", "spec", "unit", "category_id", "tax_rate_bp", "stocked")


def _new_product(books: Books, fields: Fields, owner: str | None) -> None:
    known = {**dict.fromkeys(ASKED, 0), "spec": "", "category_id": None, "tax_rate_bp": 0, "stocked": 1}
    known |= {name: fields[name] for name in (*ASKED, *DESCRIBED) if name in fields}
    plain = {name: int(value) if isinstance(value, bool) else value for name, value in known.items()}
    plain |= {"code": fields["code"], "status": "listed", "owner": owner, "merged_into": None, "range": None}
    books.records["product", fields["product_id"]] = Record(plain)


def _check_add_products(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    taken = {one["code"] for one in books.of_table("product").values()}
    return REFUSED if any(one["code"] in taken for one in fields["products"]) else DONE


def _add_products(books: Books, _body: Body, fields: Fields) -> None:
    for one in fields["products"]:
        _new_product(books, one, None)


def _check_provisional(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if fields["party_id"] != body.party:
        return NOT_ALLOWED
    return FLAGGED if fields["code"] in {one["code"] for one in books.of_table("product").values()} else DONE


def _add_provisional(books: Books, _body: Body, fields: Fields) -> None:
    _new_product(books, fields, fields["party_id"])


def _is_shops_own(known: Fields | None) -> bool:
    return known is not None and known["owner"] is not None and known["merged_into"] is None


def _check_merge(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    mine, into = books.fields_of("product", fields["product_id"]), books.fields_of("product", fields["into_id"])
    if mine is None or into is None or not _is_shops_own(mine):
        return REFUSED
    plain = into["owner"] is None and into["merged_into"] is None
    return DONE if plain and mine["unit"] == into["unit"] else REFUSED


def _merge(books: Books, _body: Body, fields: Fields) -> None:
    product, into = fields["product_id"], fields["into_id"]
    clashes.write(books, ("product", product), {"merged_into": into, "status": "delisted"})
    for key, value in list(books.goods.items()):
        if key[2] == product and value:
            books.goods[key] = 0
            books.move(key[0], key[1], into, value, key[3])


def _check_adopt(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    return DONE if _is_shops_own(books.fields_of("product", fields["product_id"])) else REFUSED


def _adopt(books: Books, _body: Body, fields: Fields) -> None:
    told = {name: fields[name] for name in ("name", "spec", "category_id", "tax_rate_bp")}
    clashes.write(books, ("product", fields["product_id"]), {**told, "owner": None})


# -- who may sell what -------------------------------------------------------------------------------------------------


def _grants(fields: Fields) -> Fields:
    return {"name": fields["name"], "grants": sorted({(one["kind"], one["value"]) for one in fields["grants"]})}


def _check_set_range(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    key = ("goods_range", fields["range_id"])
    return clashes.check_edit(books, body, key, _grants(fields)) if key in books.records else DONE


def _set_range(books: Books, body: Body, fields: Fields) -> None:
    clashes.take_edit(books, body, ("goods_range", fields["range_id"]), _grants(fields))


def _check_assign_range(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    missing = fields["range_id"] and ("goods_range", fields["range_id"]) not in books.records
    return REFUSED if missing else DONE


def _assign_range(books: Books, _body: Body, fields: Fields) -> None:
    for product in fields["product_ids"]:
        known = books.fields_of("product", product)
        if known is not None:
            known["range"] = fields["range_id"]


def may_sell(books: Books, party: str, product: str) -> bool:
    """Whether a party may sell a product now: everyone may what stands in no range."""
    known = books.fields_of("product", product)
    return known is None or not known["range"] or is_granted(books, party, known["range"])


def is_granted(books: Books, party: str, range_id: str) -> bool:
    """Whether the goods of a range are a party's to sell; headquarters always may."""
    mine, granted = books.fields_of("party", party), books.fields_of("goods_range", range_id)
    if party == HQ_PARTY_ID:
        return True
    if mine is None or granted is None:
        return False
    line = [party, *books.ancestors(party)]
    fits = {"dealer": [party], "below": line, "grade": [mine["grade"]] if mine["grade"] else []}
    return any(value in fits[kind] for kind, value in granted["grants"])


# -- people ------------------------------------------------------------------------------------------------------------

CUSTOMER = ("grade", "status", "name", "phone", "note")
FILE = ("name", "region", "grade", "status", "pause_at_zero")


def _add_dealer(books: Books, _body: Body, fields: Fields) -> None:
    books.parents[fields["party_id"]] = fields["parent_id"]
    known = {"name": fields["name"], "region": fields["region"], "grade": fields["grade"]}
    books.records["party", fields["party_id"]] = Record({**known, "status": "active", "pause_at_zero": 0})


def _check_edit_person(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    key = ("person", fields["person_id"])
    actor, known = books.fields_of("person", body.person), books.fields_of(*key)
    if actor is not None and not _may_edit(actor, known, body, fields):
        return NOT_ALLOWED
    if known is None:
        return REFUSED
    return clashes.check_edit(books, body, key, given_in(fields, ("role", "status")))


def _may_edit(actor: Fields, known: Fields | None, body: Body, fields: Fields) -> bool:
    if known is None or fields["person_id"] == body.person:
        return False
    if actor["role"] == "hq_admin" and actor["party"] == HQ_PARTY_ID:
        office = {known["role"], fields["role"]} & OFFICE
        dealers = {known["role"], fields["role"]} & {"owner", "clerk"}
        return not dealers if known["party"] == HQ_PARTY_ID else not office
    return bool(known["party"] == actor["party"]) and {known["role"], fields["role"]} <= {"clerk", "warehouse"}


def _add_person(books: Books, _body: Body, fields: Fields) -> None:
    known = {"role": fields["role"], "status": "active", "party": fields["party_id"]}
    books.records["person", fields["person_id"]] = Record(known)


def _add_customer(books: Books, body: Body, fields: Fields) -> None:
    told = fields["personal"] or {}
    for one, data in zip(fields.get("customers", (fields,)), told.get("files", (told,)), strict=True):
        known = {**dict.fromkeys(CUSTOMER, ""), **given_in(one, ("grade",)), "status": "active", "party": body.party}
        books.records["customer", one["customer_id"]] = Record(known | data)


def _edited_customer(fields: Fields) -> Fields:
    return {**given_in(fields, ("grade", "status")), **(fields["personal"] or {})}


def _check_edit_customer(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    key = ("customer", fields["customer_id"])
    known = books.fields_of(*key)
    if known is None or known["party"] != body.party:
        return NOT_ALLOWED
    return clashes.check_edit(books, body, key, _edited_customer(fields))


def _edit_customer(books: Books, body: Body, fields: Fields) -> None:
    clashes.take_edit(books, body, ("customer", fields["customer_id"]), _edited_customer(fields))


LISTING, DESCRIPTION = ("product", "product_id", ("status",)), ("product", "product_id", (*DESCRIBED, *ASKED))
DEALER, PERSON = ("party", "party_id", FILE), ("person", "person_id", ("role", "status"))
CHECKS = {
    "catalogue.add_products": _check_add_products,
    "catalogue.add_provisional": _check_provisional,
    "catalogue.merge_product": _check_merge,
    "catalogue.adopt_product": _check_adopt,
    "catalogue.set_listing": _check_edit(*LISTING),
    "catalogue.edit_product": _check_edit(*DESCRIPTION),
    "catalogue.set_range": _check_set_range,
    "catalogue.assign_range": _check_assign_range,
    "parties.edit_dealer": _check_edit(*DEALER),
    "parties.edit_person": _check_edit_person,
    "customers.edit": _check_edit_customer,
}
EFFECTS = {
    "catalogue.add_products": _add_products,
    "catalogue.add_provisional": _add_provisional,
    "catalogue.merge_product": _merge,
    "catalogue.adopt_product": _adopt,
    "catalogue.set_listing": _edit(*LISTING),
    "catalogue.edit_product": _edit(*DESCRIPTION),
    "catalogue.set_range": _set_range,
    "catalogue.assign_range": _assign_range,
    "parties.add_dealer": _add_dealer,
    "parties.edit_dealer": _edit(*DEALER),
    "parties.add_person": _add_person,
    "parties.edit_person": _edit(*PERSON),
    "customers.add": _add_customer,
    "customers.add_many": _add_customer,
    "customers.edit": _edit_customer,
}
