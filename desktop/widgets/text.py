"""A piece of text with a purpose: its font and colour follow the look, its words the language."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.platform.typeface import BODY, Role
from desktop.widgets.live import Live


class Text(Live, QLabel):
    """A label by the key of its words, or with words that change (a name, a sum).

    Plain text only: what a customer is called is never read as markup. An optional text takes no room while it is
    empty.
    """

    def __init__(
        self,
        key: str = "",
        role: Role = BODY,
        colour: str = "text",
        *,
        right: bool = False,
        wrap: bool = False,
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._params: dict[str, object] = {}
        self._role = role
        self._colour = colour
        self._optional = optional
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if right:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.go_live()

    def say(self, key: str, **params: object) -> None:
        """Show the words of ``key``; they follow the language."""
        self._key = key
        self._params = params
        self.retranslate()

    def show_value(self, text: str) -> None:
        """Show a value that is no text of the catalogues: a name, a number, a date."""
        self._key = ""
        self._put(text)

    def set_colour(self, colour: str) -> None:
        """Use another colour of the theme."""
        self._colour = colour
        self.restyle()

    def restyle(self) -> None:
        """Font and colour by purpose."""
        self.setFont(theme().font(self._role))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme().colour(self._colour))
        self.setPalette(palette)

    def retranslate(self) -> None:
        """The words in the language in force."""
        if self._key:
            self._put(i18n.tr(self._key, **self._params))
        elif self._optional:
            self._show_if(bool(self.text()))

    def _put(self, text: str) -> None:
        self.setText(text)
        if self._optional:
            self._show_if(bool(text))

    def _show_if(self, wanted: bool) -> None:
        """Never on its own: without a parent it would flash as a window and take the activity from the real one."""
        if self.parentWidget() is None and wanted:
            self.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
        else:
            self.setVisible(wanted)
