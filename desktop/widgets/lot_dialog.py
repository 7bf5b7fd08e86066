"""Which lot goods are of: one of those that are here, or one that is typed; on the way in also its last good day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.widgets.choice import Choice, Option
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import quantity_text
from desktop.widgets.form import Form
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb
from domain.stock.picking import LotStock

APPLY = "apply"
LONGEST = 60
_DAY = re.compile(r"(?:20)?(\d\d)[-/.]?(\d\d)[-/.]?(\d\d)")


def day_of(text: str) -> str | None:
    """``261231``, ``20261231`` and ``2026-12-31`` are 2026-12-31; None for what is no day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return dt.date(2000 + year, month, day).isoformat()
    except ValueError:
        return None


class LotDialog(Dialog):
    """*given* is told the lot (empty: none is said, the earliest goes first) and the last good day or None."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        here: Sequence[LotStock],
        given: Callable[[str, str | None], None],
        *,
        asks_day: bool = False,
    ) -> None:
        verbs = [Verb(APPLY, "widgets.lot.apply", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, "widgets.lot.title", verbs=verbs, keeps_open=True)
        self._given, self._here = given, {one.lot: one for one in here if one.lot}
        self.known = Choice(
            "widgets.lot.known", [Option("", "widgets.lot.automatic"), *map(_option, self._here.values())]
        )
        self.lot, self.day = QLineEdit(), QLineEdit()
        self.lot.setMaxLength(LONGEST)
        self.form = Form()
        if self._here:
            self.form.add("known", "widgets.lot.known", self.known)
        self.form.add("lot", "widgets.lot.lot", self.lot)
        if asks_day:
            self.form.add("day", "widgets.lot.day", self.day, "widgets.lot.day_hint")
        self.body.put(self.form)
        self.sentence.show_value(title)
        self.known.currentIndexChanged.connect(lambda _: self._fill())
        self.chosen.connect(lambda _: self._give())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self, lot: str, day: str | None) -> None:
        """Open with what is said now."""
        self.known.set_value(lot)
        self.lot.setText(lot)
        self.day.setText(day or "")
        self.open()
        first: QWidget = self.known if self._here else self.lot
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        if hasattr(self, "form"):
            self.setMinimumWidth(theme().px(470))
            for field in (self.lot, self.day):
                field.setMinimumHeight(theme().control_height())

    def _fill(self) -> None:
        lot = str(self.known.value())
        self.lot.setText(lot)
        self.day.setText(self._here[lot].expires_on or "" if lot in self._here else "")

    def _give(self) -> None:
        day = day_of(self.day.text())
        self.form.clear_errors()
        if self.day.text().strip() and day is None:
            self.form.show_error("day", "bad_day", {"value": self.day.text()})
            return
        self.accept()
        self._given(self.lot.text().strip(), day)


def _option(one: LotStock) -> Option:
    until = i18n.tr("widgets.lot.until", day=one.expires_on) if one.expires_on else ""
    parts = (one.lot, i18n.tr("widgets.lot.here", n=quantity_text(one.quantity)), until)
    return Option(one.lot, text=" · ".join(part for part in parts if part))
