"""Pictures of strangers, read with care: by their content, within bounds, turned as the camera was held."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from domain.attachments.rules import HEAD, JPEG, PNG, WEBP, kind_of
from domain.kernel.errors import Invalid

MOST_PIXELS = 100_000_000
"""A picture that says it is larger is not unpacked."""
MOST_MIB = 512
PICTURES = (JPEG, PNG, WEBP)
"""No other reader of the system is let near what somebody sent: drawings (SVG) can hold programs and addresses."""
LONGEST_SIDE = 2_400
"""Pixels; nobody sees more of it on a screen."""


def read_picture(data: bytes) -> QImage:
    """The picture, made smaller while it is read. May run on any thread.

    Raises:
        Invalid: ``attachment_no_picture``.
    """
    if kind_of(data[:HEAD]) not in PICTURES:
        raise Invalid("attachment_no_picture")
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(MOST_MIB)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        raise Invalid("attachment_no_picture")
    bounds = QSize(LONGEST_SIDE, LONGEST_SIDE)
    if size.width() > bounds.width() or size.height() > bounds.height():
        reader.setScaledSize(size.scaled(bounds, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise Invalid("attachment_no_picture")
    return image


def as_png(image: QImage) -> bytes:
    """A picture from the clipboard as a file. May run on any thread."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(kept.data())
