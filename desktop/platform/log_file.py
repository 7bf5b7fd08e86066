"""What the program notes about itself, in a file that may be handed to support: templates only, never their values.

A message's parameters may be somebody's name, and so may an exception's text; the file has the template, the class of
the exception and where it was raised.
"""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "dealerdesk.log"
MOST_BYTES, KEPT = 1_000_000, 2


class Discreet(logging.Formatter):
    """One line per record: time (UTC), level, logger, template, and the exception's class and place."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        template = str(record.msg).replace("\n", " ")
        return f"{at} {record.levelname} {record.name}: {template}{_place(record)}"


def _place(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    trace = record.exc_info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
    return f" [{record.exc_info[0].__name__}{where}]"


def begin(folder: Path) -> logging.Handler:
    """Write warnings and errors to the file from now on, until :func:`end`."""
    handler = RotatingFileHandler(folder / NAME, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Discreet())
    logging.getLogger().addHandler(handler)
    return handler


def end(handler: logging.Handler) -> None:
    """Write no more."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def tail(lines: int) -> list[str]:
    """The last lines of the file that is being written, none when there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler) and isinstance(handler.formatter, Discreet):
            file = Path(handler.baseFilename)
            text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
            return text.splitlines()[-lines:]
    return []
