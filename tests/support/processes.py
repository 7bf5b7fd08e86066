"""Real processes: the server, and counters that may be killed; and both command lines run in this process.

Processes that are started often come from a fork server which has everything imported; they are full processes, with a
pid of their own, and end as any other would.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO, Any

import pytest

import desktop.app.cli
import server_stub.cli
from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from domain.kernel.clock import SystemClock
from tests.support.driver import Load, drive
from tests.support.network import PASSWORD

KILLED = 137
"""Exit code at a fault point."""
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.support.driver", "desktop.app.cli", "server_stub.cli"])


def environment_of(home: Path, fault: str = "") -> dict[str, str]:
    """What a program of the tests is told by its environment, and nothing of the tests' own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEALERDESK_")}
    ours = {
        "DEALERDESK_HOME": str(home),
        "DEALERDESK_KEYRING": "file",
        "DEALERDESK_KEYFILE": str(home.with_name(home.name + ".key")),
        "DEALERDESK_LANGUAGE": "en",
        "DEALERDESK_SERVER_ARGON2_MEMORY": "8",
        "DEALERDESK_SERVER_ARGON2_PASSES": "1",
        "DEALERDESK_FAULT": fault,
    }
    return {**kept, **ours}


@dataclass(frozen=True)
class Said:
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def run_here(
    main: Callable[[list[str]], int], words: list[str], environment: Mapping[str, str], stdin: str = ""
) -> Said:
    """Run a command line in this process: everything but the start of Python is as in a process of its own."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for key in [key for key in os.environ if key.startswith("DEALERDESK_")]:
            patch.delenv(key)
        for key, value in environment.items():
            if key.startswith("DEALERDESK_"):
                patch.setenv(key, value)
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(words)
            except SystemExit as exit_:
                code = int(exit_.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def run_process(module: str, words: list[str], environment: Mapping[str, str], stdin: str | None = None) -> Said:
    """Run a command line as a process of its own. Without *stdin* a prompt would meet the end of the file."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        input=stdin or "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=dict(environment),
        timeout=400,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def _redirect(out: Connection, log: Path, environment: Mapping[str, str]) -> None:
    os.dup2(out.fileno(), 1)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)
    for key in [key for key in os.environ if key.startswith("DEALERDESK_")]:
        del os.environ[key]
    os.environ.update(environment)


def _serve(words: list[str], out: Connection, log: Path, environment: Mapping[str, str]) -> None:
    _redirect(out, log, environment)
    sys.exit(server_stub.cli.main(words))


def _drive(load: Load, out: Connection, log: Path, environment: Mapping[str, str]) -> None:
    _redirect(out, log, environment)
    drive(load, environment)


class Running:
    """A process that writes lines and can be killed."""

    def __init__(self, target: Callable[..., None], what: object, log: Path, environment: Mapping[str, str]) -> None:
        ours, theirs = _context.Pipe(duplex=False)
        self.log = log
        self._process: ForkServerProcess = _context.Process(target=target, args=(what, theirs, log, environment))
        self._process.start()
        theirs.close()
        self.lines: IO[str] = os.fdopen(os.dup(ours.fileno()), "r", encoding="utf-8")
        ours.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def end(self, how: signal.Signals) -> int | None:
        """Send a signal to this process, by its pid, and wait for its end."""
        if self._process.is_alive():
            os.kill(self.pid, how)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL; what it had written can still be read."""
        if self._process.is_alive():
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, seconds: float = 300) -> int | None:
        """The exit code."""
        self._process.join(seconds)
        assert not self._process.is_alive(), f"still running:\n{self.log.read_text(encoding='utf-8')[-3000:]}"
        code = self._process.exitcode
        self._process.close()
        self.lines.close()
        return code

    def linger(self, seconds: float) -> None:
        """Let it run on for a moment, or until it ends."""
        self._process.join(seconds)


@dataclass
class Server:
    """The server at a database, as a process that is started, killed and started again at the same address."""

    folder: Path
    database: str
    port: int = 0
    url: str = ""
    _running: Running | None = None

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def pid(self) -> int:
        return self._running.pid if self._running else 0

    def start(self, fault: str = "") -> None:
        """Start and wait until it listens."""
        words = ["serve", "--port", str(self.port), "--database", self.database, "--json"]
        self._running = Running(_serve, words, self.log, environment_of(self.folder / "server-home", fault))
        line = self._running.lines.readline()
        assert line, f"the server did not start:\n{self.log.read_text(encoding='utf-8')[-3000:]}"
        told = json.loads(line)
        self.port, self.url = told["port"], told["url"]

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a service manager would; nothing when it is not running."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end(how)

    def died(self) -> int | None:
        """Wait until it has ended by itself; its exit code."""
        running, self._running = self._running, None
        return running.wait() if running is not None else None

    def complaints(self) -> list[str]:
        """Lines of its log that tell of an error."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [line for line in text.splitlines() if '"ERROR"' in line or "Traceback" in line or '"error"' in line]


@dataclass
class Pc:
    """A counter as its user has it: a home folder and the command line."""

    home: Path
    acknowledged: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.home.with_name(self.home.name + ".log")

    def run(self, *words: str, stdin: str = "") -> Said:
        """A command line in this process, with ``--json``."""
        return run_here(desktop.app.cli.main, [*words, "--json"], environment_of(self.home), stdin)

    def do(self, *words: str, stdin: str = "") -> Any:
        """The same; it must succeed. Returns the JSON document."""
        said = self.run(*words, stdin=stdin)
        assert said.code == 0, (words, said)
        return said.data

    def enrol(self, server: Server, user: str) -> Any:
        """Make this a device of *user*."""
        words = ("enrol", "--server", server.url, "--user", user, "--password-stdin")
        return self.do(*words, stdin=PASSWORD + "\n")

    def profile(self) -> Profile:
        """The profile, to look inside; close it before anything else opens it."""
        return Profile(Paths(self.home), SystemClock(), environment_of(self.home))

    def sell(self, sales: int, *, code: str = "TEA", sync_every: int = 1000, fault: str = "") -> Running:
        """Begin to sell in a process of its own."""
        return Running(_drive, Load(self.home, code, sales, sync_every), self.log, environment_of(self.home, fault))

    def listen(self, running: Running, most: int = 10**9) -> int:
        """Note what the selling process says, at most so many lines; how many there were."""
        for number, line in enumerate(running.lines, 1):
            if line.startswith("sold ") and line.endswith("\n"):
                self.acknowledged.append(line.split()[1])
            if number >= most:
                return number
        return 0

    def kill(self, running: Running) -> None:
        """SIGKILL for the selling process; what it said before its end counts."""
        running.kill()
        self.listen(running)
        running.wait()


@contextlib.contextmanager
def running_server(folder: Path, database: str) -> Iterator[Server]:
    """A server until the end of the block."""
    server = Server(folder, database)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def office(database: str, home: Path, *words: str, stdin: str = "") -> Said:
    """One command of the server's command line, in this process, with ``--json``."""
    return run_here(server_stub.cli.main, [*words, "--database", database, "--json"], environment_of(home), stdin)
