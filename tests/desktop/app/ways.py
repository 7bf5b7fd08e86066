"""The ways to every dialog of the program: on which screen it is asked for, and how."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog

import desktop
from desktop.app.help.help_dialog import HelpDialog
from desktop.features.customers.account_dialogs import CollectDialog, CreditDialog
from desktop.features.customers.customer_dialog import CustomerDialog
from desktop.features.network import operations as network
from desktop.features.network.dealer_dialog import AddDealerDialog, EditDealerDialog, MoveDealerDialog
from desktop.features.network.person_dialog import (
    AddPersonDialog,
    EditPersonDialog,
    NetworkRulesDialog,
    PasswordDialog,
    PinResetDialog,
)
from desktop.features.order_entry.booking_dialog import BookingDialog
from desktop.features.order_entry.credits import Credit
from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.money_back_dialog import MoneyBackDialog
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.features.order_entry.pay_dialog import Due, PayDialog
from desktop.features.order_entry.payout import PayOutDialog
from desktop.features.order_entry.recall_dialog import RecallDialog
from desktop.features.orders.call_off_dialog import CallOffDialog
from desktop.features.orders.known_sale_dialog import KnownSaleDialog
from desktop.features.orders.refund_dialog import RefundDialog
from desktop.features.orders.return_dialog import ReturnDialog
from desktop.features.products.barcode_dialog import BarcodeDialog
from desktop.features.products.own_goods_dialog import OwnGoodsDialog
from desktop.features.products.price_dialog import PriceDialog
from desktop.features.products.price_list_dialog import PriceListDialog
from desktop.features.products.product_dialog import ProductDialog
from desktop.features.products.range_dialog import RangeDialog
from desktop.features.settings.key_capture import KeyCapture
from desktop.features.settings.keys_dialog import KeysDialog
from desktop.features.sign_in.again_dialog import AgainDialog
from desktop.features.sign_in.lock_screen import LockScreen
from desktop.features.sign_in.people_card import Door
from desktop.features.sign_in.pin_dialog import PinDialog
from desktop.features.stock.serial_dialog import SerialDialog
from desktop.features.sync_centre.check_dialog import CheckDialog
from desktop.features.sync_centre.reason_dialog import ReasonDialog
from desktop.features.sync_centre.reassign_dialog import ReassignDialog
from desktop.features.till import actions as till
from desktop.features.till.dialogs import CashDialog, CountDialog, OpenDialog
from desktop.features.till.rules_dialog import RulesDialog
from desktop.widgets.clash_dialog import ClashDialog
from desktop.widgets.customer_dialog import CustomerDialog as BuyerDialog
from desktop.widgets.dialog import Dialog
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.kept_form import InLedger
from desktop.widgets.key_help import KeyHelp
from desktop.widgets.lot_dialog import LotDialog
from desktop.widgets.preview import PreviewDialog
from desktop.widgets.second_person import SecondPersonDialog
from domain.kernel.channels import Row
from domain.kernel.errors import Refused
from domain.stock.picking import LotStock
from tests.support.counter import T1

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.platform.workbench import Workbench
    from desktop.widgets.page import Page
    from tests.desktop.app.walking import Shop

Ask = Callable[["Shop", "Page"], object]
DEALERS_OWNER: Row = {"id": "p" * 32, "party_id": T1, "name": "赵敏", "role": "owner", "status": "active"}
BASES = frozenset({Dialog, EntryDialog})
"""What dialogs are made of; the questions that are a plain :class:`Dialog` have an own way all the same."""


@dataclass(frozen=True, slots=True)
class Way:
    """A dialog, the screen on which it is asked for, how, and what its faults are called by."""

    dialog: type[QDialog]
    screen: str
    ask: Ask
    name: str


def _by(action: str, dialog: type[QDialog], screen: str = "") -> Way:
    """An action of a screen, as a person takes it."""

    def ask(shop: Shop, page: Page) -> None:
        assert page.actions_of_page is not None
        asked = page.actions_of_page[action]
        shop.qtbot.waitUntil(asked.isEnabled)
        asked.trigger()

    return Way(dialog, screen or action.partition(".")[0], ask, action)


def _made(dialog: type[QDialog], screen: str, ask: Ask) -> Way:
    """Made here: what leads to it in the shop is long, or comes from outside (a round, a timer, another person)."""
    return Way(dialog, screen, ask, dialog.__name__)


def _answers(*_: object) -> None:
    """Whatever is answered."""


def _pay_out(shop: Shop, page: Page) -> None:
    PayOutDialog(page, Credit(93_60, account=True), "CNY", _answers).begin()


def _money_back(shop: Shop, page: Page) -> None:
    MoneyBackDialog(page, [("card", 20_00), ("wechat", 12_30)], "CNY", _answers).begin()


def _booking(shop: Shop, page: Page) -> None:
    BookingDialog(page, Due(189_70, "CNY"), 57_00, _answers, InLedger(shop.counter.workbench, "booking")).begin()


def _call_off(shop: Shop, page: Page) -> None:
    CallOffDialog(page, shop.counter.workbench, {"id": "1", "deposit": 57_00, "currency": "CNY"}, _answers).begin()


def _second(shop: Shop, page: Page) -> None:
    refused = Refused("below_floor", code="A001", floor="45.00")
    SecondPersonDialog(page, shop.counter.workbench, refused, _answers).begin()


def _known_sale(shop: Shop, page: Page) -> None:
    said = {"serial": "SN-0012", "number": "S1-03-S000017", "day": "11-02 10:15"}
    KnownSaleDialog(page, _answers).ask("orders.free.known.sentence", **said)


def _lot(shop: Shop, page: Page) -> None:
    here = [LotStock("20261118-A", 12_000, "2027-03-31"), LotStock("20261001-B", 3_000, "2026-12-31")]
    LotDialog(page, "蒙牛 纯牛奶 250ml×24", here, _answers, asks_day=True).begin("20261118-A", None)


def _picture(shop: Shop, page: Page) -> None:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0xFF8899AA)
    PreviewDialog(page, image, "送货单.jpg", "送货单.jpg · 1.2 MB · 王芳 11-18 10:00").open()


def _open_shift(shop: Shop, page: Page) -> None:
    OpenDialog(page, shop.counter.workbench).begin()


def _reason(shop: Shop, page: Page) -> None:
    ReasonDialog(page, "void", shop.counter.messages, _no_task).begin()


def _no_task(reason: str) -> Any:
    return None


def _reassign(shop: Shop, page: Page) -> None:
    ReassignDialog(page, shop.counter.workbench, _answers).begin()


def _clash(shop: Shop, page: Page) -> None:
    ClashDialog(page, shop.counter.workbench, ()).open()  # not begun: it would end by itself, for nothing is open


def _keys(shop: Shop, page: Page) -> None:
    KeysDialog(page, shop.counter.workbench.shortcuts).begin()


def _key(shop: Shop, page: Page) -> None:
    KeyCapture(page, shop.counter.workbench.shortcuts, till.CASH_IN, _answers).begin()


def _again(shop: Shop, page: Page) -> None:
    AgainDialog(shop.window, shop.counter.workbench).begin()


def _pin(shop: Shop, page: Page) -> None:
    PinDialog(shop.window, shop.counter.workbench).begin()


def _lock(shop: Shop, page: Page) -> None:
    def nobody(*_: object) -> Any:
        raise AssertionError("nobody proves himself here")

    screen = LockScreen(shop.window, Door(shop.counter.people.here, nobody, nobody), shop.counter.messages)
    screen.cover()


def _help(shop: Shop, page: Page) -> None:
    shop.window.show_help()


def _key_help(shop: Shop, page: Page) -> None:
    assert page.actions_of_page is not None
    KeyHelp(shop.window, page.actions_of_page.help_rows()).open()


def _of_dealer(dialog: Callable[[QWidget, Workbench, Row], EntryDialog]) -> Ask:
    """About the dealer below headquarters."""

    def ask(shop: Shop, page: Page) -> None:
        [dealer] = [row for row in network.parties(shop.counter.store) if row["id"] == T1]
        dialog(page, shop.counter.workbench, dealer).begin()

    return ask


def _of_person(dialog: Callable[[QWidget, Workbench, Row], Dialog]) -> Ask:
    """About the dealer's owner."""

    def ask(shop: Shop, page: Page) -> None:
        dialog(page, shop.counter.workbench, DEALERS_OWNER).open()

    return ask


