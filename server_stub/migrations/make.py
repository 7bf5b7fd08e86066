"""Writes a migration from the tables in code: ``python -m server_stub.migrations.make``.

Before the first release there is one migration, written anew each time. ``--next "what changes"`` adds a migration
behind the newest one instead; that is the way once a release is out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from server_stub.kit.migrate import SCRIPTS

INITIAL, INITIAL_ID = "initial schema", "0001"
VERSIONS = SCRIPTS / "versions"


def write(message: str, number: str) -> Path:
    """Write one migration from the difference between the migrations so far and the tables in code."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config.attributes.update(connection=connection, batch=number != INITIAL_ID)
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=number)
    engine.dispose()
    path = next(VERSIONS.glob(f"{number}_*.py"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.strip().startswith("# ###")), encoding="utf-8")
    for tool in (["check", "--fix-only", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *tool, str(path)], check=True)
    return path


def main() -> int:
    """Read the arguments and write; says which file it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--next", metavar="MESSAGE", help="add a migration behind the newest one")
    message = parser.parse_args().next
    VERSIONS.mkdir(exist_ok=True)
    written = sorted(VERSIONS.glob("[0-9]*.py"))
    if message is None:
        if len(written) > 1:
            sys.stderr.write("there are later migrations: use --next\n")
            return 1
        for path in written:
            path.unlink()
        made = write(INITIAL, INITIAL_ID)
    else:
        made = write(message, f"{len(written) + 1:04d}")
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
