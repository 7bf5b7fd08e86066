"""``python -m tests.bench [name …]``: runs measurements, prints them, keeps them as JSON in ``build/bench``.

Each runs in a process of its own, so that none inherits another's memory or imports. Exit code 0 when every goal is
met, 1 when one is missed or a measurement breaks, 2 for an unknown name.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.lines import HEAD, Line, table

FOLDER = Path(__file__).resolve().parent
OUTPUT = Path(os.environ.get("BENCH_OUTPUT", FOLDER.parents[1] / "build" / "bench"))
CHILD = "--in-this-process"


def names() -> list[str]:
    """The measurements there are, as they are called on the command line."""
    return sorted(path.stem.removeprefix("bench_").replace("_", "-") for path in FOLDER.glob("bench_*.py"))


def measure(name: str) -> bool:
    """Runs one measurement here, prints and keeps its lines; whether all goals are met."""
    module = importlib.import_module(f"tests.bench.bench_{name.replace('-', '_')}")
    lines: list[Line] = list(module.measure())
    print(table(name, lines), flush=True)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    records = json.dumps([line.as_record() for line in lines], ensure_ascii=False, indent=2)
    (OUTPUT / f"{name}.json").write_text(records, encoding="utf-8")
    return all(line.met for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Runs what is named, or everything."""
    if arguments and arguments[0] == CHILD:
        return 0 if measure(arguments[1]) else 1
    unknown = sorted(set(arguments) - set(names()))
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are: {', '.join(names())}\n")
        return 2
    print(HEAD, flush=True)
    failed = []
    for name in arguments or names():
        command = [sys.executable, "-m", "tests.bench", CHILD, name]
        if subprocess.run(command, cwd=FOLDER.parents[1], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"not met: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
