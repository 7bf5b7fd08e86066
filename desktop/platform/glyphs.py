"""Small pictures that Qt's style sheets can only take from files: ticks and arrows in the scheme's colours."""

from __future__ import annotations

import atexit
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap

from desktop.platform.icon_drawing import draw_icon


class Glyphs:
    """Draws icons into a temporary folder, each once; the folder goes with the program."""

    def __init__(self) -> None:
        self._folder: QTemporaryDir | None = None

    def path(self, name: str, colour: str, side: int) -> str:
        """The file of an icon, with slashes as style sheets want them."""
        if self._folder is None:
            self._folder = QTemporaryDir()
            atexit.register(self._folder.remove)
        file = Path(self._folder.path()) / f"{name}-{colour[1:]}-{side}.png"
        if not file.exists():
            _draw(name, colour, side, 1).save(str(file))
            if _is_dense():
                _draw(name, colour, side, 2).save(str(file.with_stem(f"{file.stem}@2x")))
        return file.as_posix()


def _is_dense() -> bool:
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.devicePixelRatio() > 1


def _draw(name: str, colour: str, side: int, times: int) -> QPixmap:
    pixmap = QPixmap(QSize(side * times, side * times))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, QRectF(0, 0, side * times, side * times), name, QColor(colour))
    painter.end()
    return pixmap
