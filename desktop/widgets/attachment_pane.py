"""Files of one document: listed with their state, added by dialog, drop or paste, opened, taken off and put back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.notice import NoticeAction
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import attaching, opened_files
from desktop.store.attaching import AWAY, Attached
from desktop.store.contents import Staged
from desktop.store.store import Performed, Store
from desktop.widgets.attachment_columns import about, attachment_columns
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import moment
from desktop.widgets.flow import Flow
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import SMALL, TIGHT, UNLIMITED, column
from desktop.widgets.live import Live
from desktop.widgets.picture import as_png, read_picture
from desktop.widgets.preview import PreviewDialog
from desktop.widgets.text import Text
from domain.attachments.commands import SubjectKind
from domain.attachments.rules import PDF

Source = Callable[[Store], Staged]
LEAST_HEIGHT, EMPTY_HEIGHT = 118, 80


class AttachmentPane(Live, QWidget):
    """Shows the files of one document; *add* is the screen's action that asks for more.

    Attributes:
        grid: the list. Enter opens, Del takes off, Ctrl+V adds what was copied, Ctrl+Z puts back what was taken off.
        preview: the picture on view, None for none.

    Signals:
        counted(int): so many files hang on the document.
    """

    counted = Signal(int)

    def __init__(self, workbench: Workbench, subject: SubjectKind, add: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._subject = workbench, subject
        self._subject_id, self._may_add = "", False
        self._fetching: set[str] = set()
        self._removed: list[tuple[str, Attached]] = []
        self.preview: PreviewDialog | None = None
        self._source = ListSource(key=lambda each: each.id)
        empty = EmptyState("attachments.empty", icon="")
        columns = attachment_columns(self._fetching)
        self.grid = Grid(columns, self._source, name_key="attachments.list", two_lines=True, empty=empty)
        self.title = Text("attachments.title", typeface.STRONG)
        self.add = KeyButton.of(add)
        self.add.weight = Weight.QUIET
        self.paste = KeyButton("attachments.action.paste", weight=Weight.QUIET)
        self.look = KeyButton("attachments.action.open", weight=Weight.QUIET)
        self.remove = KeyButton("attachments.action.remove", weight=Weight.QUIET)
        self._buttons = (self.add, self.paste, self.look, self.remove)
        lines = column(Flow(self.title, *self._buttons, gap=TIGHT), self.grid, gap=SMALL)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.setAcceptDrops(True)
        self._connect()
        self.go_live()
        self._offer()

    def _connect(self) -> None:
        self.paste.clicked.connect(self.paste_copied)
        self.look.clicked.connect(lambda: self.open_file(self.grid.current()))
        self.remove.clicked.connect(lambda: self.take_off(self.grid.current()))
        self.grid.opened.connect(self.open_file)
        self.grid.current_changed.connect(lambda _: self._offer())
        self.grid.table.installEventFilter(self)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_subject(self, subject_id: str, *, may_add: bool) -> None:
        """Show the files of a document, empty for none."""
        if subject_id != self._subject_id:
            self._source.replace([])
            self.grid.reload()
        self._subject_id, self._may_add = subject_id, may_add
        self.reload()

    def reload(self) -> None:
        """Read again."""
        subject_id = self._subject_id
        if not subject_id:
            self._take("", [])
            return
        asked = self._workbench.ask(lambda store: attaching.attached_to(store, self._subject, subject_id), self)
        asked.on_done(partial(self._take, subject_id))

    def restyle(self) -> None:
        """Room for two files, or for the sentence that says there is none."""
        empty = self._source.count(self.grid.model.query) == 0
        self.grid.header.setHidden(empty)
        self.grid.setMinimumHeight(theme().px(EMPTY_HEIGHT if empty else LEAST_HEIGHT))
        self.grid.setMaximumHeight(theme().px(EMPTY_HEIGHT) if empty else UNLIMITED)

    def retranslate(self) -> None:
        """What a screen reader says."""
        self.setAccessibleName(i18n.tr("attachments.title"))

    def _take(self, subject_id: str, found: list[Attached]) -> None:
        if subject_id != self._subject_id:
            return
        self._source.replace(found)
        self.restyle()
        self.grid.reload()
        if found and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._offer()
        self.counted.emit(len(found))

    def _offer(self) -> None:
        current = self.grid.current()
        self.add.setVisible(self._may_add)
        self.paste.setVisible(self._may_add)
        self.look.setVisible(current is not None)
        self.remove.setVisible(current is not None and current.own)

    # -- adding ------------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for files in the system's dialog, which does not block."""
        if not self._may_add:
            return
        dialog = QFileDialog(self, i18n.tr("attachments.choose.title"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"{i18n.tr('attachments.choose.kinds')} (*.jpg *.jpeg *.png *.webp *.pdf)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def paste_copied(self) -> None:
        """Add what was copied: files, or a picture."""
        if not self.take_in(QGuiApplication.clipboard().mimeData()):
            self._workbench.messages.info("attachments.nothing_copied")

    def take_in(self, data: QMimeData) -> bool:
        """Add what was dropped or copied; whether there was something to add."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not self._may_add:
            return False
        if paths:
            self.add_files(paths)
        elif data.hasImage():
            self.add_picture(QImage(data.imageData()))
        return bool(paths) or data.hasImage()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add files one after the other, each as far as it may be added."""
        self._add_all([partial(attaching.stage, path=path) for path in paths])

    def add_picture(self, image: QImage) -> None:
        """Add a picture that is no file yet."""
        time = f"{moment(self._workbench.clock.now_ms()):%Y-%m-%d %H%M%S}"
        name = i18n.tr("attachments.pasted", time=time)

        def stage(store: Store) -> Staged:
            data = as_png(image)
            return store.contents.keep(io.BytesIO(data), len(data), name)

        self._add_all([stage])

    def _add_all(self, sources: Sequence[Source]) -> None:
        if not sources:
            return
        first, rest, subject_id = sources[0], sources[1:], self._subject_id
        # Kept beside the sales, sealed among them: encrypting a large picture keeps no scan waiting.
        staging = self._workbench.ask(first, self)
        staging.on_done(lambda staged: self._attach(staged, subject_id, rest))
        staging.on_error(lambda error: self._not_added(error, rest))

    def _attach(self, staged: Staged, subject_id: str, rest: Sequence[Source]) -> None:
        task = self._workbench.do(lambda store: attaching.attach(store, self._subject, subject_id, staged), self)
        task.on_done(lambda done: self._added(done, rest)).on_error(lambda error: self._not_added(error, rest))

    def _added(self, _done: Performed, rest: Sequence[Source]) -> None:
        self.reload()
        self._add_all(rest)

    def _not_added(self, error: BaseException, rest: Sequence[Source]) -> None:
        self._workbench.messages.report(error, where="attachments")
        self._add_all(rest)

    # -- opening -----------------------------------------------------------------------------------------------------

    def open_file(self, wanted: Attached | None) -> None:
        """Show a file; one that is not here is fetched first, and the list says so meanwhile."""
        if wanted is None or wanted.id in self._fetching:
            return
        if wanted.state != AWAY:
            self._read(wanted)
            return
        self._fetching.add(wanted.id)
        self.grid.retranslate()
        fetching = self._workbench.fetch_content(wanted)
        fetching.on_done(lambda here: self._fetched(wanted, here)).on_error(lambda error: self._away(wanted, error))

    def _fetched(self, wanted: Attached, here: bool) -> None:
        self._fetching.discard(wanted.id)
        self.reload()
        if here:
            self._read(wanted)

    def _away(self, wanted: Attached, error: BaseException) -> None:
        self._fetching.discard(wanted.id)
        self.grid.retranslate()
        self._workbench.messages.report(error, where="attachments")

    def _read(self, wanted: Attached) -> None:
        if wanted.media_type == PDF:
            folder = self._workbench.store.contents.opened
            writing = self._workbench.ask(
                lambda store: opened_files.write(folder, wanted, attaching.read(store, wanted)), self
            )
            writing.on_done(self._hand_over)
        else:
            self._workbench.ask(lambda store: read_picture(attaching.read(store, wanted)), self).on_done(
                lambda image: self._show(image, wanted)
            )

    def _hand_over(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._workbench.messages.error("attachments.no_program")

    def _show(self, image: QImage, wanted: Attached) -> None:
        self.preview = PreviewDialog(self, image, wanted.name, about(wanted))
        self.preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.preview.finished.connect(self._closed)
        self.preview.open()

    def _closed(self) -> None:
        self.preview = None

    # -- taking off --------------------------------------------------------------------------------------------------

    def take_off(self, wanted: Attached | None) -> None:
        """Take a file off; the message that says so offers to put it back."""
        if wanted is None or not wanted.own:
            return
        subject_id = self._subject_id
        task = self._workbench.do(lambda store: attaching.detach(store, wanted.id), self)
        task.on_done(lambda _done: self._taken_off(subject_id, wanted))

    def _taken_off(self, subject_id: str, wanted: Attached) -> None:
        self._removed.append((subject_id, wanted))
        self._workbench.messages.success(
            "attachments.removed", NoticeAction("attachments.action.undo", self.put_back), name=wanted.name
        )
        self.reload()

    def put_back(self) -> None:
        """Undo the last removal."""
        if not self._removed:
            return
        subject_id, wanted = self._removed.pop()
        task = self._workbench.do(lambda store: attaching.put_back(store, self._subject, subject_id, wanted), self)
        task.on_done(lambda _done: self.reload())

    # -- keys and drops ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list."""
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Paste) and self._may_add:
            self.paste_copied()
        elif event.matches(QKeySequence.StandardKey.Undo) and self._removed:
            self.put_back()
        elif event.key() == Qt.Key.Key_Delete and not event.modifiers():
            self.take_off(self.grid.current())
        else:
            return False
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped on a document of one's own."""
        data = event.mimeData()
        if self._may_add and (data.hasImage() or any(url.isLocalFile() for url in data.urls())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        if self.take_in(event.mimeData()):
            event.acceptProposedAction()
