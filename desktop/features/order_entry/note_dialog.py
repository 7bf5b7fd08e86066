"""Notes on the current line and on the order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.form import Form
from desktop.widgets.kept_form import Keeper, KeptForm
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb

APPLY = "apply"
LONGEST = 100


class NoteDialog(Dialog):
    """*given* is told both notes."""

    def __init__(self, parent: QWidget, *, has_line: bool, given: Callable[[str, str], None], keeper: Keeper) -> None:
        verbs = [Verb(APPLY, "order_entry.note.apply", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, "order_entry.note.title", verbs=verbs, keeps_open=True)
        self._given, self._keeper = given, keeper
        self._kept: KeptForm | None = None
        self.line, self.order = QLineEdit(), QLineEdit()
        self.form = Form()
        if has_line:
            self.form.add("line", "order_entry.note.line", self.line)
        self.form.add("order", "order_entry.note.order", self.order)
        for field in (self.line, self.order):
            field.setMaxLength(LONGEST)
        self._first = self.line if has_line else self.order
        self.body.put(self.form)
        self.chosen.connect(lambda _: self._give())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self, line: str, order: str) -> None:
        """Open with what is noted now, or what was typed here when the program ended."""
        self.line.setText(line)
        self.order.setText(order)
        self._kept = KeptForm(self, self._keeper, {"line": self.line, "order": self.order})
        self.open()
        self._first.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        if hasattr(self, "form"):
            self.setMinimumWidth(theme().px(420))
            for field in (self.line, self.order):
                field.setMinimumHeight(theme().control_height())

    def _give(self) -> None:
        if self._kept is not None:
            self._kept.used()
        self.accept()
        self._given(self.line.text().strip(), self.order.text().strip())
