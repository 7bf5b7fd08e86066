"""Who may sell a product: everyone, or the dealers of a range."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

import i18n
from desktop.features.products import ranges
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from domain.kernel.channels import Row

EVERYONE, NEW = "", "new"
WHO = ("dealers", "below", "grades")


class RangeDialog(EntryDialog):
    """Everyone, a range that there is (and who may sell it), or a new one; for one product or its whole category."""

    def __init__(self, parent: QWidget, workbench: Workbench, product: Row) -> None:
        self.whole = QCheckBox()
        super().__init__(
            parent, "products.range.title", "products.range.save", workbench.messages, {"unknown_dealer": "dealers"}
        )
        self._workbench = workbench
        self._product = product
        self._known: dict[str, ranges.Range] = {}
        self.range = Choice("products.range.range", _options([]))
        self.name = QLineEdit()
        self.dealers, self.below, self.grades = QLineEdit(), QLineEdit(), QLineEdit()
        self.sentence.say("products.range.sentence", name=product["name"], code=product["code"])
        self.sentence.show()
        self._put_rows()
        self.range.currentIndexChanged.connect(lambda _: self._follow())
        workbench.ask(ranges.ranges, self).on_done(self._offer)
        self._follow()

    def retranslate(self) -> None:
        """Words of the check box."""
        super().retranslate()
        self.whole.setText(i18n.tr("products.range.whole"))

    def save(self) -> Task[Any] | None:
        """Check, then the commands: the range when it is new or changed, and the products into it."""
        chosen, whole = self.range.value(), self.whole.isChecked()
        entered = {name: field.text().strip() for name, field in self._entries().items()}
        if chosen != EVERYONE and not entered["name"]:
            self.form.show_error("name", "name_missing")
            return None
        known = self._known.get(chosen)
        as_known = known is not None and all(getattr(known, name) == text for name, text in entered.items())

        def change(store: Store) -> Performed:
            done: list[Performed] = []
            range_id = known.id if known else None
            if chosen != EVERYONE and not as_known:
                done.append(ranges.set_range(store, range_id=range_id, **entered))
                range_id = done[-1].document_id
            if range_id != self._product["range_id"] or whole:
                done += ranges.limit(store, self._product["id"], range_id, whole_category=whole)
            return ranges.together(done)

        if known is not None and as_known and known.id == self._product["range_id"] and not whole:
            self.reject()
            return None
        if chosen == EVERYONE and not self._product["range_id"] and not whole:
            self.reject()
            return None
        return self._workbench.do(change, self)

    def _entries(self) -> dict[str, QLineEdit]:
        return {"name": self.name, "dealers": self.dealers, "below": self.below, "grades": self.grades}

    def _put_rows(self) -> None:
        form = self.form
        form.add("range", "products.range.range", self.range)
        form.add("name", "products.range.name", self.name)
        form.add("dealers", "products.range.dealers", self.dealers, "products.range.codes_hint")
        form.add("below", "products.range.below", self.below, "products.range.codes_hint")
        form.add("grades", "products.range.grades", self.grades, "products.range.shared_hint")
        if self._product["category_id"]:
            form.add("whole", "products.range.goods", self.whole)

    def _offer(self, known: list[ranges.Range]) -> None:
        self._known = {one.id: one for one in known}
        self.range.set_options(_options(known))
        self.range.set_value(self._product["range_id"] or EVERYONE)
        self._follow()

    def _follow(self) -> None:
        """Who may sell it: nothing to enter for everyone; what a range has is there to be changed."""
        chosen = self.range.value()
        known = self._known.get(chosen)
        for name, field in self._entries().items():
            field.setEnabled(chosen != EVERYONE)
            field.setText(str(getattr(known, name)) if known else "")


def _options(known: list[ranges.Range]) -> list[Option]:
    return [
        Option(EVERYONE, "products.range.everyone"),
        *[Option(one.id, text=one.name) for one in known],
        Option(NEW, "products.range.new"),
    ]
