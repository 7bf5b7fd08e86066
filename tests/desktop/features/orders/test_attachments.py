"""Files on an order, as somebody at the counter adds, opens and takes them off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QImageReader
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.orders.orders_view import OrdersPage
from desktop.platform.task import Task
from desktop.platform.theme import Look, theme
from desktop.store import attaching, opened_files
from desktop.store.attaching import AWAY, SAVED, SENT, Attached
from desktop.widgets import picture as pictures
from desktop.widgets.attachment_pane import AttachmentPane
from desktop.widgets.picture import as_png, read_picture
from domain.attachments.rules import MOST_BYTES
from domain.kernel.errors import Invalid
from domain.orders.model import orders
from tests.desktop.features.orders.test_orders import opened
from tests.support.counter import Counter, unnamed
from tests.support.factories.attachments import digest_of, file_of


def photo(width: int = 400, height: int = 300) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366cc"))
    return image


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A photographed delivery note."""
    path = tmp_path / "送货单.png"
    path.write_bytes(as_png(photo()))
    return path


@pytest.fixture
def page(qtbot: QtBot, counter: Counter) -> OrdersPage:
    counter.add_orders(2)
    return opened(qtbot, counter)


@pytest.fixture
def files(page: OrdersPage, qtbot: QtBot) -> AttachmentPane:
    qtbot.waitUntil(lambda: page.pane.files.add.isVisibleTo(page))
    return page.pane.files


