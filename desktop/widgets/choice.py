"""A list to choose one value from; its words follow the language, the value stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_focus


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its value, and the key of its words or the words themselves (a name)."""

    value: Any
    text_key: str = ""
    text: str = ""

    @property
    def words(self) -> str:
        """What a person reads."""
        return i18n.tr(self.text_key) if self.text_key else self.text


class Choice(Live, QComboBox):
    """A combo box by value. ``currentIndexChanged`` tells that another value was chosen."""

    def __init__(self, name_key: str, options: Sequence[Option] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._options: list[Option] = []
        self.set_options(options)
        self.go_live()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other values; the chosen one stays chosen when it is among them."""
        chosen = self.value()
        self._options = list(options)
        self.blockSignals(True)
        self.clear()
        for option in self._options:
            self.addItem(option.words)
        self.blockSignals(False)
        self.set_value(chosen)

    def value(self) -> Any:
        """The chosen value, None while there is nothing to choose."""
        index = self.currentIndex()
        return self._options[index].value if 0 <= index < len(self._options) else None

    def set_value(self, value: Any) -> None:
        """Choose a value; one that is not offered chooses the first."""
        values = [option.value for option in self._options]
        self.setCurrentIndex(values.index(value) if value in values else (0 if values else -1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """With the ring of the focus: Qt draws it only once somebody has pressed Tab in the window."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            draw_focus(painter, QRectF(self.rect()))
            painter.end()

    def restyle(self) -> None:
        """As high as the other controls."""
        self.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """Name and words in the language in force."""
        self.setAccessibleName(i18n.tr(self._name_key))
        self.view().setAccessibleName(i18n.tr(self._name_key))
        for index, option in enumerate(self._options):
            self.setItemText(index, option.words)
