"""``dealerdesk screenshots``: every screen and the main dialogs, in each language, scheme and scale."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget

import i18n
from desktop.app.demo import data as invented
from desktop.app.demo.film import let_run, take, wait_until
from desktop.app.demo.network import SHOP, Homes
from desktop.app.demo.play import is_ready, prepare, surroundings
from desktop.app.demo.program import Program
from desktop.app.demo.server import Server
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.platform.theme import Look, theme
from desktop.widgets.page import Page
from domain.kernel.errors import DomainError

PLACES = (SHOP, "HQ")
READ_MS = 150
"""A list has its rows by then, and the action of the chosen one is offered."""
IN_CART = 40
"""Of the demo's goods, every seventh up to this one."""
DIALOGS = {
    "order_entry": (
        "order_entry.pay",
        "order_entry.customer",
        "order_entry.order_discount",
        "order_entry.note",
        "order_entry.book",
    ),
    "orders": ("orders.return",),
    "customers": ("customers.add", "customers.collect", "customers.credit"),
    "till": ("till.open",),
    "products": ("products.add", "products.price", "products.range"),
    "network": ("network.add_dealer", "network.add_person"),
}
"""Screen → the actions whose dialogs are taken where a person may ask for them."""
LOOKS: Sequence[tuple[str, str, int]] = tuple(product(("zh_CN", "en"), ("light", "dark", "contrast"), (100, 200)))
"""Language, scheme and scale."""


def start(given: argparse.Namespace) -> int:
    """Take them, of the demo's data; the demo network is built first where there is none."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(given.folder).resolve()
    demo = folder.with_name("demo")
    chosen = i18n.language()
    try:
        if not is_ready(demo / "network"):
            build(demo)
        for number, path in enumerate(pictures(demo, folder), 1):
            sys.stdout.write(f"{number:3d}  {path.name}\n")
    except DomainError as error:
        sys.stderr.write(i18n.message(error.code, error.params) + "\n")
        return 1
    finally:
        i18n.set_language(chosen)
    return 0


def build(demo: Path) -> None:
    """Make the demo's network."""
    network = demo / "network"
    shutil.rmtree(network, ignore_errors=True)
    network.mkdir(parents=True)
    server = Server(network)
    try:
        prepare(network, server, invented.load(), surroundings(demo))
    finally:
        server.stop()


def pictures(demo: Path, folder: Path, looks: Sequence[tuple[str, str, int]] = LOOKS) -> Iterator[Path]:
    """Take one after another, of the demo network below *demo*; their paths."""
    for place in PLACES:
        home = Homes(demo / "network").of(place)
        with Program(home, surroundings(demo)) as program:
            fill_cart(program)
            for language, scheme, scale in looks:
                i18n.set_language(language)
                theme().apply(Look(scheme, scale))
                look = f"{scheme}-{language}-{scale}"
                for screen in program.screens():
                    page = program.open(screen)
                    yield take(program.window, folder, f"{place.lower()}-{screen}-{look}")
                    for action in DIALOGS.get(screen, ()):
                        yield from take_dialog(
                            page, action, folder, f"{place.lower()}-{action.replace('.', '-')}-{look}"
                        )
                yield take_help(program, folder, f"{place.lower()}-help-{look}")
    yield from training(demo, folder, looks)


def fill_cart(program: Program) -> None:
    """A few goods in the order in hand: an empty one shows little. One that holds something stays as it is."""
    page = program.open("order_entry")
    if not isinstance(page, OrderEntryPage):
        return
    wait_until("draft", lambda: page.is_ready)
    if not page.edit.draft.lines:
        for number, product in enumerate(invented.load().products[:IN_CART:7], 1):
            page.scanned(product.barcodes[0].code)
            wait_until(product.code, lambda number=number: len(page.rows) == number)  # type: ignore[misc]


def take_dialog(page: QWidget, action: str, folder: Path, name: str) -> Iterator[Path]:
    """What an action opens, closed again; nothing where it cannot be asked for."""
    actions = page.actions_of_page if isinstance(page, Page) else None
    if actions is None or action not in actions:
        return
    let_run(READ_MS)
    if not actions[action].isEnabled():
        return
    actions[action].trigger()
    wait_until(action, lambda: isinstance(QApplication.activeModalWidget(), QDialog))
    shown = QApplication.activeModalWidget()
    if isinstance(shown, QDialog):
        yield take(shown, folder, name)
        shown.reject()
    wait_until(action, lambda: QApplication.activeModalWidget() is None)


def take_help(program: Program, folder: Path, name: str) -> Path:
    """The help as F1 opens it."""
    program.window.show_help()
    shown = QApplication.activeModalWidget()
    path = take(shown or program.window, folder, name)
    if isinstance(shown, QDialog):
        shown.reject()
    return path


def training(demo: Path, folder: Path, looks: Sequence[tuple[str, str, int]]) -> Iterator[Path]:
    """The training shop: its strip stands above every screen, so one of them is enough."""
    with Program(Homes(demo / "network").of(SHOP), surroundings(demo), training=True) as program:
        for language, scheme, scale in looks:
            i18n.set_language(language)
            theme().apply(Look(scheme, scale))
            fill_cart(program)
            yield take(program.window, folder, f"training-order_entry-{scheme}-{language}-{scale}")
