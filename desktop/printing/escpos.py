"""Rows in the language of receipt printers (ESC/POS), Chinese in GB18030.

Printers hold the characters of two bytes; a row with one that takes four is sent as a picture. Source: Epson's ESC/POS
reference, which 58 and 80 mm printers from other makers follow in these commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from desktop.printing import drawing
from desktop.printing.rows import CodeRow, Cut, Feed, OpenDrawer, Paper, PaperRow, TextRow

ESC, FS, GS = b"\x1b", b"\x1c", b"\x1d"
INIT = ESC + b"@"
CHINESE = FS + b"&"
KICK = ESC + b"p\x00\x19\xfa"
CUT = GS + b"V\x42\x00"
BAND = 128
"""Rows of dots per picture command: small printers have small buffers."""
_ALIGNS = {"left": 0, "center": 1, "right": 2}


def printable(text: str, chinese: bool = True) -> bytes | None:
    """*text* in the printer's code, None when its font lacks a character."""
    parts = []
    for char in text:
        code = char.encode("gb18030")
        if len(code) > 2 or (len(code) == 2 and not chinese):
            return None
        parts.append(code)
    return b"".join(parts)


def encode(rows: Sequence[PaperRow], paper: Paper, chinese: bool = True) -> bytes:
    """The bytes for a printer; *chinese* says that its font has Chinese characters."""
    out = [INIT, CHINESE if chinese else b""]
    out += [_row(row, paper, chinese) for row in rows]
    return b"".join(out)


def _row(row: PaperRow, paper: Paper, chinese: bool) -> bytes:
    match row:
        case TextRow():
            return _text(row, paper, chinese)
        case CodeRow():
            return raster(drawing.picture(row, paper))
        case Feed():
            return ESC + b"d" + bytes([row.lines])
        case Cut():
            return CUT
        case OpenDrawer():
            return KICK


def _text(row: TextRow, paper: Paper, chinese: bool) -> bytes:
    code = printable(row.text, chinese)
    if code is None:
        return raster(drawing.picture(row, paper))
    size = bytes([0x11 if row.size == 2 else 0])
    wide = bytes([0x0C if row.size == 2 else 0])
    look = ESC + b"a" + bytes([_ALIGNS[row.align]]) + ESC + b"E" + bytes([row.bold]) + GS + b"!" + size
    return look + (FS + b"!" + wide if chinese else b"") + code + b"\n"


def raster(image: QImage) -> bytes:
    """A picture in black and white, in bands."""
    mono = image.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    dark = 0x00 if mono.colorCount() and mono.color(1) & 0xFF == 0 else 0xFF
    across = (mono.width() + 7) // 8
    spare = (1 << (across * 8 - mono.width())) - 1
    lines = [_line(mono, y, across, dark, spare) for y in range(mono.height())]
    out = [ESC + b"a\x00"]
    for top in range(0, len(lines), BAND):
        band = lines[top : top + BAND]
        out.append(GS + b"v0\x00" + across.to_bytes(2, "little") + len(band).to_bytes(2, "little") + b"".join(band))
    return b"".join(out)


def _line(mono: QImage, y: int, across: int, flip: int, spare: int) -> bytes:
    line = bytearray(cast(memoryview, mono.constScanLine(y))[:across])
    if flip:
        line = bytearray(byte ^ flip for byte in line)
    line[-1] &= ~spare & 0xFF
    return bytes(line)
