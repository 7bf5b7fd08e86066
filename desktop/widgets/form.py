"""Labelled rows to fill in, with what is wrong said below the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.layout import MEDIUM, TIGHT, column
from desktop.widgets.live import Live
from desktop.widgets.text import Text


class Below(Text):
    """Words below a field, never squeezed: layouts inside layouts forget how high a text is that wraps."""

    def __init__(self, key: str = "", colour: str = "secondary") -> None:
        super().__init__(key, typeface.SMALL, colour, wrap=True, optional=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as the words at this width."""
        super().resizeEvent(event)
        self.setMinimumHeight(max(0, self.heightForWidth(event.size().width())))


class FormRow:
    """The parts of one row."""

    def __init__(self, label_key: str, field: QWidget, hint_key: str) -> None:
        self.label_key = label_key
        self.field = field
        self.label = Text(label_key, typeface.BODY, "secondary")
        self.hint = Below(hint_key)
        self.problem = Below(colour="danger")
        self.code = ""
        self.params: Mapping[str, object] = {}


class Form(Live, QWidget):
    """Rows by name. A label names its field for screen readers; errors come by code and follow the language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, FormRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.go_live()

    def add(self, name: str, label_key: str, field: QWidget, hint_key: str = "") -> QWidget:
        """Append a row; returns the field."""
        made = FormRow(label_key, field, hint_key)
        made.label.setBuddy(field)
        number = len(self._rows)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(made.label, number, 0, top)
        self._grid.addLayout(column(field, made.hint, made.problem, gap=TIGHT), number, 1)
        self._rows[name] = made
        self.restyle()
        self._name(made)
        return field

    def field(self, name: str) -> QWidget:
        """The field of a row."""
        return self._rows[name].field

    def show_error(self, name: str, code: str, params: Mapping[str, object] | None = None) -> None:
        """Say below the field what is wrong with it, and bring the focus there when it is the first."""
        made = self._rows[name]
        first = not self.has_errors()
        made.code, made.params = code, params or {}
        self._tell(made)
        if first:
            made.field.setFocus()

    def hint(self, name: str, key: str, **params: object) -> None:
        """Say something else below a field."""
        self._rows[name].hint.say(key, **params)

    def clear_errors(self) -> None:
        """Nothing is wrong any more."""
        for made in self._rows.values():
            made.code = ""
            self._tell(made)

    def has_errors(self) -> bool:
        """Whether something is wrong."""
        return any(made.code for made in self._rows.values())

    def errors(self) -> dict[str, str]:
        """Name of the row → code, for what is wrong."""
        return {name: made.code for name, made in self._rows.items() if made.code}

    def labels_width(self) -> int:
        """Pixels that the longest label takes, in the language and the scale in force."""
        metrics = QFontMetricsF(theme().font(typeface.BODY))
        return max(
            (ceil(metrics.horizontalAdvance(i18n.tr(made.label_key))) for made in self._rows.values()), default=0
        )

    def align_labels(self, width: int) -> None:
        """Let fields begin where those of the forms above and below do: labels take *width* pixels."""
        self._grid.setColumnMinimumWidth(0, width)

    def restyle(self) -> None:
        """Gaps, and labels on the height of their fields' first line."""
        px = theme().px
        self._grid.setHorizontalSpacing(px(MEDIUM))
        self._grid.setVerticalSpacing(px(MEDIUM))
        for made in self._rows.values():
            # A field of several parts has its first line first, and sends the focus there.
            line = made.field.focusProxy() or made.field
            made.label.setMinimumHeight(max(made.label.sizeHint().height(), line.sizeHint().height()))

    def retranslate(self) -> None:
        """Names and errors in the language in force."""
        for made in self._rows.values():
            self._name(made)
            self._tell(made)

    def _name(self, made: FormRow) -> None:
        made.field.setAccessibleName(i18n.tr(made.label_key))

    def _tell(self, made: FormRow) -> None:
        words = i18n.message(made.code, made.params) if made.code else ""
        made.problem.show_value(words)
        made.field.setAccessibleDescription(words)
        made.field.setProperty("invalid", bool(words))
        made.field.style().unpolish(made.field)
        made.field.style().polish(made.field)
