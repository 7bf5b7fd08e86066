"""Where this PC keeps its state: one folder, named by ``DEALERDESK_HOME`` or the system's usual place."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "DEALERDESK_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """Names of everything below the home folder; asking for a name creates nothing."""

    home: Path

    @property
    def settings_file(self) -> Path:
        """What a person chose on this PC."""
        return self.home / "settings.json"

    @property
    def data(self) -> Path:
        """The local databases."""
        return self.home / "data"

    @property
    def documents(self) -> Path:
        """PDF files, receipts and spreadsheets made here."""
        return self.home / "documents"

    @property
    def layouts(self) -> Path:
        """The shop's own layouts of what is printed, where they differ from the shipped ones."""
        return self.home / "layouts"

    @property
    def backups(self) -> Path:
        """Copies of the ledger."""
        return self.home / "backups"

    @property
    def logs(self) -> Path:
        """What the program noted about itself."""
        return self.home / "logs"

    @property
    def updates(self) -> Path:
        """Versions fetched and not yet installed."""
        return self.home / "updates"

    @property
    def retired_file(self) -> Path:
        """Says, while it is there, that this PC was shut out and what became of its data."""
        return self.home / "retired.json"

    @property
    def training(self) -> Paths:
        """The profile of the training mode: a home folder of its own inside this one."""
        return Paths(self.home / "training")

    def prepare(self) -> Paths:
        """Make the folders that are missing, readable by this user alone where the system knows that."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (
            self.data,
            self.documents,
            self.layouts,
            self.backups,
            self.logs,
            self.updates,
        ):
            folder.mkdir(mode=0o700, exist_ok=True)
        return self


def home_paths() -> Paths:
    """The paths below ``DEALERDESK_HOME``, or below the user's data folder when that is not set."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Paths(Path(named).expanduser().resolve())
    return Paths(platformdirs.user_data_path("Dealerdesk", appauthor=False))