WAYS = (
    _by("order_entry.customer", BuyerDialog),
    _by("order_entry.line_discount", DiscountDialog),
    _by("order_entry.order_discount", DiscountDialog),
    _by("order_entry.note", NoteDialog),
    _by("order_entry.recall", RecallDialog),
    _by("order_entry.pay", PayDialog),
    _made(MoneyBackDialog, "order_entry", _money_back),
    _made(PayOutDialog, "order_entry", _pay_out),
    _made(BookingDialog, "order_entry", _booking),
    _made(SecondPersonDialog, "order_entry", _second),
    _made(LotDialog, "order_entry", _lot),
    _by("orders.return", ReturnDialog),
    _made(CallOffDialog, "orders", _call_off),
    _made(PreviewDialog, "orders", _picture),
    _by("orders.free.refund", RefundDialog, "returns"),
    _made(KnownSaleDialog, "returns", _known_sale),
    _by("customers.add", CustomerDialog),
    _by("customers.edit", CustomerDialog),
    _by("customers.collect", CollectDialog),
    _by("customers.credit", CreditDialog),
    _made(OpenDialog, "till", _open_shift),
    _by("till.cash_in", CashDialog),
    _by("till.cash_out", CashDialog),
    _by("till.no_sale", CashDialog),
    _by("till.rules", RulesDialog),
    _by("till.close", CountDialog),
    _by("stock.serial", SerialDialog),
    _by("sync_centre.check", CheckDialog),
    _made(ReassignDialog, "sync_centre", _reassign),
    _made(ReasonDialog, "sync_centre", _reason),
    _made(ClashDialog, "sync_centre", _clash),
    _made(KeysDialog, "settings", _keys),
    _made(KeyCapture, "settings", _key),
    _made(AgainDialog, "settings", _again),
    _made(PinDialog, "settings", _pin),
    _made(LockScreen, "settings", _lock),
    _made(HelpDialog, "settings", _help),
    _made(KeyHelp, "order_entry", _key_help),
)
OF_HEADQUARTERS = (
    _by("products.add", ProductDialog),
    _by("products.edit", ProductDialog),
    _by("products.price", PriceDialog),
    _by("products.barcode", BarcodeDialog),
    _by("products.range", RangeDialog),
    _by("products.price_list", PriceListDialog),
    _by("products.own", OwnGoodsDialog),
    _by("network.add_dealer", AddDealerDialog),
    _made(EditDealerDialog, "network", _of_dealer(EditDealerDialog)),
    _made(MoveDealerDialog, "network", _of_dealer(MoveDealerDialog)),
    _by("network.add_person", AddPersonDialog),
    _made(EditPersonDialog, "network", _of_person(EditPersonDialog)),
    _made(PasswordDialog, "network", _of_person(PasswordDialog)),
    _made(PinResetDialog, "network", _of_person(PinResetDialog)),
    _by("network.rules", NetworkRulesDialog),
)
"""In a shop, and what only headquarters does."""


def every_dialog() -> set[type[QDialog]]:
    """The classes of dialogs that the program has."""
    for module in pkgutil.walk_packages(desktop.__path__, "desktop."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    return set(_below(QDialog)) - BASES


def _below(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        if each.__module__.startswith("desktop."):
            yield each
            yield from _below(each)
