"""Reads what a receipt printer was sent, as the printer would: text with its look, pictures, cuts, the drawer.

Written from Epson's ESC/POS reference, not from the encoder: an unknown or torn command is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import zxingcpp
from PySide6.QtGui import QImage


@dataclass(slots=True)
class Line:
    """A printed line of text."""

    text: str
    align: int = 0
    bold: bool = False
    size: int = 1


@dataclass(slots=True)
class Paper:
    """What came out: lines and the word for what else happened, in order; the pictures apart."""

    events: list[Line | str] = field(default_factory=list)
    pictures: list[list[bytes]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The lines of text."""
        return [event.text for event in self.events if isinstance(event, Line)]

    def codes(self) -> list[tuple[str, str]]:
        """(kind, text) of the bar codes and QR codes that a reader finds in the pictures."""
        found = []
        for rows in self.pictures:
            for code in zxingcpp.read_barcodes(_image(rows)):
                found.append((str(code.format), code.text))
        return found


def _image(rows: list[bytes]) -> QImage:
    across = len(rows[0]) * 8
    image = QImage(across, len(rows), QImage.Format.Format_Grayscale8)
    image.fill(255)
    for y, row in enumerate(rows):
        bits = bin(int.from_bytes(row, "big"))[2:].rjust(across, "0")
        for x, bit in enumerate(bits):
            if bit == "1":
                image.setPixel(x, y, 0)
    return image


class Reader:
    """One printer, from the moment it is switched on."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._look = Line("")
        self._chinese = False
        self._text = bytearray()
        self.paper = Paper()
        self._last_was_picture = False

    def read(self) -> Paper:
        """Everything; raises ValueError for what no printer understands."""
        while self._at < len(self._data):
            self._step()
        if self._text:
            raise ValueError("text without a line end")
        return self.paper

    def _take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) < count:
            raise ValueError("torn command")
        self._at += count
        return part

    def _step(self) -> None:
        byte = self._take(1)
        if byte == b"\x1b":
            self._escape(self._take(1))
        elif byte == b"\x1d":
            self._group(self._take(1))
        elif byte == b"\x1c":
            self._field(self._take(1))
        elif byte == b"\n":
            self._end_line()
        elif byte[0] < 0x20 or byte[0] == 0x7F:
            raise ValueError(f"control byte {byte!r} in text")
        else:
            self._text += byte

    def _end_line(self) -> None:
        code = "gb18030" if self._chinese else "ascii"
        look = self._look
        self.paper.events.append(Line(bytes(self._text).decode(code), look.align, look.bold, look.size))
        self._text.clear()
        self._last_was_picture = False

    def _escape(self, name: bytes) -> None:
        if name == b"@":
            self._look, self._chinese = Line(""), False
        elif name == b"a":
            self._look.align = self._take(1)[0]
        elif name == b"E":
            self._look.bold = bool(self._take(1)[0] & 1)
        elif name == b"d":
            self.paper.events.append(f"feed {self._take(1)[0]}")
        elif name == b"p":
            pin, on, off = self._take(3)
            self.paper.events.append(f"drawer {pin} {on * 2} {off * 2}")
        else:
            raise ValueError(f"ESC {name!r}")

    def _field(self, name: bytes) -> None:
        if name == b"&":
            self._chinese = True
        elif name == b"!":
            wide = self._take(1)[0]
            if (wide & 0x0C == 0x0C) != (self._look.size == 2):
                raise ValueError("Chinese and Latin of different size in one line")
        else:
            raise ValueError(f"FS {name!r}")

    def _group(self, name: bytes) -> None:
        if name == b"!":
            self._look.size = {0x00: 1, 0x11: 2}[self._take(1)[0]]
        elif name == b"V":
            mode, _feed = self._take(2)
            if mode != 0x42:
                raise ValueError(f"GS V {mode}")
            self.paper.events.append("cut")
        elif name == b"v":
            self._picture()
        else:
            raise ValueError(f"GS {name!r}")

    def _picture(self) -> None:
        zero, mode = self._take(2)
        if (zero, mode) != (0x30, 0):
            raise ValueError("GS v")
        across = int.from_bytes(self._take(2), "little")
        down = int.from_bytes(self._take(2), "little")
        rows = [self._take(across) for _ in range(down)]
        if self._last_was_picture and len(self.paper.pictures[-1]) % 128 == 0:
            self.paper.pictures[-1].extend(rows)
        else:
            self.paper.pictures.append(rows)
            self.paper.events.append("picture")
        self._last_was_picture = True


def read(data: bytes) -> Paper:
    """What *data* puts on paper."""
    return Reader(data).read()
