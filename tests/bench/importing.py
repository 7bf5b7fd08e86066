"""One import in a process of its own, which tells its seconds and its peak of memory: ``python -m
tests.bench.importing URL FILE FOLDER``."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from domain import registry
from domain.kernel.clock import SystemClock
from domain.parties.handlers import decide_found_network
from server_stub.bootstrap import prepare_database, server_device
from server_stub.catalogue.pinyin import search_keys
from server_stub.importing.runner import ImportJob, run_import
from server_stub.kit.database import Database

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "resources" / "mappings" / "online_retail.toml"


@dataclass(frozen=True)
class Imported:
    """What one run took."""

    rows: int
    seconds: float
    peak_mb: float


def import_apart(url: str, file: Path, folder: Path) -> Imported:
    """Import into a new database, in a process of its own.

    Raises:
        RuntimeError: not every row was imported.
    """
    command = [sys.executable, "-m", "tests.bench.importing", url, str(file), str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout)
    if told["imported"] != told["rows"] or not told["rows"]:
        raise RuntimeError(f"not every row was imported: {told}")
    return Imported(told["rows"], told["seconds"], told["peak_kib"] / 1024)


def main(url: str, file: str, folder: str) -> None:
    """Prepare the database, import, print."""
    registry.commands()
    clock = SystemClock()
    db = Database(url)
    prepare_database(db, clock)
    device = server_device(db, clock, search_keys)
    device.issue(lambda ctx: decide_found_network(ctx, name="HQ"))
    result = run_import(ImportJob("sales", Path(file), MAPPING, Path(folder) / "report.csv"), device)
    db.dispose()
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({**result.as_dict(), "peak_kib": peak_kib}))


if __name__ == "__main__":
    main(*sys.argv[1:])
