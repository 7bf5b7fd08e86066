"""A picture in front of the screen, as large as there is room."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

import i18n
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_box

WIDTH, HEIGHT = 860, 520


class PictureView(Live, QWidget):
    """Paints the whole picture, never larger than it is."""

    def __init__(self, image: QImage, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image, self._name = image, name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.go_live()

    def sizeHint(self) -> QSize:
        """Room enough to read a delivery note."""
        return QSize(theme().px(WIDTH), theme().px(HEIGHT))

    def retranslate(self) -> None:
        """What a screen reader says of it."""
        self.setAccessibleName(i18n.tr("attachments.preview.name", name=self._name))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        draw_box(painter, QRectF(self.rect()), theme().colour("surface"), theme().colour("border"))
        size = self._image.size()
        scale = min(self.width() / size.width(), self.height() / size.height(), 1.0)
        width, height = size.width() * scale, size.height() * scale
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        painter.drawImage(QRectF(left, top, width, height), self._image)
        painter.end()


class PreviewDialog(Dialog):
    """Shows one picture; Esc closes it."""

    def __init__(self, parent: QWidget, image: QImage, name: str, about: str) -> None:
        super().__init__(parent, "attachments.preview.title", back_key="attachments.preview.close")
        self.picture = PictureView(image, name)
        self.body.put(self.picture)
        self.body.setStretch(0, 1)
        self.sentence.show_value(f"{name} · {about}")
