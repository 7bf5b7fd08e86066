"""The demo's server: a process of its own, on loopback, on its embedded database."""

from __future__ import annotations

import json
import os
import subprocess  # nosec: the demo starts the product's own server
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from domain.kernel.errors import Refused

STOP_SECONDS = 10


class Server:
    """Starts, stops and asks ``dealerdesk-server``; ends only the process that it started.

    Attributes:
        url: where it serves, once started.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = f"sqlite:///{(folder / 'server.db').as_posix()}"
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._port = 0
        self.url = ""

    def run(self, *words: str, entered: str = "") -> Any:
        """One command to its end; what it printed as JSON.

        Raises:
            Refused: ``demo_server_failed`` with what it said.
        """
        done = subprocess.run(
            [*command(), *words, "--json", "--database", self._database],
            input=entered,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=_environment(),
            check=False,
        )
        if done.returncode:
            raise Refused("demo_server_failed", detail=done.stderr.strip()[-300:])
        return json.loads(done.stdout) if done.stdout.strip() else None

    def start(self) -> str:
        """Serve; the address. Started again it takes the same port.

        Raises:
            Refused: ``demo_server_failed``.
        """
        self._log = (self._folder / "server.log").open("a", encoding="utf-8")
        words = ["serve", "--host", "127.0.0.1", "--port", str(self._port), "--json", "--database", self._database]
        self._process = subprocess.Popen(
            [*command(), *words],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env=_environment(),
        )
        told = self._process.stdout.readline() if self._process.stdout else ""
        if not told:
            self.stop()
            raise Refused("demo_server_failed", detail=str(self._folder / "server.log"))
        bound = json.loads(told)
        self._port, self.url = int(bound["port"]), str(bound["url"])
        return self.url

    @property
    def pid(self) -> int:
        """The process that serves, 0 for none."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """End the process that was started here."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
            if process.stdout:
                process.stdout.close()
        if self._log is not None:
            self._log.close()
            self._log = None


def command() -> Sequence[str]:
    """The server's program: beside this one when both are packaged, else a module of the same environment."""
    if getattr(sys, "frozen", False):
        own = Path(sys.executable)
        return [str(own.with_name("dealerdesk-server" + own.suffix))]
    return [sys.executable, "-m", "server_stub.cli"]


def _environment() -> dict[str, str]:
    """This environment, with the texts as UTF-8; what names another database or home is left out."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEALERDESK_")}
    return {**kept, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
