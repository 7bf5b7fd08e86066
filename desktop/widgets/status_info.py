"""What the status bar says, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Connection(Enum):
    """How this PC stands to the server; offline is a normal way to work."""

    ONLINE = "online"
    OFFLINE = "offline"
    SYNCING = "syncing"


@dataclass(frozen=True, slots=True)
class StatusInfo:
    """Everything the status bar shows.

    Attributes:
        connection: how this PC stands to the server.
        to_upload: documents that wait; None when that could not be read: shown as unknown, never as nothing.
        upload_sum: their sum, formatted (``¥1,280.00``).
        oldest: when the first of them was made, formatted; empty when none waits.
        needs_you: things that wait for a person.
        place, person, shift: who works where.
        clock: the time, formatted.
        files: files of documents whose content waits for upload.
    """

    connection: Connection = Connection.ONLINE
    to_upload: int | None = 0
    upload_sum: str = ""
    oldest: str = ""
    needs_you: int = 0
    place: str = ""
    person: str = ""
    shift: str = ""
    clock: str = ""
    files: int = 0
