"""What held lets the server know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeldRefused:
    """A command in quarantine comes to nothing; *status* and *code* are its outcome from now on."""

    command_id: str
    status: str
    code: str
