"""A form in front of the screen that stays open until what was entered is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.platform.messages import Messages
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.form import Form
from desktop.widgets.key_button import Weight
from desktop.widgets.layout import NONE, SMALL, column
from desktop.widgets.verb import Verb
from domain.kernel.errors import DomainError

SAVE = "save"
WIDTH = 460
LEAST, FRAME = 90, 20
"""Pixels at 100 %: of the form in a low window, and left free above and below the dialog."""


class EntryDialog(Dialog):
    """Fields and one verb. What is refused is said below the field that it is about, and the entry stays.

    Attributes:
        form: the rows.
        fields_by_code: error code → name of the row that it is about.
    """

    def __init__(
        self,
        parent: QWidget,
        title_key: str,
        save_key: str,
        messages: Messages,
        fields_by_code: Mapping[str, str] | None = None,
        *,
        weight: Weight = Weight.PRIMARY,
    ) -> None:
        verbs = (Verb(SAVE, save_key, weight=weight),)
        super().__init__(parent, title_key, verbs=verbs, keeps_open=True)
        self._host = parent
        self._messages = messages
        self.fields_by_code = dict(fields_by_code or {})
        self.form = Form()
        self._holder = holder = QWidget()
        holder.setLayout(column(self.form, 1, margins=(NONE, NONE, NONE, NONE)))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidgetResizable(True)
        self._area.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        self.body.put(self._area)
        self.chosen.connect(lambda _: self._save())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def begin(self) -> None:
        """Open with the focus in the first field."""
        self.open()
        self._fit()
        for field in self._holder.findChildren(QWidget):
            if field.isEnabled() and field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.focusProxy() is None:
                field.setFocus(Qt.FocusReason.TabFocusReason)
                break

    def save(self) -> Task[Any] | None:
        """Begin the work with what was entered; None when something is wrong and was said at its field.

        Each form writes its own; a form without one keeps nothing.
        """
        return None

    def restyle(self) -> None:
        """Wide enough for label and field."""
        self.setMinimumWidth(theme().px(WIDTH))

    def refused(self, error: BaseException) -> None:
        """Say what was refused, at its field when it is about one."""
        self.button(SAVE).setEnabled(True)
        if isinstance(error, DomainError):
            name = self.fields_by_code.get(error.code)
            if error.code == "bad_input":
                name = self.fields_by_code.get(str(error.params.get("field", "")))
            if name is not None:
                self.form.show_error(name, error.code, error.params)
                self._fit()
                return
        self._messages.report(error)

    def _fit(self) -> None:
        """As wide as the longest words, as high as the form with what is wrong in it, as far as the window allows; the
        rest scrolls, downwards only.
        """
        self._measure()
        # Words below a field need fewer lines at the width that the dialog has got.
        self._measure()

    def _measure(self) -> None:
        px, inner, whole = theme().px, self._holder.layout(), self.layout()
        if inner is None or whole is None:
            return
        inner.setContentsMargins(0, 0, 0, 0)
        inner.activate()
        at_this_width = inner.totalHeightForWidth(self._area.width())
        # Less than nothing: no text in it wraps.
        wanted = (at_this_width if at_this_width >= 0 else self._holder.sizeHint().height()) + px(SMALL)
        beside = self._area.verticalScrollBar().sizeHint().width()
        edges = whole.contentsMargins()
        across = self._host.window().width() - px(FRAME) - edges.left() - edges.right()
        self._area.setMinimumWidth(min(self._holder.minimumSizeHint().width() + px(SMALL) + beside, across))
        self._area.setMinimumHeight(0)
        whole.activate()
        width = max(px(WIDTH), whole.totalMinimumSize().width())
        self.setMinimumWidth(width)
        around = self.needed_height(width) - self._area.minimumSizeHint().height()
        room = self._host.window().height() - around - px(FRAME)
        least = min(wanted, max(px(LEAST), room))
        self._area.setMinimumHeight(least)
        # Fields end where the verbs end; only what scrolls leaves room for the bar.
        inner.setContentsMargins(0, 0, px(SMALL) if least < wanted else 0, 0)
        whole.activate()
        # Not by Qt's hint: a scroll area wishes for more height than a form of one or two fields has.
        self.resize(width, self.needed_height(width))

    def _save(self) -> None:
        self.form.clear_errors()
        task = self.save()
        if task is None or self.form.has_errors():
            self._fit()
            return
        self.button(SAVE).setEnabled(False)
        task.on_done(self._saved).on_error(self.refused)

    def _saved(self, _result: object) -> None:
        self.accept()
