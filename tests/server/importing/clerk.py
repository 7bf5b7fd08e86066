"""One import in a process of its own, so that it can be killed: address of the database, file, report, batch size."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from domain.kernel import faults
from server_stub.importing.sales import SalesImporter
from tests.server.importing.desk import desk_at


def main(url: str, file: str, folder: str, most: str) -> None:
    """Import *file*; prints its counts."""
    faults.arm(os.environ.get("DEALERDESK_FAULT"))
    SalesImporter.most = int(most)
    with desk_at(url, Path(folder)) as desk:
        result = desk.take("sales", Path(file))
    sys.stdout.write(f"{result.imported} {result.duplicates} {result.rejected}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
