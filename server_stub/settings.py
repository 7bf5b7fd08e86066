"""What the server can be told, declared once: by environment variables, or by the command line, which wins.

``DEALERDESK_HOME`` names the folder of all state. Every other setting is ``DEALERDESK_SERVER_`` and its name in
capitals; one that does not exist is an error, because a misspelt limit is no limit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from domain.kernel.errors import Invalid

HOME_VARIABLE = "DEALERDESK_HOME"
PREFIX = "DEALERDESK_SERVER_"

V = TypeVar("V", int, str)


def _setting(default: V, about: str, least: int = 1) -> V:
    return dataclasses.field(default=default, metadata={"about": about, "least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one server process.

    Attributes:
        home: the folder of all state; the others say themselves what they are for.
    """

    home: Path
    database_url: str = _setting("", "SQLAlchemy address; empty means an SQLite file in the home folder")
    host: str = _setting("127.0.0.1", "address to listen on; nothing beyond this machine unless told to")
    port: int = _setting(8700, "port to listen on; 0 takes a free one", 0)
    proxies: str = _setting("", "addresses of load balancers whose word about the client's address is taken")
    threads: int = _setting(40, "requests worked on at once")
    log_level: str = _setting("INFO", "least level that is logged")
    access_minutes: int = _setting(15, "life of an access token")
    refresh_days: int = _setting(90, "life of a session that nobody uses")
    live_days: int = _setting(30, "days for which the feed waits for a PC that is not seen; later it takes a snapshot")
    history_months: int = _setting(24, "months of history that a PC keeps besides open documents; 0 for all", 0)
    sign_ins_per_name: int = _setting(10, "attempts in a row and per minute with one user name")
    sign_ins_per_peer: int = _setting(60, "attempts in a row and per minute from one network address")
    refreshes_per_peer: int = _setting(600, "renewed sessions in a row and per minute from one network address")
    sync_requests_per_device: int = _setting(1200, "pushes and pulls in a row and per minute from one device")
    pushes_at_once: int = _setting(8, "uploads worked on at once; the others are told when to come back")
    push_megabytes: int = _setting(128, "memory for uploads that are under way", 64)
    attachment_megabytes: int = _setting(5120, "room for the pictures and files of one dealer", 1)
    metrics_token: str = _setting("", "opens /metrics to other machines; empty means to this one only")
    argon2_memory: int = _setting(19_456, "KiB of memory that one password check costs", 8)
    argon2_passes: int = _setting(2, "passes over that memory")

    @property
    def folder(self) -> Path:
        """The server's own state below home."""
        return self.home / "server"

    @property
    def database(self) -> str:
        """The address of the database, the default one filled in."""
        return self.database_url or f"sqlite:///{self.folder / 'server.db'}"


def from_environment(environment: Mapping[str, str], **arguments: str | int | Path | None) -> Settings:
    """Settings from the environment; *arguments* that are not None win.

    Raises:
        Invalid: ``unknown_setting``, ``bad_setting`` with its name.
    """
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    given: dict[str, Any] = {"home": environment.get(HOME_VARIABLE) or platformdirs.user_data_dir("dealerdesk", False)}
    for variable, text in environment.items():
        if variable.startswith(PREFIX):
            given[variable.removeprefix(PREFIX).lower()] = text
    given.update({name: value for name, value in arguments.items() if value is not None})
    for name in given:
        if name not in fields:
            raise Invalid("unknown_setting", name=name)
    values: dict[str, Any] = {name: _converted(fields[name], value) for name, value in given.items()}
    return Settings(**values)


def _converted(field: dataclasses.Field[Any], value: object) -> object:
    if field.name == "home":
        return Path(str(value)).expanduser().resolve()
    if not isinstance(field.default, int):
        return str(value)
    try:
        number = int(str(value))
    except ValueError:
        raise Invalid("bad_setting", name=field.name) from None
    if number < field.metadata["least"]:
        raise Invalid("bad_setting", name=field.name)
    return number
