"""Clashes: two people wrote the same field of one record, and somebody has yet to say which value holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.kernel.channels import Row, Rule
from domain.kernel.tables import History, metadata, ref, sync_info, synced, text, whole

OPEN, STAYS, OTHER, SAME = "open", "stays", "other", "same"


def _open_to_all(column: str) -> Callable[[Row], Any]:
    """Masker: the value, but not of records that hold data of end customers."""

    def shown(row: Row) -> Any:
        table = metadata.tables.get(str(row["table_name"]))
        return row[column] if table is not None and not sync_info(table).personal else ""

    return shown


field_clash = synced(
    "field_clash",
    ref("party_id", index=True),
    text("table_name"),
    ref("record_id", index=True),
    text("field"),
    ref("command_id", index=True),
    text("stays"),
    text("stays_by"),
    ref("stays_device", nullable=True),
    whole("stays_at"),
    text("other"),
    text("other_by"),
    ref("other_device", nullable=True),
    whole("other_at"),
    text("state", default=OPEN),
    text("settled_by"),
    whole("settled_at"),
    rules=[Rule("party", "party_id"), Rule("hq", mask="hq")],
    masks={"hq": {"stays": _open_to_all("stays"), "other": _open_to_all("other")}},
    personal=True,
    history=History("other_at", [{"state": frozenset({OPEN})}]),
)
"""One field of one record that two devices wrote: ``stays`` (JSON) is what stands in it, ``other`` what the edit
``command_id``, which came second, would have written; by whom, from which device and when (ms, that device's claim, or
the server's for what it only remembers). ``state``: open → stays or other, as somebody chose, or same when both became
the same value; ``settled_by``, ``settled_at``: who and when. Both values are kept when it is settled."""
