"""What a line of a document says of lots and serials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Fields = dict[str, Any]


def parts_of(line: Fields) -> list[Fields]:
    """The parts of a line; the whole of it when it names none."""
    return line.get("parts") or [{"lot": line.get("lot", ""), "serial": "", "quantity": line["quantity"]}]


def serials_of(lines: Sequence[Fields]) -> list[tuple[str, str]]:
    """Every (product, serial) that moves with these lines."""
    return [
        (line["product_id"], part["serial"])
        for line in lines
        if line.get("stocked", True)
        for part in line.get("parts", ())
        if part["serial"]
    ]
