"""A PostgreSQL of our own for the tests: started from the system's binaries, gone when the run ends.

Each test process (each xdist worker) starts one cluster in a temporary folder, on a Unix socket and on no network port,
without durability. PostgreSQL refuses to run as root, so root hands the processes to an unprivileged account. Should
the test process be killed, the cluster notices that its pipe has closed and ends too.
"""

from __future__ import annotations

import collections
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

SUPERUSER = "postgres"
READY = "database system is ready to accept connections"
# Nothing here has to survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "lc_messages": "C",
}
# Ends the server and removes its folder ($0) when standard input closes: because the run is over, or the test process
# has died.
WATCH = '"$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT "$server"; wait "$server"; rm -rf "$0"'


class PostgresUnavailable(RuntimeError):
    """The server's binaries are not installed, or the server did not start."""


def find_binaries() -> Path:
    """The newest ``bin`` folder of the system's PostgreSQL servers.

    Raises:
        PostgresUnavailable: none is installed.
    """
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresUnavailable("PostgreSQL's server programs are missing: run make setup, or install postgresql")


def unprivileged_account() -> dict[str, Any]:
    """Arguments for subprocess that let root run a program as an ordinary account; empty for everybody else."""
    if os.geteuid() != 0:
        return {}
    account = SUPERUSER if SUPERUSER in Path("/etc/passwd").read_text(encoding="utf-8") else "nobody"
    return {"user": account, "group": "nogroup", "extra_groups": []}


class Cluster:
    """A running PostgreSQL server and the databases in it.

    Attributes:
        folder: holds the data and the socket.
    """

    def __init__(self, binaries: Path) -> None:
        account = unprivileged_account()
        # Not below pytest's own folder: that one is closed to other accounts, and too long for a socket's path.
        self.folder = Path(tempfile.mkdtemp(prefix="dealerdesk-pg-"))
        if account:
            shutil.chown(self.folder, account["user"])
        self._templates: dict[Callable[[str], None], str] = {}
        self._log: collections.deque[str] = collections.deque(maxlen=200)
        try:
            self._initialise(binaries, account)
            self._process = self._start(binaries, account)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._admin = psycopg.connect(self._conninfo("postgres"), autocommit=True)

    def _initialise(self, binaries: Path, account: dict[str, Any]) -> None:
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        command = [str(binaries / "initdb"), f"--pgdata={self.folder / 'data'}", f"--username={SUPERUSER}", *options]
        made = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **account
        )
        if made.returncode != 0:
            raise PostgresUnavailable(f"initdb failed: {made.stderr}")

    def _start(self, binaries: Path, account: dict[str, Any]) -> subprocess.Popen[str]:
        settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        server = [str(binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *settings]
        process = subprocess.Popen(
            ["sh", "-c", WATCH, str(self.folder), *server],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **account,
        )
        for line in process.stderr or ():
            self._log.append(line)
            if READY in line:
                self._reader = threading.Thread(target=self._read_on, args=(process,), daemon=True, name="postgres-log")
                self._reader.start()
                return process
        process.communicate()
        raise PostgresUnavailable("PostgreSQL did not start:\n" + "".join(self._log))

    def _read_on(self, process: subprocess.Popen[str]) -> None:
        """Keeps the server's pipe empty and its last words at hand."""
        with process.stderr or contextlib.nullcontext(()) as lines:
            self._log.extend(lines)

    @property
    def log(self) -> str:
        """The last lines that the server wrote."""
        return "".join(self._log)

    def _conninfo(self, database: str) -> str:
        return f"host={self.folder} user={SUPERUSER} dbname={database}"

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database, with psycopg 3."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Makes a database as a copy of ``template`` and returns its name."""
        name = f"test_{uuid.uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Removes a database and ends whatever is still connected to it."""
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, prepare: Callable[[str], None]) -> str:
        """The name of a database that ``prepare(url)`` has filled, made once for each function, to be copied.

        ``prepare`` must close its connections: a database in use cannot be copied.
        """
        if prepare not in self._templates:
            name = self.create()
            prepare(self.url(name))
            self._templates[prepare] = name
        return self._templates[prepare]

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self._admin.close()
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Cluster]:
    """The PostgreSQL of this test process."""
    cluster = Cluster(find_binaries())
    yield cluster
    cluster.stop()
