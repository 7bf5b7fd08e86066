"""Width of text on a receipt printer: Chinese and other wide characters take two cells, combining ones none."""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = str.maketrans(
    {"¥": "\uffe5", "−": "-", "\u00a0": " ", "–": "-", "•": "·", "\t": " ", "\r": " ", "\n": " "}
)
"""What printers' Chinese fonts have under another code; replaced before widths are measured."""


def plain(text: str) -> str:
    """*text* on one line, without anything that a printer could take for a command, in characters that it knows."""
    kept = text.translate(_LOOK_ALIKES)
    return "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def width(text: str) -> int:
    """Cells that *text* takes."""
    return sum(cells_of(char) for char in text)


def cells_of(char: str) -> int:
    """Cells of one character: 0, 1 or 2."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def wrap(text: str, cells: int) -> list[str]:
    """Lines of at most *cells*; broken at spaces where there are some, else anywhere. At least one line."""
    lines: list[str] = []
    line, used, space = "", 0, -1
    for char in text:
        wide = cells_of(char)
        if used + wide > cells and line:
            kept, rest = (line[:space], line[space + 1 :]) if space > 0 and char != " " else (line, "")
            lines.append(kept.rstrip())
            line, space = rest, rest.rfind(" ")
            used = width(line)
        if char == " ":
            if not line:
                continue
            space = len(line)
        line += char
        used += wide
    lines.append(line.rstrip())
    return lines


def both_ends(left: str, right: str, cells: int) -> list[str]:
    """*left* and *right* at the two edges of one line; when they do not fit, *right* goes to a line of its own."""
    gap = cells - width(left) - width(right)
    if gap >= 1:
        return [left + " " * gap + right]
    lines = wrap(left, cells)
    gap = cells - width(lines[-1]) - width(right)
    if gap >= 1 and len(lines) > 1:
        return [*lines[:-1], lines[-1] + " " * gap + right]
    return [*lines, *(" " * max(0, cells - width(part)) + part for part in wrap(right, cells))]
