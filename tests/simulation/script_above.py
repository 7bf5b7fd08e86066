"""What is decided above about others: who may sell what, what becomes of commands that are held; and files."""

from __future__ import annotations

from io import BytesIO
from random import Random

from desktop.features.products import ranges
from desktop.features.sync_centre import held
from desktop.store import attaching
from desktop.store.store import Performed, Store
from domain.attachments.commands import SubjectKind
from domain.catalogue import queries as catalogue
from domain.held.model import held_command
from domain.orders.model import orders
from domain.stock.model import stock_document
from tests.simulation.drawing import any_row, newest_or_any
from tests.simulation.script_goods import known_goods

PNG = b"\x89PNG\r\n\x1a\n"


def grants_drawn(chance: Random) -> dict[str, str]:
    """Whom a range is granted: dealers, dealers with everybody below, grades; now and then nobody."""
    return {
        "dealers": chance.choice(("", "", "M1", "E11 C1", "N1")),
        "below": chance.choice(("", "N1", "E1", "M1", "N1 E1")),
        "grades": chance.choice(("", "", "gold")),
    }


def set_range(chance: Random, store: Store) -> Performed | None:
    """A range is granted to others, where there is one already."""
    known = ranges.ranges(store)
    if not known:
        return None
    one = chance.choice(known)
    return ranges.set_range(store, name=one.name, range_id=one.id, **grants_drawn(chance))


def limit(chance: Random, store: Store) -> Performed:
    """Goods go into a range, or are for everyone again."""
    product = known_goods(chance, store, 1)[0]
    with store.read() as connection:
        known = sorted(row["id"] for row in catalogue.list_ranges(connection))
    range_id = chance.choice(known) if chance.random() < 0.6 else None
    return ranges.together(ranges.limit(store, product["id"], range_id))


def decide_held(chance: Random, store: Store) -> Performed | None:
    """Something that the server keeps without effect is taken again, or comes to nothing."""
    row = any_row(chance, store, held_command, held_command.c.state == "waiting")
    if row is None:
        return None
    if chance.random() < 0.6:
        return held.release(store, row["id"])
    return held.refuse(store, row["id"], "不认")


def attach(chance: Random, store: Store) -> Performed | None:
    """A picture hangs on a document from now on; several people have the same pictures."""
    found = _document(chance, store)
    if found is None:
        return None
    subject, document_id = found
    content = PNG + Random(f"picture {chance.randrange(9)}").randbytes(chance.choice((5, 100, 300)))
    staged = store.contents.keep(BytesIO(content), len(content), "货.png")
    return attaching.attach(store, subject, document_id, staged)


def _document(chance: Random, store: Store) -> tuple[SubjectKind, str] | None:
    mine = store.known.party_id
    if chance.random() < 0.5:
        row = newest_or_any(chance, store, stock_document, stock_document.c.party_id == mine)
        return ("stock_document", row["id"]) if row else None
    row = newest_or_any(chance, store, orders, (orders.c.seller_id == mine) | (orders.c.buyer_id == mine))
    return ("order", row["id"]) if row else None


def detach(chance: Random, store: Store) -> Performed | None:
    """A picture is taken off."""
    found = _document(chance, store)
    own = [one for one in attaching.attached_to(store, *found) if one.own] if found else []
    return attaching.detach(store, chance.choice(own).id) if own else None
