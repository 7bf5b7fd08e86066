"""Entry of exact decimal numbers: what is typed becomes an integer of small units, never a float, never rounded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QValidator
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.widgets.live import Live
from domain.kernel.errors import Invalid

_FOR_CARET = "\u00a0"
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0x3001: ".", 0x2212: "-"}


def narrow(text: str) -> str:
    """Digits and points as a Chinese input method types them, made plain; separators and blanks dropped."""
    return text.translate(_NARROW).replace(",", "").replace(" ", "").replace("\u3000", "")


class ExactValidator(QValidator):
    """Lets through what can still become a number with so many places; nothing needs rounding afterwards."""

    def __init__(self, places: int, digits: int, *, negative: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._places = places
        self._digits = digits
        self._negative = negative

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Plain text back, with the verdict."""
        plain = narrow(text)
        position = max(0, position - (len(text) - len(plain)))
        body = plain[1:] if self._negative and plain.startswith("-") else plain
        whole, point, part = body.partition(".")
        digits_only = all(character in "0123456789" for character in whole + part)
        if not digits_only or len(whole) > self._digits or len(part) > self._places or (point and not self._places):
            return QValidator.State.Invalid, plain, position
        complete = whole or part or not plain  # Enter in an emptied field says: nothing, as it was before
        return (QValidator.State.Acceptable if complete else QValidator.State.Intermediate), plain, position


class ExactField(Live, QLineEdit):
    """A line for one number. Its value is an integer of small units, or None while nothing usable is entered.

    Signals:
        value_changed(object): the new value, an int or None; by a person or by :meth:`set_value`.
    """

    value_changed = Signal(object)

    def __init__(
        self,
        name_key: str,
        parse: Callable[[str], int],
        write: Callable[[int], str],
        *,
        places: int,
        digits: int,
        negative: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._parse = parse
        self._write = write
        self._value: int | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setValidator(ExactValidator(places, digits, negative=negative, parent=self))
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.textChanged.connect(self._take)
        self.editingFinished.connect(self._tidy)
        self.go_live()

    def value(self) -> int | None:
        """Small units, None for nothing usable."""
        return self._value

    def set_value(self, value: int | None) -> None:
        """Show a value."""
        self.setText("" if value is None else self._write(value))

    def setPlaceholderText(self, text: str) -> None:
        """What stands there while it is empty, with room at its right for the caret."""
        super().setPlaceholderText(f"{text}{_FOR_CARET}" if text else "")

    def retranslate(self) -> None:
        """The spoken name in the language in force."""
        self.setAccessibleName(i18n.tr(self._name_key))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Typing replaces what is there, however the focus came."""
        super().focusInEvent(event)
        self.selectAll()

    def _take(self, text: str) -> None:
        value = self._read(text)
        if value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _read(self, text: str) -> int | None:
        try:
            return self._parse(narrow(text))
        except Invalid:
            return None

    def _tidy(self) -> None:
        if self._value is not None:
            self.setText(self._write(self._value))
