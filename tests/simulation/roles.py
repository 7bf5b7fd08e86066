"""Who may seal which command, written down once more beside the product; everybody may what is not named."""

from __future__ import annotations

ALL = frozenset({"hq_admin", "hq_staff", "owner", "clerk", "warehouse"})
SELLING = ALL - {"warehouse"}
OFFICE = frozenset({"hq_admin", "hq_staff"})
ROLES = {
    "orders.complete_sale": SELLING,
    "orders.approve": SELLING,
    "orders.refuse": SELLING,
    "orders.cancel": SELLING,
    "orders.close": SELLING,
    "orders.take_booking": SELLING,
    "orders.call_off": SELLING,
    "orders.complete_return": SELLING,
    "orders.void_sale": SELLING,
    "tills.open_shift": SELLING,
    "tills.move_cash": SELLING,
    "tills.close_shift": SELLING,
    "customers.add": SELLING,
    "customers.edit": SELLING,
    "customers.add_many": SELLING,
    "catalogue.add_products": OFFICE,
    "catalogue.set_listing": OFFICE,
    "catalogue.edit_product": OFFICE,
    "catalogue.set_prices": OFFICE,
    "catalogue.add_price_list": OFFICE,
    "parties.add_dealer": OFFICE,
    "parties.edit_dealer": OFFICE,
    "parties.move_dealer": OFFICE,
    "parties.add_person": frozenset({"hq_admin", "owner"}),
    "parties.edit_person": frozenset({"hq_admin", "owner"}),
    "catalogue.set_range": OFFICE,
    "catalogue.assign_range": OFFICE,
    "catalogue.merge_product": OFFICE,
    "catalogue.adopt_product": OFFICE,
    "held.release": frozenset({"hq_admin", "hq_staff", "owner"}),
    "held.refuse": frozenset({"hq_admin", "hq_staff", "owner"}),
    "held.see": frozenset({"hq_admin", "hq_staff", "owner"}),
    "parties.found_network": frozenset({"hq_admin"}),
}
REQUESTS = frozenset(
    {
        *(f"orders.{verb}" for verb in ("submit_replenishment", "approve", "refuse", "cancel", "close")),
        *(name for name in ROLES if name.startswith(("catalogue.", "parties.", "held."))),
        "clashes.settle",
    }
)
"""What can be refused; everything else has happened when it is sealed."""
