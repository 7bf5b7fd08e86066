"""Entry of a bar code that says at once whether its check digit is right."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.widgets.exact_field import narrow
from desktop.widgets.layout import TIGHT, column
from desktop.widgets.live import Live
from desktop.widgets.text import Text
from domain.catalogue.rules import ean13_check_digit, is_ean13

EAN = 13


class BarcodeField(Live, QWidget):
    """A line, and below it what is known of the code: twelve digits offer the thirteenth, thirteen are checked.

    Attributes:
        line: where it is typed or scanned.
        hint: what is said of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setMaxLength(48)
        self.hint = Text("products.barcode.hint", typeface.SMALL, "secondary", wrap=True)
        self.setFocusProxy(self.line)
        self.setLayout(column(self.line, self.hint, gap=TIGHT))
        self.line.textChanged.connect(lambda _: self._tell())
        self.go_live()

    def text(self) -> str:
        """The code without blanks."""
        return narrow(self.line.text()).strip()

    def usable(self) -> bool:
        """Whether it may be kept: empty, an own code of another length, or an EAN-13 that is right."""
        return not _looks_like_ean(self.text()) or is_ean13(self.text())

    def retranslate(self) -> None:
        """The spoken name in the language in force."""
        self.line.setAccessibleName(i18n.tr("products.field.barcode"))

    def _tell(self) -> None:
        code = self.text()
        if len(code) == EAN - 1 and code.isdigit():
            self.hint.say("products.barcode.complete", digit=ean13_check_digit(code))
        elif not _looks_like_ean(code):
            self.hint.say("products.barcode.hint")
        elif is_ean13(code):
            self.hint.say("products.barcode.right")
        else:
            self.hint.say("products.barcode.wrong", digit=ean13_check_digit(code[:12]))


def _looks_like_ean(code: str) -> bool:
    return len(code) == EAN and code.isascii() and code.isdigit()
