"""Headquarters goes through what shops made themselves: this is that product, or a new one for everybody."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

import i18n
from desktop.features.products import own_goods
from desktop.features.products.own_goods import OwnGoods
from desktop.platform import typeface
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.searching import Hit
from desktop.store.store import Performed
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import price_text
from desktop.widgets.form import Form
from desktop.widgets.key_button import Weight
from desktop.widgets.price_field import PriceField
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

MERGE, ADOPT = "merge", "adopt"
WIDTH, LINES = 600, 190
AROUND, LEAST = 366, 22
"""Pixels at 100 %: around the list, and of it in a low window."""


class OwnGoodsDialog(Dialog):
    """The list, a box to find what it is, name and price for what is new.

    Attributes:
        waiting: what is listed.
        target: code of the product it is to become part of, empty for none chosen.
    """

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        verbs = (
            Verb(ADOPT, "products.own.adopt", "Ctrl+A"),
            Verb(MERGE, "products.own.merge", "F9", weight=Weight.PRIMARY, enters=False),
        )
        super().__init__(parent, "products.own.title", "products.own.sentence", verbs, keeps_open=True)
        self._workbench, self._host = workbench, parent
        self._searching: Task[list[Hit]] | None = None
        self.waiting: list[OwnGoods] = []
        self.target = ""
        self.list = QListWidget()
        self.box = ScanBox("products.own.find", "products.own.hint")
        self._chosen = Text("products.own.no_target", typeface.SMALL, "secondary", wrap=True)
        self.name, self.price = QLineEdit(), PriceField("products.own.price")
        self.form = Form()
        self.form.add("name", "products.own.name", self.name)
        self.form.add("price", "products.own.price", self.price)
        self.body.put(self.list, self.box, self._chosen, self.form)
        self.list.currentRowChanged.connect(lambda _: self._show())
        self.box.searched.connect(self._search)
        self.box.picked.connect(lambda code: self._pick(str(code)))
        self.chosen.connect(self._do)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        self.retranslate()

    def begin(self) -> None:
        """Open, and read what waits."""
        self.open()
        self._read()

    @property
    def current(self) -> OwnGoods | None:
        """What is chosen in the list."""
        row = self.list.currentRow()
        return self.waiting[row] if 0 <= row < len(self.waiting) else None

    def restyle(self) -> None:
        """Room for a line with shop, name and price."""
        super().restyle()
        if hasattr(self, "form"):
            px, room = theme().px, self._host.window().height() - theme().px(AROUND)
            self.list.setMinimumSize(px(WIDTH), min(px(LINES), max(px(LEAST), room)))
            for field in (self.name, self.price):
                field.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Names in the language in force."""
        super().retranslate()
        if hasattr(self, "form"):
            self.list.setAccessibleName(i18n.tr("products.own.title"))

    def _read(self) -> None:
        self._workbench.ask(own_goods.own_goods, self).on_done(self._fill)

    def _fill(self, found: list[OwnGoods]) -> None:
        self.waiting = found
        self.list.clear()
        for one in found:
            price = "—" if one.price is None else price_text(one.price)
            self.list.addItem(" · ".join(part for part in (one.shop, one.name, one.barcode, one.unit, price) if part))
        self.list.setCurrentRow(0 if found else -1)
        self.sentence.say("products.own.sentence" if found else "products.own.none")
        self._show()

    def _show(self) -> None:
        one = self.current
        self.form.clear_errors()
        self.name.setText(one.name if one else "")
        self.price.set_value(one.price if one else None)
        self._pick("")
        self.button(ADOPT).setEnabled(one is not None)

    def _pick(self, code: str) -> None:
        self.target = code
        if code:
            self._chosen.say("products.own.target", code=code)
        else:
            self._chosen.say("products.own.no_target")
        self.button(MERGE).setEnabled(bool(code) and self.current is not None)

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text.strip():
            self._searching = self._workbench.ask(lambda store: list(own_goods.find_targets(store, text)), self)
            self._searching.on_done(lambda hits: self.box.show_results([_result(hit) for hit in hits], text))

    def _do(self, verb: str) -> None:
        one, target = self.current, self.target
        if one is None:
            return
        name, price = self.name.text().strip(), self.price.value()
        if verb == MERGE:
            task = self._workbench.do(lambda store: own_goods.merge(store, one.id, target), self)
        elif name:
            task = self._workbench.do(lambda store: own_goods.adopt(store, one.id, name=name, price=price), self)
        else:
            self.form.show_error("name", "no_product_name")
            return
        task.on_done(self._done)

    def _done(self, _: Performed) -> None:
        self.box.clear()
        self._read()


def _result(hit: Hit) -> Result:
    return Result(hit.name, f"{hit.code} · {hit.unit}", data=hit.code)
