"""Files that another program shows, PDF above all: the one place where a content lies readable on the disk.

They stand in a folder of this user's own beside the databases, under names made here, and go when the program ends;
what a crash left goes at the next start.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from desktop.store.attaching import Attached
from domain.attachments.rules import ENDINGS
from domain.kernel.errors import Refused


def write(folder: Path, shown: Attached, data: bytes) -> Path:
    """Write a content for another program to open; its name is not the one that a person gave.

    Raises:
        Refused: ``cannot_write``.
    """
    path = folder / (shown.sha256[:24] + ENDINGS[shown.media_type])
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        raise Refused("cannot_write", file=path.name, detail=error.strerror or "") from None
    return path


def clear(folder: Path) -> None:
    """Remove them; one that another program holds open goes the next time."""
    shutil.rmtree(folder, ignore_errors=True)
