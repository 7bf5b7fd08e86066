"""Logs as JSON lines on standard error, through the standard library's loggers; secrets are veiled on the way.

Code logs with ``logging.getLogger(__name__)`` and ``extra={…}``; what the libraries log takes the same way.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog

VEIL = "***"
_SECRET_NAMES = ("password", "passwd", "secret", "token", "authorization", "cookie", "proof", "signature", "private")
_SECRET_ENDINGS = ("_key", "_hash", "key")
_HARMLESS_NAMES = frozenset({"public_key"})
_SECRET_TEXTS = (
    (re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"), VEIL),
    (re.compile(r"(?i)\bbearer\s+\S+"), f"Bearer {VEIL}"),
    (re.compile(r"\$argon2\w+\$\S+"), VEIL),
    (re.compile(r"(://[^:/@\s]+:)[^@\s]+@"), rf"\1{VEIL}@"),
    (
        re.compile(r"(?i)(\"?\b\w*(?:password|token|secret|proof)\"?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}]+)"),
        rf"\1{VEIL}",
    ),
)


def _is_secret(name: str) -> bool:
    lower = name.lower()
    if lower in _HARMLESS_NAMES:
        return False
    return any(part in lower for part in _SECRET_NAMES) or lower.endswith(_SECRET_ENDINGS)


def veiled(value: Any, name: str = "") -> Any:
    """*value* without what must not be logged: by the name it stands under, by its form, in any depth."""
    if name and _is_secret(name):
        return VEIL
    if isinstance(value, str):
        for pattern, replacement in _SECRET_TEXTS:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(key): veiled(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [veiled(inner) for inner in value]
    return value


def veil_secrets(_logger: object, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Structlog's processor around :func:`veiled`."""
    return {key: veiled(value, key) for key, value in entry.items()}


def drop_colours(_logger: object, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Uvicorn says everything twice, once in colours."""
    entry.pop("color_message", None)
    return entry


def make_handler(stream: TextIO) -> logging.Handler:
    """A handler that writes one veiled JSON object per record."""
    handler = logging.StreamHandler(stream)
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                drop_colours,
                veil_secrets,
                structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
            ],
        )
    )
    return handler


def configure(level: str = "INFO") -> None:
    """Send everything to standard error; called once by the program, never by a library or a test."""
    logging.basicConfig(level=level, handlers=[make_handler(sys.stderr)], force=True)
    # Each request would be a line; errors come through the edge, counts through metrics.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