class Opener(QObject):
    """What the system is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[bytes] = []
        self.names: list[str] = []

    @Slot(QUrl)
    def open_url(self, url: QUrl) -> None:
        path = Path(url.toLocalFile())
        self.names.append(path.name)
        self.seen.append(path.read_bytes())


@pytest.fixture
def opener() -> Iterator[Opener]:
    made = Opener()
    QDesktopServices.setUrlHandler("file", made, "open_url")  # type: ignore[arg-type]  # as Qt takes it
    yield made
    QDesktopServices.unsetUrlHandler("file")


def listed(files: AttachmentPane) -> list[Attached]:
    found = [files.grid.model.row(number) for number in range(files.grid.model.rowCount())]
    return [each for each in found if each is not None]


def wait_for(qtbot: QtBot, files: AttachmentPane, number: int) -> list[Attached]:
    qtbot.waitUntil(lambda: len(listed(files)) == number)
    return listed(files)


def cells(files: AttachmentPane) -> list[str]:
    return [str(files.grid.model.index(0, column).data()) for column in range(2)]


def until(qtbot: QtBot, check: Callable[[], Any]) -> None:
    qtbot.waitUntil(lambda: bool(check()))


def dropped(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def drop(files: AttachmentPane, data: QMimeData) -> bool:
    """As the system does it: it enters, is it taken? then it falls."""
    place, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), place, data, Qt.MouseButton.LeftButton, nothing)
    entering.ignore()
    QGuiApplication.sendEvent(files, entering)
    if not entering.isAccepted():
        return False
    falling = QDropEvent(QPointF(5, 5), place, data, Qt.MouseButton.LeftButton, nothing)
    QGuiApplication.sendEvent(files, falling)
    return True


def test_the_key_asks_for_files_and_what_is_chosen_hangs_there(
    qtbot: QtBot, page: OrdersPage, files: AttachmentPane, counter: Counter, note: Path
) -> None:
    QTest.keyClick(page.grid.table, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: files.findChild(QFileDialog))
    dialog = files.findChild(QFileDialog)
    assert dialog is not None
    assert "*.pdf" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(note)])
    dialog.close()
    [found] = wait_for(qtbot, files, 1)
    assert (found.name, found.media_type, found.state, found.own) == ("送货单.png", "image/png", SAVED, True)
    assert cells(files)[0].startswith("送货单.png")
    assert cells(files)[1] == "已存本机"
    assert counter.store.ledger.unsent().number == 1
    assert attaching.count_unsent(counter.store) == 1
    assert counter.posted == []
    counter.store.book.sent(found.sha256)
    page.take_changes({"order_attachment": None})
    until(qtbot, lambda: listed(files) and listed(files)[0].state == SENT)
    assert cells(files)[1] == "已上传"


def test_files_are_dropped_and_what_is_no_picture_says_so(
    qtbot: QtBot, files: AttachmentPane, counter: Counter, note: Path, tmp_path: Path
) -> None:
    assert drop(files, dropped(note))
    wait_for(qtbot, files, 1)
    for name, content in (("x.exe.jpg", b"MZ" + bytes(99)), ("empty.png", b""), ("big.jpg", b"")):
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "big.jpg").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("x.exe.jpg", "empty.png", "big.jpg", "no.png")])
    assert drop(files, data)
    wanted = ["attachment_type", "attachment_empty", "attachment_too_large", "cannot_read"]
    qtbot.waitUntil(lambda: counter.posted == wanted)
    assert len(listed(files)) == 1
    text = QMimeData()
    text.setText("just words")
    assert not drop(files, text)
    far = QMimeData()
    far.setUrls([QUrl("https://example.com/x.jpg")])
    assert not drop(files, far)


def test_a_copied_picture_is_pasted(qtbot: QtBot, files: AttachmentPane, counter: Counter) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("no picture")
    files.grid.table.setFocus()
    QTest.keyClick(files.grid.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: counter.posted == ["attachments.nothing_copied"])
    clipboard.setImage(photo())
    QTest.keyClick(files.grid.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    [found] = wait_for(qtbot, files, 1)
    assert found.name.startswith("截图 2026-11-18")
    assert read_picture(attaching.read(counter.store, found)).size() == photo().size()


def test_enter_opens_a_picture_in_front_and_escape_closes_it(qtbot: QtBot, files: AttachmentPane, note: Path) -> None:
    files.add_files([note])
    wait_for(qtbot, files, 1)
    files.grid.table.setFocus()
    QTest.keyClick(files.grid.table, Qt.Key.Key_Return)
    until(qtbot, lambda: files.preview)
    assert files.preview is not None
    assert files.preview.picture.accessibleName() == "照片：送货单.png"
    shown = files.preview.picture.grab().toImage()
    middle = shown.pixelColor(shown.width() // 2, shown.height() // 2)
    assert (middle.red(), middle.green(), middle.blue()) == (0x33, 0x66, 0xCC)
    QTest.keyClick(files.preview, Qt.Key.Key_Escape)
    until(qtbot, lambda: files.preview is None)


def test_a_pdf_is_opened_by_the_system_under_a_name_made_here(
    qtbot: QtBot, files: AttachmentPane, counter: Counter, tmp_path: Path, opener: Opener
) -> None:
    pdf = file_of(3000, media_type="application/pdf")
    path = tmp_path / "calc.exe"
    path.write_bytes(pdf)
    files.add_files([path])
    [found] = wait_for(qtbot, files, 1)
    assert found.name == "calc.exe.pdf"
    files.open_file(found)
    qtbot.waitUntil(lambda: bool(opener.seen))
    assert opener.seen == [pdf]
    assert opener.names == [digest_of(pdf)[:24] + ".pdf"]
    folder = counter.store.contents.opened
    assert [each.name for each in folder.iterdir()] == opener.names
    opened_files.clear(folder)
    assert not folder.exists()


def test_taken_off_and_put_back(
    qtbot: QtBot, page: OrdersPage, files: AttachmentPane, counter: Counter, note: Path
) -> None:
    notices: list[Any] = []
    counter.messages.posted.connect(notices.append)
    files.add_files([note])
    [first] = wait_for(qtbot, files, 1)
    files.grid.table.setFocus()
    QTest.keyClick(files.grid.table, Qt.Key.Key_Delete)
    wait_for(qtbot, files, 0)
    qtbot.waitUntil(lambda: bool(notices))
    assert notices[-1].text == "已移除附件“送货单.png”。"
    assert i18n.tr(notices[-1].action.text_key) == "撤销移除"
    notices[-1].action.run()
    [again] = wait_for(qtbot, files, 1)
    assert (again.name, again.sha256, again.state) == (first.name, first.sha256, SAVED)
    files.grid.table.setFocus()
    QTest.keyClick(files.grid.table, Qt.Key.Key_Delete)
    wait_for(qtbot, files, 0)
    QTest.keyClick(files.grid.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, files, 1)
    assert [row["kind"] for row in counter.store.ledger.list_unsent()] == [
        "attachments.attach", "attachments.detach", "attachments.attach", "attachments.detach", "attachments.attach"
    ]  # fmt: skip


def test_what_is_not_here_is_said_fetched_and_shown(
    qtbot: QtBot, files: AttachmentPane, counter: Counter, note: Path
) -> None:
    files.add_files([note])
    [found] = wait_for(qtbot, files, 1)
    kept = counter.store.contents.path_of(found.sha256)
    content = kept.read_bytes()
    kept.unlink()
    files.reload()
    qtbot.waitUntil(lambda: [each.state for each in listed(files)] == [AWAY])
    assert cells(files)[1] == "未下载"
    files.open_file(listed(files)[0])
    qtbot.waitUntil(lambda: counter.posted == ["attachment_offline"])

    def fetch(_wanted: Attached) -> Task[bool]:
        assert cells(files)[1] == "正在下载"
        return counter.threads.files.task(lambda: bool(kept.write_bytes(content)))

    counter.workbench.fetch_content = fetch
    files.open_file(listed(files)[0])
    until(qtbot, lambda: files.preview)
    assert files.preview is not None
    files.preview.reject()
    until(qtbot, lambda: listed(files)[0].state == SAVED)


def test_a_foreign_document_takes_no_files(qtbot: QtBot, counter: Counter, note: Path) -> None:
    counter.add_orders(1)
    page = opened(qtbot, counter)
    with counter.store.cache.write() as connection:
        connection.execute(orders.update().values(seller_id="somebody else", buyer_id=None))
    page.pane.show_order(page.pane.shown.detail.order["id"] if page.pane.shown else None)
    qtbot.waitUntil(lambda: page.pane.shown is not None and not page.pane.shown.own)
    files = page.pane.files
    qtbot.waitUntil(lambda: not files.add.isVisibleTo(page))
    assert not page.may_attach()
    assert not drop(files, dropped(note))


@pytest.mark.qt_log_ignore("JPEG")  # Qt says what is wrong with it
def test_a_picture_that_would_burst_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    for bad in (b"", b"\xff\xd8\xff\xe0 no picture", drawing, as_png(photo())[:60]):
        with pytest.raises(Invalid, match="attachment_no_picture"):
            read_picture(bad)
    data = as_png(photo(2000, 1000))
    monkeypatch.setattr(pictures, "MOST_PIXELS", 2000 * 1000 - 1)
    monkeypatch.setattr(QImageReader, "read", lambda _reader: pytest.fail("unpacked"))
    with pytest.raises(Invalid, match="attachment_no_picture"):
        read_picture(data)


def test_large_pictures_are_made_smaller_while_they_are_read() -> None:
    assert max(read_picture(as_png(photo(5000, 1000))).size().toTuple()) == pictures.LONGEST_SIDE


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_control_has_a_name_in_both_languages_and_looks(
    qtbot: QtBot, page: OrdersPage, files: AttachmentPane, note: Path, language: str, scheme: str
) -> None:
    i18n.set_language(language)
    theme().apply(Look(scheme, 150))
    files.add_files([note])
    wait_for(qtbot, files, 1)
    assert unnamed(page) == []
    assert files.grid.table.accessibleName() == ("附件列表" if language == "zh_CN" else "List of files")
    for button in (files.add, files.paste, files.look, files.remove):
        assert button.width() >= button.sizeHint().width()
    files.open_file(listed(files)[0])
    until(qtbot, lambda: files.preview)
    assert files.preview is not None
    assert unnamed(files.preview) == []
    files.preview.reject()
