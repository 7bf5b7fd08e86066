"""The one bridge for messages, and the one funnel for errors.

An expected refusal (:class:`domain.kernel.errors.DomainError`) is a message with its code. Anything else is our bug:
logged with its context, shown once, and the work is kept.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import zlib
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from desktop.platform.notice import Kind, Notice, NoticeAction
from desktop.platform.ui_thread import UiThread
from domain.kernel.errors import DomainError

_log = logging.getLogger(__name__)


class Messages(QObject):
    """Carries messages from anywhere to the main window's banner.

    Signals:
        posted(Notice): on the UI thread.
    """

    posted = Signal(object)

    def __init__(self, ui: UiThread) -> None:
        super().__init__()
        self._ui = ui
        self._lock = threading.Lock()
        self._shown: set[str] = set()

    def info(self, code: str, action: NoticeAction | None = None, /, **params: object) -> None:
        """Something worth knowing; goes by itself."""
        self.post(Notice(Kind.INFO, code, params, action))

    def success(self, code: str, action: NoticeAction | None = None, /, **params: object) -> None:
        """It went through; goes by itself."""
        self.post(Notice(Kind.SUCCESS, code, params, action))

    def warning(self, code: str, action: NoticeAction | None = None, /, **params: object) -> None:
        """Somebody should look at it; stays until closed."""
        self.post(Notice(Kind.WARNING, code, params, action))

    def error(self, code: str, action: NoticeAction | None = None, /, **params: object) -> None:
        """It did not go through; stays until closed."""
        self.post(Notice(Kind.ERROR, code, params, action))

    def post(self, notice: Notice) -> None:
        """Show ``notice``; from any thread."""
        if self._ui.is_current():
            self.posted.emit(notice)
        else:
            self._ui.post(lambda: self.posted.emit(notice))

    def report(self, error: BaseException, **context: object) -> None:
        """The funnel: a refusal becomes its message, anything else a logged bug that is shown once.

        ``context`` names what was being done (screen, document id, command); no personal data.
        """
        if isinstance(error, DomainError):
            self.post(Notice(Kind.ERROR, error.code, error.params))
            return
        reference = reference_of(error)
        _log.error("bug %s %s", reference, context, exc_info=error)
        with self._lock:
            known = reference in self._shown
            self._shown.add(reference)
        if not known:
            self.post(Notice(Kind.ERROR, "platform.internal", {"ref": reference}))

    def install(self) -> None:
        """Send what nobody caught, on any thread, into the funnel."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def _uncaught(self, kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
            return
        self.report(error or kind())


def reference_of(error: BaseException) -> str:
    """A short name for a bug: the same for the same type raised at the same line, in the log and on the screen."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f"{last.filename}:{last.lineno}" if last else ""
    return f"X{zlib.crc32(f'{type(error).__name__}@{place}'.encode()):08X}"
