"""Writing everything that this PC sealed into a file that only the server can read. Source: SYNC point 14."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from desktop.store import archive
from desktop.store.store import Store
from domain.kernel.errors import Refused
from domain.kernel.ledger_file import FORMAT, Chain, LedgerFile, close
from domain.kernel.wire import PushItem


@dataclass(frozen=True, slots=True)
class Exported:
    """How many commands the file holds, and how many of them the server had not acknowledged."""

    commands: int
    unsent: int


def export(store: Store, path: Path) -> Exported:
    """Write the file, durably and as a whole or not at all; nothing changes in the ledger.

    Raises:
        NotEntitled: ``not_enrolled``.
        Refused: ``no_server_key``: this PC was enrolled before there was one; ``cannot_write``.
    """
    known = store.known
    if not known.server_key:
        raise Refused("no_server_key")
    chains = [
        Chain(epoch, [PushItem(sequence, sealed) for sequence, sealed in archive.of_epoch(store.ledger, epoch)])
        for epoch in archive.epochs(store.ledger)
    ]
    unsent = store.ledger.unsent().number
    content = LedgerFile(
        FORMAT, known.database_id, known.device_id, known.party_id, store.clock.now_ms(), unsent, chains
    )
    _write(path, close(content, base64.b64decode(known.server_key)))
    return Exported(sum(len(chain.items) for chain in chains), unsent)


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused("cannot_write", file=str(path), detail=error.strerror or "") from None
