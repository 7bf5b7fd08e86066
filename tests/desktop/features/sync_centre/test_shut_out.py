"""A dealer that was suspended: what waits on his PC is said, and why."""

from __future__ import annotations

from functools import partial
from typing import Any

import i18n
from desktop.features.sync_centre import operations
from desktop.features.sync_centre.figures_view import FiguresView
from domain.parties.handlers import decide_edit_dealer
from domain.parties.model import party
from tests.support.contents import attach
from tests.support.factories.attachments import file_of
from tests.support.network import Counter, Network


def told(view: FiguresView, shop: Counter) -> tuple[str, str]:
    """What the cards say about what waits and about the server."""
    view.show_status(operations.status(shop.store))
    return view.upload.accessibleName(), view.contact.accessibleName()


def test_pictures_of_a_suspended_dealer_are_said_to_wait(network: Network, qtbot: Any) -> None:
    hq, shop = network.counter("admin"), network.counter("m1-owner")
    view = FiguresView(shop.clock)
    qtbot.addWidget(view)
    attach(shop, "order", shop.sell().document_id, file_of())
    shop.sync()
    row = network.rows(party)[network.party_id("M1")]
    known = {name: row[name] for name in ("name", "region", "grade")} | {"pause_at_zero": bool(row["pause_at_zero"])}
    for status, waits in (("active", "files_wait"), ("suspended", "files_held"), ("active", "files_wait")):
        hq.perform(partial(decide_edit_dealer, party_id=row["id"], status=status, **known))
        hq.sync()
        network.intake.db_number()
        shop.sync()
        assert operations.status(shop.store).files == 1
        uploads, contact = told(view, shop)
        assert i18n.tr(f"sync_centre.figure.{waits}") in uploads
        assert (i18n.tr("sync_centre.figure.shut_out") in contact) == (status == "suspended")
