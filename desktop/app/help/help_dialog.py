"""The F1 window: the page of the screen in front, all others beside it, found by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QWidget

import i18n
from desktop.app.help.book import HelpBook
from desktop.platform import typeface
from desktop.platform.actions import HelpRow
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_help import KeyHelp
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.verb import Verb

AROUND = 40
"""Pixels at 100 % that the window keeps around."""
VERBS = Verb("keys", "help.keys", "F1")
TITLES = 210
PAGE = int(Qt.ItemDataRole.UserRole)
_STEPS = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}


class HelpText(QTextBrowser):
    """A page. It fetches nothing, from nowhere: no picture, no style, no other file.

    Signals:
        followed(str, str): kind and name of a link.
    """

    followed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.anchorClicked.connect(lambda url: self.followed.emit(url.scheme(), url.path()))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing."""
        return None


class HelpDialog(Dialog):
    """Opened with :meth:`begin`.

    Attributes:
        field: where one types what one looks for.
        titles: the pages found.
        text: the page shown.
        shown: its id.

    Signals:
        wished(str, str): a link leads out of the help: ``screen`` or ``do``, and which; the help has closed.
    """

    wished = Signal(str, str)

    def __init__(self, parent: QWidget, book: HelpBook, keys: Callable[[], Sequence[HelpRow]]) -> None:
        self._book, self._keys, self.shown = book, keys, ""
        self.field, self.titles, self.text = QLineEdit(), QListWidget(), HelpText()
        super().__init__(parent, "help.title", verbs=[VERBS], keeps_open=True, back_key="help.close")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        left = QWidget()
        left.setLayout(column(self.field, self.titles, gap=SMALL))
        self._left = left
        beside = row(left, self.text, gap=MEDIUM)
        beside.setStretch(1, 1)
        self.body.put(beside)
        self.titles.setWordWrap(True)
        self.titles.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.titles.currentItemChanged.connect(self._chosen)
        self.text.followed.connect(self._follow)
        self.chosen.connect(lambda _verb: KeyHelp(self, self._keys()).open())
        self._find("")
        self.restyle()
        self.retranslate()

    def begin(self, page_id: str) -> None:
        """Open at a page."""
        self.open()
        self.show_page(page_id)
        self.text.setFocus()

    def show_page(self, page_id: str) -> None:
        """Another page; the list follows."""
        self.shown = page_id
        self.text.document().setDefaultFont(theme().font(typeface.BODY))
        self.text.setMarkdown(self._book.markdown(page_id))
        for number in range(self.titles.count()):
            item = self.titles.item(number)
            if item.data(PAGE) == page_id:
                self.titles.setCurrentItem(item)

    def restyle(self) -> None:
        """As large as the window allows."""
        super().restyle()
        host = self.parentWidget()
        if host is None or not hasattr(self, "_left"):
            return
        room = host.window().size()
        around = theme().px(AROUND)
        self.resize(min(theme().px(1_000), room.width() - around), room.height() - around)
        self._left.setFixedWidth(min(theme().px(TITLES), room.width() // 3))
        self.field.setMinimumHeight(theme().control_height())
        if self.shown:
            self.show_page(self.shown)

    def retranslate(self) -> None:
        """Names, titles and the page in the language in force."""
        super().retranslate()
        if not hasattr(self, "_left"):
            return
        self.field.setPlaceholderText(i18n.tr("help.find"))
        for part, key in ((self.field, "help.find"), (self.titles, "help.pages"), (self.text, "help.page")):
            part.setAccessibleName(i18n.tr(key))
        self._find(self.field.text())
        if self.shown:
            self.show_page(self.shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down in the field move through the pages found; Enter goes to the page."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(event.key())
            if step is not None:
                self.titles.setCurrentRow(max(0, min(self.titles.count() - 1, self.titles.currentRow() + step)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.text.setFocus()
                return True
        return False

    def _find(self, typed: str) -> None:
        self.titles.blockSignals(True)
        self.titles.clear()
        for page_id in self._book.find(typed):
            item = QListWidgetItem(self._book.title(page_id), self.titles)
            item.setData(PAGE, page_id)
            if page_id == self.shown:
                self.titles.setCurrentItem(item)
        self.titles.blockSignals(False)
        if typed and self.titles.count():
            self.titles.setCurrentRow(0)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(PAGE) != self.shown:
            self.show_page(item.data(PAGE))

    def _follow(self, kind: str, name: str) -> None:
        if kind == "page":
            self.show_page(name)
            return
        self.accept()
        self.wished.emit(kind, name)
